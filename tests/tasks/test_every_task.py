"""What holds in each task of the package: slender photos, places, and comparing predictions."""

from __future__ import annotations

import copy

import numpy as np
import pytest

import clickmend as cm
from clickmend.core.errors import ClickError, OptionError

SAYS = {
    "interactive": {"label": "foreground"},
    "semantic": {"label": 2},
    "matting": {"value": 0.5},
    "depth": {"value": 2.5},
}
"""What a click says in each task."""


def opened(task, height, width, **options):
    photo = np.full((height, width, 3), 90, np.uint8)
    trimap = np.full((height, width), 128, np.uint8)
    more = {"trimap": trimap} if task == "matting" else {}
    return cm.Session(photo, task=task, **more, **options)


@pytest.fixture(params=SAYS)
def task(request):
    return request.param


@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 3000), (3000, 2), (3, 5000)])
def test_a_click_on_a_slender_photo_gives_its_pixel_what_it_says(task, height, width):
    session = opened(task, height, width)
    session.click(width - 1, height - 1, **SAYS[task])
    (said,) = SAYS[task].values()
    assert session.prediction.pixels[-1, -1] == (True if said == "foreground" else said)


@pytest.mark.parametrize(("x", "y"), [(40, 10), (-1, 10), (10, 30), (10, -0.5), (np.nan, 1)])
def test_nothing_is_shown_at_a_place_outside(task, x, y):
    prediction = opened(task, 30, 40).prediction
    with pytest.raises(ClickError, match="the place is at"):
        prediction.at(x, y)


def test_predictions_compare_as_objects_and_so_may_be_in_lists(task):
    prediction = opened(task, 30, 40).prediction
    other = copy.copy(prediction)
    assert prediction in [other, prediction]
    assert prediction != other


@pytest.mark.parametrize("points", [[1, 2], [(1, 2, 3)], 5])
def test_a_stroke_of_what_are_no_places_is_refused(task, points):
    with pytest.raises(ClickError, match=r"the points of a stroke are .*pair \(x, y\)"):
        opened(task, 30, 40).stroke(points, **SAYS[task])


def test_a_mark_is_counted_by_a_whole_number(task):
    session = opened(task, 30, 40)
    session.click(3, 4, **SAYS[task])
    with pytest.raises(OptionError, match=r"no mark 1.0"):
        session.remove(1.0)


def test_a_depth_scale_that_is_no_number_is_refused():
    with pytest.raises(OptionError, match=r"depth_scale is 'mm'.*0.001"):
        opened("depth", 30, 40, prior=np.ones((30, 40), np.uint16), depth_scale="mm")
