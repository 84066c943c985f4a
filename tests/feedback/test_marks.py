"""Marks as they are made."""

import numpy as np
import pytest

from clickmend.core.errors import ClickError
from clickmend.feedback.marks import Stroke


def test_the_places_of_a_stroke_may_be_lists_or_rows_of_an_array() -> None:
    wanted = Stroke(((1.0, 2.0), (3.0, 4.5)), "road")
    for points in ([[1, 2], [3, 4.5]], np.array([[1, 2], [3, 4.5]])):
        stroke = Stroke(points, "road")
        assert (stroke, hash(stroke)) == (wanted, hash(wanted))


@pytest.mark.parametrize("points", [[1, 2], [(1, 2, 3)], "ab", 5, None])
def test_a_stroke_of_what_are_no_places_is_refused(points) -> None:
    with pytest.raises(
        ClickError, match=r"the points of a stroke are .* Each has to be a pair \(x, y\)"
    ):
        Stroke(points, "foreground")
