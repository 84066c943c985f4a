"""COCO and LVIS: objects as polygons or run lengths in one JSON file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any, final

import numpy as np

from clickmend.core.errors import DataError
from clickmend.core.types import Mask
from clickmend.data.datasets import unknown_sample
from clickmend.data.layouts.checks import read_json, require_files
from clickmend.data.objects import DATASETS, ObjectDataset, ObjectSample
from clickmend.data.photos import read_photo
from clickmend.data.planes import Size
from clickmend.data.rle import decode_rle, fill_polygons

_COCO = "COCO: annotations/instances_val2017.json and val2017/NAME.jpg"
_LVIS = "LVIS: lvis_v1_val.json beside COCO's train2017/NAME.jpg and val2017/NAME.jpg"


@DATASETS.register("coco")
def open_coco(root: str | Path, split: str | None = None) -> ObjectDataset:
    """Open COCO's instances; crowds are ignored, photos without an object are left out.

    Args:
        root: The folder that holds ``annotations`` and the photos, in ``SPLIT`` or
            ``images/SPLIT``.
        split: "val2017" (the default), "train2017", …

    Raises:
        DataError: The annotations or a photo of them is missing, or they are not COCO's.
    """
    root, split = Path(root), split or "val2017"
    file = root / "annotations" / f"instances_{split}.json"
    folder = root / "images" / split if (root / "images" / split).is_dir() else root / split

    def photo_of(image: dict[str, Any]) -> Path:
        name = str(_field(image, "file_name", file))
        # COCO made on Windows; a name may hold a backslash elsewhere.
        if "\\" in name and not (folder / name).is_file():
            name = name.replace("\\", "/")
        return folder / name

    return _open(file, photo_of, layout=_COCO)


@DATASETS.register("lvis")
def open_lvis(root: str | Path, split: str | None = None) -> ObjectDataset:
    """Open LVIS v1, whose photos are COCO's; photos without an object are left out.

    Args:
        root: The folder that holds ``lvis_v1_SPLIT.json``, itself or in ``annotations``, and the
            photo folders ``train2017`` and ``val2017``, themselves or in ``images``.
        split: "val" (the default) or "train".

    Raises:
        DataError: The annotations or a photo of them is missing, or they are not LVIS's.
    """
    root, file_name = Path(root), f"lvis_v1_{split or 'val'}.json"
    nested = root / "annotations" / file_name
    file = nested if nested.is_file() else root / file_name
    home = root / "images" if (root / "images").is_dir() else root

    def photo_of(image: dict[str, Any]) -> Path:
        # LVIS names no file: the last two parts of the address are COCO's folder and file.
        return home.joinpath(*str(_field(image, "coco_url", file)).split("/")[-2:])

    return _open(file, photo_of, layout=_LVIS)


@final
class CocoObjects(ObjectDataset):
    """The objects of one annotation file; an object's id is its place among those of its photo.

    Args:
        file: The annotation file, for errors.
        images: Name → COCO's entry of an image.
        photos: Name → photo.
        entries: Image id → COCO's annotations of it.
        categories: Category id → name; empty where the file names none.
    """

    def __init__(
        self,
        file: Path,
        *,
        images: dict[str, dict[str, Any]],
        photos: dict[str, Path],
        entries: dict[int, list[dict[str, Any]]],
        categories: dict[int, str],
    ) -> None:
        self.names = tuple(images)
        self._file = file
        self._images = images
        self._photos = photos
        self._entries = entries
        self._categories = categories

    def read(self, name: str) -> ObjectSample:
        """See the base class."""
        if name not in self._images:
            raise unknown_sample(name, self.names)
        image = read_photo(self._photos[name])
        height, width = image.shape[:2]
        entry = self._images[name]
        if (entry.get("width"), entry.get("height")) != (width, height):
            raise DataError(
                f"{self._photos[name]} is {width}×{height} but {self._file.name} says "
                f"{entry.get('width')}×{entry.get('height')}. Both must have one size; restore "
                "the published files."
            )
        objects: list[Mask] = []
        classes: list[str] = []
        ignore = np.zeros((height, width), bool)
        for annotation in self._entries[entry["id"]]:
            mask = self._mask(annotation, (width, height))
            if annotation.get("iscrowd"):
                ignore |= mask
            else:
                objects.append(mask)
                if self._categories:
                    classes.append(self._class(annotation))
        return ObjectSample.from_masks(
            name, image, objects, ignore=ignore, classes=classes if self._categories else None
        )

    def _class(self, annotation: dict[str, Any]) -> str:
        category = _field(annotation, "category_id", self._file)
        if category not in self._categories:
            raise DataError(
                f"{self._file}, annotation {annotation.get('id')}: there is no category "
                f"{category!r}. The list of categories has all; restore the published file."
            )
        return self._categories[category]

    def _mask(self, annotation: dict[str, Any], size: Size) -> Mask:
        segmentation = _field(annotation, "segmentation", self._file)
        try:
            if isinstance(segmentation, dict):
                return decode_rle(segmentation, size=size, error=DataError)
            return fill_polygons(segmentation, size=size, error=DataError)
        except DataError as problem:
            raise DataError(
                f"{self._file}, annotation {annotation.get('id')}: {problem}"
            ) from problem


def _open(file: Path, photo_of: Callable[[dict[str, Any]], Path], *, layout: str) -> CocoObjects:
    """Index an annotation file and check that its photos are there."""
    content = _load(file, layout=layout)
    images, annotations = content["images"], content["annotations"]
    entries: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for annotation in annotations:
        entries[_field(annotation, "image_id", file)].append(annotation)
    with_objects = {
        photo_of(image): image
        for image in images
        if any(not entry.get("iscrowd") for entry in entries.get(_field(image, "id", file), []))
    }
    require_files(with_objects, layout=layout)
    return CocoObjects(
        file,
        images={photo.stem: image for photo, image in with_objects.items()},
        photos={photo.stem: photo for photo in with_objects},
        entries=dict(entries),
        categories={
            _field(entry, "id", file): str(_field(entry, "name", file))
            for entry in content.get("categories", [])
        },
    )


def _load(file: Path, *, layout: str) -> dict[str, list[dict[str, Any]]]:
    content: Any = read_json(file, layout=layout)
    match content:
        case {"images": [*_], "annotations": [*_]}:
            return dict(content)
    raise DataError(
        f'{file} has no lists "images" and "annotations". Expected {layout}; choose the '
        "file of instances."
    )


def _field(entry: dict[str, Any], key: str, file: Path) -> Any:
    if not isinstance(entry, dict) or key not in entry:
        raise DataError(
            f"{file} has an entry without {key!r} ({str(entry)[:60]}…). Every one must have it; "
            "restore the published file."
        )
    return entry[key]
