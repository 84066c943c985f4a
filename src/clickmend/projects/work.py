"""A session made from its log: what it started from, and everything that was done since.

The log is the truth and the session in memory a copy of it, which may be dropped at any time. Undo
and redo are entries of the log as well, so a session that is made again can undo as far as before.
What was undone and then overwritten by another action is not done again.

What was done before a reset is held in memory until the next one. Then it is let go, and made again
from the log if somebody undoes as far as that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Protocol

from clickmend.core.errors import OptionError
from clickmend.core.types import RGB
from clickmend.projects.actions import Body, Meanwhile, act, as_collecting, as_marking
from clickmend.projects.contracts import INSTANCES, Editing, HasObjects
from clickmend.projects.formats.maker import Maker
from clickmend.projects.makers import Step, looks_of, makers_of, touched_by
from clickmend.projects.opening import Options, SessionFactory, Start

STARTS = ("prior", "trimap")
"""The kinds after which a session begins anew, from another file."""

RESET = "reset"
PROTECT = frozenset({"protect", "protect_class"})


class Logged(Protocol):
    """An event as the log has it."""

    @property
    def kind(self) -> str:
        """What was done."""

    @property
    def body(self) -> Mapping[str, Any]:
        """With what."""

    @property
    def by(self) -> str:
        """Who did it."""

    @property
    def at(self) -> datetime:
        """When."""


class Work:
    """A session with a history that reaches over changes of what it starts from.

    Args:
        photo: ``(H, W, 3)``.
        options: Those that the session was opened with.
        start: What it was opened from.
        factory: Starts a session.
        blob: Gives the content of a file of the log by its name.
        events: Its log, from the first event.

    Raises:
        ClickmendError: The session cannot be started, or an event is refused.
    """

    def __init__(
        self,
        photo: RGB,
        options: Options,
        start: Start,
        *,
        factory: SessionFactory,
        blob: Callable[[str], bytes],
        events: Iterable[Logged] = (),
    ) -> None:
        self.options = options
        self.head = 0
        self._photo = photo
        self._first = self._start = start
        self._factory = factory
        self._blob = blob
        self._steps: list[Step] = []
        self._touched: dict[int, frozenset[int]] = {}
        self._now = self._begin = 0
        for event in events:
            self._follow(event)
            self.head += 1
        self._build()

    @property
    def session(self) -> Editing:
        """The session as it is now."""
        return self._session

    @property
    def can_undo(self) -> bool:
        """Whether there is something to undo."""
        return self._now > 0

    @property
    def can_redo(self) -> bool:
        """Whether there is something to redo."""
        return self._now < len(self._steps)

    def makers(self, keys: Set[int] | None = None) -> Mapping[int, Maker]:
        """Who made each object, by its key; of a session without objects none.

        Args:
            keys: Of the objects that are meant; all when left out.
        """
        steps = range(self._begin, self._now)
        told = [(self._steps[at], self._touched[at]) for at in steps]
        return makers_of(self._session, told, keys=keys)

    def made(self) -> tuple[Maker, ...]:
        """Who made each object of the prediction, in its order; of one mask, who made that."""
        if isinstance(self._session, HasObjects):
            makers = self.makers()
            return tuple(makers[entry.key] for entry in as_collecting(self._session).entries)
        if not self._session.feedback:
            return (Maker("import"),)
        newest = self._steps[self._now - 1]
        return (Maker("human", newest.by, newest.at),)

    def do(
        self,
        kind: str,
        body: Body,
        *,
        by: str = "",
        at: datetime | None = None,
        meanwhile: Meanwhile | None = None,
    ) -> bool:
        """Do what an event says; a refused one changes nothing.

        Args:
            kind: What is done.
            body: With what.
            by: Who does it.
            at: When; now when left out.
            meanwhile: Shown the prediction that stands while a mark is refined.

        Returns:
            Whether it is an event: resetting what has no feedback is none.

        Raises:
            ClickmendError: The session refuses it.
        """
        if kind == "undo":
            self._undo()
        elif kind == "redo":
            self._redo()
        elif kind == "inference":
            self._infer(replace(self.options, **body))
        elif kind == RESET and not self._session.feedback:
            return False
        else:
            self._act(Step(kind, body, by, at or datetime.now(UTC)), meanwhile)
        self.head += 1
        return True

    def _follow(self, event: Logged) -> None:
        """Move through the history as an event did, without doing anything."""
        if event.kind == "undo":
            self._now -= 1
        elif event.kind == "redo":
            self._now += 1
        elif event.kind == "inference":
            self.options = replace(self.options, **event.body)
        else:
            self._steps[self._now :] = [Step(event.kind, event.body, event.by, event.at)]
            self._now += 1

    def _act(self, step: Step, meanwhile: Meanwhile | None) -> None:
        if step.kind in STARTS:
            start = self._changed(self._start, step)
            self._session = self._factory(self._photo, self.options, start)
            self._start = start
        else:
            self._apply(self._session, step, self._now, meanwhile)
        self._steps[self._now :] = [step]
        self._now += 1
        if step.kind in STARTS:
            self._begin = self._now
        elif step.kind == RESET:
            self._let_go()

    def _let_go(self) -> None:
        """Hold what was done since the reset before the newest, and no more."""
        begin = self._emptied(self._begin, self._now - 1)
        if begin > self._begin:
            as_marking(self._session).forget(begin - self._begin)
            self._begin = begin

    def _emptied(self, begin: int, end: int) -> int:
        """Where a session is as it began: after the last reset of some steps, or before them."""
        kinds = [step.kind for step in self._steps[begin:end]]
        if self.options.task == INSTANCES or RESET not in kinds or PROTECT.intersection(kinds):
            return begin
        return end - kinds[::-1].index(RESET)

    def _apply(
        self, session: Editing, step: Step, place: int, meanwhile: Meanwhile | None = None
    ) -> None:
        before = looks_of(session)
        act(session, step.kind, step.body, meanwhile=meanwhile)
        self._touched[place] = touched_by(step, before, looks_of(session))

    def _undo(self) -> None:
        if not self.can_undo:
            raise OptionError("There is nothing to undo. Undo takes back what was done last.")
        if self._now > self._begin:
            self._now -= 1
            self._session.undo()
        else:
            self._move(-1)

    def _redo(self) -> None:
        if not self.can_redo:
            raise OptionError("There is nothing to redo. Redo follows an undo, before new actions.")
        if self._steps[self._now].kind in STARTS:
            self._move(+1)
        else:
            self._now += 1
            self._session.redo()

    def _move(self, steps: int) -> None:
        """Go to where another session is needed; where none can be started, stay."""
        before = self._now
        self._now += steps
        try:
            self._build()
        except BaseException:
            self._now = before
            raise

    def _infer(self, options: Options) -> None:
        before, self.options = self.options, options
        try:
            self._build()
        except BaseException:
            self.options = before
            raise

    def _build(self) -> None:
        """Start a session and do again what counts, with what redo would bring behind it."""
        starts = [at for at, step in enumerate(self._steps) if step.kind in STARTS]
        started = max((at + 1 for at in starts if at < self._now), default=0)
        begin = self._emptied(started, self._now)
        end = min((at for at in starts if at >= self._now), default=len(self._steps))
        start = self._first
        for at in starts:
            if at < begin:
                start = self._changed(start, self._steps[at])
        session = self._factory(self._photo, self.options, start)
        for at in range(begin, end):
            self._apply(session, self._steps[at], at)
        for _ in range(end - self._now):
            session.undo()
        self._session, self._start, self._begin = session, start, begin

    def _changed(self, start: Start, step: Step) -> Start:
        content = self._blob(step.body["sha256"])
        if step.kind == "trimap":
            return replace(start, trimap=content)
        return replace(start, prior=content, depth_scale=step.body["depth_scale"])
