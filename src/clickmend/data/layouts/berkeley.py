"""Berkeley, the 100 objects that McGuinness and O'Connor marked on 96 BSDS photos."""

from __future__ import annotations

import re
from pathlib import Path

from clickmend.data.datasets import PairedDataset
from clickmend.data.layouts.checks import (
    files_by_stem,
    ids_with_boundary,
    pair,
    without_splits,
)
from clickmend.data.objects import DATASETS, ObjectDataset, ObjectSample
from clickmend.data.picture_files import PHOTO_SUFFIXES

_LAYOUT = "Berkeley: images/NAME.jpg and masks/NAME.png, further objects as masks/NAME-2.png"


@DATASETS.register("berkeley")
def open_berkeley(root: str | Path, split: str | None = None) -> ObjectDataset:
    """Open Berkeley: one sample per marked object, so a photo with two objects comes twice.

    A mask belongs to the photo of the same name, as it is usually packed, or to the photo whose
    name it bears before ``-N``, ``_N`` or ``#N``. Grey 128 is ignored as in GrabCut.

    Raises:
        DataError: A folder or the partner of a file is missing, or a split is asked for.
    """
    without_splits(split, layout=_LAYOUT)
    root = Path(root)
    photos = files_by_stem(root / "images", PHOTO_SUFFIXES, layout=_LAYOUT)
    masks = files_by_stem(root / "masks", (".png", ".bmp"), layout=_LAYOUT)
    photo_of = {name: name if name in photos else _without_number(name) for name in masks}
    unmarked = photos.keys() - set(photo_of.values())
    pairs = pair(
        sorted(masks.keys() | unmarked),
        {name: photos[photo] for name, photo in photo_of.items() if photo in photos}
        | {name: photos[name] for name in unmarked},
        masks,
        photo_place=f"{root / 'images'}/{{name}}.jpg",
        truth_place=f"{root / 'masks'}/{{name}}.png",
        layout=_LAYOUT,
    )
    return PairedDataset(pairs, read_truth=ids_with_boundary, sample=ObjectSample)


def _without_number(name: str) -> str:
    return re.sub(r"[-_#]\d+$", "", name)
