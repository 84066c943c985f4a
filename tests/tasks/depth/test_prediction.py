"""The picture of a depth map, which holds whatever depth."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from clickmend.data.levels import every_so_many
from clickmend.tasks.depth.prediction import DepthPrediction


@pytest.mark.parametrize(
    ("farthest", "per_metre"), [(65.535, None), (65.6, 100), (655.3, 100), (700, 10), (1e6, 0.01)]
)
def test_the_picture_has_the_finest_unit_that_holds_the_farthest(farthest, per_metre):
    depth_m = np.array([[0.5 * farthest, farthest], [np.nan, 0.0]], np.float32)
    picture = Image.open(BytesIO(DepthPrediction(depth_m).shown().png()))
    assert picture.text.get("units_per_m") == (None if per_metre is None else f"{per_metre:g}")
    units = np.asarray(picture).astype(float) / (per_metre or 1000)
    half = 0.501 / (per_metre or 1000)
    np.testing.assert_allclose(units, np.nan_to_num(depth_m), atol=half)


def test_a_map_of_which_nothing_is_known_has_a_picture():
    picture = DepthPrediction(np.full((2, 3), np.nan, np.float32)).shown().png()
    assert not np.asarray(Image.open(BytesIO(picture))).any()


@pytest.mark.parametrize("farthest", [9.0, 700.0])
def test_the_coarse_picture_is_what_is_left_of_the_whole_one(rng, farthest):
    depth_m = rng.uniform(0, 5, (9, 14)).astype(np.float32)
    depth_m[0, 0] = farthest  # no middle, and it decides on the units
    prediction = DepthPrediction(depth_m)
    whole, coarse = prediction.shown(), prediction.coarse(4)
    assert np.array_equal(coarse.levels, every_so_many(whole.levels, 4))
    assert coarse.units_per_m == whole.units_per_m
