"""The bench of random true distances, on sessions whose answers are known."""

from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest
from disk_scenes import DATASETS, PaintSession, open_made

from clickmend.core.errors import OptionError
from clickmend.evaluation.benches.depth_points import WRONG_FACTOR, DepthPoints, random_points
from clickmend.evaluation.report import markdown
from clickmend.evaluation.runner import run_bench
from clickmend.evaluation.subjects import TASKS
from clickmend.networks import Card

SUBJECT = TASKS["depth"].subjects(DATASETS["depth"]()[3])[None]


def run(tmp_path, **changes):
    given = {"datasets": ("made",), "out": tmp_path / "points", "points": (2, 5), "limit": 3}
    facts = {"name": "small", "task": "depth", "sha256": "0" * 64, "training_data": ()}
    bench = DepthPoints(**given | {"refine": ("nearest", "region")} | changes)
    return run_bench(
        bench,
        [SimpleNamespace(card=Card.model_construct(**facts))],
        make_session=partial(PaintSession, task="depth"),
        open_dataset=partial(open_made, task="depth"),
    )


def test_there_is_a_row_for_each_way_and_number_of_points_from_none_on(tmp_path):
    rows = run(tmp_path)["rows"]
    assert [(row["setting"]["refine"], row["points"], row["images"]) for row in rows] == [
        (refine, points, 3) for refine in ("nearest", "region") for points in (0, 2, 5)
    ]
    assert rows[2]["abs_rel"] < rows[0]["abs_rel"]
    assert rows[0]["abs_rel"] == rows[3]["abs_rel"]


def test_the_report_has_the_table_and_a_curve(tmp_path):
    result = run(tmp_path)
    assert "| dataset | points | refine | wrong | images | RMSE m | AbsRel | δ1 |" in markdown(
        result
    )
    assert (tmp_path / "points.png").stat().st_size > 1000
    assert "--points 2 --points 5 --wrong 0" in result["command"]


def test_a_wrong_point_makes_it_worse(tmp_path):
    right = run(tmp_path, points=(1,), refine=("nearest",))["rows"][-1]
    wrong = run(tmp_path, points=(1,), refine=("nearest",), wrong=1, fresh=True)["rows"][-1]
    assert wrong["wrong"] == 1
    assert wrong["abs_rel"] > right["abs_rel"]


def test_points_are_true_values_of_known_pixels_and_more_begin_with_the_fewer():
    points = random_points(SUBJECT, (3, 9), np.random.default_rng(1))
    assert len(points) == 9
    for click in points:
        assert click.value == pytest.approx(SUBJECT.truth[int(click.y), int(click.x)])
        assert click.radius_px is None


def test_wrong_points_are_among_the_first():
    points = random_points(SUBJECT, (3, 9), np.random.default_rng(1), wrong=2)
    ratios = [click.value / SUBJECT.truth[int(click.y), int(click.x)] for click in points]
    off = [abs(abs(np.log(ratio)) - np.log(WRONG_FACTOR)) < 1e-5 for ratio in ratios]
    assert sum(off[:3]) == sum(off) == 2


def test_no_point_is_refused(tmp_path):
    with pytest.raises(OptionError, match=r"points is \(0,\)\. Allowed is 1 or more"):
        DepthPoints(datasets=("made",), out=tmp_path, points=(0,))
