"""The labels of a photo, what a format can hold of them, and where formats register."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeAlias, final

import numpy as np
from numpy.typing import NDArray

from clickmend.core.errors import ClickmendError, OutputError
from clickmend.core.registry import Registry
from clickmend.core.types import RGB, Mask
from clickmend.data.planes import PixelSource, Size
from clickmend.projects.formats.maker import Maker
from clickmend.projects.formats.rings import count_parts, has_hole

Ability: TypeAlias = Literal[
    "several", "overlaps", "parts", "holes", "empty", "labels", "unlabelled", "crowds", "keypoints",
    "ids", "fields", "makers",
]  # fmt: skip

ABILITIES: Mapping[Ability, str] = {
    "several": "several objects in one photo",
    "overlaps": "objects that overlap",
    "parts": "an object of several parts",
    "holes": "an object with a hole",
    "empty": "an object without a pixel",
    "labels": "the class of an object",
    "unlabelled": "an object without a class",
    "crowds": "crowds",
    "keypoints": "keypoints",
    "ids": "ids of objects",
    "fields": "fields of its own",
    "makers": "who made an object",
}
"""What a format of objects can hold or not, in words. Lacking ``ids``, ``fields`` or ``makers`` is
no ground to refuse labels: the objects keep their order then, each format knows its own fields
alone, and who made an object is left out."""

_OBJECT_TASKS = frozenset({"interactive", "instances"})
_CLASSES = frozenset({"semantic"})
_NUMBERS = frozenset({"matting", "depth"})


@final
@dataclass(frozen=True, eq=False, kw_only=True)
class LabelObject:
    """One object of a photo.

    Attributes:
        mask: Its pixels, ``(H, W)``.
        label: Its class, ``None`` where it has none.
        id: What the file calls it; ``None`` is an object that is new.
        crowd: Whether it is a crowd, in COCO's sense.
        keypoints: (x, y, visibility) of each, visibility as in COCO: 0, 1 or 2.
        maker: Who made it; ``None`` where that is not known.
        extra: Format → what that format had beside; plain JSON.
    """

    mask: Mask
    label: str | None = None
    id: int | str | None = None
    crowd: bool = False
    keypoints: tuple[tuple[float, float, int], ...] = ()
    maker: Maker | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)


@final
@dataclass(frozen=True, eq=False, kw_only=True)
class PhotoLabels:
    """The labels of one photo: objects, or one number for each pixel.

    Attributes:
        file_name: The photo, relative to the folder of the photos, parted by "/".
        size: Its width and height.
        objects: Its objects, in the order of the file.
        plane: ``(H, W)``: integers are places in ``classes`` (255 for none), floats alpha in
            [0, 1] or metres (NaN where unknown).
        classes: Names in the order of their numbers, where they are known.
        photo: The photo itself, which cut-outs need and LabelMe's files point to.
        extra: Format → what that format says of this photo beside; plain JSON.
        shared: Format → what its file says of all its photos; one mapping for all of them.
    """

    file_name: str
    size: Size
    objects: tuple[LabelObject, ...] = ()
    plane: NDArray[Any] | None = None
    classes: tuple[str, ...] = ()
    photo: Path | RGB | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)
    shared: Mapping[str, Any] = field(default_factory=dict)

    @property
    def tasks(self) -> frozenset[str]:
        """The tasks that these can be the labels of."""
        if self.plane is None:
            return _OBJECT_TASKS
        return {"i": _CLASSES, "u": _CLASSES, "f": _NUMBERS}.get(self.plane.dtype.kind, frozenset())


class Format(ABC):
    """A label format.

    Attributes:
        name: What users call it, as it is registered.
        title: Its name in a sentence.
        suffixes: What its files end in; the first is written.
        tasks: Whose labels it holds.
        shared: Whether one file is of all photos; else each photo has its own.
        holds: Which abilities it has; all count for formats of objects alone.
        precision: How exactly it keeps numbers, where that is not as they are.
    """

    name: str
    title: str
    suffixes: tuple[str, ...]
    tasks: frozenset[str]
    shared: bool = False
    holds: frozenset[Ability] = frozenset()
    precision: str | None = None

    @abstractmethod
    def read(
        self, place: Path, *, photos: Mapping[str, Size], classes: Sequence[str] = ()
    ) -> Iterator[PhotoLabels]:
        """Read the labels of those of the photos that the place has labels of, one after another.

        Args:
            place: The file of all photos, or the folder of their files.
            photos: Each photo's name, as in `PhotoLabels.file_name`, and its width and height.
            classes: Names in the order of their numbers, for a format that has no list of its own.

        Raises:
            DataError: It cannot be read, has another layout, is of no photo, or has another size.
        """

    @abstractmethod
    def write(self, place: Path, labels: Iterable[PhotoLabels]) -> Sequence[Path]:
        """Write labels, each file whole or not at all.

        Args:
            place: The file of all photos, or the folder of their files; what is missing is made.
            labels: Of each photo; each is used up before the next is asked for.

        Returns:
            What was written.

        Raises:
            OutputError: The format cannot hold them, and which can; or the place cannot be written.
        """

    def lists_classes(self, place: Path) -> bool:
        """Whether a list beside the pictures names the classes that their numbers mean."""
        return False

    def depth_scale(self, source: PixelSource, *, error: type[ClickmendError]) -> float | None:
        """Metres in one unit of a file of depth; ``None`` where a session finds it itself.

        Args:
            source: The file.
            error: The exception that a refusal raises.
        """
        return None

    def lacks(self, labels: PhotoLabels) -> str | tuple[str, str]:
        """What of the numbers, ids or names of a photo the format cannot hold; empty if nothing.

        Args:
            labels: Those of the photo, of a task of the format.

        Returns:
            What, such as "depth of 120 m"; and for an object also which, such as "object 3".
        """
        return ""

    def check(self, labels: PhotoLabels) -> None:
        """Refuse labels that the format cannot hold.

        Raises:
            OutputError: With what it cannot hold, and the formats that can.
        """
        if labels.plane is not None and labels.objects:
            raise OutputError(
                f"The labels of {labels.file_name} are objects and a plane. They are one of the "
                "two; write each by itself."
            )
        width, height = labels.size
        arrays = [found.mask for found in labels.objects]
        for array in arrays if labels.plane is None else [labels.plane]:
            if array.shape != (height, width) or (labels.plane is None and array.dtype != np.bool_):
                raise OutputError(
                    f"A map of {labels.file_name} is {array.dtype} with shape {array.shape}. "
                    f"Masks are bool, and all are ({height}, {width}) as the photo; convert it."
                )
        if not self.tasks & labels.tasks:
            kind = "objects" if labels.plane is None else f"a plane of {labels.plane.dtype}"
            raise self.refusal(labels, kind)
        if labels.plane is None:
            for ability in ABILITIES:
                if ability not in self.holds and (found := NEEDS[ability](labels.objects)):
                    raise self.refusal(labels, ABILITIES[ability], at=found)
        if lacking := self.lacks(labels):
            what, at = (lacking, "") if isinstance(lacking, str) else lacking
            raise self.refusal(labels, what, at=at)

    def refusal(self, labels: PhotoLabels, what: str, *, at: str = "") -> OutputError:
        """The error that says what the format cannot hold of a photo, and which formats can.

        Args:
            labels: Those of the photo.
            what: What the format cannot hold, such as "a hole".
            at: Where that is, such as "object 3".
        """
        able = [
            name
            for name in formats_for(labels)
            # Floats may be alpha or metres: then those for the same are meant.
            if name != self.name
            and (FORMATS[name].tasks & self.tasks or not self.tasks & labels.tasks)
        ]
        remedy = f"{' or '.join(able[:3])} can" if able else "change that, for no format can"
        where = f"{labels.file_name}{f', {at}' if at else ''}"
        return OutputError(f"{where}: {self.title} cannot hold {what}; {remedy}.")


FORMATS: Registry[Format] = Registry("label format", entry_points="clickmend.formats")
"""The label formats by name."""


def formats_for(labels: PhotoLabels) -> list[str]:
    """The names of the formats that can hold everything that these labels have."""
    needed = {ability for ability, found in NEEDS.items() if found(labels.objects)}
    forms = [form for form in (FORMATS[name] for name in FORMATS) if form.tasks & labels.tasks]
    return [form.name for form in forms if needed <= form.holds and not form.lacks(labels)]


def class_map(labels: PhotoLabels) -> NDArray[np.integer[Any]]:
    """The plane of labels that passed the check of a format of class maps."""
    assert labels.plane is not None
    assert labels.plane.dtype.kind in "iu"
    return labels.plane


def float_map(labels: PhotoLabels) -> NDArray[np.floating[Any]]:
    """The plane of labels that passed the check of a format of mattes or depth."""
    assert labels.plane is not None
    assert labels.plane.dtype.kind == "f"
    return labels.plane


def name_of(number: int, found: LabelObject) -> str:
    """What an error calls an object: its place from 1, and its id where that is another."""
    return f"object {number}" + ("" if found.id in (None, number) else f" (id {found.id})")


_Need: TypeAlias = Callable[[Sequence[LabelObject]], str]
"""Which of a photo's objects needs an ability, in words; empty if none does."""


def _first(needs: Callable[[LabelObject], bool]) -> _Need:
    def find(objects: Sequence[LabelObject]) -> str:
        numbered = enumerate(objects, start=1)
        return next((name_of(number, one) for number, one in numbered if needs(one)), "")

    return find


def _overlapping(objects: Sequence[LabelObject]) -> str:
    taken: Mask | None = None
    for number, one in enumerate(objects, start=1):
        if taken is None:
            taken = one.mask.copy()
        elif (taken & one.mask).any():
            return name_of(number, one)
        else:
            taken |= one.mask
    return ""


NEEDS: Mapping[Ability, _Need] = {
    "several": lambda objects: f"{len(objects)} objects" if len(objects) > 1 else "",
    "overlaps": _overlapping,
    "parts": _first(lambda one: count_parts(one.mask) > 1),
    "holes": _first(lambda one: has_hole(one.mask)),
    "empty": _first(lambda one: not one.mask.any()),
    "labels": _first(lambda one: one.label is not None),
    "unlabelled": _first(lambda one: one.label is None),
    "crowds": _first(lambda one: one.crowd),
    "keypoints": _first(lambda one: bool(one.keypoints)),
    "ids": lambda _: "",
    "fields": lambda _: "",
    "makers": lambda _: "",
}
"""Which of a photo's objects needs an ability."""
