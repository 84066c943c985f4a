"""What holds in every session: nothing changes out of reach, undo is exact, replay is equal."""

import sys
from functools import partial

import numpy as np
import pytest
from made_sessions import HEIGHT, WIDTH, mark_on, opened, shown, some_protected

import clickmend as cm
from clickmend.core.errors import ClickError
from clickmend.tasks.painted import painted


def same(a, b):
    """Bit for bit, NaN included."""
    np.testing.assert_array_equal(a.view(f"u{a.itemsize}"), b.view(f"u{b.itemsize}"))


def replayed(seed, acts):
    """A fresh session after some acts."""
    session = opened(seed)
    for act in acts:
        if isinstance(act, np.ndarray) or act is None:
            session.protect(act)
        else:
            session.add(act)
    return session


def held(session, mark, before, after):
    """The newest mark holds at its own pixel; a stroke, where it may paint."""
    if isinstance(mark, cm.Stroke):
        under = painted(mark, height=HEIGHT, width=WIDTH).mask(after.shape) & session.reach
        if mark.label == "erase":
            first = opened_initial(session)
            same(after[under], first[under])
        elif session.task == "interactive":
            assert ((after > 0)[under] == (mark.label == "foreground")).all()
        elif mark.exact or session.task != "semantic":
            wanted = mark.label if session.task == "semantic" else np.float32(mark.value)
            assert (after[under] == wanted).all()
        return
    if isinstance(mark, cm.Box):
        return
    at = int(mark.y), int(mark.x)
    if isinstance(mark, cm.Push):
        moved = (after[at] - before[at]) * (1 if mark.direction == "up" else -1)
        assert moved >= 0 or np.isnan(before[at])
    elif session.task == "interactive":
        assert (after[at] > 0) == mark.is_foreground
    else:
        wanted = mark.label if session.task == "semantic" else np.float32(mark.value)
        assert after[at] == wanted


def opened_initial(session):
    name = {"interactive": "logits", "semantic": "labels", "matting": "alpha", "depth": "depth_m"}
    return getattr(session.initial, name[session.task])


def play(seed):
    rng = np.random.default_rng([seed, 1])
    session = opened(seed)
    assert session.reach is None
    seen, acts = [shown(session).copy()], []
    for _ in range(int(rng.integers(2, 7))):
        if rng.random() < 0.2:
            acts.append(some_protected(rng) if rng.random() < 0.7 else None)
            session.protect(acts[-1])
            seen.append(seen[-1])
        mark = mark_on(session, rng)
        try:
            session.add(mark)
        except ClickError:  # in a protected pixel
            continue
        acts.append(mark)
        before, after = seen[-1], shown(session).copy()
        same(after[~session.reach], before[~session.reach])
        held(session, session.feedback[-1], before, after)
        seen.append(after)
    for earlier in reversed(seen[:-1]):
        session.undo()
        same(shown(session), earlier)
    for later in seen[1:]:
        session.redo()
        same(shown(session), later)
    same(shown(replayed(seed, acts)), seen[-1])
    marks = [act for act in acts if not (isinstance(act, np.ndarray) or act is None)]
    if len(marks) == len(session.feedback) > 0:
        gone = marks[int(rng.integers(len(marks)))]
        try:
            session.remove(1 + next(n for n, mark in enumerate(marks) if mark is gone))
        except ClickError:
            return
        left = replayed(seed, [act for act in acts if act is not gone])
        same(shown(session), shown(left))
        session.undo()
        same(shown(session), seen[-1])


@pytest.mark.parametrize("seed", range(100))
def test_out_of_reach_nothing_changes_undo_is_exact_and_a_replay_equal(seed):
    play(seed)


def test_the_same_holds_where_every_patch_is_made_again(monkeypatch):
    monkeypatch.setattr("clickmend.tasks.patches.LARGE_BYTES", 0)
    monkeypatch.setattr("clickmend.tasks.patches.KEPT", 0)
    for seed in range(200, 240):
        play(seed)


@pytest.mark.parametrize(
    "classes",
    [
        ("soil", "crop", "weed", "stone"),
        ("soil", "car", "weed", "sky"),
        ("sky", "tree", "car", "road"),
    ],
)
def test_the_same_holds_with_classes_of_which_a_network_knows_none_some_or_all(
    classes, monkeypatch
):
    monkeypatch.setattr(sys.modules[__name__], "opened", partial(opened, classes=classes))
    for seed in range(1, 41, 4):  # those of class maps
        play(seed)


@pytest.mark.slow
@pytest.mark.parametrize("first", range(100, 1100, 50))
def test_a_thousand_more_sessions_keep_what_was_not_touched(first):
    for seed in range(first, first + 50):
        play(seed)
