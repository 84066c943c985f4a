"""PASCAL VOC 2012, the segmented objects."""

from __future__ import annotations

from pathlib import Path

from clickmend.data.datasets import PairedDataset
from clickmend.data.layout import files_by_stem, first_folder, ids_with_void, listed, pair
from clickmend.data.objects import DATASETS, ObjectDataset, ObjectSample

_LAYOUT = (
    "PASCAL VOC: VOCdevkit/VOC2012 with JPEGImages/NAME.jpg, SegmentationObject/NAME.png and "
    "ImageSets/Segmentation/val.txt"
)


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
    return PairedDataset(pairs, read_truth=ids_with_void, sample=ObjectSample)
