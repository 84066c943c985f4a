"""Tests of validation during a training."""

import numpy as np
import pytest

from clickmend.core.types import RGB, Mask
from clickmend.evaluation.validation import validate_clicks
from clickmend.training.views import View


class Growing:
    """A session whose mask gains one column of the object with every click."""

    def __init__(self, photo: RGB) -> None:
        self.mask: Mask = np.zeros(photo.shape[:2], bool)
        self.prediction = self

    def click(
        self, x: float, y: float, *, label: str | int | None, radius_px: float | None
    ) -> "Growing":
        columns = int(self.mask.any(axis=0).sum())
        self.mask = self.mask.copy()
        self.mask[:, columns] = True
        return self


def test_the_mean_overlap_after_the_clicks_is_told() -> None:
    truth = np.zeros((10, 10), bool)
    truth[:, :5] = True
    view = View(np.zeros((10, 10, 3), np.uint8), truth, np.ones_like(truth))
    found = validate_clicks([view, view], Growing)
    assert found == {
        "validation IoU, click 1": pytest.approx(0.2),
        "validation IoU, click 3": pytest.approx(0.6),
        "validation IoU, click 5": pytest.approx(1.0),
    }
