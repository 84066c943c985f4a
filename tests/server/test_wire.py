import pytest
from pydantic import ValidationError

from clickmend.server.wire import BoxBody, ClickBody


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
