from types import SimpleNamespace

import numpy as np
import pytest

from clickmend.core.errors import ClickError, OptionError
from clickmend.server.predictions import KINDS, NPY, PNG, Reading, reading_at, saved
from clickmend.session.session import SHIPPED_MODELS
from clickmend.tasks.depth import DepthPrediction
from clickmend.tasks.matting import MattingPrediction
from clickmend.tasks.semantic import SemanticPrediction

NUMBERS = np.array([[0.25, 1.0, 0.5]], np.float32)


def test_every_task_of_a_session_is_known():
    assert set(KINDS) == set(SHIPPED_MODELS)


@pytest.mark.parametrize("kind", [PNG, NPY])
@pytest.mark.parametrize(
    ("task", "prediction"),
    [
        ("semantic", SemanticPrediction(np.array([[0, 1]], np.int32), ("a", "b"))),
        ("matting", MattingPrediction(NUMBERS)),
        ("depth", DepthPrediction(NUMBERS)),
    ],
)
def test_a_file_has_the_bytes_that_the_prediction_writes(task, prediction, kind, tmp_path):
    prediction.save(tmp_path / f"there.{kind}")
    assert saved(prediction, task, kind) == (tmp_path / f"there.{kind}").read_bytes()


def test_a_mask_is_no_array_file():
    with pytest.raises(OptionError, match=r"'interactive' has no NPY file\. Available: PNG"):
        saved(SimpleNamespace(mask=None), "interactive", NPY)


def test_a_class_is_read_by_name_and_none_where_there_is_none():
    prediction = SemanticPrediction(np.array([[1, 255]], np.int32), ("road", "car"))
    assert reading_at(prediction, "semantic", 0.5, 0.5) == Reading(0.5, 0.5, label="car")
    assert reading_at(prediction, "semantic", 1, 0) == Reading(1, 0)


def test_a_number_is_read_as_it_is_and_none_where_it_is_unknown():
    depth = DepthPrediction(np.array([[2.5, np.nan]], np.float32))
    assert reading_at(depth, "depth", 0.9, 0) == Reading(0.9, 0, value=2.5)
    assert reading_at(depth, "depth", 1, 0) == Reading(1, 0)
    assert reading_at(MattingPrediction(NUMBERS), "matting", 0, 0).value == 0.25


def test_a_place_outside_is_refused():
    with pytest.raises(ClickError, match="outside the 3×1 image"):
        reading_at(MattingPrediction(NUMBERS), "matting", 3, 0)
