import numpy as np
import pytest

from clickmend.core.errors import ClickError, OptionError
from clickmend.server.predictions import MEDIA_TYPES, PNG, Reading, encoded, reading_at
from clickmend.tasks.depth import DepthPrediction
from clickmend.tasks.instances import InstancesPrediction
from clickmend.tasks.interactive import InteractivePrediction
from clickmend.tasks.matting import MattingPrediction
from clickmend.tasks.registry import TASKS
from clickmend.tasks.semantic import SemanticPrediction

NPY, JSON, INSTANCES = "npy", "json", "instances"

NUMBERS = np.array([[0.25, 1.0, 0.5]], np.float32)


@pytest.mark.parametrize("task", TASKS)
def test_every_file_of_every_task_has_a_media_type(task):
    assert {suffix[1:] for suffix in TASKS[task].prediction.suffixes} <= set(MEDIA_TYPES)


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
    assert encoded(prediction, task, kind) == (tmp_path / f"there.{kind}").read_bytes()


OBJECTS = InstancesPrediction(np.array([[0, 2]], np.int32), ((0, 0), (1, 0)), ("cat", "dog"))


@pytest.mark.parametrize("kind", [PNG, JSON])
def test_many_objects_are_an_index_or_coco(kind, tmp_path):
    OBJECTS.save(tmp_path / f"there.{kind}")
    assert encoded(OBJECTS, INSTANCES, kind) == (tmp_path / f"there.{kind}").read_bytes()


def test_an_object_is_read_by_its_number_and_its_label():
    assert reading_at(OBJECTS, 1.5, 0) == Reading(1.5, 0, label="dog", value=2)
    assert reading_at(OBJECTS, 0, 0) == Reading(0, 0, value=0)
    unnamed = InstancesPrediction(OBJECTS.index, OBJECTS.points)
    assert reading_at(unnamed, 1, 0) == Reading(1, 0, value=2)


@pytest.mark.parametrize(
    ("task", "kind"), [("interactive", JSON), ("depth", JSON), (INSTANCES, NPY)]
)
def test_a_file_that_a_task_does_not_write_is_refused(task, kind):
    made = {
        "interactive": InteractivePrediction(NUMBERS),
        "depth": DepthPrediction(NUMBERS),
        INSTANCES: OBJECTS,
    }
    with pytest.raises(OptionError, match=f"{task!r} has no {kind.upper()} file"):
        encoded(made[task], task, kind)


def test_a_mask_is_no_array_file():
    with pytest.raises(OptionError, match=r"'interactive' has no NPY file\. Available: PNG"):
        encoded(InteractivePrediction(NUMBERS), "interactive", NPY)


def test_a_class_is_read_by_name_and_none_where_there_is_none():
    prediction = SemanticPrediction(np.array([[1, 255]], np.int32), ("road", "car"))
    assert reading_at(prediction, 0.5, 0.5) == Reading(0.5, 0.5, label="car")
    assert reading_at(prediction, 1, 0) == Reading(1, 0)


def test_a_number_is_read_as_it_is_and_none_where_it_is_unknown():
    depth = DepthPrediction(np.array([[2.5, np.nan]], np.float32))
    assert reading_at(depth, 0.9, 0) == Reading(0.9, 0, value=2.5)
    assert reading_at(depth, 1, 0) == Reading(1, 0)
    assert reading_at(MattingPrediction(NUMBERS), 0, 0).value == 0.25


def test_a_place_outside_is_refused():
    with pytest.raises(ClickError, match="outside the 3×1 image"):
        reading_at(MattingPrediction(NUMBERS), 3, 0)
