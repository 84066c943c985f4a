"""Cityscapes, the finely annotated photos."""

from __future__ import annotations

from pathlib import Path

from clickmend.core.errors import DataError
from clickmend.data.labels import LABEL_DATASETS, Codes, LabelDataset, PairedLabels
from clickmend.data.layouts.checks import require_files, require_folder

_LAYOUT = (
    "Cityscapes: leftImg8bit/val/CITY/NAME_leftImg8bit.png and "
    "gtFine/val/CITY/NAME_gtFine_labelIds.png (or _labelTrainIds.png)"
)

_PHOTO = "_leftImg8bit.png"

CLASSES = (
    "road", "sidewalk", "building", "wall", "fence", "pole", "traffic light", "traffic sign",
    "vegetation", "terrain", "sky", "person", "rider", "car", "truck", "bus", "train",
    "motorcycle", "bicycle",
)  # fmt: skip
"""The classes that Cityscapes scores, in the order of the train ids."""

_ID_OF_CLASS = (7, 8, 11, 12, 13, 17, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 31, 32, 33)
"""The 19 of the 34 labels that Cityscapes scores, in the order of the train ids."""

_CODES: dict[str, Codes] = {
    "_gtFine_labelIds.png": [
        dict(zip(_ID_OF_CLASS, CLASSES, strict=True)).get(label) for label in range(34)
    ],
    "_gtFine_labelTrainIds.png": [*CLASSES, *[None] * (256 - len(CLASSES))],
}


@LABEL_DATASETS.register("cityscapes")
def open_cityscapes(root: str | Path, split: str | None = None) -> LabelDataset:
    """Open Cityscapes with its 19 classes of the train ids; all other labels are ignored.

    The names are those of the photos before ``_leftImg8bit``. The label ids are read where they
    are, since everybody has the same; else the train ids that Cityscapes' own scripts write.

    Args:
        root: The folder that holds ``leftImg8bit`` and ``gtFine``.
        split: "val" (the default) or "train". The labels of "test" are not public; its files are
            ignored all over.

    Raises:
        DataError: A folder or the partner of a file is missing.
    """
    root, split = Path(root), split or "val"
    photo_folder = require_folder(root / "leftImg8bit" / split, layout=_LAYOUT)
    truth_folder = require_folder(root / "gtFine" / split, layout=_LAYOUT)
    truth = next((ending for ending in _CODES if any(truth_folder.glob(f"*/*{ending}"))), None)
    if truth is None:
        raise DataError(
            f"The folder {truth_folder} holds no CITY/*_gtFine_labelIds.png file. Expected "
            f"{_LAYOUT}; unpack the dataset again."
        )
    names = sorted(_names(photo_folder, _PHOTO) | _names(truth_folder, truth))
    pairs = {
        name.name: (photo_folder / f"{name}{_PHOTO}", truth_folder / f"{name}{truth}")
        for name in names
    }
    for files in zip(*pairs.values(), strict=True):
        require_files(files, layout=_LAYOUT)
    return PairedLabels(pairs, codes=_CODES[truth])


def _names(folder: Path, ending: str) -> set[Path]:
    """``CITY/NAME`` of the files with this ending."""
    files = folder.glob(f"*/*{ending}")
    return {file.relative_to(folder).with_name(file.name.removesuffix(ending)) for file in files}
