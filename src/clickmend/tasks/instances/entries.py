"""The state of a photo's objects, and the actions that change it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from clickmend.core.errors import OptionError
from clickmend.core.types import Labels
from clickmend.data.rle import Rle
from clickmend.feedback.marks import BACKGROUND, Click, Mark
from clickmend.feedback.pointing import NEIGHBOURS, Point
from clickmend.tasks.engine import Answer
from clickmend.tasks.interactive.told import clicks_of
from clickmend.tasks.patches import Patch
from clickmend.tasks.places import pixel


@dataclass(frozen=True, slots=True, eq=False)
class Mend:
    """The corrections of one object.

    Args:
        begun: The mask before them.
        marks: The marks, in order.
        answer: The engine's answer to the last one.
    """

    begun: Rle
    marks: tuple[Mark, ...]
    answer: Answer


@dataclass(frozen=True, slots=True)
class Entry:
    """One object.

    Args:
        key: Its permanent key.
        point: Its point (x, y), or a pixel of the given mask.
        label: Its label, if any.
        turn: Number of the action that added, corrected or protected it last.
        given: The initial mask; ``None`` for an object from a point.
        mask: Its mask after a correction or protection; ``None`` before.
        mend: Its corrections.
        protected: Whether no mark may change it.
        together: Whether its point was one of the first, which are segmented together.
    """

    key: int
    point: Point
    label: str | None
    turn: int
    given: Patch | None = None
    mask: Patch | None = None
    mend: Mend | None = None
    protected: bool = False
    together: bool = False

    @property
    def marks(self) -> tuple[Mark, ...]:
        """Its marks, in order."""
        return () if self.mend is None else self.mend.marks

    @property
    def known(self) -> Patch | None:
        """Its own mask; ``None`` if it follows from its point."""
        return self.given if self.mask is None else self.mask


@dataclass(frozen=True, slots=True)
class Added:
    """Points of new objects with their labels, segmented together or one after another."""

    points: tuple[Point, ...]
    labels: tuple[str | None, ...]
    together: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """Masks of new objects with their labels, in order of decreasing score."""

    masks: tuple[Patch, ...]
    labels: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Relabelled:
    """A label of an object; ``None`` for unknown."""

    key: int
    label: str | None


@dataclass(frozen=True, slots=True)
class Removed:
    """The removal of an object; of all without a key."""

    key: int | None = None


@dataclass(frozen=True, slots=True)
class Protected:
    """The protection of an object, or its removal."""

    key: int
    on: bool


@dataclass(frozen=True, slots=True)
class Mended:
    """A mark on an object."""

    key: int
    mark: Mark


@dataclass(frozen=True, slots=True)
class Merged:
    """The merge of another object into one."""

    key: int
    other: int


@dataclass(frozen=True, slots=True)
class Split:
    """The split of an object into its parts."""

    key: int


Action: TypeAlias = Added | Found | Relabelled | Removed | Protected | Mended | Merged | Split


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """The objects after one action.

    Args:
        entries: The objects, in the order of their keys.
        next_key: The key of the next one.
        turn: How many actions there were.
        before: The state before the action.
        action: The action.
    """

    entries: tuple[Entry, ...] = ()
    next_key: int = 1
    turn: int = 0
    before: State | None = None
    action: Action | None = None

    def entry(self, key: int) -> Entry:
        """The object of a key.

        Raises:
            OptionError: There is no such object.
        """
        for entry in self.entries:
            if entry.key == key:
                return entry
        there = ", ".join(str(entry.key) for entry in self.entries[:12]) or "none"
        more = ", …" if len(self.entries) > 12 else ""
        raise OptionError(f"There is no object {key} in this photo. Available: {there}{more}.")

    def after(self, action: Action, entries: Sequence[Entry], *, next_key: int = 0) -> State:
        """The state after an action with the given objects."""
        next_key = next_key or self.next_key
        return State(tuple(entries), next_key, self.turn + 1, self, action)

    def with_entry(self, action: Action, entry: Entry) -> State:
        """The state after an action with one object replaced."""
        return self.after(action, [entry if e.key == entry.key else e for e in self.entries])

    def actions(self) -> list[State]:
        """The states after each action, the oldest first."""
        states: list[State] = []
        at: State | None = self
        while at is not None and at.action is not None:
            states.append(at)
            at = at.before
        return states[::-1]


def marks_of_others(
    entry: Entry, entries: Sequence[Entry], index: Labels, near: Point
) -> tuple[Click, ...]:
    """The nearest marks of other objects, as background clicks for one object.

    Args:
        entry: The one.
        entries: All objects, numbered from 1.
        index: The number of the object at each pixel, ``(H, W)``. A mark at a pixel that its object
            lost is left out.
        near: (x, y) of the newest mark, which supersedes those within a pixel.
    """
    found: dict[Point, float] = {}
    for number, other in enumerate(entries, start=1):
        if other.key == entry.key:
            continue
        held = [click for mark in other.marks for click in clicks_of(mark) if click.is_foreground]
        places = [(click.x, click.y) for click in held]
        if other.given is None:
            places.append(other.point)
        for x, y in places:
            apart = max(abs(int(x) - int(near[0])), abs(int(y) - int(near[1])))
            if apart > 1 and index[pixel(x, y, index.shape)] == number:
                found[x, y] = float(np.hypot(x - near[0], y - near[1]))
    nearest = sorted(found, key=lambda place: found[place])[:NEIGHBOURS]
    return tuple(Click(x, y, BACKGROUND) for x, y in nearest)
