"""GrabCut as Microsoft published it: ``data_GT`` beside ``boundary_GT``."""

from __future__ import annotations

from pathlib import Path

from clickmend.data.layout import (
    PHOTO_SUFFIXES,
    files_by_stem,
    ids_with_boundary,
    pair,
    without_splits,
)
from clickmend.data.objects import DATASETS, ObjectDataset, PairedObjects

_LAYOUT = "GrabCut: data_GT/NAME.jpg or .bmp and boundary_GT/NAME.bmp (0, 128 boundary, 255)"


@DATASETS.register("grabcut")
def open_grabcut(root: str | Path, split: str | None = None) -> ObjectDataset:
    """Open GrabCut: one object per photo, the drawn boundary (128) ignored.

    The lasso trimaps of the publication (``boundary_GT_lasso``, ``data_GT`` aside) are not used.

    Raises:
        DataError: A folder or the partner of a file is missing, or a split is asked for.
    """
    without_splits(split, layout=_LAYOUT)
    photo_folder, mask_folder = Path(root) / "data_GT", Path(root) / "boundary_GT"
    photos = files_by_stem(photo_folder, PHOTO_SUFFIXES, layout=_LAYOUT)
    masks = files_by_stem(mask_folder, (".bmp", ".png"), layout=_LAYOUT)
    pairs = pair(
        sorted(photos.keys() | masks.keys()),
        photos,
        masks,
        photo_place=f"{photo_folder}/{{name}}.jpg",
        ids_place=f"{mask_folder}/{{name}}.bmp",
        layout=_LAYOUT,
    )
    return PairedObjects(pairs, read_ids=ids_with_boundary)
