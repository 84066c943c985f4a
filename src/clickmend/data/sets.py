"""The shared sets of objects, class maps, mattes and depth, and which photos are held out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha1
from pathlib import Path
from typing import Any, Literal, TypeAlias, final

from clickmend.core.errors import DataError
from clickmend.core.registry import Registry
from clickmend.core.settings import settings
from clickmend.data.datasets import PhotoDataset
from clickmend.data.depths import DEPTH_DATASETS, DepthDataset
from clickmend.data.labels import LABEL_DATASETS, Codes, LabelDataset
from clickmend.data.layouts.folder import (
    open_depth_folder,
    open_folder,
    open_matte_folder,
    paired_labels,
    with_void,
)
from clickmend.data.mattes import MATTE_DATASETS, MatteDataset
from clickmend.data.objects import DATASETS, ObjectDataset

OBJECT_SETS: Registry[Path] = Registry("object set")
"""Short name → place under ``settings().data``."""
_TRAINING = (
    "bsds ccp coco100 feralcat carparts pennfudan nuclei vocanimals wildlife dogs horses msrccows "
    "pigs portraits hair lfwparts heads feet nails things tools bottles mugs bags oud firetrucks "
    "balloon ppe street kayaks domino flowers17 leaves fruitnuts mushrooms meals litter coco128"
)
for _name in _TRAINING.split():
    OBJECT_SETS.register(_name)(Path("objects/train") / _name)
for _name in ("voc99", "davis10"):
    OBJECT_SETS.register(_name)(Path("objects/dev") / _name)

SET_CLASSES: Mapping[str, str] = {
    "pennfudan": "person",
    "feralcat": "cat",
    "coco100": "object",
    "carparts": "car part",
}
"""The class of the objects of a shared set whose files have none."""

_CAMVID = (
    "sky", "building", "pole", "road", "pavement", "tree", "sign", "fence", "car", "pedestrian",
    "bicyclist", None,
)  # fmt: skip
_FACADE = (None, "window", "vegetation", "sky", "building", "car", "road", "pavement", "door")
_FASSEG = ("background", "skin", "hair", "eyes", "brows", "nose", "mouth")
_CWFID = ("soil", "crop", "weed")


@final
@dataclass(frozen=True, slots=True)
class LabelSet:
    """A shared set of class maps.

    Attributes:
        place: Its path under ``settings().data``.
        codes: The class of each value in its files.
    """

    place: Path
    codes: Codes


LABEL_SETS: Registry[LabelSet] = Registry("set of class maps")
"""Short name → shared set of class maps."""
for _part in ("train", "val"):
    LABEL_SETS.register(f"camvid-{_part}")(LabelSet(Path("semantic/camvid") / _part, _CAMVID))
LABEL_SETS.register("facade")(LabelSet(Path("semantic/facade"), _FACADE))
for _name, _classes in (("fasseg", _FASSEG), ("cwfid", _CWFID)):
    _place = Path("semantic") / _name / "train"
    LABEL_SETS.register(f"{_name}-train")(LabelSet(_place, with_void(_classes)))

_ALPHAMATTING = Path("matting/alphamatting14")

MATTE_SETS: Registry[slice] = Registry("set of mattes")
"""Short name → which of the fourteen photos of alphamatting.com, by the order of their names."""
MATTE_SETS.register("alphamatting14-train")(slice(None, 7))
MATTE_SETS.register("alphamatting14-val")(slice(7, None))

DEPTH_SETS: Registry[Path] = Registry("set of depth maps")
"""Short name → place under ``settings().data``."""
for _name in ("kitchen", "office", "lab", "nyu"):
    DEPTH_SETS.register(f"{_name}-train")(Path("depth/train") / _name)
for _name in ("kitchen", "office"):
    DEPTH_SETS.register(f"{_name}-dev")(Path("depth/dev") / _name)

SHARED_SETS: Registry[Path] = Registry("shared set")
"""Short name → path under ``settings().data``, for the sets of all tasks."""
for _name in OBJECT_SETS:
    SHARED_SETS.register(_name)(OBJECT_SETS[_name])
for _name in LABEL_SETS:
    SHARED_SETS.register(_name)(LABEL_SETS[_name].place)
for _name in MATTE_SETS:
    SHARED_SETS.register(_name)(_ALPHAMATTING)
for _name in DEPTH_SETS:
    SHARED_SETS.register(_name)(DEPTH_SETS[_name])

_PARTLY_HELD_OUT = frozenset({"pennfudan", "feralcat", "coco100"})


def open_object_set(name: str, *, annotator: Literal[1, 2] = 1) -> ObjectDataset:
    """Open one of ``OBJECT_SETS`` below ``settings().data``.

    Of ``bsds`` every pixel belongs to a region, so there is no background. ``ccp`` and
    ``carparts`` number parts, not objects; in ``ccp`` all parts together are the person.

    Raises:
        OptionError: There is no set of this name.
        DataError: The set is not there.
    """
    return open_folder(shared_folder(name, OBJECT_SETS[name]), annotator=annotator)


def open_label_set(name: str) -> LabelDataset:
    """Open one of ``LABEL_SETS`` below ``settings().data``.

    ``labels`` count the ``classes`` of the dataset from 0. Void pixels are ignored: 11 in the
    files of CamVid, 0 in those of ``facade``, where "window" is 1 in the file and 0 in ``labels``.

    Raises:
        OptionError: There is no set of this name.
        DataError: The set is not there, or the partner of a file is missing.
    """
    label_set = LABEL_SETS[name]
    return paired_labels(shared_folder(name, label_set.place), codes=label_set.codes)


def open_matte_set(name: str) -> MatteDataset:
    """Open one of ``MATTE_SETS`` below ``settings().data``.

    Raises:
        OptionError: There is no set of this name.
        DataError: The set is not there, or the partner of a file is missing.
    """
    chosen = MATTE_SETS[name]
    dataset = open_matte_folder(shared_folder(name, _ALPHAMATTING))
    dataset.names = dataset.names[chosen]
    return dataset


def open_depth_set(name: str) -> DepthDataset:
    """Open one of ``DEPTH_SETS`` below ``settings().data``.

    Raises:
        OptionError: There is no set of this name.
        DataError: The set is not there, or the partner of a file is missing.
    """
    return open_depth_folder(shared_folder(name, DEPTH_SETS[name]))


Kind: TypeAlias = Literal["objects", "labels", "mattes", "depth"]
"""The truth of a dataset: marked objects, classes, alpha, or depth."""

LAYOUTS: Mapping[Kind, tuple[Registry[Any], Callable[[str], PhotoDataset[Any]]]] = {
    "objects": (DATASETS, open_object_set),
    "labels": (LABEL_DATASETS, open_label_set),
    "mattes": (MATTE_DATASETS, open_matte_set),
    "depth": (DEPTH_DATASETS, open_depth_set),
}
"""For each kind the published layouts, and the function that opens a shared set by name."""


def shared_folder(name: str, place: Path) -> Path:
    """The folder of a set below ``settings().data``.

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


def held_out(name: str, stem: str) -> bool:
    """Whether a photo of a shared set is held out from all trainings.

    Sets in a ``dev`` folder or with a name in ``-val`` are held out as a whole; of some training
    sets the fifth whose SHA-1 of the file's stem is divisible by 5.

    Raises:
        OptionError: There is no set of this name.
    """
    if "dev" in SHARED_SETS[name].parts or name.endswith("-val"):
        return True
    return name in _PARTLY_HELD_OUT and int(sha1(stem.encode()).hexdigest(), 16) % 5 == 0
