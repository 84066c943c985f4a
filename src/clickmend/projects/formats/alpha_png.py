"""A grey PNG for each photo: its matte."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, final

from clickmend.core.errors import DataError
from clickmend.data.codecs import alpha_png, read_alpha
from clickmend.data.planes import Size
from clickmend.projects.formats.base import FORMATS, PhotoLabels, float_map
from clickmend.projects.formats.places import PerPhoto


@final
class AlphaPng(PerPhoto):
    """Alpha as the levels of a grey PNG.

    Args:
        name: Of the format.
        bits: Of a level, 8 or 16.
    """

    suffixes = (".png",)
    tasks = frozenset({"matting"})

    def __init__(self, name: str, bits: Literal[8, 16]) -> None:
        self.name, self._bits = name, bits
        self._white = 2**bits - 1
        self.title = f"an alpha PNG of {bits} bits"
        self.precision = f"1/{self._white}"

    def load(self, file: Path, name: str, size: Size, classes: Sequence[str]) -> PhotoLabels:
        """See the base class."""
        alpha = read_alpha(file, size=size, error=DataError)
        return PhotoLabels(file_name=name, size=size, plane=alpha)

    def lacks(self, labels: PhotoLabels) -> str | tuple[str, str]:
        """See the base class."""
        alpha = float_map(labels)
        if not ((alpha >= 0) & (alpha <= 1)).all():
            return "alpha that leaves [0, 1]"
        if 0 < round(float(alpha.max()) * self._white) <= self._white / 16:
            # A mask of 0 and 1 looks like this, so nobody reads it as a matte.
            return f"a matte that is {alpha.max():.3g} at most"
        return ""

    def encode(self, labels: PhotoLabels, place: Path) -> bytes:
        """See the base class."""
        return alpha_png(float_map(labels), bits=self._bits)


FORMATS.register("alpha-png")(AlphaPng("alpha-png", 8))
FORMATS.register("alpha-png-16")(AlphaPng("alpha-png-16", 16))
