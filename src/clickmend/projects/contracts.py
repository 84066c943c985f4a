"""What projects ask of sessions: of all, of those with marks, of those with many objects."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol, runtime_checkable

from clickmend.core.types import Mask
from clickmend.feedback import Mark
from clickmend.tasks.prediction import Prediction

INSTANCES = "instances"
"""The task with many objects."""


class Editing(Protocol):
    """What every session offers."""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the photo."""

    @property
    def feedback(self) -> Sequence[Mark]:
        """The marks that count now, in order."""

    @property
    def can_undo(self) -> bool:
        """Whether there is something to undo."""

    @property
    def can_redo(self) -> bool:
        """Whether there is something to redo."""

    @property
    def prediction(self) -> Prediction:
        """The prediction under these marks."""

    def undo(self) -> None:
        """Take back the last change."""

    def redo(self) -> None:
        """Do again what was taken back."""

    def reset(self) -> None:
        """Take all marks away; can be undone."""


class Marking(Editing, Protocol):
    """A session whose marks are on its one prediction; ``clickmend.session.Session`` is one."""

    @property
    def initial(self) -> Prediction:
        """The prediction before any mark."""

    def add(self, mark: Mark, *, meanwhile: Callable[[Any], object] | None = None) -> object:
        """Put a mark on the photo; ``meanwhile`` is shown what stands while that is refined."""

    def preview(self, mark: Mark) -> Prediction:
        """The prediction that a mark would give; nothing changes."""

    def settle(self) -> None:
        """Do now what the next mark would wait for; nothing else changes."""

    def prepare(self) -> None:
        """Make ready what that needs; from any thread, also while marks are answered."""

    def forget(self, steps: int) -> None:
        """Let go of the oldest actions; they can no longer be undone."""

    def remove(self, n: int) -> object:
        """Take one mark back, the ``n``-th of ``feedback`` from 1."""

    def replace(self, n: int, mark: Mark) -> object:
        """Put a mark in the place of another."""

    @property
    def protected(self) -> Mask | None:
        """Which pixels are kept, ``(H, W)``."""

    @property
    def protected_classes(self) -> tuple[int, ...]:
        """The classes whose pixels are kept, by index."""

    def protect(self, mask: Mask | None) -> None:
        """Keep pixels as they are shown, ``(H, W)``; ``None`` sets all free."""

    def protect_class(self, label: str | int, on: bool = True) -> None:
        """Let no mark take a pixel of a class, or set it free."""


class Thing(Protocol):
    """One object of a photo."""

    @property
    def key(self) -> int:
        """Its name."""

    @property
    def point(self) -> tuple[float, float]:
        """Where it was pointed at."""

    @property
    def label(self) -> str | None:
        """What it is."""

    @property
    def turn(self) -> int:
        """When it was added or last mended."""

    @property
    def given(self) -> object | None:
        """The mask that it started from; ``None`` where its point found it."""

    @property
    def protected(self) -> bool:
        """Whether no mark changes it."""

    @property
    def marks(self) -> Sequence[Mark]:
        """The clicks that mend it."""


class Collecting(Editing, Protocol):
    """A session with many objects; ``clickmend.objects.objects.Objects`` is one."""

    @property
    def entries(self) -> Sequence[Thing]:
        """The objects that are there."""

    @property
    def unmended(self) -> Prediction:
        """The prediction of the points alone."""

    def add(
        self, points: list[tuple[float, float]], labels: Sequence[str | None]
    ) -> tuple[int, ...]:
        """Add an object for each point; their keys."""

    def add_masks(self, masks: Mask, labels: Sequence[str | None]) -> tuple[int, ...]:
        """Add an object for each mask that is new, ``(K, H, W)``; their keys."""

    def are_new(self, masks: Mask) -> list[bool]:
        """Whether each of the masks would be added."""

    def relabel(self, key: int, label: str | None) -> None:
        """Say what an object is."""

    def remove(self, key: int) -> None:
        """Take an object away."""

    def merge(self, key: int, other: int) -> None:
        """Let an object take up another."""

    def split(self, key: int) -> tuple[int, ...]:
        """Make an object of each connected part of one; the keys of the new ones."""

    def mend(
        self, key: int, mark: Mark, *, meanwhile: Callable[[Prediction], object] | None = None
    ) -> object:
        """Put a mark on an object; ``meanwhile`` is shown what stands while it is refined."""

    def preview(self, mark: Mark, key: int | None = None) -> Prediction:
        """The prediction after a mark on an object, or after a click that makes a new one."""

    def protect(self, key: int, on: bool = True) -> None:
        """Finish an object, or set it free."""

    def remove_mark(self, n: int) -> None:
        """Take one mark back, the ``n``-th of ``feedback`` from 1."""

    def replace_mark(self, n: int, mark: Mark) -> None:
        """Put a mark in the place of another."""


@runtime_checkable
class HasUncertainty(Protocol):
    """What tells a session that knows what its network makes of the beginning."""

    def uncertainty(self) -> float | None:
        """How much it disagrees, from 0 up."""


@runtime_checkable
class HasObjects(Protocol):
    """What tells a session with many objects from the others."""

    def relabel(self, key: int, label: str | None) -> None:
        """Say what an object is."""
