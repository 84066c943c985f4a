"""The plain layout: ``images/NAME.jpg`` beside ``masks/NAME.png``, and the shared sets in it."""

from __future__ import annotations

from hashlib import sha1
from pathlib import Path
from typing import Literal

from clickmend.core.errors import DataError
from clickmend.core.registry import Registry
from clickmend.core.settings import settings
from clickmend.data.layout import PHOTO_SUFFIXES, files_by_stem, ids_with_void, pair
from clickmend.data.objects import DATASETS, ObjectDataset, PairedObjects

_LAYOUT = "images/NAME.jpg and {masks}/NAME.png (0 background, 1…n objects, 255 ignore)"

OBJECT_SETS: Registry[Path] = Registry("object set")
"""Short name → place under ``settings().data``."""
for _name in ("bsds", "ccp", "coco100", "feralcat", "carparts", "pennfudan", "nuclei"):
    OBJECT_SETS.register(_name)(Path("objects/train") / _name)
for _name in ("voc99", "davis10"):
    OBJECT_SETS.register(_name)(Path("objects/dev") / _name)

_PARTLY_HELD_OUT = frozenset({"pennfudan", "feralcat", "coco100"})


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
    layout = _LAYOUT.format(masks=masks_folder)
    photos = files_by_stem(root / "images", PHOTO_SUFFIXES, layout=layout)
    masks = files_by_stem(root / masks_folder, (".png",), layout=layout)
    pairs = pair(
        sorted(photos.keys() | masks.keys()),
        photos,
        masks,
        photo_place=f"{root / 'images'}/{{name}}.jpg",
        ids_place=f"{root / masks_folder}/{{name}}.png",
        layout=layout,
    )
    return PairedObjects(pairs, read_ids=ids_with_void)


def open_object_set(name: str, *, annotator: Literal[1, 2] = 1) -> ObjectDataset:
    """Open one of ``OBJECT_SETS`` below ``settings().data``.

    Of ``bsds`` every pixel belongs to a region, so there is no background. ``ccp`` and
    ``carparts`` number parts, not objects; in ``ccp`` all parts together are the person.

    Raises:
        OptionError: There is no set of this name.
        DataError: The set is not there.
    """
    place = OBJECT_SETS[name]
    root = settings().data / place
    if not root.is_dir():
        raise DataError(
            f"The set {name} is not at {root}. Expected {place} in the folder that "
            "CLICKMEND_DATA names; set it to where the data is."
        )
    return open_folder(root, annotator=annotator)


def held_out(name: str, stem: str) -> bool:
    """Whether a photo of an object set must stay out of every training.

    All of a ``dev`` set is held out; of some training sets the fifth whose SHA-1 of the file's
    stem is divisible by 5.

    Raises:
        OptionError: There is no set of this name.
    """
    if OBJECT_SETS[name].parent.name == "dev":
        return True
    return name in _PARTLY_HELD_OUT and int(sha1(stem.encode()).hexdigest(), 16) % 5 == 0
