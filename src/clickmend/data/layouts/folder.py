"""The plain layouts of all truths: photos in one folder, a file of the same name in another."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from clickmend.data.datasets import PairedDataset
from clickmend.data.depths import DEPTH_DATASETS, DepthDataset, DepthSample, read_millimetres
from clickmend.data.labels import LABEL_DATASETS, Codes, LabelDataset, PairedLabels
from clickmend.data.layouts.checks import (
    files_by_stem,
    ids_with_void,
    pair_folders,
    require_files,
)
from clickmend.data.mattes import MATTE_DATASETS, FiledMattes, MatteDataset, MatteFiles
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


@LABEL_DATASETS.register("folder")
def open_label_folder(root: str | Path, split: str | None = None) -> LabelDataset:
    """Open a folder of class maps, ``images/NAME.jpg`` beside ``masks/NAME.png``.

    ``classes.txt`` names the classes, a line each, in the order of their values from 0 up; 255 is
    ignored.

    Args:
        root: The folder.
        split: A folder below ``root`` that holds them instead.

    Raises:
        DataError: The names, a folder or the partner of a file is missing.
    """
    root = Path(root) if split is None else Path(root) / split
    layout = "images/NAME.jpg, masks/NAME.png and classes.txt, a class in each line"
    require_files([root / "classes.txt"], layout=layout)
    lines = (root / "classes.txt").read_text("utf-8").splitlines()
    return paired_labels(root, codes=with_void([line.strip() for line in lines if line.strip()]))


def with_void(classes: Sequence[str]) -> Codes:
    """The codes of files whose values count the classes from 0 up, with 255 where none counts."""
    return (*classes, *[None] * (256 - len(classes)))


def paired_labels(folder: Path, *, codes: Codes) -> LabelDataset:
    """Class maps ``masks/NAME.png`` beside ``images/NAME.jpg``.

    Raises:
        DataError: A folder or the partner of a file is missing.
    """
    pairs = pair_folders(
        folder / "images", folder / "masks", layout="images/NAME.jpg and masks/NAME.png"
    )
    return PairedLabels(pairs, codes=codes)


@MATTE_DATASETS.register("folder")
def open_matte_folder(root: str | Path, split: str | None = None) -> MatteDataset:
    """Open a folder of ``images/NAME.jpg``, ``alpha/NAME.png`` and ``trimap/NAME.png``.

    Args:
        root: The folder.
        split: A folder below ``root`` that holds them instead.

    Raises:
        DataError: A folder or the partner of a file is missing.
    """
    folder = Path(root) if split is None else Path(root) / split
    layout = "images/NAME.jpg, alpha/NAME.png and trimap/NAME.png"
    places = {"images": ".jpg", "alpha": ".png", "trimap": ".png"}
    names = sorted(
        {
            stem
            for part, suffix in places.items()
            for stem in files_by_stem(folder / part, (suffix,), layout=layout)
        }
    )
    for part, suffix in places.items():
        require_files([folder / part / f"{name}{suffix}" for name in names], layout=layout)
    return FiledMattes(
        {
            name: MatteFiles(
                alpha=folder / "alpha" / f"{name}.png",
                trimap=folder / "trimap" / f"{name}.png",
                photo=folder / "images" / f"{name}.jpg",
            )
            for name in names
        }
    )


@DEPTH_DATASETS.register("folder")
def open_depth_folder(root: str | Path, split: str | None = None) -> DepthDataset:
    """Open a folder of ``rgb/NAME.jpg`` and ``depth/NAME.png``, 16-bit millimetres, 0 unknown.

    Args:
        root: The folder.
        split: A folder below ``root`` that holds them instead.

    Raises:
        DataError: A folder or the partner of a file is missing.
    """
    folder = Path(root) if split is None else Path(root) / split
    pairs = pair_folders(
        folder / "rgb", folder / "depth", layout="rgb/NAME.jpg and depth/NAME.png in millimetres"
    )
    return PairedDataset(pairs, read_truth=read_millimetres, sample=DepthSample)
