"""GrabCut as Microsoft published it: ``data_GT`` beside ``boundary_GT``."""

from __future__ import annotations

from pathlib import Path

from clickmend.data.datasets import PairedDataset
from clickmend.data.layouts.checks import ids_with_boundary, pair_folders, without_splits
from clickmend.data.objects import DATASETS, ObjectDataset, ObjectSample

_LAYOUT = "GrabCut: data_GT/NAME.jpg or .bmp and boundary_GT/NAME.bmp (0, 128 boundary, 255)"


@DATASETS.register("grabcut")
def open_grabcut(root: str | Path, split: str | None = None) -> ObjectDataset:
    """Open GrabCut: one object per photo, the drawn boundary (128) ignored.

    The lasso trimaps of the publication (``boundary_GT_lasso``, ``data_GT`` aside) are not used.

    Raises:
        DataError: A folder or the partner of a file is missing, or a split is asked for.
    """
    without_splits(split, layout=_LAYOUT)
    root = Path(root)
    pairs = pair_folders(
        root / "data_GT",
        root / "boundary_GT",
        layout=_LAYOUT,
        truth_suffixes=(".bmp", ".png"),
    )
    return PairedDataset(pairs, read_truth=ids_with_boundary, sample=ObjectSample)
