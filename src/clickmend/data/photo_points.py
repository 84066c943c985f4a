"""The points of a photo's objects, and sources of points for many photos."""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias, TypeVar, final

from clickmend.core.errors import DataError
from clickmend.data.planes import Size

Point: TypeAlias = tuple[float, float]

Box: TypeAlias = tuple[float, float, float, float]
"""Left, top, right and bottom edge."""

Thing = TypeVar("Thing")

_EACH = ("points", "labels", "ids", "category_ids")
"""The attributes that have one entry for each point."""


@final
@dataclass(frozen=True, slots=True)
class PhotoPoints:
    """The points of one photo's objects.

    Attributes:
        points: One point (x, y) per object.
        labels: The label of each, ``None`` if it has none; ``None`` if no point has one.
        image_id: COCO's id of the photo, if every image of the file has a number.
        ids: COCO's ids of the objects, if every annotation of the file has one.
        category_ids: COCO's category ids, ``None`` where it is not a number.
        size: Width and height of the labelled photo, if the file has them.
    """

    points: tuple[Point, ...]
    labels: tuple[str | None, ...] | None
    image_id: int | None = None
    ids: tuple[int, ...] | None = None
    category_ids: tuple[int | None, ...] | None = None
    size: Size | None = None

    def usable(self, photo: Path, size: Size) -> tuple[PhotoPoints, str | None]:
        """The valid points for a photo, and an explanation of the others.

        Args:
            photo: The photo, for the error.
            size: Its width and height after EXIF rotation.

        Raises:
            DataError: They belong to a photo of another size, or none of them is valid.
        """
        if self.size not in (None, size):
            turned = " (turned on its side?)" if self.size == size[::-1] else ""
            raise DataError(
                f"{photo} is {size[0]}×{size[1]} but its points are of {self.size[0]}×"
                f"{self.size[1]}{turned}. Points are pixels of the photo as it is seen; give the "
                "photo that was labelled, or scale its points and the size in the file."
            )
        kept: list[int] = []
        wrong: list[str] = []
        at: dict[tuple[int, int], str] = {}
        for place, (x, y) in enumerate(self.points):
            name = f"point {place + 1}" if self.ids is None else f"annotation {self.ids[place]}"
            pixel = int(x // 1), int(y // 1)
            if not (0 <= x < size[0] and 0 <= y < size[1]):
                wrong.append(
                    f"{name} at (x={x:g}, y={y:g}) is outside the {size[0]}×{size[1]} photo"
                )
            elif pixel in at:
                wrong.append(f"{name} is on the pixel {pixel} of {at[pixel]}")
            else:
                kept.append(place)
            at.setdefault(pixel, name)
        if not wrong:
            return self, None
        what = "; ".join(wrong[:5]) + ("; …" if len(wrong) > 5 else "")
        reason = f"{what}. Each object has a pixel of its own in the photo; correct the file."
        if not kept:
            raise DataError(reason[0].upper() + reason[1:])
        chosen: dict[str, Any] = {field: _chosen(getattr(self, field), kept) for field in _EACH}
        return replace(self, **chosen), reason


class PointSource(ABC):
    """The points of the objects of some photos, read one photo at a time.

    Attributes:
        names: The photos' file names; those of VOC have no suffix.
        categories: COCO's categories, if it is a COCO file.
    """

    names: tuple[str, ...]
    categories: Sequence[Mapping[str, Any]] = ()

    @abstractmethod
    def read(self, name: str) -> PhotoPoints:
        """The points of the photo of this name.

        Raises:
            DataError: The entry of this photo is not valid.
        """


def apart(points: Sequence[Point], boxes: Sequence[Box | None]) -> tuple[Point, ...]:
    """The points, moved out of a smaller box whose point is on the same pixel.

    Args:
        points: One for each object.
        boxes: The boxes of which they are the centres, ``None`` for other points.

    Returns:
        The centres, or for a larger box around the same centre the middle of its widest margin.
    """
    moved = list(points)
    within: dict[tuple[int, int], Box] = {}
    with_box = [(box, place) for place, box in enumerate(boxes) if box is not None]
    for box, place in sorted(with_box, key=lambda one: _area(one[0])):
        x, y = moved[place]
        pixel = int(x // 1), int(y // 1)
        if pixel in within:
            (x0, y0, x1, y1), (a0, b0, a1, b1) = box, within[pixel]
            margins = [(a0 - x0, (x0 + a0) / 2, y), (x1 - a1, (a1 + x1) / 2, y),
                       (b0 - y0, x, (y0 + b0) / 2), (y1 - b1, x, (b1 + y1) / 2)]  # fmt: skip
            width, x, y = max(margins)
            moved[place] = (x, y) if width >= 1 else moved[place]
        within[pixel] = box
    return tuple(moved)


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _chosen(entries: tuple[Thing, ...] | None, kept: Sequence[int]) -> tuple[Thing, ...] | None:
    return None if entries is None else tuple(entries[place] for place in kept)


def are_numbers(*values: Any) -> bool:
    """Whether all values can be coordinates; an integer in JSON may exceed the range of floats."""
    return all(
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and abs(value) <= sys.float_info.max
        for value in values
    )
