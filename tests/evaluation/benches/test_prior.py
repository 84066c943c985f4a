"""The bench of priors on sessions whose changes are known."""

import json
from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest
from disk_scenes import PaintSession, open_made
from PIL import Image

from clickmend.data.labels import PairedLabels
from clickmend.evaluation.benches.prior import Prior, broken, outside_radii
from clickmend.evaluation.report import markdown
from clickmend.evaluation.runner import run_bench
from clickmend.evaluation.subjects import TASKS, ObjectSubject
from clickmend.feedback import Click
from clickmend.networks import Card


def run(tmp_path, task, make=PaintSession, **changes):
    given = {
        "task": task,
        "datasets": ("made",),
        "out": tmp_path / "prior",
        "clicks": 4,
        "limit": 3,
    }
    facts = {"name": "small", "task": task, "sha256": "0" * 64, "training_data": ()}
    return run_bench(
        Prior(**given | changes),
        [SimpleNamespace(card=Card.model_construct(**facts))],
        make_session=partial(make, task=task),
        open_dataset=partial(open_made, task=task),
    )


class Meddling(PaintSession):
    """Every click also changes the last row, and the prior comes back with another first pixel."""

    def __init__(self, start, setting, task):
        super().__init__(start, setting, task)
        self.shown[0, 0] = self.shown[0, 0] + 1 if task != "interactive" else ~self.shown[0, 0]

    def add(self, click):
        super().add(click)
        self.shown[-1] = self.shown[-1] + 1 if self.field != "mask" else ~self.shown[-1]
        return self.prediction


@pytest.mark.parametrize("task", list(TASKS))
def test_a_session_that_changes_only_what_is_clicked_keeps_its_prior(tmp_path, task):
    (row,) = run(tmp_path, task)["rows"]
    lines = list(map(json.loads, (tmp_path / "prior.jsonl").read_text().splitlines()))[1:]
    outside = [
        outside_radii([Click(x, y, radius_px=r) for x, y, _, r in line["clicks"]], (24, 32)).mean()
        for line in lines
    ]
    kept = {name: row["prior"][name] for name in ("kept", "changed", "most", "outside")}
    assert kept == {
        "kept": 1.0,
        "changed": 0.0,
        "most": 0.0,
        "outside": pytest.approx(np.mean(outside)),
    }
    measure = TASKS[task].measure
    curve = row["scores"][measure.name]
    assert len(curve) == 5
    assert measure.better(measure.perfect, curve[0])


@pytest.mark.parametrize("task", list(TASKS))
def test_one_that_meddles_is_found_out(tmp_path, task):
    (row,) = run(tmp_path, task, make=Meddling, clicks=1)["rows"]
    assert row["prior"]["kept"] == 0.0
    assert 0 < row["prior"]["changed"] <= row["prior"]["most"] < 1


def test_the_runs_hold_the_curve_from_the_prior_on(tmp_path):
    result = run(tmp_path, "semantic")
    header, *lines = map(json.loads, (tmp_path / "prior.jsonl").read_text().splitlines())
    assert header["common"]["seed"] == 0
    (row,) = result["rows"]
    assert row["scores"]["miou"][0] == pytest.approx(np.mean([line["miou"][0] for line in lines]))
    assert "prior kept" in markdown(result)


def test_class_maps_may_have_classes_that_no_network_knows(tmp_path, rng):
    labels = np.kron(rng.integers(0, 3, (3, 4)), np.ones((8, 8), int)).astype(np.uint8)
    for name, pixels in (("a", np.zeros((24, 32, 3), np.uint8)), ("a-classes", labels)):
        Image.fromarray(pixels).save(tmp_path / f"{name}.png")
    pairs = {"a": (tmp_path / "a.png", tmp_path / "a-classes.png")}
    dataset = PairedLabels(pairs, codes=("soil", "crop", "weed"))
    begun = []

    def make(start, setting, task):
        begun.append(start.classes)
        return PaintSession(start, setting, task)

    facts = {"name": "small", "task": "semantic", "sha256": "0" * 64, "training_data": ()}
    card = Card.model_construct(**facts, labels=("road", "sky"))
    bench = Prior(task="semantic", datasets=("made",), out=tmp_path / "prior", clicks=2)
    result = run_bench(
        bench,
        [SimpleNamespace(card=card)],
        make_session=partial(make, task="semantic"),
        open_dataset=lambda _: dataset,
    )
    assert begun == [("soil", "crop", "weed")]
    assert result["rows"][0]["prior"]["kept"] == 1.0


def test_another_seed_corrupts_otherwise_and_the_same_seed_alike(tmp_path):
    curves = [
        run(tmp_path, "depth", seed=seed, limit=None, fresh=True)["rows"][0]["scores"]["delta_1"]
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


def test_each_way_of_spoiling_has_a_row_and_a_session_that_only_mends_does_no_harm(tmp_path):
    rows = run(tmp_path, "interactive", refine=("fill",), spoils=("hole", "part"))["rows"]
    assert [row["setting"]["spoil"] for row in rows] == ["hole", "part"]
    for row in rows:
        assert row["scores"]["iou"][0] < row["scores"]["iou"][-1]
        assert [row["prior"][name] for name in ("lowers", "worse", "broken")] == [0, 0, 0]


def test_clicks_that_do_harm_are_counted(tmp_path):
    class Wiping(PaintSession):
        """Every click takes all away."""

        def add(self, click):
            self.shown = np.zeros_like(self.shown)
            return self.prediction

    options = {"make": Wiping, "spoils": ("contour",), "clicks": 1}
    (row,) = run(tmp_path, "interactive", **options)["rows"]
    assert [row["prior"][name] for name in ("lowers", "worse", "broken")] == [1, 1, 1]
    assert "| contour |" in (tmp_path / "prior.md").read_text()


def test_without_radii_what_lies_outside_is_known_if_the_session_tells_its_reach(tmp_path):
    class Telling(Meddling):
        """Reaches the left half, it says."""

        @property
        def reach(self):
            return np.indices(self.shown.shape)[1] < 16

    options = {"radii": ("default",), "clicks": 1}
    (told,) = run(tmp_path, "interactive", make=Telling, **options)["rows"]
    assert told["prior"]["outside"] == 0.5
    assert told["prior"]["changed"] > 0
    (silent,) = run(tmp_path, "interactive", make=Meddling, fresh=True, **options)["rows"]
    assert "outside" not in silent["prior"]


def test_what_is_broken_is_a_share_of_the_right_pixels_of_the_object():
    truth = np.zeros((4, 6), bool)
    truth[:2] = True
    ignore = np.zeros_like(truth)
    ignore[0, 0] = True
    before, after = truth.copy(), truth.copy()
    before[0, 1], after[0, :3], after[3] = False, False, True
    subject = ObjectSubject(np.zeros((4, 6, 3), np.uint8), truth, ignore)
    assert broken([before, after, truth], subject) == pytest.approx(1 / 10)
