"""The states of a session, one after each action: exact undo and redo."""

from __future__ import annotations

from typing import ClassVar, Generic, TypeVar

from clickmend.core.errors import OptionError

S = TypeVar("S")


class History(Generic[S]):
    """The states after each action; a state is never changed.

    Args:
        first: The state before any action.
    """

    undone: ClassVar[str]
    """What undo takes back, in the words of an error."""

    def __init__(self, first: S) -> None:
        self._states = [first]
        self._now = 0

    @property
    def can_undo(self) -> bool:
        """Whether there is something to undo."""
        return self._now > 0

    @property
    def can_redo(self) -> bool:
        """Whether there is something to redo."""
        return self._now + 1 < len(self._states)

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
    def _state(self) -> S:
        return self._states[self._now]

    def _append(self, state: S) -> None:
        """What could be redone is forgotten."""
        self._states[self._now + 1 :] = [state]
        self._now += 1
