"""DAVIS 2016 and 2017 at 480p: every annotated frame is a sample."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from clickmend.core.errors import DataError
from clickmend.data.codecs import read_index
from clickmend.data.datasets import PairedDataset
from clickmend.data.layouts.checks import files_by_stem, listed, pair, require_folder
from clickmend.data.objects import DATASETS, IdMap, ObjectDataset, ObjectSample

_LAYOUT = (
    "DAVIS: JPEGImages/480p/SEQUENCE/00000.jpg, Annotations/480p/SEQUENCE/00000.png and "
    "ImageSets/480p/val.txt (2016) or ImageSets/2017/val.txt (2017)"
)


@DATASETS.register("davis")
def open_davis(root: str | Path, split: str | None = None) -> ObjectDataset:
    """Open DAVIS; the names are ``SEQUENCE/FRAME``.

    Masks of 0 and 255 (2016) hold one object. Others (2017) hold the ids of their palette, and
    255 is ignored.

    Args:
        root: The folder that holds ``JPEGImages``, ``Annotations`` and ``ImageSets``.
        split: The list to read, such as "val" (the default), "train", or "2016/val" to choose
            between the years that one archive may hold. Without a year: 480p (the archive of
            2016), else 2017, else 2016.

    Raises:
        DataError: A folder, a list or a file that is listed is missing.
    """
    root = Path(root)
    photo_folder = require_folder(root / "JPEGImages" / "480p", layout=_LAYOUT)
    ids_folder = require_folder(root / "Annotations" / "480p", layout=_LAYOUT)
    entries = listed(_list_file(root / "ImageSets", split or "val"), layout=_LAYOUT)
    # The archive of 2016 lists the paths of frames, that of 2017 the names of sequences.
    names = [_frame_name(entry) for entry in entries if "/" in entry]
    sequences = [entry for entry in entries if "/" not in entry]
    photos: dict[str, Path] = {}
    ids: dict[str, Path] = {}
    for sequence in sorted({name.split("/")[0] for name in names} | set(sequences)):
        photos |= _frames(photo_folder / sequence, ".jpg")
        ids |= _frames(ids_folder / sequence, ".png")
    names += sorted(name for name in photos.keys() | ids.keys() if name.split("/")[0] in sequences)
    pairs = pair(
        names,
        photos,
        ids,
        photo_place=f"{photo_folder}/{{name}}.jpg",
        truth_place=f"{ids_folder}/{{name}}.png",
        layout=_LAYOUT,
    )
    return PairedDataset(pairs, read_truth=_read_ids, sample=ObjectSample)


def sequence_of(name: str) -> str:
    """The sequence of a frame named ``SEQUENCE/FRAME`` or ``SEQUENCE_FRAME``."""
    return re.sub(r"[/_]\d+$", "", name)


def _list_file(image_sets: Path, split: str) -> Path:
    if "/" in split:
        return image_sets / f"{split}.txt"
    years = [image_sets / year for year in ("480p", "2017", "2016")]
    folder = next((year for year in years if year.is_dir()), years[0])
    return folder / f"{split}.txt"


def _frame_name(listed_path: str) -> str:
    sequence, file = listed_path.split("/")[-2:]
    return f"{sequence}/{Path(file).stem}"


def _frames(folder: Path, suffix: str) -> dict[str, Path]:
    files = files_by_stem(folder, (suffix,), layout=_LAYOUT)
    return {f"{folder.name}/{stem}": file for stem, file in files.items()}


def _read_ids(file: Path) -> IdMap:
    ids = read_index(file, error=DataError)
    if np.isin(ids, (0, 255)).all():
        return (ids // 255).astype(np.int32), np.zeros(ids.shape, bool)
    ignore = ids == 255
    ids[ignore] = 0
    return ids, ignore
