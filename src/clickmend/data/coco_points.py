"""The points of objects in COCO's annotations."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast, final

from clickmend.core.errors import DataError
from clickmend.data.photo_points import (
    Box,
    PhotoPoints,
    Point,
    PointSource,
    apart,
    are_numbers,
)
from clickmend.data.picture_files import bare_name
from clickmend.data.planes import Size


@final
class CocoPoints(PointSource):
    """COCO's annotations: instances, keypoints, or anything that adds a "point" to them."""

    def __init__(self, content: Mapping[str, Any], file: Path) -> None:
        self._file = file
        self._entries = [entry for entry in content["images"] if isinstance(entry, dict)]
        self._by_name = {str(entry.get("file_name", "")): entry for entry in self._entries}
        self.names = tuple(self._by_name)
        _by_id(self._entries, "images", file)
        self._has_image_ids = all(type(entry.get("id")) is int for entry in self._entries)
        self._of_image: dict[str, list[dict[str, Any]]] = defaultdict(list)
        objects = [
            entry
            for entry in content["annotations"]
            if isinstance(entry, dict) and not entry.get("iscrowd")
        ]
        for entry in objects:
            self._of_image[_key(entry, "image_id", file)].append(entry)
        categories = content.get("categories", [])
        if not isinstance(categories, list):
            raise DataError(
                f"The categories of {file} are {str(categories)[:60]!r}. COCO's are a list of "
                '{"id": …, "name": …}; write one, or leave them out.'
            )
        named = [
            entry
            for entry in categories
            if isinstance(entry, dict) and entry.get("name") is not None
        ]
        self._labels = {
            key: str(entry["name"]) for key, entry in _by_id(named, "categories", file).items()
        }
        self.categories = [entry for entry in named if type(entry.get("id")) is int]
        self._numbers = {_key(entry, "id", file): entry["id"] for entry in self.categories}
        keys = {_key(entry, "id", file) for entry in objects}
        whole = all(type(entry.get("id")) is int for entry in objects)
        self._has_ids = whole and len(keys) == len(objects)

    def read(self, name: str) -> PhotoPoints:
        """See the base class."""
        return self.read_entry(self._by_name[name])

    def only_or_named(self, name: str) -> dict[str, Any]:
        """The entry of a photo: the only one, or the one that is named like it.

        Raises:
            DataError: There is none or more than one.
        """
        files = [bare_name(str(entry.get("file_name"))) for entry in self._entries]
        alike = [file.casefold() == name.casefold() for file in files]
        same = [file == name for file in files]
        among = same if any(same) else alike
        named = [entry for entry, fits in zip(self._entries, among, strict=True) if fits]
        chosen = named if len(self._entries) > 1 else self._entries
        if len(chosen) != 1:
            raise DataError(
                f"{self._file} has {len(self._entries)} images, {len(named)} of them named "
                f"{name!r}. A file of several images names each once; correct it, or give the "
                "points of this photo alone."
            )
        return chosen[0]

    def read_entry(self, image: Mapping[str, Any]) -> PhotoPoints:
        """The points of one of the file's images."""
        mine = self._of_image[_key(image, "id", self._file)]
        labels = tuple(
            self._labels.get(_key(entry, "category_id", self._file)) or None for entry in mine
        )
        places = [_place(entry, self._file) for entry in mine]
        size = image.get("width"), image.get("height")
        known = all(type(side) is int and side > 0 for side in size)
        return PhotoPoints(
            apart([point for point, _ in places], [box for _, box in places]),
            labels if any(labels) else None,
            image["id"] if self._has_image_ids else None,
            tuple(entry["id"] for entry in mine) if self._has_ids else None,
            tuple(self._category(entry) for entry in mine),
            cast(Size, size) if known else None,
        )

    def _category(self, annotation: Mapping[str, Any]) -> int | None:
        """The id as it is given, or as the category has it that is meant; no text."""
        given = annotation.get("category_id")
        if type(given) is int:
            return given
        return self._numbers.get(_key(annotation, "category_id", self._file))


def _by_id(
    entries: Sequence[dict[str, Any]], section: str, file: Path
) -> dict[str, dict[str, Any]]:
    """The entries of a section, each by an id of its own."""
    found: dict[str, dict[str, Any]] = {}
    for entry in entries:
        key = _key(entry, "id", file)
        if found.setdefault(key, entry) is not entry:
            two = [one.get("file_name", one.get("name")) for one in (found[key], entry)]
            raise DataError(
                f"{file} has two {section} of the id {key}: {two[0]!r} and {two[1]!r}. Each has an "
                "id of its own; correct it."
            )
    return found


def _key(entry: Mapping[str, Any], field: str, file: Path) -> str:
    """An id as text, so that 1, 1.0 and "1" are one."""
    match entry.get(field):
        case [*_] | {} as other:
            raise DataError(
                f"{file} has an entry whose {field} is {str(other)[:60]!r}. Ids are numbers or "
                "texts; correct it."
            )
        case float() as number if number.is_integer():
            return str(int(number))
        case key:
            return str(key)


def _place(annotation: Mapping[str, Any], file: Path) -> tuple[Point, Box | None]:
    """The point of an object, and the box whose centre it is, if it is one."""
    match annotation.get("point"):
        case [x, y] if are_numbers(x, y):
            return (float(x), float(y)), None
    keypoints = annotation.get("keypoints")
    if isinstance(keypoints, list) and are_numbers(*keypoints):
        triples = zip(keypoints[::3], keypoints[1::3], keypoints[2::3], strict=False)
        seen = [(float(x), float(y)) for x, y, visible in triples if visible > 0]
        if seen:
            middle = tuple(sum(sides) / len(seen) for sides in zip(*seen, strict=True))
            return min(seen, key=lambda place: math.dist(place, middle)), None
    match annotation.get("bbox"):
        case [x, y, width, height] if are_numbers(x, y, width, height):
            box = float(x), float(y), float(x + width), float(y + height)
            return (float(x + width / 2), float(y + height / 2)), box
    raise DataError(
        f"{file}, annotation {annotation.get('id')} has neither a point nor labelled keypoints nor "
        "a bbox [x, y, width, height]. Give it one of them."
    )
