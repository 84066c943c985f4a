"""Tests of how networks are refined to marks on class maps, mattes and depth."""

from __future__ import annotations

import numpy as np
import pytest
from dense_sessions import TASKS, click, numbers, open_session

import clickmend as cm
from clickmend.core.types import RGB


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("layer", ["bmsb", "bmsb-m", "bmconv"])
def test_a_click_is_granted_at_its_pixel(
    task: str, layer: str, photo: RGB, trimap: np.ndarray
) -> None:
    session = open_session(
        task,
        photo,
        trimap,
        refine=cm.Refine(layer, energy="clicks", learning_rate=0.03, spread=False),
    )
    before = numbers(session).copy()
    click(session, 45, 32)
    asked = session.feedback[-1]
    here = numbers(session)[32, 45]
    if task == "semantic":
        assert here == asked.label
    else:
        assert abs(here - asked.value) < 0.4 * abs(before[32, 45] - asked.value)
        assert session.report.moved == pytest.approx(here - before[32, 45], abs=0.02)


@pytest.mark.parametrize("task", ["semantic", "depth"])
@pytest.mark.parametrize(
    "refine",
    [
        cm.Refine("sb", learning_rate=0.001),
        cm.Refine("rgb-brs", learning_rate=0.01),
        cm.Refine("rgb-brs", energy="brs", learning_rate=1.0),
        cm.Refine("bmsb", energy="clicks", learning_rate=0.05),
        cm.Refine("bmsb", top_k=4, learning_rate=0.001),
        cm.Refine("sb", at=("encoder", "decoder"), learning_rate=0.001),
    ],
    ids=["sb", "rgb", "rgb, brs", "clicks", "top-k", "two places"],
)
def test_every_way_to_refine_moves_the_prediction_towards_the_click(
    task: str, refine: cm.Refine, photo: RGB, trimap: np.ndarray
) -> None:
    session = open_session(task, photo, trimap, refine=refine)
    click(session, 45, 32)
    energies = session.report.energies
    assert min(energies) < energies[0]


def test_a_click_does_not_wait_for_the_variables_and_the_next_one_finds_them_moved(
    photo: RGB, trimap: np.ndarray
) -> None:
    session, settled, alone = (
        open_session("semantic", photo, trimap, **options)
        for options in ({}, {}, {"refine": "region"})
    )
    for one in (session, settled, alone):
        one.click(45, 32, label=2)
    assert session.report is None
    assert np.array_equal(numbers(session), numbers(alone))
    before = numbers(settled).copy()
    settled.settle()
    assert np.array_equal(numbers(settled), before)
    for one in (session, settled, alone):
        one.click(80, 10, label=2)
    assert np.array_equal(numbers(session), numbers(settled))
    assert not np.array_equal(numbers(session), numbers(alone))
    session.undo()
    assert np.array_equal(numbers(session), before)


def test_a_click_with_a_radius_and_one_of_a_named_layer_wait(
    photo: RGB, trimap: np.ndarray
) -> None:
    by_default = open_session("semantic", photo, trimap)
    by_default.click(45, 32, label=2, radius_px=9)
    assert by_default.report.energies
    named = open_session("semantic", photo, trimap, refine="sb")
    named.click(45, 32, label=2)
    assert named.report.energies
