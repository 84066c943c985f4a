"""PASCAL VOC 2012: the segmented objects, and the boxes of all."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import final
from xml.etree import ElementTree as ET

import numpy as np

from clickmend.core.errors import DataError
from clickmend.core.types import RGB, Labels, Mask
from clickmend.data.codecs import read_index
from clickmend.data.datasets import PairedDataset, Planes
from clickmend.data.layouts.checks import (
    files_by_stem,
    first_folder,
    ids_with_void,
    listed,
    pair,
    require_files,
)
from clickmend.data.objects import DATASETS, ObjectDataset, ObjectSample
from clickmend.data.planes import Size

VOC_CLASSES = (
    "aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "chair", "cow",
    "diningtable", "dog", "horse", "motorbike", "person", "pottedplant", "sheep", "sofa", "train",
    "tvmonitor",
)  # fmt: skip
"""The classes in the order of their indices, which start at 1."""

_LAYOUT = (
    "PASCAL VOC: VOCdevkit/VOC2012 with JPEGImages/NAME.jpg, SegmentationObject/NAME.png, "
    "SegmentationClass/NAME.png and ImageSets/Segmentation/val.txt"
)


@final
@dataclass(frozen=True, slots=True)
class VocBox:
    """One object of an annotation, in clickmend's pixels: x1 and y1 are just outside.

    VOC counts pixels from 1 and names the last one of a box.
    """

    label: str
    x0: float
    y0: float
    x1: float
    y1: float


@final
@dataclass(frozen=True, slots=True)
class VocAnnotation:
    """One photo's file.

    Attributes:
        boxes: Its objects, in its order.
        size: The width and height of the photo, where it says so; many tools write 0.
    """

    boxes: tuple[VocBox, ...]
    size: Size | None


@DATASETS.register("voc")
def open_voc(root: str | Path, split: str | None = None) -> ObjectDataset:
    """Open PASCAL VOC's object segmentation; its void pixels (255) are ignored.

    Args:
        root: The folder ``VOC2012``, the ``VOCdevkit`` around it, or the folder around that.
        split: "val" (the default), "train" or "trainval".

    Raises:
        DataError: A folder, the list or a file that is listed is missing.
    """
    root = Path(root)
    years = (root / "VOCdevkit" / "VOC2012", root / "VOC2012", root)
    photo_folder = first_folder([year / "JPEGImages" for year in years], layout=_LAYOUT)
    year = photo_folder.parent
    pairs = pair(
        listed(year / "ImageSets" / "Segmentation" / f"{split or 'val'}.txt", layout=_LAYOUT),
        files_by_stem(photo_folder, (".jpg",), layout=_LAYOUT),
        files_by_stem(year / "SegmentationObject", (".png",), layout=_LAYOUT),
        photo_place=f"{photo_folder}/{{name}}.jpg",
        truth_place=f"{year / 'SegmentationObject'}/{{name}}.png",
        layout=_LAYOUT,
    )
    require_files([_class_file(truth) for _, truth in pairs.values()], layout=_LAYOUT)
    return PairedDataset(pairs, read_truth=_read_truth, sample=_sample)


def read_voc(file: Path) -> VocAnnotation:
    """What an annotation, ``Annotations/NAME.xml``, says of its photo.

    Raises:
        DataError: It cannot be read, or an object has no name or no box.
    """
    try:
        root = ET.fromstring(file.read_bytes())
        sides = [int(root.findtext(f"size/{side}") or 0) for side in ("width", "height")]
        boxes = tuple(_box(element) for element in root.findall("object"))
    except OSError as problem:
        raise DataError(
            f"The annotation {file} cannot be read ({problem.strerror}). Expected is VOC's "
            "Annotations/NAME.xml; check the place."
        ) from problem
    except (ET.ParseError, ValueError) as problem:
        raise DataError(
            f"{file} is no annotation of VOC ({problem}). Each object has a name and a bndbox of "
            "xmin, ymin, xmax and ymax; restore the published file."
        ) from problem
    return VocAnnotation(boxes, (sides[0], sides[1]) if min(sides) > 0 else None)


def _box(element: ET.Element) -> VocBox:
    sides = [element.findtext(f"bndbox/{side}") for side in ("xmin", "ymin", "xmax", "ymax")]
    label = element.findtext("name")
    if not label:
        raise ValueError("an object without a name")
    x0, y0, x1, y1 = (float(side or "nothing") for side in sides)
    return VocBox(label, x0 - 1, y0 - 1, x1, y1)


def _class_file(object_file: Path) -> Path:
    return object_file.parents[1] / "SegmentationClass" / object_file.name


def _read_truth(object_file: Path) -> Planes:
    """Ids, void pixels and the class of each pixel."""
    file = _class_file(object_file)
    ids, ignore = ids_with_void(object_file)
    classes = read_index(file, error=DataError)
    if classes.shape != ids.shape:
        raise DataError(
            f"{file} and {object_file} differ in size. Both are of one photo; restore the "
            "published files."
        )
    return ids, ignore, classes


def _sample(name: str, image: RGB, ids: Labels, ignore: Mask, classes: Labels) -> ObjectSample:
    named: dict[int, str] = {}
    for object_id in np.unique(ids[ids > 0]):
        within = classes[(ids == object_id) & (classes > 0) & (classes <= len(VOC_CLASSES))]
        if not within.size:
            raise DataError(
                f"The object {object_id} of {name} has no class in SegmentationClass. Each has one "
                "of VOC's twenty; restore the published files."
            )
        named[int(object_id)] = VOC_CLASSES[np.bincount(within).argmax() - 1]
    return ObjectSample(name, image, ids, ignore, classes=named)
