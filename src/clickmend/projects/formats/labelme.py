"""LabelMe: a JSON file for each photo, polygons and masks."""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, final

import numpy as np
from PIL import Image, ImageDraw

from clickmend.core.errors import DataError
from clickmend.core.types import Mask
from clickmend.data.codecs import mask_png, read_mask
from clickmend.data.planes import Size
from clickmend.projects.formats.base import FORMATS, LabelObject, PhotoLabels
from clickmend.projects.formats.ids import repeated, text_id
from clickmend.projects.formats.maker import maker_in, with_maker
from clickmend.projects.formats.order import interleaved
from clickmend.projects.formats.places import PerPhoto, Photos
from clickmend.projects.formats.rings import outline
from clickmend.projects.formats.shared_file import json_bytes, read_json

_INSET_PX = 1 / 16
"""So far the corners lie inside the pixels that LabelMe cuts them to."""


@final
class LabelMe(PerPhoto):
    """LabelMe's shapes; those of one label and group are one object, whose id the group is.

    An unchanged object leaves as it came. Another leaves as polygons that LabelMe paints to
    just its mask, several if it has several parts, or as a "mask" if it has a hole. Shapes of other
    kinds are kept as they are; the copy of the photo within the file is left out.
    """

    name = "labelme"
    title = "LabelMe"
    suffixes = (".json",)
    tasks = frozenset({"interactive", "instances"})
    holds = frozenset(
        {"several", "overlaps", "parts", "holes", "labels", "ids", "fields", "makers"}
    )

    def load(self, file: Path, name: str, size: Size, classes: Sequence[str]) -> PhotoLabels:
        """See the base class."""
        content = read_json(file, form=self)
        sides = content.get("imageWidth"), content.get("imageHeight")
        if all(type(side) is int for side in sides):
            Photos({name: size}).size(name, (sides[0], sides[1]), place=file)
        groups: dict[Any, list[dict[str, Any]]] = {}
        others: list[list[Any]] = []
        for place, shape in enumerate(content["shapes"]):
            if shape.get("shape_type") not in (None, "polygon", "mask"):
                others.append([place, shape])
                continue
            group = shape.get("group_id")
            key = place if group is None else (str(shape["label"]), group)
            groups.setdefault(key, []).append(shape)
        rest = {key: content[key] for key in content if key not in ("shapes", "imageData")}
        return PhotoLabels(
            file_name=name,
            size=size,
            objects=tuple(self._object(shapes, size, file) for shapes in groups.values()),
            classes=tuple(classes),
            extra={self.name: {"rest": rest, "others": others}},
        )

    def _object(self, shapes: list[dict[str, Any]], size: Size, file: Path) -> LabelObject:
        mask = _painted(shapes, size)
        group = shapes[0].get("group_id")
        kept = [{key: value for key, value in shape.items() if key != "mask"} for shape in shapes]
        if any(shape.get("shape_type") == "mask" for shape in shapes):
            kept = kept[:1]
        return LabelObject(
            mask=mask,
            label=str(shapes[0]["label"]),
            id=group,
            maker=maker_in(shapes[0].get("attributes")),
            extra={self.name: kept},
        )

    def lacks(self, labels: PhotoLabels) -> str | tuple[str, str]:
        """See the base class."""
        return text_id(labels) or repeated(labels)

    def encode(self, labels: PhotoLabels, place: Path) -> bytes:
        """See the base class."""
        kept = labels.extra.get(self.name, {})
        groups = [one.id for one in labels.objects if type(one.id) is int]
        free = max([0, *groups, *_groups(kept.get("others", []))]) + 1
        made: list[list[dict[str, Any]]] = []
        for one in labels.objects:
            group = one.id
            shapes = [with_maker(shape, one.maker) for shape in self._shapes(one, labels.size)]
            if len(shapes) > 1 and group is None:
                group, free = free, free + 1
            made.append([{**shape, "label": one.label, "group_id": group} for shape in shapes])
        rest = {"version": "5.5.0", "flags": {}, **kept.get("rest", {})}
        width, height = labels.size
        path = rest.get("imagePath", Path(labels.file_name).name)
        if isinstance(labels.photo, Path):
            path = Path(os.path.relpath(labels.photo, place.parent)).as_posix()
        shapes = [shape for shapes in made for shape in shapes]
        content = {
            **rest,
            "shapes": interleaved(shapes, kept.get("others", [])),
            "imagePath": path,
            "imageData": None,
            "imageHeight": height,
            "imageWidth": width,
        }
        return json_bytes(content)

    def _shapes(self, found: LabelObject, size: Size) -> list[dict[str, Any]]:
        kept: Sequence[dict[str, Any]] = found.extra.get(self.name, ())
        drawn = bool(kept) and all(one.get("shape_type") != "mask" for one in kept)
        if drawn and (_painted(kept, size) == found.mask).all():
            return list(kept)
        fields = kept[0] if kept else {"description": "", "flags": {}}
        rings = outline(found.mask, inset_px=_INSET_PX)
        if (drawn or not kept) and not rings.holes:
            polygons = [
                {**fields, "shape_type": "polygon", "points": ring.tolist()} for ring in rings.outer
            ]
            if (_painted(polygons, size) == found.mask).all():
                return polygons
        rows, columns = (np.flatnonzero(found.mask.any(axis=axis)) for axis in (1, 0))
        x0, x1, y0, y1 = (int(n) for n in (columns[0], columns[-1], rows[0], rows[-1]))
        crop = mask_png(found.mask[y0 : y1 + 1, x0 : x1 + 1])
        text = base64.b64encode(crop).decode("ascii")
        corners = [[x0, y0], [x1, y1]]
        return [{**fields, "shape_type": "mask", "points": corners, "mask": text}]


def _groups(others: Sequence[Any]) -> list[int]:
    found = [shape.get("group_id") for _, shape in others]
    return [group for group in found if type(group) is int]


def _painted(shapes: Sequence[Mapping[str, Any]], size: Size) -> Mask:
    """The pixels that LabelMe paints for shapes: polygons with their outline, and masks."""
    width, height = size
    picture = Image.new("1", size)
    draw = ImageDraw.Draw(picture)
    for shape in shapes:
        corners = [(float(x), float(y)) for x, y in shape["points"]]
        reach = 2 * max(size)
        if not all(abs(value) <= reach for corner in corners for value in corner):
            raise ValueError("a point is far outside the photo")
        if shape.get("shape_type") != "mask":
            if len(corners) < 3:
                raise ValueError("a polygon has fewer than three points")
            draw.polygon(corners, fill=1, outline=1)
    painted = np.array(picture)
    for shape in shapes:
        if shape.get("shape_type") == "mask":
            (x0, y0), (x1, y1) = ((int(x), int(y)) for x, y in shape["points"])
            crop = read_mask(
                _decoded(shape["mask"]), size=(x1 + 1 - x0, y1 + 1 - y0), error=DataError
            )
            if not (0 <= x0 <= x1 < width and 0 <= y0 <= y1 < height):
                raise ValueError("a mask reaches out of the photo")
            painted[y0 : y1 + 1, x0 : x1 + 1] |= crop
    return painted


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as problem:
        raise ValueError(f"a mask is no base64 ({problem})") from problem


FORMATS.register(LabelMe.name)(LabelMe())
