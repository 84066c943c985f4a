"""All objects of one photo: a point in each becomes a mask, and clicks mend them one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image

from clickmend.core.errors import OptionError
from clickmend.core.types import Labels, Mask
from clickmend.data.photos import read_photo
from clickmend.data.rle import Rle, decode_rle, encode_rle
from clickmend.feedback.marks import Click, Mark, check_click
from clickmend.feedback.pointing import Point
from clickmend.networks import InteractiveNetwork, Model, load, with_online
from clickmend.session.history import History
from clickmend.tasks.base import NO_REFINEMENT
from clickmend.tasks.engine import Answer, Engine
from clickmend.tasks.instances.from_points import (
    FINDER,
    check_labels,
    check_options,
    class_names,
    find,
    read_label,
    read_points,
)
from clickmend.tasks.instances.network_refinement import NetworkRefinement
from clickmend.tasks.instances.prediction import InstancesPrediction
from clickmend.tasks.interactive import InteractivePrediction
from clickmend.tasks.refine import Refine
from clickmend.tasks.registry import default_task

FOUND_KEPT = 3
"""For how many sets of points the masks are kept, so that undo need not look again."""

ENGINES_KEPT = 4
"""How many objects stay ready for their next click; others take a moment to get ready."""


@dataclass(frozen=True, slots=True, eq=False)
class Mend:
    """How one object was mended; ``begun`` is the mask before, ``mask`` the one after."""

    begun: Rle
    marks: tuple[Mark, ...]
    answer: Answer | None
    mask: Rle


@dataclass(frozen=True, slots=True)
class Entry:
    """One object.

    Args:
        key: Its name, given once and for all.
        point: (x, y), where it was pointed at.
        label: What it is, if that was said.
        turn: When it was added or last mended, in actions.
        mend: How it was mended.
    """

    key: int
    point: Point
    label: str | None
    turn: int
    mend: Mend | None = None

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The clicks that mend it, in order."""
        return () if self.mend is None else self.mend.marks


@dataclass(frozen=True, slots=True)
class State:
    """The objects after one action, and the key of the next one."""

    entries: tuple[Entry, ...] = ()
    next_key: int = 1


class Objects(History[State]):
    """The objects of one photo, each with its point, its label and the clicks that mend it.

    The masks are those of ``instances``. An object that is clicked is mended as by a ``Session``
    whose prior is its mask. No two masks overlap: what was added or mended last has the pixel.
    An object whose pixels went to another is mended further from what is left of it.

    Objects have keys, 1 for the first; a key is never given twice. In ``prediction`` those that
    are there are numbered from 1 in the order of their keys.

    Args:
        image: Path, file content, PIL image or RGB array ``(H, W, 3)`` uint8.
        points: (x, y) of objects to begin with, ``(K, 2)``.
        labels: What each of them is.
        model: What clicks mend with: name or card of weights of an interactive network, or a
            loaded model; the shipped ones when left out.
        finder: What finds and finishes the masks, likewise; ``clickmend.instances``' when left out.
        method: How parts are found, as for ``instances``.
        finish: Likewise.
        refine: The G-BRS refinement of the clicks and of the finish; none when left out.
        adapt_keys: Iterations of key adaptation, as for ``Session``.
        propagate: Iterations of value propagation, likewise.
        seed: Of the samples behind the prototypes.
        device: "cpu", "cuda", …; chosen when left out.
        file_name: Of the photo, for COCO; that of the path when left out.

    Raises:
        ImageError: The photo cannot be read.
        ClickError: A point lies outside the photo.
        ModelError: No such weights, or the network is not an interactive one.
        OptionError: Not one label for each point, or an option that is unknown or that the network
            has no place for.
    """

    undone = "a point, a label, a removal, a click or a reset"

    def __init__(
        self,
        image: str | Path | bytes | Image.Image | NDArray[np.uint8],
        points: ArrayLike | None = None,
        labels: Sequence[str | int | None] | None = None,
        *,
        model: str | Path | Model | None = None,
        finder: str | Path | Model | None = None,
        method: str = "shift",
        finish: str = "none",
        refine: str | Refine | None = None,
        adapt_keys: int = 0,
        propagate: int = 0,
        seed: int = 0,
        device: str | None = None,
        file_name: str | None = None,
    ) -> None:
        model = _interactive(model or default_task().weights, device)
        self._finder = _interactive(finder or FINDER, device)
        self._model = with_online(model, adapt_keys=adapt_keys, propagate=propagate)
        self.photo = read_photo(image)
        self.size = (self.photo.shape[1], self.photo.shape[0])
        given = Path(image).name if isinstance(image, str | Path) else ""
        self.file_name = given if file_name is None else file_name
        self._mending = _refine(refine or default_task().default_refine(model.card, prior=True))
        self._finishing = _refine((refine if finish == "network" else None) or NO_REFINEMENT)
        check_options(method, finish, self._finishing, seed=seed)
        self._method, self._seed = method, seed
        finished = finish == "network"
        self._network_refinement = (
            NetworkRefinement(self.photo, self._finder, self._finishing) if finished else None
        )
        self._found = lru_cache(maxsize=FOUND_KEPT)(self._find)
        self._engine = lru_cache(maxsize=ENGINES_KEPT)(self._open)
        super().__init__(State())
        self._shown: tuple[State, InstancesPrediction] | None = None
        if points is not None:
            self.add(points, labels)
            super().__init__(self._state)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The objects that are there, in the order of their keys."""
        return self._state.entries

    @property
    def feedback(self) -> tuple[Mark, ...]:
        """The points as clicks with their labels, then the clicks that mend."""
        points = (Click(*entry.point, entry.label) for entry in self.entries)
        return (*points, *(mark for entry in self.entries for mark in entry.marks))

    @property
    def prediction(self) -> InstancesPrediction:
        """The masks of all objects; found when they are first asked for."""
        state = self._state
        if self._shown is None or self._shown[0] is not state:
            self._shown = (state, self._predicted(self._composed(state.entries)))
        return self._shown[1]

    @property
    def unmended(self) -> InstancesPrediction:
        """The masks as the points alone give them."""
        return self._predicted(self._masks_of(self.entries))

    def add(
        self, points: ArrayLike, labels: Sequence[str | int | None] | None = None
    ) -> tuple[int, ...]:
        """Add an object for each point, in one action.

        Args:
            points: (x, y) of each, pixels of the photo, ``(K, 2)``.
            labels: What each is; ``None`` where that is not known.

        Returns:
            Their keys.

        Raises:
            ClickError: A point lies outside the photo.
            OptionError: No points, or not one label for each.
        """
        places = read_points(points)
        names = [None] * len(places) if labels is None else labels
        check_labels(names, count=len(places))
        entries, first = self.entries, self._state.next_key
        for number, (x, y) in enumerate(places, start=len(entries) + 1):
            check_click(Click(x, y), width=self.size[0], height=self.size[1], number=number)
        new = tuple(
            Entry(first + place, point, read_label(name), self._turn)
            for place, (point, name) in enumerate(zip(places, names, strict=True))
        )
        self._append(State((*entries, *new), first + len(new)))
        return tuple(entry.key for entry in new)

    def relabel(self, key: int, label: str | int | None) -> None:
        """Say what an object is, or that it is not known.

        Raises:
            OptionError: There is no such object.
        """
        self._put(replace(self._entry(key), label=read_label(label)))

    def remove(self, key: int) -> None:
        """Take an object away.

        Raises:
            OptionError: There is no such object.
        """
        gone = self._entry(key)
        self._append(replace(self._state, entries=tuple(e for e in self.entries if e != gone)))

    def click(
        self,
        key: int,
        x: float,
        y: float,
        *,
        label: str | None = None,
        radius_px: float | None = None,
    ) -> InstancesPrediction:
        """Say whether what is at (x, y) belongs to an object.

        Args:
            key: Of the object.
            x: From the left edge, 0 ≤ x < W.
            y: From the top edge, 0 ≤ y < H.
            label: "foreground" (the default) or "background".
            radius_px: Attention radius; a rule applies when left out.

        Raises:
            OptionError: There is no such object.
            ClickError: Outside the image, not a number, or another label.
        """
        entry = self._entry(key)
        begun = self.prediction.mask(self.entries.index(entry) + 1)
        mend = entry.mend
        if mend is None or not np.array_equal(decode_rle(mend.mask), begun):
            mend = Mend(encode_rle(begun), (), None, encode_rle(begun))
        click = Click(x, y, label, radius_px=radius_px)
        number = len(mend.marks) + 1
        check_click(click, width=self.size[0], height=self.size[1], number=number)
        engine = self._engine(_Start(mend.begun))
        marks = (*mend.marks, engine.check(click, number=number))
        answer = engine.answer(marks, mend.answer)
        mask = encode_rle(engine.show(answer).mask)
        self._put(replace(entry, turn=self._turn, mend=Mend(mend.begun, marks, answer, mask)))
        return self.prediction

    def reset(self) -> None:
        """Take all objects away. Can be undone."""
        if self.entries:
            self._append(replace(self._state, entries=()))

    @property
    def _turn(self) -> int:
        """Of the next action."""
        return self._now + 1

    def _entry(self, key: int) -> Entry:
        for entry in self.entries:
            if entry.key == key:
                return entry
        there = ", ".join(str(entry.key) for entry in self.entries[:12]) or "none"
        more = ", …" if len(self.entries) > 12 else ""
        raise OptionError(f"There is no object {key} on this photo. Available: {there}{more}.")

    def _put(self, changed: Entry) -> None:
        """Append the state in which one object is another."""
        entries = tuple(changed if e.key == changed.key else e for e in self.entries)
        self._append(replace(self._state, entries=entries))

    def _predicted(self, index: Labels) -> InstancesPrediction:
        points = tuple(entry.point for entry in self.entries)
        return InstancesPrediction(index, points, _labels_of(self.entries), self.file_name)

    def _composed(self, entries: tuple[Entry, ...]) -> Labels:
        """The masks with those that were mended, the newest on top."""
        found = self._masks_of(entries)
        mends = [entry.turn for entry in entries if entry.mend is not None]
        if not mends:
            return found
        index = found.copy()
        numbered = enumerate(entries, start=1)
        for number, entry in sorted(numbered, key=lambda one: one[1].turn):
            if entry.mend is not None:
                index[index == number] = 0
                index[decode_rle(entry.mend.mask)] = number
            elif entry.turn > min(mends):
                index[found == number] = number
        return index

    def _masks_of(self, entries: tuple[Entry, ...]) -> Labels:
        if not entries:
            return np.zeros(self.size[::-1], np.int32)
        return self._found(tuple(entry.point for entry in entries), _labels_of(entries))

    def _find(self, points: tuple[Point, ...], labels: tuple[str, ...] | None) -> Labels:
        index, _ = find(
            self.photo,
            points,
            labels,
            self._finder,
            method=self._method,
            refinement=self._network_refinement,
            seed=self._seed,
        )
        return index

    def _open(self, start: _Start) -> Engine[InteractivePrediction]:
        task = default_task()
        task.check_refine(self._mending)
        return task.open(self.photo, self._model, self._mending, prior=start.mask, options={})


@dataclass(frozen=True, slots=True)
class _Start:
    """A mask that mending begins with, as a key of what is kept."""

    rle: Rle

    def __hash__(self) -> int:
        return hash(self.rle["counts"])

    @property
    def mask(self) -> Mask:
        return decode_rle(self.rle)


def _interactive(given: str | Path | Model, device: str | None) -> Model:
    """The weights, if they are of an interactive network."""
    model = given if isinstance(given, Model) else load(given, device=device)
    model.network_as(InteractiveNetwork)
    return model


def _refine(given: str | Refine) -> Refine:
    return given if isinstance(given, Refine) else Refine(given)


def _labels_of(entries: Sequence[Entry]) -> tuple[str, ...] | None:
    return class_names([entry.label for entry in entries])
