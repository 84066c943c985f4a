"""NYU Depth V2, the official split of the labelled photos as folders."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Literal

import numpy as np

from clickmend.core.errors import DataError
from clickmend.data.datasets import PairedDataset, Planes
from clickmend.data.depths import DEPTH_DATASETS, DepthDataset, DepthSample, read_millimetres
from clickmend.data.layouts.checks import first_folder, listed, require_files

_LAYOUT = (
    "NYU Depth V2 as BTS unpacks it: test/SCENE/rgb_00045.jpg and test/SCENE/sync_depth_00045.png"
)

_LIST = "nyudepthv2_{split}_files_with_gt.txt"

_SIZE = (480, 640)
_EIGEN = (slice(45, 471), slice(41, 601))
"""The rows and columns in which Eigen et al. measure: those that every depth map covers."""


@DEPTH_DATASETS.register("nyu")
def open_nyu(
    root: str | Path, split: str | None = None, *, crop: Literal["eigen"] | None = "eigen"
) -> DepthDataset:
    """Open NYU Depth V2; the names are ``SCENE/NUMBER``, 654 of them in "test".

    This is the layout to which the published MATLAB file is unpacked for BTS and the networks
    measured after it: a folder per kind of scene, depth in 16-bit millimetres. The MATLAB file
    itself is not read. Where BTS's list of files lies beside the split, it chooses the photos
    and their order.

    Args:
        root: The folder ``official_splits`` or the one around it.
        split: "test" (the default) or "train".
        crop: "eigen" takes the depth outside Eigen's crop for unknown, as the published figures
            do; ``None`` keeps all of it.

    Raises:
        DataError: A folder or the partner of a file is missing.
    """
    root, split = Path(root), split or "test"
    folder = first_folder([root / "official_splits" / split, root / split], layout=_LAYOUT)
    order = folder.parent / _LIST.format(split=split)
    names = _listed_names(order) if order.is_file() else _names(folder)
    pairs = {
        f"{scene}/{number}": (
            folder / scene / f"rgb_{number}.jpg",
            folder / scene / f"sync_depth_{number}.png",
        )
        for scene, number in names
    }
    for files in zip(*pairs.values(), strict=True):
        require_files(files, layout=_LAYOUT)
    return PairedDataset(pairs, read_truth=partial(_read_depth, crop=crop), sample=DepthSample)


def _names(folder: Path) -> list[tuple[str, str]]:
    """Scene and number of all photos and all depth maps of the folder."""
    files = [*folder.glob("*/rgb_*.jpg"), *folder.glob("*/sync_depth_*.png")]
    if not files:
        raise DataError(
            f"The folder {folder} holds no SCENE/rgb_*.jpg file. Expected {_LAYOUT}; unpack the "
            "dataset again."
        )
    return sorted({_name(file) for file in files})


def _listed_names(file: Path) -> list[tuple[str, str]]:
    """Scene and number of the photos that BTS's list names first in its lines."""
    return [_name(Path(entry)) for entry in listed(file, layout=_LAYOUT)]


def _name(file: Path) -> tuple[str, str]:
    return file.parent.name, file.stem.rpartition("_")[2]


def _read_depth(file: Path, *, crop: Literal["eigen"] | None) -> Planes:
    (depth_m,) = read_millimetres(file)
    if crop is None:
        return (depth_m,)
    if depth_m.shape != _SIZE:
        raise DataError(
            f"{file} is {depth_m.shape[1]}×{depth_m.shape[0]}. Eigen's crop is made for NYU's "
            "640×480; restore the published file or take crop=None."
        )
    inside = np.full_like(depth_m, np.nan)
    inside[_EIGEN] = depth_m[_EIGEN]
    return (inside,)
