"""Checks that a dataset folder is what its publisher ships."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from clickmend.core.errors import DataError
from clickmend.data.codecs import read_index
from clickmend.data.objects import IdMap
from clickmend.data.picture_files import PHOTO_SUFFIXES
from clickmend.data.planes import read_plane


def require_folder(folder: Path, *, layout: str) -> Path:
    """The folder, if it is there; ``layout`` says what was expected ("GrabCut: data_GT/ …")."""
    if not folder.is_dir():
        raise DataError(
            f"The folder {folder} is missing. Expected {layout}; point to the folder that holds it."
        )
    return folder


def first_folder(candidates: Iterable[Path], *, layout: str) -> Path:
    """The first of the folders that exists."""
    tried = list(candidates)
    return next((folder for folder in tried if folder.is_dir()), None) or require_folder(
        tried[0], layout=layout
    )


def files_by_stem(folder: Path, suffixes: Iterable[str], *, layout: str) -> dict[str, Path]:
    """Stem → file for the files with these suffixes, sorted by name; hidden files are skipped."""
    require_folder(folder, layout=layout)
    wanted = tuple(suffixes)
    files = {
        file.stem: file
        for file in sorted(folder.iterdir())
        if file.suffix.lower() in wanted and not file.name.startswith(".")
    }
    if not files:
        raise DataError(
            f"The folder {folder} holds no {' or '.join(wanted)} file. Expected {layout}; "
            "unpack the dataset again."
        )
    return files


def require_files(files: Iterable[Path], *, layout: str) -> None:
    """Refuse a dataset that lacks one of the files; the first is named and all are counted."""
    wanted = list(files)
    folders = dict.fromkeys(file.parent for file in wanted)
    present = {
        file for folder in folders for file in require_folder(folder, layout=layout).iterdir()
    }
    missing = [file for file in wanted if file not in present]
    if missing:
        raise DataError(
            f"{missing[0]} is missing ({len(missing)} of {len(wanted)} files like it). Expected "
            f"{layout}; unpack the dataset again."
        )


def pair(
    names: Iterable[str],
    photos: Mapping[str, Path],
    truths: Mapping[str, Path],
    *,
    photo_place: str,
    truth_place: str,
    layout: str,
) -> dict[str, tuple[Path, Path]]:
    """Name → (photo, truth) for every name; the places say where a missing file was looked for.

    Raises:
        DataError: A name has no photo or no truth; the first is named and all are counted.
    """
    wanted = list(names)
    for have, place in ((photos, photo_place), (truths, truth_place)):
        missing = [name for name in wanted if name not in have]
        if missing:
            raise DataError(
                f"{place.format(name=missing[0])} is missing ({len(missing)} of {len(wanted)} "
                f"files like it). Expected {layout}; unpack the dataset again."
            )
    return {name: (photos[name], truths[name]) for name in wanted}


def pair_folders(
    photo_folder: Path,
    truth_folder: Path,
    *,
    layout: str,
    truth_suffixes: tuple[str, ...] = (".png",),
) -> dict[str, tuple[Path, Path]]:
    """Name → (photo, truth) for two folders whose files go together by their stems.

    Raises:
        DataError: A folder, or the partner of a file, is missing.
    """
    photos = files_by_stem(photo_folder, PHOTO_SUFFIXES, layout=layout)
    truths = files_by_stem(truth_folder, truth_suffixes, layout=layout)
    return pair(
        sorted(photos.keys() | truths.keys()),
        photos,
        truths,
        photo_place=f"{photo_folder}/{{name}}.jpg",
        truth_place=f"{truth_folder}/{{name}}{truth_suffixes[0]}",
        layout=layout,
    )


def lines(file: Path, *, layout: str) -> list[str]:
    """The lines of a list that hold something."""
    if not file.is_file():
        raise DataError(f"The list {file} is missing. Expected {layout}; unpack it again.")
    found = [line.strip() for line in file.read_text("utf-8").splitlines() if line.strip()]
    if not found:
        raise DataError(f"The list {file} is empty. Expected {layout}; unpack it again.")
    return found


def listed(file: Path, *, layout: str) -> list[str]:
    """The first words of the lines of a split list; on a missing one, names those that exist."""
    if not file.is_file():
        others = sorted(other.stem for other in file.parent.glob("*.txt"))
        have = f"There are the splits {', '.join(others)}" if others else f"Expected {layout}"
        raise DataError(f"The list {file} is missing. {have}; choose one or unpack it again.")
    return [line.split()[0] for line in lines(file, layout=layout)]


def read_json(file: Path, *, layout: str) -> Any:
    """The content of a JSON file that belongs to the layout."""
    if not file.is_file():
        raise DataError(
            f"The file {file} is missing. Expected {layout}; point to the folder that holds it."
        )
    try:
        return json.loads(file.read_bytes())
    except ValueError as problem:
        raise DataError(
            f"{file} is not valid JSON ({problem}). Expected {layout}; unpack it again."
        ) from problem


def without_splits(split: str | None, *, layout: str) -> None:
    """Refuse a split where the publisher made none."""
    if split is not None:
        raise DataError(f"There is no split {split!r}: {layout} has no splits. Leave it out.")


def ids_with_void(file: Path, *, void: int = 255) -> IdMap:
    """Read an id map in which one value marks the pixels to ignore."""
    ids = read_index(file, error=DataError)
    ignore = ids == void
    ids[ignore] = 0
    return ids, ignore


def ids_with_boundary(file: Path) -> IdMap:
    """Read a mask of one object in which the grey 128 marks a boundary to ignore."""
    levels, _ = read_plane(file, shown=True, size=None, error=DataError)
    ignore = levels == 128
    return ((levels != 0) & ~ignore).astype(np.int32), ignore
