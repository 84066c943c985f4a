"""Tests of what a refinement may be."""

import pytest

from clickmend.core.errors import OptionError
from clickmend.refinement import inner_layers
from clickmend.tasks.refine import INPUT_BASELINES, LEARNING_RATE, Refine, refinements


def test_every_layer_and_both_baselines_can_be_named() -> None:
    assert refinements()[:2] == ("none", "region")
    assert refinements()[2:] == ("sb", "bmsb", "bmsb-m", "bmconv", "rgb-brs", "distmap-brs")
    assert [Refine(name).active for name in refinements()] == 2 * [False] + 6 * [True]
    assert [Refine(name).spreads for name in refinements()] == [False] + 7 * [True]
    assert not Refine("sb", spread=False).spreads


def test_a_name_is_a_layer_inside_or_an_input_baseline_or_neither() -> None:
    inside = {name: Refine(name).inner_layer for name in refinements()}
    assert {name for name, layer in inside.items() if layer == name} == set(inner_layers())
    assert [name for name in refinements() if Refine(name).input_baseline] == [*INPUT_BASELINES]
    assert [name for name in refinements() if Refine(name).needs_click_maps] == ["distmap-brs"]
    assert [name for name in refinements() if Refine(name).region_alone] == ["region"]


def test_the_step_size_is_the_one_given_else_the_cards_else_the_usual_one() -> None:
    assert Refine("sb", learning_rate=0.5).step_size({"sb": 0.1}) == 0.5
    assert Refine("sb").step_size({"sb": 0.1}) == 0.1
    assert Refine("sb").step_size({}) == Refine("rgb-brs").step_size({}) == LEARNING_RATE


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"layer": "bmbs"}, "no refinement 'bmbs'.*bmsb"),
        ({"layer": "sb", "energy": "l2"}, "no energy 'l2'.*consistency"),
        ({"layer": "sb", "at": ()}, "no module of the network"),
        ({"layer": "sb", "learning_rate": 0.0}, "learning_rate is 0.0"),
        ({"layer": "sb", "iterations": 0}, "iterations is 0"),
        ({"layer": "sb", "top_k": -1}, "top_k is -1"),
        ({"layer": "sb", "learning_rate": float("nan")}, "learning_rate is nan"),
        ({"layer": "sb", "learning_rate": "fast"}, "learning_rate is .fast."),
        ({"layer": "sb", "iterations": 2.5}, "iterations is 2.5.*whole number"),
    ],
)
def test_what_has_no_sense_is_refused(options: dict[str, object], words: str) -> None:
    with pytest.raises(OptionError, match=words):
        Refine(**options)
