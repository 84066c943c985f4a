"""Means and standard errors against scipy's, on curves that are made by hand."""

import json
from dataclasses import asdict

import numpy as np
import pytest
from scipy.stats import sem

from clickmend.evaluation.spread import Figure, spread_from, spread_of


def curves(points, units=6, seed=0):
    rng = np.random.default_rng(seed)
    return {f"unit {n}": np.sort(rng.random(points)).tolist() for n in range(units)}


def test_means_gains_and_errors_are_over_units():
    made = curves(21)
    heights = np.array(list(made.values()))
    spread = spread_of(made)
    assert spread.units == 6
    np.testing.assert_allclose(spread.errors, sem(heights))
    for figure, values in (
        (spread.few, heights[:, 1:4].mean(axis=1)),
        (spread.many, heights[:, 5:21].mean(axis=1)),
        (spread.few_gain, (heights[:, 3] - heights[:, 0]) / 3),
        (spread.many_gain, (heights[:, 20] - heights[:, 4]) / 16),
    ):
        assert figure == Figure(pytest.approx(values.mean()), pytest.approx(sem(values)))
    assert spread.few_over is None


def test_what_a_row_is_over_another_is_compared_unit_by_unit():
    plain = curves(21)
    better = {unit: [height + 0.01 for height in curve] for unit, curve in plain.items()}
    spread = spread_of(dict(reversed(better.items())), plain)
    for figure in (spread.few_over, spread.many_over):
        assert figure == Figure(pytest.approx(0.01), pytest.approx(0, abs=1e-9))
    assert spread.few.error > 0.01


def test_there_is_no_error_of_a_single_unit_and_no_range_beyond_the_clicks():
    spread = spread_of(curves(3, units=1))
    assert spread.few.error is None
    assert spread.errors == (None, None, None)
    assert spread.many is spread.many_gain is spread.many_over is None
    assert spread_of(curves(1)).few is None


def test_a_figure_is_told_with_its_error():
    assert Figure(0.5, 0.0125).told() == "0.5000 ± 0.0125"
    assert Figure(0.5, None).told(1000) == "500.0000"


def test_a_spread_comes_back_from_json():
    spread = spread_of(curves(21), curves(21, seed=1))
    assert spread_from(json.loads(json.dumps(asdict(spread)))) == spread
