"""Points as a JSON file: a list of places, or COCO's annotations."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from clickmend.core.errors import DataError

LAYOUT = (
    'a list of [x, y] or of {"x": …, "y": …, "label": …}, in pixels of the photo, or COCO\'s '
    "annotations"
)

Points = tuple[list[tuple[float, float]], list[str] | None]
"""The places (x, y), and what is at each, if the file says so."""


def read_points(file: Path, *, photo: Path) -> Points:
    """The points of a photo's objects.

    Of a COCO file an annotation's point is its "point", else the keypoint nearest to the middle
    of those that are labelled, else the centre of its box; crowds are left out.

    Args:
        file: The JSON file.
        photo: The photo, whose name says which image of a COCO file is meant, where it has several.

    Raises:
        DataError: The file cannot be read or has another layout, only some points have a label,
            or COCO's has no such image.
    """
    try:
        content = json.loads(file.read_bytes())
    except OSError as problem:
        raise DataError(
            f"The points {file} cannot be read ({problem.strerror}). Give a JSON file: {LAYOUT}."
        ) from problem
    except ValueError as problem:
        raise DataError(f"{file} is no JSON ({problem}). Write {LAYOUT}.") from problem
    match content:
        case [*entries]:
            return _listed(entries, file)
        case {"images": [*images], "annotations": [*annotations]}:
            image = _image(images, photo, file)
            names = {
                entry.get("id"): str(entry.get("name"))
                for entry in content.get("categories", [])
                if isinstance(entry, dict)
            }
            return _of_coco(annotations, image, names, file)
    raise DataError(f"{file} holds no points. Write {LAYOUT}.")


def _listed(entries: list[Any], file: Path) -> Points:
    points, labels = [], []
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
                    f"{file}, entry {number} is {str(entry)[:60]!r}, no point. Write {LAYOUT}."
                )
    if labels and len(labels) < len(points):
        raise DataError(
            f"{file} has {len(points)} points and {len(labels)} labels. Label all of them or none."
        )
    return points, labels or None


def _image(images: list[Any], photo: Path, file: Path) -> dict[str, Any]:
    entries = [entry for entry in images if isinstance(entry, dict)]
    named = [e for e in entries if Path(str(e.get("file_name"))).name == photo.name]
    chosen = named if len(entries) > 1 else entries
    if len(chosen) != 1:
        raise DataError(
            f"{file} has {len(entries)} images, {len(named)} of them named {photo.name!r}. A file "
            "of several images names each once; correct it, or give the points of this photo alone."
        )
    return chosen[0]


def _of_coco(
    annotations: list[Any], image: dict[str, Any], names: dict[Any, str], file: Path
) -> Points:
    points, labels = [], []
    for annotation in annotations:
        if not isinstance(annotation, dict) or annotation.get("image_id") != image.get("id"):
            continue
        if annotation.get("iscrowd"):
            continue
        points.append(_place(annotation, file))
        labels.append(names.get(annotation.get("category_id"), ""))
    return points, labels if all(labels) and labels else None


def _place(annotation: dict[str, Any], file: Path) -> tuple[float, float]:
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
    return all(isinstance(value, int | float) and not isinstance(value, bool) for value in values)
