"""The states of a session, one after each action: exact undo and redo."""

from __future__ import annotations

from typing import ClassVar, Generic, NoReturn, Self, TypeVar

from clickmend.core.errors import OptionError

S = TypeVar("S")


class History(Generic[S]):
    """The states after each action; a state is never changed.

    Args:
        first: The state before any action.
    """

    undone: ClassVar[str]
    """The actions that undo reverts, as listed in its error."""

    def __init__(self, first: S) -> None:
        self._states = [first]
        self._now = 0

    def __copy__(self) -> Self:
        """An independent copy with the same states; the network is shared."""
        twin = object.__new__(type(self))
        twin.__dict__ |= self.__dict__
        twin._states = list(self._states)
        return twin

    def __deepcopy__(self, memo: dict[int, object]) -> Self:
        """As ``copy.copy``: states are never changed, and a network cannot be copied."""
        del memo
        return self.__copy__()

    def __reduce__(self) -> NoReturn:
        raise OptionError(
            f"A {type(self).__name__} cannot be pickled because it holds a network. Pickle its "
            f"feedback and its prediction, and add the feedback to a new {type(self).__name__} on "
            "the same photo."
        )

    @property
    def can_undo(self) -> bool:
        """Whether there is something to undo."""
        return self._now > 0

    @property
    def can_redo(self) -> bool:
        """Whether there is something to redo."""
        return self._now + 1 < len(self._states)

    def undo(self) -> None:
        """Revert the last action; the earlier prediction is restored bit for bit.

        Raises:
            OptionError: There is nothing to undo.
        """
        if not self.can_undo:
            raise OptionError(f"There is nothing to undo. Undo reverts {self.undone}.")
        self._now -= 1

    def redo(self) -> None:
        """Repeat the action that was undone last.

        Raises:
            OptionError: There is nothing to redo.
        """
        if not self.can_redo:
            raise OptionError(
                "There is nothing to redo. Redo is possible after an undo, until there is a new "
                "action."
            )
        self._now += 1

    def forget(self, steps: int) -> None:
        """Drop the oldest states to free their memory.

        Args:
            steps: Number of oldest actions that can no longer be undone.

        Raises:
            OptionError: There are fewer.
        """
        if not 0 <= steps <= self._now:
            raise OptionError(
                f"{steps} actions cannot be forgotten. Allowed are 0 to {self._now}, the number of "
                "actions so far."
            )
        del self._states[:steps]
        self._now -= steps

    @property
    def _state(self) -> S:
        return self._states[self._now]

    def _append(self, state: S) -> None:
        """What could be redone is forgotten."""
        self._states[self._now + 1 :] = [state]
        self._now += 1
