"""JSON that people write."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clickmend.core.written_json import written_json

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(), below, max_size=3),
)


@given(VALUES)
def test_what_is_right_is_read_as_by_json(value):
    assert written_json(json.dumps(value)) == value


@pytest.mark.parametrize("text", ['{"a": 1, "b": 2, "a": 1}', '[{"c": {"a": [], "a": []}}]'])
def test_a_name_that_is_there_twice_is_refused_and_told(text):
    with pytest.raises(ValueError, match="'a' is there twice in one object"):
        written_json(text)


def test_what_is_no_json_is_refused():
    with pytest.raises(ValueError, match="Expecting"):
        written_json(b"{")
