"""The actions on one object by name: each method makes an action or a mark and applies it."""

from __future__ import annotations

from abc import ABC, abstractmethod

from clickmend.feedback.marks import Click, Mark, Tidy, TidyTool
from clickmend.session.history import History
from clickmend.tasks.instances.entries import (
    Action,
    Merged,
    Protected,
    Relabelled,
    Removed,
    Split,
    State,
)
from clickmend.tasks.instances.from_points import read_label
from clickmend.tasks.instances.prediction import InstancesPrediction


class Editing(History[State], ABC):
    """Methods that change a single object, given by its key."""

    @abstractmethod
    def mend(self, key: int, mark: Mark) -> InstancesPrediction:
        """Correct an object by a mark; returns the new prediction."""

    @abstractmethod
    def _do(self, action: Action) -> None:
        """Apply an action."""

    def relabel(self, key: int, label: str | int | None) -> None:
        """Set the label of an object; ``None`` for unknown.

        Raises:
            OptionError: There is no such object.
        """
        self._do(Relabelled(key, read_label(label)))

    def remove(self, key: int) -> None:
        """Remove an object.

        Raises:
            OptionError: There is no such object.
        """
        self._do(Removed(key))

    def merge(self, key: int, other: int) -> None:
        """Merge another object into one; the other is removed, no third one changes.

        Raises:
            OptionError: There is no such object, or both are the same.
            ClickError: One of them is protected.
        """
        self._do(Merged(key, other))

    def split(self, key: int) -> tuple[int, ...]:
        """Split an object into its connected parts.

        Returns:
            The keys of the new objects; the part that contains the point keeps its key.

        Raises:
            OptionError: There is no such object, or it has one part or too many.
            ClickError: It is protected.
        """
        first = self._state.next_key
        self._do(Split(key))
        return tuple(range(first, self._state.next_key))

    def tidy(
        self,
        key: int,
        tool: TidyTool,
        *,
        area_px: int | None = None,
        radius_px: float | None = None,
    ) -> InstancesPrediction:
        """Fill the holes of an object, remove its specks or smooth its border.

        Pixels of other objects do not change. See ``Session.tidy``.

        Raises:
            OptionError: There is no such object.
            ClickError: No such tool, a size that it has no use for, or the object is protected.
        """
        return self.mend(key, Tidy(tool, None, area_px, radius_px))

    def protect(self, key: int, on: bool = True) -> None:
        """Protect an object from all later marks, its own included, or remove the protection.

        Raises:
            OptionError: There is no such object.
        """
        self._do(Protected(key, on))

    def click(
        self,
        key: int,
        x: float,
        y: float,
        *,
        label: str | None = None,
        radius_px: float | None = None,
    ) -> InstancesPrediction:
        """Add a click that includes (x, y) in an object or excludes it.

        Args:
            key: Of the object.
            x: From the left edge, 0 ≤ x < W.
            y: From the top edge, 0 ≤ y < H.
            label: "foreground" (the default) or "background".
            radius_px: Attention radius; chosen by the task when left out.

        Raises:
            OptionError: There is no such object.
            ClickError: Outside the image, not a number, another label, or protected.
        """
        return self.mend(key, Click(x, y, label, radius_px=radius_px))
