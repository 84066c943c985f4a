from types import SimpleNamespace

import numpy as np
import pytest

from clickmend.core.errors import ClickError, OptionError
from clickmend.server.predictions import (
    INSTANCES,
    JSON,
    KINDS,
    NPY,
    PNG,
    Reading,
    reading_at,
    saved,
)
from clickmend.session.session import SHIPPED_MODELS
from clickmend.tasks.depth import DepthPrediction
from clickmend.tasks.instances import InstancesPrediction
from clickmend.tasks.matting import MattingPrediction
from clickmend.tasks.semantic import SemanticPrediction

NUMBERS = np.array([[0.25, 1.0, 0.5]], np.float32)


def test_every_task_of_a_session_is_known():
    assert set(KINDS) == {*SHIPPED_MODELS, INSTANCES}


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


OBJECTS = InstancesPrediction(np.array([[0, 2]], np.int32), ((0, 0), (1, 0)), ("cat", "dog"))


@pytest.mark.parametrize("kind", [PNG, JSON])
def test_many_objects_are_an_index_or_coco(kind, tmp_path):
    OBJECTS.save(tmp_path / f"there.{kind}")
    assert saved(OBJECTS, INSTANCES, kind) == (tmp_path / f"there.{kind}").read_bytes()


def test_an_object_is_read_by_its_number_and_its_label():
    assert reading_at(OBJECTS, INSTANCES, 1.5, 0) == Reading(1.5, 0, label="dog", value=2)
    assert reading_at(OBJECTS, INSTANCES, 0, 0) == Reading(0, 0, value=0)
    unnamed = InstancesPrediction(OBJECTS.index, OBJECTS.points)
    assert reading_at(unnamed, INSTANCES, 1, 0) == Reading(1, 0, value=2)


@pytest.mark.parametrize(
    ("task", "kind"), [("interactive", JSON), ("depth", JSON), (INSTANCES, NPY)]
)
def test_a_file_that_a_task_does_not_write_is_refused(task, kind):
    with pytest.raises(OptionError, match=f"{task!r} has no {kind.upper()} file"):
        saved(OBJECTS, task, kind)


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
