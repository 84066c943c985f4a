"""COCO: objects as polygons or run lengths, with keypoints and crowds, in one JSON file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, cast, final

import numpy as np

from clickmend.core.errors import DataError, OutputError
from clickmend.core.files import write_atomically
from clickmend.core.types import Mask
from clickmend.data.photo_points import are_numbers
from clickmend.data.picture_files import bare_name
from clickmend.data.planes import Size
from clickmend.data.rle import decode_rle, encode_rle, encode_runs, fill_polygons
from clickmend.projects.formats.base import FORMATS, LabelObject, PhotoLabels
from clickmend.projects.formats.categories import Categories
from clickmend.projects.formats.ids import fill
from clickmend.projects.formats.maker import maker_in, with_maker
from clickmend.projects.formats.order import interleaved
from clickmend.projects.formats.places import Photos
from clickmend.projects.formats.rings import outline
from clickmend.projects.formats.shared_file import SharedFile, json_bytes, read_json

_DERIVED = ("image_id", "segmentation", "area", "bbox", "iscrowd", "keypoints", "num_keypoints")
"""Fields of an annotation that are made anew from the object."""


@final
class Coco(SharedFile):
    """COCO's instances and keypoints.

    An object that came as polygons leaves as polygons, word for word if its mask is the same, else
    along the edges of its pixels; one with a hole, which polygons fill, leaves as run lengths, as
    do new objects. Run lengths make no crowd of an object. Area and box are those of the mask.
    Annotations without a segmentation are kept as they are.

    Args:
        name: Of the format.
        polygons: Whether new objects leave as polygons too, where those are exact.
    """

    suffixes = (".json",)
    default = "instances.json"
    tasks = frozenset({"interactive", "instances"})
    holds = frozenset(
        {"several", "overlaps", "parts", "holes", "empty", "labels", "unlabelled", "crowds",
         "keypoints", "ids", "fields", "makers"}
    )  # fmt: skip

    def __init__(self, name: str, *, polygons: bool) -> None:
        self.name, self._polygons = name, polygons
        self.title = "COCO with polygons" if polygons else "COCO"

    def load(self, file: Path, photos: Photos, classes: Sequence[str]) -> Iterator[PhotoLabels]:
        """See the base class."""
        content = read_json(file, form=self)
        names = Categories.labels(content.get("categories") or [], file)
        entries: dict[Any, list[dict[str, Any]]] = defaultdict(list)
        ids: set[Any] = set()
        for entry in content["annotations"]:
            entries[entry["image_id"]].append(entry)
            found = entry.get("id")
            if found is not None and found in ids:
                raise DataError(
                    f"{file} has two annotations of the id {found!r}. Each has an id of its own; "
                    "correct it."
                )
            ids.add(found)
        rest = {
            key: value for key, value in content.items() if key not in ("images", "annotations")
        }
        shared = {"coco": rest}
        for image in content["images"]:
            name = photos.find(str(image["file_name"]), place=file)
            if name is None:
                continue
            sides = image.get("width"), image.get("height")
            known = all(type(side) is int and side > 0 for side in sides)
            size = photos.size(name, cast(Size, sides) if known else None, place=file)
            objects, others = [], []
            for place, entry in enumerate(entries[image["id"]]):
                if entry.get("segmentation"):
                    objects.append(_object(entry, names, size, file))
                else:
                    others.append([place, entry])
            yield PhotoLabels(
                file_name=name,
                size=size,
                objects=tuple(objects),
                classes=tuple(dict.fromkeys(filter(None, names.values()))),
                extra={"coco": {"image": image, "others": others}},
                shared=shared,
            )

    def save(self, file: Path, labels: Iterable[PhotoLabels]) -> Sequence[Path]:
        """See the base class."""
        images: list[dict[str, Any]] = []
        annotations: list[list[dict[str, Any]]] = []
        rest: dict[str, Any] = {}
        categories = Categories()
        for photo in labels:
            if not images:
                rest = dict(photo.shared.get("coco", {}))
                categories = Categories(rest.get("categories") or [], photo.classes)
            kept = photo.extra.get("coco", {})
            given = kept.get("image", {})
            width, height = photo.size
            same = bare_name(str(given.get("file_name", ""))) == bare_name(photo.file_name)
            written = given["file_name"] if same else photo.file_name
            images.append(
                {"id": None, **given, "file_name": written, "width": width, "height": height}
            )
            made = [self._annotation(one, categories) for one in photo.objects]
            annotations.append(interleaved(made, kept.get("others", [])))
        _number(images, annotations, file)
        content = {
            **rest,
            "images": images,
            "annotations": [entry for of_image in annotations for entry in of_image],
            "categories": categories.entries,
        }
        write_atomically(file, json_bytes(content))
        return [file]

    def _annotation(self, found: LabelObject, categories: Categories) -> dict[str, Any]:
        kept = found.extra.get("coco", {})
        rows, columns = (np.flatnonzero(found.mask.any(axis=axis)) for axis in (1, 0))
        box = [0.0, 0.0, 0.0, 0.0]
        if rows.size:
            x, y = columns[0], rows[0]
            box = [float(n) for n in (x, y, columns[-1] + 1 - x, rows[-1] + 1 - y)]
        entry = dict(kept.get("entry", {}))
        # A number of another kind of file is one of its photo: see ``_number``.
        entry["id"] = found.id if "entry" in kept else ("of its photo", found.id)
        entry["category_id"] = categories.id_of(found.label, given=entry.get("category_id"))
        entry["segmentation"] = self._segmentation(found, kept)
        entry["area"] = int(found.mask.sum())
        entry["bbox"] = box
        entry["iscrowd"] = int(found.crowd)
        if found.keypoints:
            entry["keypoints"] = [number for point in found.keypoints for number in point]
            entry["num_keypoints"] = sum(seen > 0 for _, _, seen in found.keypoints)
        return with_maker(entry, found.maker)

    def _segmentation(self, found: LabelObject, kept: Mapping[str, Any]) -> Any:
        size = found.mask.shape[1], found.mask.shape[0]
        if given := kept.get("polygons"):
            if (fill_polygons(given, size=size, error=OutputError) == found.mask).all():
                return given
        elif kept.get("plain") and not self._polygons:
            return encode_runs(found.mask)
        if (given or self._polygons) and not found.crowd:
            polygons = edge_polygons(found.mask)
            if polygons:
                return polygons
        return encode_rle(found.mask)


def edge_polygons(mask: Mask) -> list[list[float]] | None:
    """COCO's polygons of a mask along the edges of its pixels, ``None`` where none are exact."""
    rings = outline(mask)
    if rings.holes or not rings.outer:
        return None
    polygons = [ring.ravel().tolist() for ring in rings.outer]
    size = mask.shape[1], mask.shape[0]
    exact = (fill_polygons(polygons, size=size, error=OutputError) == mask).all()
    return polygons if exact else None


def _object(
    entry: Mapping[str, Any], names: Mapping[Any, str | None], size: Size, file: Path
) -> LabelObject:
    given = entry["segmentation"]
    kept: dict[str, Any] = {
        "entry": {key: value for key, value in entry.items() if key not in _DERIVED}
    }
    try:
        if isinstance(given, Mapping):
            mask = decode_rle(given, size=size, error=DataError)
            kept["plain"] = isinstance(given["counts"], list)
        else:
            kept["polygons"] = [_once(polygon) for polygon in given or []]
            mask = fill_polygons(kept["polygons"], size=size, error=DataError)
    except DataError as problem:
        raise DataError(f"{file}, annotation {entry.get('id')}: {problem}") from problem
    category = entry.get("category_id")
    if names and category not in names:
        raise DataError(
            f"{file}, annotation {entry.get('id')} has the category {category!r}, which the list "
            "of categories lacks. Each is in the list; correct it."
        )
    return LabelObject(
        mask=mask,
        label=names.get(category),
        id=entry.get("id"),
        crowd=bool(entry.get("iscrowd")),
        keypoints=_keypoints(entry.get("keypoints") or [], entry, file),
        maker=maker_in(entry.get("attributes")),
        extra={"coco": kept},
    )


def _once(polygon: Any) -> Any:
    """A polygon that runs around twice, and so fills to nothing, made to run around once.

    labelformat writes those of masks so, see findings/labelformat_outlines_run_around_twice.sh.
    """
    half = len(polygon) // 2 if isinstance(polygon, list) else 0
    twice = half >= 6 and half % 2 == 0 and polygon[:half] == polygon[half:]
    return polygon[:half] if twice else polygon


def _keypoints(
    numbers: Sequence[Any], entry: Mapping[str, Any], file: Path
) -> tuple[tuple[float, float, int], ...]:
    if len(numbers) % 3 or not are_numbers(*numbers):
        raise DataError(
            f"{file}, annotation {entry.get('id')} has keypoints that are no [x, y, v, …]. COCO's "
            "are three numbers each; correct it."
        )
    return tuple((x, y, int(v)) for x, y, v in zip(*(numbers[n::3] for n in range(3)), strict=True))


def _number(
    images: list[dict[str, Any]], annotations: list[list[dict[str, Any]]], file: Path
) -> None:
    """Give what has no id a free one; ids of other kinds of files stay where nobody has them."""
    for image, number in zip(images, fill(image["id"] for image in images), strict=True):
        image["id"] = number
    entries = [entry for of_image in annotations for entry in of_image]
    taken = set()
    for entry in entries:
        if type(entry.get("id")) is not tuple and entry.get("id") is not None:
            if entry["id"] in taken:
                raise OutputError(
                    f"{file} would have two annotations of the id {entry['id']!r}. COCO's ids are "
                    "of the whole file; leave out that of a new object."
                )
            taken.add(entry["id"])
    for entry in entries:
        if type(entry.get("id")) is tuple:
            wanted = entry["id"][1]
            # COCO's evaluation takes 0 for none, and LabelMe's groups begin there.
            entry["id"] = None if wanted in taken or wanted == 0 else wanted
            taken.add(wanted)
    for entry, number in zip(entries, fill(entry.get("id") for entry in entries), strict=True):
        entry["id"] = number
    for image, of_image in zip(images, annotations, strict=True):
        for entry in of_image:
            entry["image_id"] = image["id"]


FORMATS.register("coco")(Coco("coco", polygons=False))
FORMATS.register("coco-polygons")(Coco("coco-polygons", polygons=True))
