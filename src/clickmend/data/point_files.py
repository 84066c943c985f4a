"""Files of object points: a list of points, COCO annotations, or a folder of VOC annotations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, final

from clickmend.core.errors import DataError
from clickmend.core.written_json import written_json
from clickmend.data.coco_points import CocoPoints
from clickmend.data.layouts.voc import read_voc
from clickmend.data.photo_points import PhotoPoints, Point, PointSource, apart, are_numbers

LAYOUT = (
    'a list of [x, y] or of {"x": …, "y": …, "label": …}, in pixels of the photo, or COCO\'s '
    "annotations"
)
OF_MANY = f"{{photo: points}}, the points each {LAYOUT}, or give a folder of VOC's Annotations"


def open_points(place: Path) -> PointSource:
    """Open the points of many photos.

    In a COCO file the point of an annotation is its "point", else the labelled keypoint nearest to
    their middle, else the centre of its box; crowds are left out. In a folder of VOC
    ``Annotations`` it is the centre of each box, and the photo has the name of the file.

    Args:
        place: A JSON file or a folder.

    Raises:
        DataError: It cannot be read, has another layout, or does not name its photos.
    """
    if place.is_dir():
        return _Voc(place)
    content = _content(place)
    match content:
        case {"images": [*images], "annotations": [*_]}:
            coco = CocoPoints(content, place)
            if not all(coco.names) or len(coco.names) < len(images):
                raise DataError(
                    f"{place} has {len(images)} images, and not each has a file_name of its own. "
                    "Points belong to photos by their names; correct it."
                )
            return coco
        case {} if content and all(isinstance(entries, list) for entries in content.values()):
            return _ByName(content, place)
    raise DataError(f"{place} does not name the photos of its points. Write {OF_MANY}.")


def read_points(file: Path, *, photo: Path) -> PhotoPoints:
    """The points of one photo's objects, as `open_points` takes them.

    Args:
        file: The JSON file; a list of points need not name the photo.
        photo: The photo, whose name selects the image in a COCO file with several.

    Raises:
        DataError: The file cannot be read or has another layout, only some points have a label,
            or it has no such image.
    """
    match _content(file):
        case [*entries]:
            return _listed(entries, str(file))
        case {"images": [*_], "annotations": [*_]} as content:
            coco = CocoPoints(content, file)
            return coco.read_entry(coco.only_or_named(photo.name))
        case {photo.name: [*entries]}:
            return _listed(entries, f"{file}, {photo.name}")
    raise DataError(f"{file} holds no points of {photo.name!r}. Write {LAYOUT}.")


@final
class _ByName(PointSource):
    """Lists of points by file name of the photo."""

    def __init__(self, lists: Mapping[str, list[Any]], file: Path) -> None:
        self.names = tuple(lists)
        self._lists, self._file = lists, file

    def read(self, name: str) -> PhotoPoints:
        return _listed(self._lists[name], f"{self._file}, {name}")


@final
class _Voc(PointSource):
    """A VOC file per photo."""

    def __init__(self, folder: Path) -> None:
        self._files = {file.stem: file for file in sorted(folder.glob("*.xml"))}
        if not self._files:
            raise DataError(
                f"The folder {folder} holds no .xml file. Expected are VOC's, one for each photo; "
                "give such a folder, or a JSON file."
            )
        self.names = tuple(self._files)

    def read(self, name: str) -> PhotoPoints:
        found = read_voc(self._files[name])
        boxes = [(box.x0, box.y0, box.x1, box.y1) for box in found.boxes]
        centres = [((x0 + x1) / 2, (y0 + y1) / 2) for x0, y0, x1, y1 in boxes]
        labels = tuple(box.label for box in found.boxes) or None
        return PhotoPoints(apart(centres, boxes), labels, size=found.size)


def _content(file: Path) -> Any:
    try:
        return written_json(file.read_bytes())
    except OSError as problem:
        raise DataError(
            f"The points {file} cannot be read ({problem.strerror}). Give a JSON file: {LAYOUT}."
        ) from problem
    except ValueError as problem:
        raise DataError(f"{file} is not valid JSON ({problem}). Write {LAYOUT}.") from problem


def _listed(entries: Sequence[Any], place: str) -> PhotoPoints:
    points: list[Point] = []
    labels: list[str] = []
    for number, entry in enumerate(entries, start=1):
        match entry:
            case {"x": x, "y": y} if are_numbers(x, y):
                points.append((float(x), float(y)))
                if entry.get("label") is not None:
                    labels.append(str(entry["label"]))
            case [x, y] if are_numbers(x, y):
                points.append((float(x), float(y)))
            case _:
                raise DataError(
                    f"{place}, entry {number} is {str(entry)[:60]!r}, not a point. Write {LAYOUT}."
                )
    if labels and len(labels) < len(points):
        raise DataError(
            f"{place} has {len(points)} points and {len(labels)} labels. Label all of them or none."
        )
    return PhotoPoints(tuple(points), tuple(labels) or None)
