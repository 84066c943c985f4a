"""What a session holds in memory, and that it is gone with the session."""

import gc
import weakref

import numpy as np
import pytest

from clickmend.core.held import held_bytes
from clickmend.networks import Model
from clickmend.session import Session
from clickmend.tasks.patches import LARGE_BYTES

SMALL, LARGE = (90, 120), (600, 800)
MARKS = {
    "interactive": {},
    "semantic": {"label": "road"},
    "matting": {"value": 1.0},
    "depth": {"value": 2.0},
}


def worked_on(task: str, size: tuple[int, int], refine: str | None) -> Session:
    rng = np.random.default_rng(0)
    photo = rng.integers(0, 256, (*size, 3)).astype(np.uint8)
    prior = np.zeros(size, np.float32) if task == "matting" else None
    session = Session(photo, task=task, prior=prior, refine=refine)
    for x in (20, 50, 80):
        session.click(x, 40, **MARKS[task])
        session.settle()
    session.preview(session.feedback[0])
    session.undo()
    _ = session.prediction, session.initial
    return session


@pytest.mark.parametrize("size", [SMALL, LARGE])
@pytest.mark.parametrize("task", MARKS)
def test_a_session_that_nobody_has_is_gone_at_once(task: str, size: tuple[int, int]) -> None:
    session = worked_on(task, size, "none" if task == "interactive" else "region")
    assert size == SMALL or session.prediction.pixels.nbytes >= LARGE_BYTES / 4
    parts = [weakref.ref(session._engine), weakref.ref(session._engine._viewer)]
    gc.disable()
    try:
        del session
        assert [part() for part in parts] == [None, None]
    finally:
        gc.enable()


def test_a_refined_session_that_nobody_has_is_gone_at_once() -> None:
    session = worked_on("semantic", SMALL, None)
    parts = [weakref.ref(session._engine), weakref.ref(session._engine._viewer._inference._held)]
    gc.disable()
    try:
        del session
        assert [part() for part in parts] == [None, None]
    finally:
        gc.enable()


def test_what_a_session_holds_is_counted_with_what_refines_it() -> None:
    plain, refined = (
        held_bytes(worked_on("semantic", SMALL, refine), without=(Model,))
        for refine in ("none", "bmsb")
    )
    assert plain > 3 * np.prod(SMALL)
    assert refined > 2 * plain
