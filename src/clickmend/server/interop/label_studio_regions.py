"""Label Studio's regions: marks and masks read from them, a mask written as they are."""

from __future__ import annotations

import base64
import hashlib
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from xml.etree import ElementTree as ET

from pydantic import BaseModel, Field

from clickmend.core.errors import ClickError, OptionError, PriorError
from clickmend.core.types import Mask
from clickmend.data.codecs import mask_png
from clickmend.feedback.marks import BACKGROUND, FOREGROUND, Box, Click, Mark
from clickmend.server.interop.brush_rle import decode_brush, encode_brush
from clickmend.server.interop.mender import Mended
from clickmend.server.interop.pictures import decoded
from clickmend.server.interop.polygons import polygons

Size = tuple[int, int]

FINENESS = 0.001
"""How far a polygon may leave the mask, as a share of its length."""


class Region(BaseModel):
    """A region as Label Studio sends it; places and lengths are percent of the picture."""

    type: str
    value: dict[str, Any] = {}
    from_name: str | None = None
    is_positive: bool | None = None
    original_width: Annotated[int, Field(ge=1)] | None = None
    original_height: Annotated[int, Field(ge=1)] | None = None
    image_rotation: float = 0

    @property
    def labels(self) -> list[str]:
        """The names of its labels."""
        named = self.value.get(self.type, self.value.get("labels"))
        return [str(one) for one in named] if isinstance(named, list) else []

    def check_size(self, size: Size) -> None:
        """Refuse a region of a picture of another size, or of one that was turned.

        Raises:
            ClickError: With both sizes, or with the angle.
        """
        if self.image_rotation % 360:
            raise ClickError(
                f"The picture is turned by {self.image_rotation:g} degrees in Label Studio, and "
                "places are read on the picture as its file has it. Turn it back, then click."
            )
        given = (self.original_width or size[0], self.original_height or size[1])
        if given != size:
            raise ClickError(
                f"Label Studio has a picture of {given[0]}×{given[1]}, and the file is "
                f"{size[0]}×{size[1]}. Both must be one picture; check where its file comes from."
            )

    def mark(self, size: Size) -> Mark | None:
        """The mark that it is, ``None`` if it is none.

        Raises:
            ClickError: Its numbers are missing or none.
        """
        if self.type.startswith("keypoint"):
            x, y = self._numbers("x", "y")
            # Older clicks have their sign beside the value, newer ones in it; true is the default.
            negative = self.is_positive is False or self.value.get("positive", True) in (False, 0)
            label = BACKGROUND if negative else FOREGROUND
            return Click(x * size[0] / 100, y * size[1] / 100, label)
        if self.type.startswith("rectangle"):
            return self._box(size)
        return None

    def mask(self, size: Size) -> bytes | None:
        """The content of a file of the mask that it is, ``None`` if it is none.

        Raises:
            PriorError: It cannot be read.
        """
        if self.type.startswith("brush"):
            rle = self.value.get("rle")
            if not isinstance(rle, list):
                raise PriorError(
                    "The brushed region has no run lengths. Allowed is "
                    '{"format": "rle", "rle": [bytes]}; send the region as it is kept.'
                )
            return mask_png(decode_brush(rle, width=size[0], height=size[1]))
        if self.type.startswith("bitmask"):
            return decoded(str(self.value.get("imageDataURL", "")))
        return None

    def _box(self, size: Size) -> Box:
        """The box around a rectangle, which may be turned about its first corner."""
        x, y, width, height, angle = self._numbers("x", "y", "width", "height", "rotation")
        turned = math.radians(angle)
        left, top = x * size[0] / 100, y * size[1] / 100
        across, down = width * size[0] / 100, height * size[1] / 100
        corners = [
            (
                left + i * across * math.cos(turned) - j * down * math.sin(turned),
                top + i * across * math.sin(turned) + j * down * math.cos(turned),
            )
            for i in (0, 1)
            for j in (0, 1)
        ]
        xs, ys = zip(*corners, strict=True)
        return Box(min(xs), min(ys), max(xs), max(ys))

    def _numbers(self, *names: str) -> list[float]:
        given = {"rotation": 0.0} | self.value
        numbers = [given.get(name) for name in names]
        if not all(isinstance(one, int | float) and math.isfinite(one) for one in numbers):
            raise ClickError(
                f"A region of the type {self.type!r} has no finite numbers {', '.join(names)}. "
                "Places are percent of the picture; send the region as Label Studio makes it."
            )
        return [float(one) for one in numbers if one is not None]


@dataclass(frozen=True)
class Control:
    """The tag of a labelling configuration that keeps masks.

    Args:
        tag: Its kind, such as "BrushLabels".
        name: Its name.
        to_name: The name of the picture's tag.
        data: The field of a task that holds the picture.
        labels: The names of its labels.
    """

    tag: str
    name: str
    to_name: str
    data: str
    labels: tuple[str, ...]

    def label_of(self, regions: Sequence[Region]) -> str | None:
        """The label that the newest region with one of these has; else the only one there is."""
        for region in reversed(regions):
            for label in region.labels:
                if label in self.labels:
                    return label
        return self.labels[0] if len(self.labels) == 1 else None

    def regions(
        self, mended: Mended, label: str | None, *, drawn: bool = False
    ) -> list[dict[str, Any]]:
        """The mask as regions of this tag; none where there is no object.

        Args:
            mended: The mask.
            label: What the object is.
            drawn: Whether the editor draws the region of this tag by itself, from a bitmask.
        """
        if not mended.mask.any():
            return []
        tag = "Bitmask" if drawn and self.tag != "BitmaskLabels" else self.tag
        kind, values = tag.lower(), _WRITTEN[tag]
        height, width = mended.mask.shape
        named = {self.tag.lower(): [] if label is None else [label]}  # which it asks for, if empty
        return [
            {
                "id": _id_of(mended.mask, number),
                "from_name": self.name,
                "to_name": self.to_name,
                "type": kind,
                "readonly": False,
                "score": round(mended.confidence, 4),
                "original_width": width,
                "original_height": height,
                "image_rotation": 0,
                "value": value | named,
            }
            for number, value in enumerate(values(mended.mask))
        ]


def control_of(label_config: str) -> Control:
    """The first tag of a configuration that keeps masks.

    Raises:
        OptionError: It has none, or is no XML.
    """
    if "<!" in label_config.replace("<!--", ""):
        raise OptionError(
            "The labelling configuration declares entities. Allowed are tags alone; remove <!…>."
        )
    try:
        root = ET.fromstring(label_config)
    except (ET.ParseError, ValueError) as error:
        raise OptionError(
            f"The labelling configuration is no XML ({error}). Send the project's label_config."
        ) from error
    pictures = {tag.get("name", ""): tag.get("value", "") for tag in root.iter("Image")}
    for tag in root.iter():
        to_name = tag.get("toName", "")
        if tag.tag in TAGS and to_name in pictures:
            labels = tuple(one.get("alias") or one.get("value") or "" for one in tag.iter("Label"))
            data = pictures[to_name].removeprefix("$")
            return Control(tag.tag, tag.get("name", ""), to_name, data, labels)
    raise OptionError(
        f"The labelling configuration has no tag that keeps masks. Allowed are "
        f"{', '.join(TAGS)} with the name of an Image as toName; add one."
    )


def _brushed(mask: Mask) -> list[dict[str, Any]]:
    return [{"format": "rle", "rle": encode_brush(mask)}]


def _bitmap(mask: Mask) -> list[dict[str, Any]]:
    height, width = mask.shape
    text = base64.b64encode(mask_png(mask)).decode()
    address = f"data:image/png;base64,{text}"
    return [{"imageDataURL": address, "width": width, "height": height}]


def _polygons(mask: Mask) -> list[dict[str, Any]]:
    height, width = mask.shape
    share = (100 / width, 100 / height)
    rings = polygons(mask, share=FINENESS)
    return [{"points": (ring * share).round(4).tolist(), "closed": True} for ring in rings]


Values = Callable[[Mask], list[dict[str, Any]]]

_WRITTEN: Mapping[str, Values] = {
    "BrushLabels": _brushed,
    "BitmaskLabels": _bitmap,
    "PolygonLabels": _polygons,
    "Bitmask": _bitmap,
}
"""How the values of a tag's regions are made; the regions' type is the tag in small letters."""

TAGS = ("BrushLabels", "BitmaskLabels", "PolygonLabels")
"""The tags that keep masks."""


def _id_of(mask: Mask, number: int) -> str:
    """An id that the same mask has again."""
    return hashlib.sha256(mask.tobytes() + bytes([number % 256])).hexdigest()[:10]
