"""VOC's colours, and the list that says which class has which number and colour."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, TypeAlias, final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from clickmend.core.errors import DataError, OutputError
from clickmend.core.types import Labels
from clickmend.data.codecs import read_index
from clickmend.data.layouts.voc import VOC_CLASSES
from clickmend.data.picture_files import file_bytes, opened
from clickmend.data.planes import Size, check_size

VOID = 255
"""The number of pixels that are no class and no object."""

Colours: TypeAlias = NDArray[np.uint8]
"""A colour for each number, ``(256, 3)``."""


def voc_colours() -> Colours:
    """VOC's colour of each number: its bits, dealt to red, green and blue in turn from the top.

    Example:
        >>> voc_colours()[[0, 1, 15, 255]].tolist()
        [[0, 0, 0], [128, 0, 0], [192, 128, 128], [224, 224, 192]]
    """
    numbers = np.arange(256)
    colours = np.zeros((256, 3), np.uint8)
    for bit in range(8):
        for band in range(3):
            colours[:, band] |= ((numbers >> (3 * bit + band) & 1) << (7 - bit)).astype(np.uint8)
    return colours


@final
@dataclass(frozen=True, eq=False)
class Legend:
    """Which class each number is.

    Attributes:
        names: In the order of the numbers from 0.
        given: The colours of a file that is read, where they are not VOC's.
    """

    FILE: ClassVar[str] = "labelmap.txt"

    names: tuple[str, ...]
    given: Colours | None = None

    @property
    def colours(self) -> Colours:
        """The colour of each number."""
        return voc_colours() if self.given is None else self.given

    @classmethod
    def read(cls, place: Path, classes: Sequence[str]) -> Legend:
        """The list beside the pictures, else the classes, else VOC's.

        Raises:
            DataError: A line of it is not "name:red,green,blue:parts:actions".
        """
        file = place / cls.FILE
        if not file.is_file():
            names = tuple(classes) or VOC_CLASSES
            return cls(names if names[0] == "background" else ("background", *names))
        listed: list[str] = []
        colours = voc_colours()
        for line in file_bytes(file, error=DataError).decode("utf-8", "replace").splitlines():
            if not line.strip() or line.startswith("#"):
                continue
            name, _, rest = line.partition(":")
            try:
                colour = [
                    int(level) for level in rest.partition(":")[0].split(",") if rest[:1] != ":"
                ]
                if colour:
                    colours[len(listed)] = np.array(colour).astype(np.uint8)
            except (ValueError, IndexError) as problem:
                raise DataError(
                    f"{file} has the line {line[:60]!r}. Each of up to 255 is "
                    "name:red,green,blue:parts:actions; correct it."
                ) from problem
            listed.append(name.strip())
        return cls(tuple(listed), colours)

    def encoded(self) -> bytes:
        """The file.

        Raises:
            OutputError: A name has a colon or a line end in it, a # in front or spaces around it.
        """
        lines = ["# label:color_rgb:parts:actions"]
        for name, colour in zip(self.names, self.colours.tolist(), strict=False):
            if any(sign in name for sign in ":\n\r") or name[:1] == "#" or name.strip() != name:
                raise OutputError(
                    f"The class {name!r} cannot be listed in {self.FILE}. A name there has no "
                    "colon, no line end, no # in front and no spaces around it; rename it, or "
                    "write coco."
                )
            lines.append(f"{name}:{','.join(map(str, colour))}::")
        return "".join(f"{line}\n" for line in lines).encode()


def read_numbers(file: Path, size: Size, colours: Colours | None) -> Labels:
    """The numbers of a picture, by its indices, or by its colours where it has no palette.

    Args:
        file: The picture.
        size: What its width and height must be.
        colours: Of each number, if not VOC's.

    Raises:
        DataError: It cannot be read, has another size, or a colour that is no number's.
    """
    with opened(file, error=DataError) as image:
        coloured = image.mode in ("RGB", "RGBA")
        pixels = np.asarray(image.convert("RGB"), np.int32) if coloured else None
    if pixels is None:
        return read_index(file, size=size, error=DataError)
    check_size(pixels.shape[:2], size, name=str(file), error=DataError)
    codes = _codes(pixels)
    known = _codes((voc_colours() if colours is None else colours).astype(np.int32))
    values, first = np.unique(known, return_index=True)
    place = np.searchsorted(values, codes).clip(max=len(values) - 1)
    if (values[place] != codes).any():
        odd = pixels[values[place] != codes][0].tolist()
        raise DataError(
            f"{file} has the colour {odd}, which is no class's. The colours are those of "
            f"{Legend.FILE}, else VOC's; give the list that belongs to it."
        )
    numbers: Labels = first[place].astype(np.int32)
    return numbers


def palette_png(numbers: NDArray[np.uint8], colours: Colours | None) -> bytes:
    """A PNG of numbers that shows colours, VOC's if there are none."""
    image = Image.fromarray(numbers)
    image.putpalette((voc_colours() if colours is None else colours).tobytes())
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()


def _codes(pixels: NDArray[np.int32]) -> NDArray[np.int32]:
    red, green, blue = np.moveaxis(pixels, -1, 0)
    codes: NDArray[np.int32] = red * 65536 + green * 256 + blue
    return codes
