"""The plain layout of objects: ``images/NAME.jpg`` beside ``masks/NAME.png``."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from clickmend.data.datasets import PairedDataset
from clickmend.data.layouts.checks import ids_with_void, pair_folders
from clickmend.data.objects import DATASETS, ObjectDataset, ObjectSample

_LAYOUT = "images/NAME.jpg and {masks}/NAME.png (0 background, 1…n objects, 255 ignore)"


@DATASETS.register("folder")
def open_folder(
    root: str | Path, split: str | None = None, *, annotator: Literal[1, 2] = 1
) -> ObjectDataset:
    """Open a folder of the plain layout.

    The ids of the masks are kept as they are, gaps included; 255 is ignored. Masks may have 8 or
    16 bits.

    Args:
        root: The folder that holds ``images`` and ``masks``.
        split: A folder below ``root`` that holds them instead.
        annotator: 2 reads ``masks2``, a second person's regions, where a set has them.

    Raises:
        DataError: A folder or the partner of a file is missing.
    """
    root = Path(root) if split is None else Path(root) / split
    masks_folder = "masks" if annotator == 1 else "masks2"
    pairs = pair_folders(
        root / "images", root / masks_folder, layout=_LAYOUT.format(masks=masks_folder)
    )
    return PairedDataset(pairs, read_truth=ids_with_void, sample=ObjectSample)
