"""Types of arrays with shapes, which are jaxtyping's once they are evaluated."""

from __future__ import annotations

import typing

import jaxtyping
import numpy as np
import pytest
from numpy.typing import NDArray

from clickmend.core import shapes
from clickmend.core.shapes import Bool, Float


def halves(places: Float[NDArray[np.float32], "K 2"]) -> Bool[NDArray[np.bool_], " K"]:
    return places[:, 0] < places[:, 1]


def test_an_annotation_that_is_evaluated_is_that_of_jaxtyping() -> None:
    kinds = typing.get_type_hints(halves)
    assert isinstance(np.zeros((3, 2), np.float32), kinds["places"])
    assert not isinstance(np.zeros((3, 4), np.float32), kinds["places"])
    assert isinstance(np.zeros(3, bool), kinds["return"])


def test_a_checker_of_types_finds_a_wrong_shape() -> None:
    from beartype import beartype

    checked = jaxtyping.jaxtyped(typechecker=beartype)(halves)
    assert checked(np.zeros((3, 2), np.float32)).shape == (3,)
    with pytest.raises(jaxtyping.TypeCheckError, match="halves"):
        checked(np.zeros((3, 4), np.float32))


@pytest.mark.parametrize("name", shapes.__all__)
def test_each_name_stands_for_the_one_of_jaxtyping(name: str) -> None:
    made, theirs = (getattr(room, name)[np.ndarray, "N"] for room in (shapes, jaxtyping))
    assert (made.dtypes, made.dim_str) == (theirs.dtypes, theirs.dim_str)
