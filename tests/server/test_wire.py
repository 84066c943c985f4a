import json

import pytest
from pydantic import ValidationError

from clickmend.feedback import Stroke
from clickmend.server.wire import BoxBody, ClickBody, PointsBody, PushBody, StrokeBody


def test_whole_numbers_are_positions():
    assert ClickBody.model_validate({"x": 3, "y": 4}).x == 3.0


@pytest.mark.parametrize("value", ["3", True, None, [3]])
def test_what_is_no_number_is_no_position(value):
    with pytest.raises(ValidationError, match="x"):
        ClickBody.model_validate({"x": value, "y": 4})


@pytest.mark.parametrize("label", ["background", 7, None])
def test_a_label_is_a_word_or_a_class(label):
    assert ClickBody.model_validate({"x": 1, "y": 1, "label": label}).label == label


def test_an_unknown_field_is_refused():
    with pytest.raises(ValidationError, match="Extra inputs"):
        BoxBody.model_validate({"x0": 0, "y0": 0, "x1": 1, "y1": 1, "label": "object"})


@pytest.mark.parametrize("points", [[[1]], [[1, 2, 3]], [["1", 2]]])
def test_a_stroke_is_a_line_of_places(points):
    assert StrokeBody.model_validate({"points": [[1, 2.5]], "label": "sky"}).points == [[1.0, 2.5]]
    with pytest.raises(ValidationError, match="points"):
        StrokeBody.model_validate({"points": points, "label": 0})


def test_a_push_has_one_of_two_directions():
    with pytest.raises(ValidationError, match="'up' or 'down'"):
        PushBody.model_validate({"x": 1, "y": 1, "direction": "left"})


def test_points_are_a_few_and_have_short_labels():
    assert PointsBody.model_validate({"points": [{"x": 1, "y": 2.5}]}).points[0].label is None
    for wrong in (
        [],
        [{"x": 1}],
        [{"x": 1, "y": 1, "label": "a" * 201}],
        [{"x": 1, "y": 1}] * 2001,
    ):
        with pytest.raises(ValidationError, match="points"):
            PointsBody.model_validate({"points": wrong})


def bodies():
    from clickmend.server import project_wire, wire

    for module in (wire, project_wire):
        for model in vars(module).values():
            if isinstance(model, type) and issubclass(model, wire.Body):
                yield model


BODIES = [one for one in dict.fromkeys(bodies()) if one.__name__ not in ("Body", "MarkBody")]


@pytest.mark.parametrize("model", BODIES)
def test_each_body_of_the_openapi_document_has_an_example_that_is_taken(model):
    (example,) = model.model_json_schema()["examples"]
    model.model_validate_json(json.dumps(example))


def test_the_openapi_document_says_what_each_choice_of_a_stroke_does():
    told = StrokeBody.model_json_schema()["description"]
    for name in ("radius_px", "exact", "filled", "simplify_px"):
        assert name in told


def test_a_stroke_becomes_the_mark_with_all_that_was_given() -> None:
    given = {"points": [[1, 2], [5, 2], [5, 6]], "label": "sky", "exact": True, "filled": True}
    given["simplify_px"] = 1.5
    stroke = Stroke(((1, 2), (5, 2), (5, 6)), "sky", exact=True, filled=True, simplify_px=1.5)
    assert StrokeBody.model_validate(given).mark() == stroke
