"""Composition-1k, the test set of Adobe's Deep Image Matting."""

from __future__ import annotations

from pathlib import Path

from clickmend.core.errors import DataError
from clickmend.data.layouts.checks import first_folder, lines, require_files, without_splits
from clickmend.data.mattes import MATTE_DATASETS, FiledMattes, MatteDataset, MatteFiles

_LAYOUT = (
    "Composition-1k: Test_set with Adobe-licensed images/{fg,alpha,trimaps}, test_fg_names.txt, "
    "test_bg_names.txt, and merged/NAME_0.png or PASCAL VOC's photos in bg"
)

_BACKGROUNDS = 20
"""How many backgrounds each foreground is laid over."""


@MATTE_DATASETS.register("composition1k")
def open_composition1k(root: str | Path, split: str | None = None) -> MatteDataset:
    """Open Composition-1k: 50 foregrounds on 20 backgrounds each.

    The names are those of the published trimaps, ``NAME_0`` to ``NAME_19``: line i of the
    foregrounds lies over the lines 20 i to 20 i + 19 of the backgrounds. Photos that were merged
    beforehand are read from ``merged``. Without that folder they are composed as they are read,
    as Adobe's script does it; the backgrounds, which Adobe does not ship, are looked for in
    ``bg`` and in ``VOCdevkit/VOC2012/JPEGImages`` beside ``Test_set``.

    Args:
        root: ``Test_set``, the ``Combined_Dataset`` around it, or the folder around that.
        split: There is only one; leave it out.

    Raises:
        DataError: A folder, a list or a file that is listed is missing, or a split is asked for.
    """
    without_splits(split, layout=_LAYOUT)
    root = Path(root)
    homes = (root / "Combined_Dataset" / "Test_set", root / "Test_set", root)
    licensed = first_folder([home / "Adobe-licensed images" for home in homes], layout=_LAYOUT)
    test_set = licensed.parent
    foregrounds = lines(test_set / "test_fg_names.txt", layout=_LAYOUT)
    backgrounds = _backgrounds(test_set / "test_bg_names.txt", foregrounds=len(foregrounds))
    merged = test_set / "merged"
    background_folder = None if merged.is_dir() else _background_folder(test_set)
    samples: dict[str, MatteFiles] = {}
    for place, background in enumerate(backgrounds):
        foreground = foregrounds[place // _BACKGROUNDS]
        name = f"{Path(foreground).stem}_{place % _BACKGROUNDS}"
        samples[name] = MatteFiles(
            alpha=licensed / "alpha" / foreground,
            trimap=licensed / "trimaps" / f"{name}.png",
            photo=licensed / "fg" / foreground if background_folder else merged / f"{name}.png",
            background=background_folder / background if background_folder else None,
        )
    _require_all(list(samples.values()))
    return FiledMattes(samples)


def _backgrounds(file: Path, *, foregrounds: int) -> list[str]:
    """The listed backgrounds, if there are 20 for each foreground."""
    backgrounds = lines(file, layout=_LAYOUT)
    if len(backgrounds) != foregrounds * _BACKGROUNDS:
        raise DataError(
            f"{file} lists {len(backgrounds)} backgrounds for {foregrounds} foregrounds. Expected "
            f"are {_BACKGROUNDS} for each; restore the published lists."
        )
    return backgrounds


def _background_folder(test_set: Path) -> Path:
    voc = test_set.parent / "VOCdevkit" / "VOC2012" / "JPEGImages"
    return first_folder([test_set / "bg", voc], layout=_LAYOUT)


def _require_all(samples: list[MatteFiles]) -> None:
    require_files([sample.trimap for sample in samples], layout=_LAYOUT)
    require_files(dict.fromkeys(sample.alpha for sample in samples), layout=_LAYOUT)
    require_files(dict.fromkeys(sample.photo for sample in samples), layout=_LAYOUT)
    backgrounds = (sample.background for sample in samples if sample.background)
    require_files(dict.fromkeys(backgrounds), layout=_LAYOUT)
