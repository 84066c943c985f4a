"""The bench of priors on sessions whose changes are known."""

import json
from functools import partial

import numpy as np
import pytest
from disk_scenes import PaintSession, open_made

from clickmend.evaluation.prior import PriorOptions, outside_radii, run_prior
from clickmend.evaluation.report import markdown, rows_of
from clickmend.evaluation.tasks import TASKS
from clickmend.feedback import Click
from clickmend.networks import Card


def run(tmp_path, task, make=PaintSession, **changes):
    given = {
        "of_task": task,
        "datasets": ("made",),
        "out": tmp_path / "prior",
        "clicks": 4,
        "limit": 3,
    }
    facts = {"name": "small", "task": task, "sha256": "0" * 64, "training_data": ()}
    return run_prior(
        PriorOptions(**given | changes),
        Card.model_construct(**facts),
        make_session=partial(make, task=task),
        open_dataset=partial(open_made, task=task),
    )


class Meddling(PaintSession):
    """Every click also changes the last row, and the prior comes back with another first pixel."""

    def __init__(self, start, setting, task):
        super().__init__(start, setting, task)
        self.shown[0, 0] = self.shown[0, 0] + 1 if task != "interactive" else ~self.shown[0, 0]

    def click(self, *place, **said):
        super().click(*place, **said)
        self.shown[-1] = self.shown[-1] + 1 if self.field != "mask" else ~self.shown[-1]
        return self.prediction


@pytest.mark.parametrize("task", list(TASKS))
def test_a_session_that_changes_only_what_is_clicked_keeps_its_prior(tmp_path, task):
    (row,) = rows_of(run(tmp_path, task))
    lines = list(map(json.loads, (tmp_path / "prior.jsonl").read_text().splitlines()))[1:]
    outside = [
        outside_radii([Click(x, y, radius_px=r) for x, y, _, r in line["clicks"]], (24, 32)).mean()
        for line in lines
    ]
    assert row.prior == {
        "kept": 1.0,
        "changed": 0.0,
        "most": 0.0,
        "outside": pytest.approx(np.mean(outside)),
    }
    assert len(row.scores.curve) == 5
    measure = TASKS[task].measure
    assert measure.better(measure.perfect, row.scores.curve[0])


@pytest.mark.parametrize("task", list(TASKS))
def test_one_that_meddles_is_found_out(tmp_path, task):
    (row,) = rows_of(run(tmp_path, task, make=Meddling, clicks=1))
    assert row.prior["kept"] == 0.0
    assert 0 < row.prior["changed"] <= row.prior["most"] < 1


def test_the_runs_hold_the_curve_from_the_prior_on(tmp_path):
    result = run(tmp_path, "semantic")
    header, *lines = map(json.loads, (tmp_path / "prior.jsonl").read_text().splitlines())
    assert header["common"]["seed"] == 0
    (row,) = rows_of(result)
    assert row.scores.curve[0] == pytest.approx(np.mean([line["miou"][0] for line in lines]))
    assert "prior kept" in markdown(result)


def test_another_seed_corrupts_otherwise_and_the_same_seed_alike(tmp_path):
    curves = [
        rows_of(run(tmp_path, "depth", seed=seed, limit=None, fresh=True))[0].scores.curve
        for seed in (1, 1, 2)
    ]
    assert curves[0] == curves[1] != curves[2]


def test_outside_is_what_no_radius_reaches():
    clicks = [Click(2.5, 2.5, radius_px=1.0), Click(6.5, 2.5, radius_px=1.5)]
    outside = outside_radii(clicks, (5, 9))
    expected = [
        [
            all(np.hypot(x + 0.5 - c.x, y + 0.5 - c.y) > c.radius_px for c in clicks)
            for x in range(9)
        ]
        for y in range(5)
    ]
    np.testing.assert_array_equal(outside, expected)


def test_the_command_repeats_the_bench(tmp_path):
    assert run(tmp_path, "depth", refine=("none", "sb"))["command"] == (
        "clickmend bench prior --model small --dataset made --task depth --refine none "
        "--refine sb --clicks 4 --limit 3 --seed 0 --jobs 1 --device cpu --out prior"
    )
