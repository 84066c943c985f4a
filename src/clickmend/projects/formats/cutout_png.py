"""A PNG of colours with alpha for each photo: its foreground, cut out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import final

import cv2
import numpy as np
from numpy.typing import NDArray

from clickmend.core.errors import DataError, OutputError
from clickmend.core.extras import need
from clickmend.core.types import RGB
from clickmend.data.photos import read_photo
from clickmend.data.picture_files import file_bytes, opened
from clickmend.data.planes import Size, check_size
from clickmend.projects.formats.base import FORMATS, PhotoLabels, float_map
from clickmend.projects.formats.places import PerPhoto


@final
class CutoutPng(PerPhoto):
    """The foreground's own colours, and alpha beside them.

    A pixel of an edge mixes two colours. The foreground's is estimated (pymatting), so that
    nothing of the old background shows on a new one.
    """

    name = "cutout-png"
    title = "a cut-out PNG"
    suffixes = (".png",)
    tasks = frozenset({"matting"})
    precision = "1/255"

    def load(self, file: Path, name: str, size: Size, classes: Sequence[str]) -> PhotoLabels:
        """See the base class."""
        with opened(file, error=DataError) as image:  # says what is wrong with it
            check_size((image.height, image.width), size, name=str(file), error=DataError)
            bands = image.getbands()
        content = np.frombuffer(file_bytes(file, error=DataError), np.uint8)
        stored = cv2.imdecode(content, cv2.IMREAD_UNCHANGED)
        if stored is None or stored.ndim < 3 or stored.shape[2] != 4:
            raise DataError(
                f"{file} has the bands {', '.join(bands)} and no alpha that can be read. A cut-out "
                "is a PNG of colours with alpha; save it so, or give the matte as alpha-png."
            )
        white = 65535 if stored.dtype == np.uint16 else 255
        alpha = (stored[:, :, 3] / white).astype(np.float32)
        return PhotoLabels(file_name=name, size=size, plane=alpha)

    def lacks(self, labels: PhotoLabels) -> str | tuple[str, str]:
        """See the base class."""
        alpha = float_map(labels)
        return "" if ((alpha >= 0) & (alpha <= 1)).all() else "alpha that leaves [0, 1]"

    def encode(self, labels: PhotoLabels, place: Path) -> bytes:
        """See the base class."""
        if labels.photo is None:
            raise OutputError(
                f"{labels.file_name} cannot be cut out without its pixels. A cut-out holds the "
                "photo's colours; give photo=, its path or its array."
            )
        alpha = float_map(labels).astype(np.float32)
        photo = read_photo(labels.photo)
        check_size(photo.shape[:2], labels.size, name=labels.file_name, error=OutputError)
        levels = np.rint(alpha * 255).astype(np.uint8)
        colours = foreground(photo, (levels / 255).astype(np.float32))
        done, content = cv2.imencode(".png", np.dstack((colours[:, :, ::-1], levels)))
        assert done
        return content.tobytes()


def foreground(photo: RGB, alpha: NDArray[np.float32]) -> RGB:
    """The colours of the foreground in every pixel; the photo's own where it is opaque.

    Args:
        photo: ``(H, W, 3)``.
        alpha: ``(H, W)`` in [0, 1].
    """
    open_ = (alpha > 0) & (alpha < 1)
    if not open_.any():
        return photo
    need("pymatting", by="A cut-out, whose colours are freed of the old background,")
    from pymatting import estimate_foreground_ml  # compiles itself as it is loaded

    estimated = estimate_foreground_ml(photo.astype(np.float32) / 255, alpha)
    clean = np.rint(np.clip(estimated, 0, 1) * 255).astype(np.uint8)
    return np.where(open_[:, :, None], clean, photo)


FORMATS.register(CutoutPng.name)(CutoutPng())
