"""What was done, moment by moment: exact undo and redo."""

from __future__ import annotations

from typing import ClassVar, Generic, TypeVar

from clickmend.core.errors import OptionError

M = TypeVar("M")


class History(Generic[M]):
    """The moments after each action; a moment is never changed.

    Args:
        first: The moment before any action.
    """

    undone: ClassVar[str]
    """What undo takes back, as an error says it."""

    def __init__(self, first: M) -> None:
        self._moments = [first]
        self._now = 0

    @property
    def can_undo(self) -> bool:
        """Whether there is something to undo."""
        return self._now > 0

    @property
    def can_redo(self) -> bool:
        """Whether there is something to redo."""
        return self._now + 1 < len(self._moments)

    def undo(self) -> None:
        """Take the last action back; the earlier prediction returns bit for bit.

        Raises:
            OptionError: There is nothing to undo.
        """
        if not self.can_undo:
            raise OptionError(f"There is nothing to undo. Undo takes back {self.undone}.")
        self._now -= 1

    def redo(self) -> None:
        """Do again what was undone last.

        Raises:
            OptionError: There is nothing to redo.
        """
        if not self.can_redo:
            raise OptionError("There is nothing to redo. Redo follows an undo, before new actions.")
        self._now += 1

    @property
    def _moment(self) -> M:
        return self._moments[self._now]

    def _append(self, moment: M) -> None:
        """What could be redone is forgotten."""
        self._moments[self._now + 1 :] = [moment]
        self._now += 1
