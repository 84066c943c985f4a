"""What a session is after each action, as an engine answers it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from clickmend.core.errors import OptionError
from clickmend.core.numbers import is_index
from clickmend.core.types import Mask
from clickmend.feedback.mark_checks import check_mark
from clickmend.feedback.marks import Box, Mark
from clickmend.tasks.engine import Answer, Engine
from clickmend.tasks.painted import check_free, held_from
from clickmend.tasks.prediction import P_co


@dataclass(frozen=True)
class State:
    """A session after one action: the feedback that counts, the answer to it, and what is kept."""

    marks: tuple[Mark, ...] = ()
    answer: Answer | None = None
    protected: Mask | None = None
    under: tuple[Mask | None, ...] = ()
    """What was protected when each mark came."""
    classes: frozenset[int] = frozenset()
    """Classes whose pixels are protected, also those that they come to have."""

    def protection(self, engine: Engine[P_co]) -> Mask | None:
        """What the next mark cannot change, bool ``(H, W)``; ``None`` where nothing is protected.

        Args:
            engine: Shows the answer.
        """
        if not self.classes:
            return self.protected
        of_classes = np.isin(engine.show(self.answer).pixels, list(self.classes))
        return of_classes if self.protected is None else of_classes | self.protected


def marked(
    state: State,
    mark: Mark,
    *,
    engine: Engine[P_co],
    meanwhile: Callable[[P_co], object] | None = None,
) -> State:
    """The state after one more mark; a second box takes the place of the first.

    Args:
        state: The one before.
        mark: In pixels of the original image.
        engine: Answers it.
        meanwhile: Given the prediction that stands while variables move for the mark, if any do.

    Raises:
        ClickError: The mark lies outside the image, has no sense, or none in this task.
    """
    height, width = engine.photo.shape[:2]
    number = sum(not isinstance(one, Box) for one in state.marks) + 1
    check_mark(mark, width=width, height=height, number=number)
    mark = engine.check(mark, number=number)
    protected = state.protection(engine)
    check_free(mark, protected, number=number)
    before = [
        (one, under)
        for one, under in zip(state.marks, state.under, strict=True)
        if not (isinstance(mark, Box) and isinstance(one, Box))
    ]
    marks = tuple(one for one, _ in before)
    held = held_from(mark, marks, protected, shape=(height, width))

    def beside_held(answer: Answer) -> Answer:
        return answer if held is None else engine.without(answer, held)

    early = None if meanwhile is None else engine.unrefined((*marks, mark), state.answer)
    if meanwhile is not None and early is not None:
        meanwhile(engine.show_once(beside_held(early)))
    answer = beside_held(engine.answer((*marks, mark), state.answer))
    under = (*(one for _, one in before), protected)
    return replace(state, marks=(*marks, mark), answer=answer, under=under)


def without(state: State, n: int, *instead: Mark, engine: Engine[P_co]) -> State:
    """The state that all marks give but one, with others in its place.

    Args:
        state: The one with the mark.
        n: Which mark, from 1.
        instead: Come before all later marks.
        engine: Answers them.

    Raises:
        OptionError: There is no such mark.
        ClickError: One of those instead, or a later one, has no sense then.
    """
    marks, under = state.marks, state.under
    if not is_index(n) or n not in range(1, len(marks) + 1):
        raise OptionError(
            f"There is no mark {n!r}. There are {len(marks)}, numbered from 1; see feedback."
        )
    assert state.answer is not None
    # The first marks need no second answer, as far as each was given when those before stood.
    kept, answer = 0, None
    for known in state.answer.chain()[: n - 1]:
        given = [id(one.mark) for one in known.marks]
        if given != [id(mark) for mark in marks[: kept + 1]]:
            break
        kept, answer = kept + 1, known
    again = State(marks[:kept], answer, None, under[:kept])
    later = [*zip(marks, under, strict=True)][kept:]
    later[n - 1 - kept : n - kept] = [(mark, under[n - 1]) for mark in instead]
    for mark, protected in later:
        again = marked(replace(again, protected=protected), mark, engine=engine)
    return replace(again, protected=state.protected, classes=state.classes)
