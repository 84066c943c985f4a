"""Points of objects as files: a list of places, COCO's annotations, or a folder of VOC's."""

from __future__ import annotations

import json
import math
import sys
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias, final

from clickmend.core.errors import DataError
from clickmend.data.layouts.voc import read_voc_boxes

LAYOUT = (
    'a list of [x, y] or of {"x": …, "y": …, "label": …}, in pixels of the photo, or COCO\'s '
    "annotations"
)
OF_MANY = f"{{photo: points}}, the points each {LAYOUT}, or give a folder of VOC's Annotations"

Point: TypeAlias = tuple[float, float]

Points: TypeAlias = tuple[list[Point], list[str | None] | None]
"""The places (x, y), and what is at each, as in `PhotoPoints`."""


@final
@dataclass(frozen=True, slots=True)
class PhotoPoints:
    """The points of one photo's objects.

    Attributes:
        points: The places (x, y), one for each object.
        labels: What is at each, ``None`` where the file does not say so; ``None`` if it never does.
        image_id: COCO's own id of the photo, where every image of the file has a number.
        ids: COCO's own ids of the objects, where every annotation of the file has one.
    """

    points: tuple[Point, ...]
    labels: tuple[str | None, ...] | None
    image_id: int | None = None
    ids: tuple[int, ...] | None = None


class PointSource(ABC):
    """The points of the objects of some photos, read one photo at a time.

    Attributes:
        names: The photos' file names; VOC's are without an ending.
        categories: COCO's own ids by name, where it is COCO's.
    """

    names: tuple[str, ...]
    categories: Mapping[str, int]

    @abstractmethod
    def read(self, name: str) -> PhotoPoints:
        """The points of the photo of this name.

        Raises:
            DataError: What is said of this photo is no points.
        """


def open_points(place: Path) -> PointSource:
    """Open the points of many photos.

    Of a COCO file an annotation's point is its "point", else the keypoint nearest to the middle
    of those that are labelled, else the centre of its box; crowds are left out. Of a folder of
    VOC's ``Annotations`` it is the centre of each box, and the photo is named like its file.

    Args:
        place: A JSON file or a folder.

    Raises:
        DataError: It cannot be read, has another layout, or does not say of which photos it is.
    """
    if place.is_dir():
        return _Voc(place)
    content = _content(place)
    match content:
        case {"images": [*images], "annotations": [*_]}:
            coco = _Coco(content, place)
            if not all(coco.names) or len(coco.names) < len(images):
                raise DataError(
                    f"{place} has {len(images)} images, and not each has a file_name of its own. "
                    "Points belong to photos by their names; correct it."
                )
            return coco
        case {} if content and all(isinstance(entries, list) for entries in content.values()):
            return _ByName(content, place)
    raise DataError(f"{place} does not say of which photos its points are. Write {OF_MANY}.")


def read_points(file: Path, *, photo: Path) -> Points:
    """The points of one photo's objects, as `open_points` takes them.

    Args:
        file: The JSON file; a list of places need not name the photo.
        photo: The photo, whose name says which image of a COCO file is meant, where it has several.

    Raises:
        DataError: The file cannot be read or has another layout, only some points have a label,
            or it has no such image.
    """
    match _content(file):
        case [*entries]:
            found = _listed(entries, str(file))
        case {"images": [*_], "annotations": [*_]} as content:
            coco = _Coco(content, file)
            found = coco.read_entry(coco.only_or_named(photo.name))
        case {photo.name: [*entries]}:
            found = _listed(entries, f"{file}, {photo.name}")
        case _:
            raise DataError(f"{file} holds no points of {photo.name!r}. Write {LAYOUT}.")
    return list(found.points), None if found.labels is None else list(found.labels)


@final
class _ByName(PointSource):
    """Lists of places by the file names of the photos."""

    categories: Mapping[str, int] = {}

    def __init__(self, lists: Mapping[str, list[Any]], file: Path) -> None:
        self.names = tuple(lists)
        self._lists, self._file = lists, file

    def read(self, name: str) -> PhotoPoints:
        return _listed(self._lists[name], f"{self._file}, {name}")


@final
class _Voc(PointSource):
    """One file of VOC's for each photo."""

    categories: Mapping[str, int] = {}

    def __init__(self, folder: Path) -> None:
        self._files = {file.stem: file for file in sorted(folder.glob("*.xml"))}
        if not self._files:
            raise DataError(
                f"The folder {folder} holds no .xml file. Expected are VOC's, one for each photo; "
                "give such a folder, or a JSON file."
            )
        self.names = tuple(self._files)

    def read(self, name: str) -> PhotoPoints:
        boxes = read_voc_boxes(self._files[name])
        centres = (((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2) for box in boxes)
        return PhotoPoints(tuple(centres), tuple(box.label for box in boxes) or None)


@final
class _Coco(PointSource):
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
        self.categories = {
            str(entry["name"]): entry["id"] for entry in named if type(entry.get("id")) is int
        }
        keys = {_key(entry, "id", file) for entry in objects}
        whole = all(type(entry.get("id")) is int for entry in objects)
        self._has_ids = whole and len(keys) == len(objects)

    def read(self, name: str) -> PhotoPoints:
        return self.read_entry(self._by_name[name])

    def only_or_named(self, name: str) -> dict[str, Any]:
        """The entry of a photo: the only one, or the one that is named like it.

        Raises:
            DataError: There is none or more than one.
        """
        named = [entry for entry in self._entries if Path(str(entry.get("file_name"))).name == name]
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
        return PhotoPoints(
            tuple(_place(entry, self._file) for entry in mine),
            labels if any(labels) else None,
            image["id"] if self._has_image_ids else None,
            tuple(entry["id"] for entry in mine) if self._has_ids else None,
        )


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


def _content(file: Path) -> Any:
    try:
        return json.loads(file.read_bytes())
    except OSError as problem:
        raise DataError(
            f"The points {file} cannot be read ({problem.strerror}). Give a JSON file: {LAYOUT}."
        ) from problem
    except ValueError as problem:
        raise DataError(f"{file} is no JSON ({problem}). Write {LAYOUT}.") from problem


def _listed(entries: Sequence[Any], place: str) -> PhotoPoints:
    points: list[Point] = []
    labels: list[str] = []
    for number, entry in enumerate(entries, start=1):
        match entry:
            case {"x": x, "y": y} if _numbers(x, y):
                points.append((float(x), float(y)))
                if entry.get("label") is not None:
                    labels.append(str(entry["label"]))
            case [x, y] if _numbers(x, y):
                points.append((float(x), float(y)))
            case _:
                raise DataError(
                    f"{place}, entry {number} is {str(entry)[:60]!r}, no point. Write {LAYOUT}."
                )
    if labels and len(labels) < len(points):
        raise DataError(
            f"{place} has {len(points)} points and {len(labels)} labels. Label all of them or none."
        )
    return PhotoPoints(tuple(points), tuple(labels) or None)


def _place(annotation: Mapping[str, Any], file: Path) -> Point:
    match annotation.get("point"):
        case [x, y] if _numbers(x, y):
            return float(x), float(y)
    keypoints = annotation.get("keypoints")
    if isinstance(keypoints, list) and _numbers(*keypoints):
        triples = zip(keypoints[::3], keypoints[1::3], keypoints[2::3], strict=False)
        seen = [(float(x), float(y)) for x, y, visible in triples if visible > 0]
        if seen:
            middle = tuple(sum(sides) / len(seen) for sides in zip(*seen, strict=True))
            return min(seen, key=lambda place: math.dist(place, middle))
    match annotation.get("bbox"):
        case [x, y, width, height] if _numbers(x, y, width, height):
            return float(x + width / 2), float(y + height / 2)
    raise DataError(
        f"{file}, annotation {annotation.get('id')} has neither a point nor labelled keypoints nor "
        "a bbox [x, y, width, height]. Give it one of them."
    )


def _numbers(*values: Any) -> bool:
    """Whether they can be coordinates; a whole number in JSON may be larger than any float."""
    return all(
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and abs(value) <= sys.float_info.max
        for value in values
    )
