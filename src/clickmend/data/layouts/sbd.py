"""SBD, the Semantic Boundaries Dataset: photos beside MATLAB files of instances."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from clickmend.core.errors import DataError
from clickmend.data.datasets import PairedDataset
from clickmend.data.layouts.checks import files_by_stem, first_folder, listed, pair
from clickmend.data.objects import DATASETS, IdMap, ObjectDataset, ObjectSample

_LAYOUT = "SBD: dataset/img/NAME.jpg, dataset/inst/NAME.mat and dataset/val.txt"


@DATASETS.register("sbd")
def open_sbd(root: str | Path, split: str | None = None) -> ObjectDataset:
    """Open SBD's instances (``GTinst.Segmentation``; SBD has no void pixels).

    Args:
        root: The unpacked ``benchmark_RELEASE`` or the folder ``dataset`` in it.
        split: "val" (the default) or "train".

    Raises:
        DataError: A folder, the list or a file that is listed is missing.
    """
    root = Path(root)
    photo_folder = first_folder([root / "dataset" / "img", root / "img"], layout=_LAYOUT)
    ids_folder = photo_folder.parent / "inst"
    pairs = pair(
        listed(photo_folder.parent / f"{split or 'val'}.txt", layout=_LAYOUT),
        files_by_stem(photo_folder, (".jpg",), layout=_LAYOUT),
        files_by_stem(ids_folder, (".mat",), layout=_LAYOUT),
        photo_place=f"{photo_folder}/{{name}}.jpg",
        truth_place=f"{ids_folder}/{{name}}.mat",
        layout=_LAYOUT,
    )
    return PairedDataset(pairs, read_truth=_read_ids, sample=ObjectSample)


def _read_ids(file: Path) -> IdMap:
    from scipy.io import loadmat  # takes longer to import than all other layouts together

    try:
        content = loadmat(file, squeeze_me=True, struct_as_record=False)
        ids = np.atleast_2d(content["GTinst"].Segmentation).astype(np.int32)
    # loadmat lets through whatever its parser meets; a file of another kind lacks the fields.
    except Exception as problem:
        raise DataError(
            f"{file} has no GTinst.Segmentation ({type(problem).__name__}: {problem}). Expected "
            "a MATLAB file of SBD's inst folder; unpack the dataset again."
        ) from problem
    return ids, np.zeros(ids.shape, bool)
