"""Tests of the registry."""

import pytest

from clickmend.core.errors import ModelError, OptionError
from clickmend.core.registry import Registry, nearest


def test_a_missing_name_is_answered_with_what_there_is_and_the_nearest() -> None:
    layers: Registry[int] = Registry("refinement layer")
    layers.register("bmconv")(1)
    layers.register("sb")(2)
    with pytest.raises(
        OptionError, match=r"no refinement layer 'bmcomv'.*bmconv, sb; did you mean 'bmconv'\?"
    ):
        layers["bmcomv"]


def test_a_name_like_nothing_gets_no_guess() -> None:
    layers: Registry[int] = Registry("network", error=ModelError)
    layers.register("unet")(1)
    with pytest.raises(ModelError, match=r"Available: unet\.$"):
        layers["zzzz"]


def test_names_keep_the_order_in_which_they_were_registered() -> None:
    names: Registry[int] = Registry("thing")
    for i, name in enumerate("cab"):
        names.register(name)(i)
    assert list(names) == ["c", "a", "b"]
    assert len(names) == 3
    assert "a" in names
    assert "x" not in names


def test_the_nearest_name_comes_first() -> None:
    assert nearest("decoder.1", ["head", "decoder.10", "stem"])[0] == "decoder.10"
