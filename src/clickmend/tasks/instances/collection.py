"""The effect of actions on the objects of a photo."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from clickmend.core.errors import ClickError, OptionError
from clickmend.core.numbers import is_index
from clickmend.core.types import RGB, Labels, Mask
from clickmend.data.rle import Rle, decode_rle, encode_rle
from clickmend.feedback.mark_checks import check_click, check_mark
from clickmend.feedback.marks import Box, Click, Mark, Push, Stroke, Tidy
from clickmend.feedback.pointing import Point
from clickmend.networks import Model
from clickmend.tasks.engine import Answer, Engine
from clickmend.tasks.instances.composing import compose, recomposed
from clickmend.tasks.instances.entries import (
    Action,
    Added,
    Entry,
    Found,
    Mend,
    Mended,
    Merged,
    Protected,
    Relabelled,
    Removed,
    Split,
    State,
    marks_of_others,
)
from clickmend.tasks.instances.finder import Finder, Pointed
from clickmend.tasks.instances.found import found
from clickmend.tasks.instances.from_points import class_names, read_label
from clickmend.tasks.instances.joining import merged, split
from clickmend.tasks.interactive import InteractivePrediction
from clickmend.tasks.painted import held_from, middle, painted
from clickmend.tasks.patches import Patch
from clickmend.tasks.places import pixel
from clickmend.tasks.refine import Refine
from clickmend.tasks.registry import default_task

ENGINES_KEPT = 4
"""Number of objects whose engines are cached for the next click."""

ASKED = 16
"""Maximum number of given masks that are evaluated for the uncertainty."""


class Collection:
    """Computes the next state of a photo's objects from a state and an action; has no state itself.

    Args:
        photo: ``(H, W, 3)``.
        model: The network for corrections.
        refine: Options of the refinement.
        finder: Finds masks from points.

    Raises:
        OptionError: The network does not support the refinement.
    """

    def __init__(self, photo: RGB, model: Model, refine: Refine, finder: Finder) -> None:
        self._photo, self._model, self._refine = photo, model, refine
        default_task().check_refine(refine)
        self._finder = finder
        self._engine = lru_cache(maxsize=ENGINES_KEPT)(self._open)
        self._shown: tuple[State, Labels] | None = None

    def index(self, state: State) -> Labels:
        """The number of the object at each pixel, ``(H, W)``; not to be changed."""
        if self._shown is None or self._shown[0] is not state:
            self._shown = (state, self.index_ahead(state))
        return self._shown[1]

    def index_ahead(self, state: State) -> Labels:
        """The same for a state that is only previewed; not cached."""
        index = None
        if self._shown is not None:
            last, shown = self._shown
            index = recomposed(state.entries, last.entries, shown)
        return self._composed(state.entries) if index is None else index

    def unmended(self, state: State) -> Labels:
        """The same with the given masks, or those from points, before any correction."""
        return self._composed(tuple(replace(entry, mask=None) for entry in state.entries))

    def uncertainty(self, state: State) -> float | None:
        """The largest uncertainty among the ``ASKED`` largest of the given masks."""
        given = [entry.given for entry in state.entries if entry.given is not None]
        largest = sorted(given, key=lambda one: -int(one.values.sum()))[:ASKED]
        shape = self._photo.shape[:2]
        found = [self._open(_Start(encode_rle(one.mask(shape)))).uncertainty() for one in largest]
        return max((one for one in found if one is not None), default=None)

    def after(self, state: State, action: Action) -> State:
        """The state after one more action.

        Raises:
            ClickError: A mark is not valid, or its object or position is protected.
            OptionError: There is no such object.
        """
        match action:
            case Added():
                return self._added(state, action)
            case Found():
                return found(state, self.index(state), action)
            case Relabelled(key, label):
                return state.with_entry(action, replace(state.entry(key), label=label))
            case Removed(key):
                gone = state.entries if key is None else (state.entry(key),)
                return state.after(action, [entry for entry in state.entries if entry not in gone])
            case Protected(key, on):
                return state.with_entry(action, self._kept(state, state.entry(key), on=on))
            case Mended():
                return self.mended(state, action)
            case Merged():
                return merged(state, self.index(state), action)
            case Split():
                return split(state, self.index(state), action)

    def _kept(self, state: State, entry: Entry, *, on: bool) -> Entry:
        """An object with its displayed mask, protected or not."""
        shown = self.index(state) == state.entries.index(entry) + 1
        whole = entry.mask is not None and np.array_equal(entry.mask.mask(shown.shape), shown)
        return replace(
            entry,
            turn=state.turn + 1,
            mask=Patch.where(shown),
            mend=entry.mend if whole else None,
            protected=on,
        )

    def _added(self, state: State, action: Added) -> State:
        entries, first = state.entries, state.next_key
        finished = any(entry.protected for entry in entries)
        index = self.index(state) if finished else None
        height, width = self._photo.shape[:2]
        for number, (x, y) in enumerate(action.points, start=len(entries) + 1):
            click = Click(x, y)
            check_click(click, width=width, height=height, number=number)
            if index is not None:
                self._check_free(click, state, index, number=number)
        new = (
            Entry(first + place, point, label, state.turn + 1, together=action.together)
            for place, (point, label) in enumerate(zip(action.points, action.labels, strict=True))
        )
        next_key = first + len(action.points)
        return state.after(action, (*entries, *new), next_key=next_key)

    def mended(
        self, state: State, action: Mended, *, meanwhile: Callable[[Labels], object] | None = None
    ) -> State:
        """The state after a mark on an object.

        Args:
            state: The previous state.
            action: The mark.
            meanwhile: Called with an intermediate index before variables are optimised for the
                mark, if any are.

        Raises:
            ClickError: The mark has no sense, or what it is about is protected.
            OptionError: There is no such object.
        """
        entry, index = state.entry(action.key), self.index(state)
        begun = index == state.entries.index(entry) + 1
        mend = entry.mend
        if entry.mask is None or not np.array_equal(entry.mask.mask(begun.shape), begun):
            mend = None
        number = 1 if mend is None else len(mend.marks) + 1
        height, width = begun.shape
        check_mark(action.mark, width=width, height=height, number=number)
        if entry.protected:
            raise ClickError(
                f"object {entry.key} is protected. Marks change only unprotected objects; remove "
                f"the protection with protect({entry.key}, False)."
            )
        start = encode_rle(begun) if mend is None else mend.begun
        engine = self._engine(_Start(start))
        mark = engine.check(action.mark, number=number)
        if isinstance(mark, Click | Push):
            self._check_free(mark, state, index, number=number)
        marks = (*(() if mend is None else mend.marks), mark)
        near = entry.point if isinstance(mark, Tidy) else _middle(mark)
        others = marks_of_others(entry, state.entries, index, near)
        told, last = (*others, *marks), None if mend is None else mend.answer
        finished = [n for n, one in enumerate(state.entries, start=1) if one.protected]
        protected = _of_others(mark, index, begun)
        if finished:
            kept = np.isin(index, finished)
            protected = kept if protected is None else protected | kept
        held = held_from(mark, marks[:-1], protected, shape=index.shape)

        def beside_held(answer: Answer) -> Answer:
            return answer if held is None else engine.without(answer, held)

        def masked(mask: Mask) -> Entry:
            return replace(entry, turn=state.turn + 1, mask=Patch.where(mask))

        early = None if meanwhile is None else engine.unrefined(told, last)
        if meanwhile is not None and early is not None:
            shown = masked(engine.show_once(beside_held(early)).mask)
            meanwhile(self.index_ahead(state.with_entry(action, shown)))
        answer = beside_held(engine.answer(told, last))
        mended = replace(masked(engine.show(answer).mask), mend=Mend(start, marks, answer))
        return state.with_entry(Mended(action.key, mark), mended)

    def _check_free(self, mark: Click | Push, state: State, index: Labels, *, number: int) -> None:
        """Check that a mark is not in a protected object, where it would have no effect."""
        there = int(index[int(mark.y), int(mark.x)])
        if there and state.entries[there - 1].protected:
            key = state.entries[there - 1].key
            raise ClickError(
                f"click {number} is at (x={mark.x}, y={mark.y}), in object {key}, which is "
                f"protected. Mark another place, or remove the protection with protect({key}, "
                "False)."
            )

    def without(self, state: State, n: int, *instead: Mark) -> State:
        """The state after all actions without one mark, or with another in its place.

        Args:
            state: The objects.
            n: Number of the mark in ``marks_of``, from 1.
            instead: The replacement. A click instead of a point moves it.

        Raises:
            OptionError: There is no such mark.
            ClickError: The replacement, or a later mark, is not valid then.
        """
        marks = marks_of(state)
        if not is_index(n) or n not in range(1, len(marks) + 1):
            raise OptionError(
                f"There is no mark {n!r}. There are {len(marks)}, numbered from 1; see feedback."
            )
        key, mark = marks[n - 1]
        states = state.actions()
        if any(mark is one for one in state.entry(key).marks):
            made = [one.action.mark if isinstance(one.action, Mended) else None for one in states]
            place = next(i for i, one in enumerate(made) if one is mark)
            actions: list[Action] = [Mended(key, one) for one in instead]
        elif not instead:
            return self.after(state, Removed(key))
        else:
            place = max(i for i, one in enumerate(states) if _adds(one, key))
            actions = [_moved(states[place], key, instead[0], number=n)]
        actions += [one.action for one in states[place + 1 :] if one.action is not None]
        made_again = states[place].before
        assert made_again is not None
        for action in actions:
            made_again = self.after(made_again, action)
        return made_again

    def _composed(self, entries: tuple[Entry, ...]) -> Labels:
        return compose(entries, self._masks_of(entries))

    def _masks_of(self, entries: tuple[Entry, ...]) -> Labels:
        """The masks from points, by the numbers of their objects."""
        pointed = {n: e for n, e in enumerate(entries, start=1) if e.given is None}
        if not any(entry.known is None for entry in entries):
            return np.zeros(self._photo.shape[:2], np.int32)
        labels = class_names([entry.label for entry in pointed.values()])
        together = max(1, sum(entry.together for entry in pointed.values()))
        points = tuple(entry.point for entry in pointed.values())
        found = self._finder.index(Pointed(points[:together], points[together:], labels))
        if len(pointed) == len(entries):
            return found
        return np.array([0, *pointed], np.int32)[found]

    def _open(self, start: _Start) -> Engine[InteractivePrediction]:
        task = default_task()
        return task.open(self._photo, self._model, self._refine, prior=start.mask, options={})


def marks_of(state: State) -> list[tuple[int, Mark]]:
    """The points as clicks with their labels, then the other marks, each with its object's key."""
    pointed = [entry for entry in state.entries if entry.given is None]
    points: list[tuple[int, Mark]] = [(e.key, Click(*e.point, e.label)) for e in pointed]
    return points + [(entry.key, mark) for entry in state.entries for mark in entry.marks]


@dataclass(frozen=True, slots=True)
class _Start:
    """An initial mask, as a cache key."""

    rle: Rle

    def __hash__(self) -> int:
        return hash(self.rle["counts"])

    @property
    def mask(self) -> Mask:
        return decode_rle(self.rle)


def _of_others(mark: Mark, index: Labels, own: Mask) -> Mask | None:
    """The pixels of other objects that a mark may not take, ``(H, W)``; ``None`` for exact strokes.

    A click or a stroke takes pixels only from the objects that it is on. A tool takes none, so
    another object inside a hole stays.

    Args:
        mark: On an object.
        index: The number of each pixel's object, ``(H, W)``.
        own: The mask of the object, ``(H, W)``.
    """
    if isinstance(mark, Stroke) and mark.exact:
        return None
    height, width = index.shape
    left = (index > 0) & ~own
    if isinstance(mark, Stroke):
        patch = painted(mark, height=height, width=width)
        left &= ~np.isin(index, index[patch.place][patch.values])
    elif isinstance(mark, Click | Push):
        left &= index != index[pixel(mark.x, mark.y, index.shape)]
    return left


def _adds(state: State, key: int) -> bool:
    """Whether the action of a state added the point of an object."""
    first = None if state.before is None else state.before.next_key
    return isinstance(state.action, Added) and first is not None and first <= key < state.next_key


def _moved(state: State, key: int, mark: Mark, *, number: int) -> Added:
    """The action with the point of an object moved."""
    assert isinstance(state.action, Added)
    assert state.before is not None
    if not isinstance(mark, Click):
        raise ClickError(
            f"mark {number} is the point of an object, which cannot be replaced by a "
            f"{type(mark).__name__.lower()}. Give a click."
        )
    place = key - state.before.next_key
    points, labels = list(state.action.points), list(state.action.labels)
    points[place] = (float(mark.x), float(mark.y))
    labels[place] = labels[place] if mark.label is None else read_label(mark.label)
    return Added(tuple(points), tuple(labels), state.action.together)


def _middle(mark: Click | Push | Stroke | Box) -> Point:
    """The position of a mark, to find the nearest others."""
    if isinstance(mark, Click | Push):
        return mark.x, mark.y
    if isinstance(mark, Stroke) and mark.filled:
        return middle(mark)
    if isinstance(mark, Stroke):
        return mark.points[len(mark.points) // 2]
    return (mark.x0 + mark.x1) / 2, (mark.y0 + mark.y1) / 2
