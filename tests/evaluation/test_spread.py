"""Means and standard errors against scipy's, on curves that are made by hand."""

import numpy as np
import pytest
from scipy.stats import sem

from clickmend.evaluation.summary import spread_of


def curves(points, units=6, seed=0):
    rng = np.random.default_rng(seed)
    return {f"unit {n}": np.sort(rng.random(points)).tolist() for n in range(units)}


def test_means_gains_and_errors_are_over_units():
    made = curves(21)
    heights = np.array(list(made.values()))
    spread = spread_of(made)
    assert spread["units"] == 6
    np.testing.assert_allclose(spread["errors"], sem(heights))
    for figure, values in (
        (spread["few"], heights[:, 1:4].mean(axis=1)),
        (spread["many"], heights[:, 5:21].mean(axis=1)),
        (spread["few_gain"], (heights[:, 3] - heights[:, 0]) / 3),
        (spread["many_gain"], (heights[:, 20] - heights[:, 4]) / 16),
    ):
        assert figure == {"mean": pytest.approx(values.mean()), "error": pytest.approx(sem(values))}
    assert spread["few_over"] is None


def test_what_a_row_is_over_another_is_compared_unit_by_unit():
    plain = curves(21)
    better = {unit: [height + 0.01 for height in curve] for unit, curve in plain.items()}
    spread = spread_of(dict(reversed(better.items())), plain)
    for figure in (spread["few_over"], spread["many_over"]):
        assert figure == {"mean": pytest.approx(0.01), "error": pytest.approx(0, abs=1e-9)}
    assert spread["few"]["error"] > 0.01


def test_there_is_no_error_of_a_single_unit_and_no_range_beyond_the_clicks():
    spread = spread_of(curves(3, units=1))
    assert spread["few"]["error"] is None
    assert spread["errors"] == [None, None, None]
    assert spread["many"] is spread["many_gain"] is spread["many_over"] is None
    assert spread_of(curves(1))["few"] is None
