"""The plain layout of objects: ``images/NAME.jpg`` beside ``masks/NAME.png``; sets in it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from clickmend.core.errors import DataError
from clickmend.core.registry import Registry
from clickmend.core.settings import settings
from clickmend.data.datasets import PairedDataset
from clickmend.data.layout import ids_with_void, pair_folders
from clickmend.data.objects import DATASETS, ObjectDataset, ObjectSample

_LAYOUT = "images/NAME.jpg and {masks}/NAME.png (0 background, 1…n objects, 255 ignore)"

OBJECT_SETS: Registry[Path] = Registry("object set")
"""Short name → place under ``settings().data``."""
for _name in ("bsds", "ccp", "coco100", "feralcat", "carparts", "pennfudan", "nuclei"):
    OBJECT_SETS.register(_name)(Path("objects/train") / _name)
for _name in ("voc99", "davis10"):
    OBJECT_SETS.register(_name)(Path("objects/dev") / _name)

SET_CLASSES: Mapping[str, str] = {
    "pennfudan": "person",
    "feralcat": "cat",
    "coco100": "object",
    "carparts": "car part",
}
"""What the objects of a shared set are, where its files do not say so."""


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


def open_object_set(name: str, *, annotator: Literal[1, 2] = 1) -> ObjectDataset:
    """Open one of ``OBJECT_SETS`` below ``settings().data``.

    Of ``bsds`` every pixel belongs to a region, so there is no background. ``ccp`` and
    ``carparts`` number parts, not objects; in ``ccp`` all parts together are the person.

    Raises:
        OptionError: There is no set of this name.
        DataError: The set is not there.
    """
    return open_folder(shared_folder(name, OBJECT_SETS[name]), annotator=annotator)


def shared_folder(name: str, place: Path) -> Path:
    """Where a set lies below ``settings().data``.

    Raises:
        DataError: It is not there.
    """
    folder = settings().data / place
    if not folder.is_dir():
        raise DataError(
            f"The set {name} is not at {folder}. Expected {place} in the folder that "
            "CLICKMEND_DATA names; set it to where the data is."
        )
    return folder
