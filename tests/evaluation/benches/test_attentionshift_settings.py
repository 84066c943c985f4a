"""Which rows a points-to-masks table has, and how they are named."""

import inspect
from pathlib import Path
from types import SimpleNamespace

import pytest

from clickmend import parts
from clickmend.core.errors import OptionError
from clickmend.evaluation.benches.attentionshift import BOX_RULES, METHODS, AttentionShift
from clickmend.evaluation.scenes import CLICK, PointSetting
from clickmend.networks import Card
from clickmend.parts import find_instances

CLICKED_ON = Card.model_construct(name="small", task="interactive")
LOOKED_AT = Card.model_construct(name="vit", task="instances")


def grid(*cards, **changes):
    given = {"points": ("random",), "methods": ("shift", "k-means", "click")}
    bench = AttentionShift(datasets=("made",), out=Path("out"), **given | changes)
    return bench.settings([SimpleNamespace(card=card) for card in cards or (CLICKED_ON,)])


def told(**changes):
    return [(s.method, s.box_rule, s.finish) for s in grid(**changes)]


def test_the_first_method_is_run_in_all_ways_and_the_others_in_one():
    assert told() == [
        ("shift", "plain", "none"),
        ("shift", "symmetric", "none"),
        ("k-means", "plain", "none"),
        ("shift", "plain", "network"),
        ("click", None, "none"),
    ]


def test_what_is_left_out_makes_no_rows():
    assert told(methods=("k-means",), box_rules=("symmetric",), finish=False) == [
        ("k-means", "symmetric", "none")
    ]
    assert told(methods=("click",)) == [("click", None, "none")]


def test_of_further_networks_the_features_and_of_interactive_ones_the_answers_too():
    other = CLICKED_ON.model_copy(update={"name": "other"})
    settings = grid(CLICKED_ON, LOOKED_AT, other)
    assert [(s.method, s.box_rule, s.finish) for s in settings if s.weights == "vit"] == [
        ("shift", "plain", "none"),
        ("k-means", "plain", "none"),
    ]
    assert [(s.method, s.box_rule, s.finish) for s in settings if s.weights == "other"] == [
        ("shift", "plain", "none"),
        ("k-means", "plain", "none"),
        ("shift", "plain", "network"),
        ("click", None, "none"),
    ]


def test_both_kinds_of_points_have_the_same_rows():
    settings = grid(
        points=("random", "centre"), methods=("shift", "click"), box_rules=("symmetric",)
    )
    assert [s.points for s in settings] == ["random"] * 3 + ["centre"] * 3


def test_the_shipped_box_rule_is_that_of_the_parts():
    assert inspect.signature(find_instances).parameters["box_rule"].default == BOX_RULES[0]


def test_the_methods_and_box_rules_are_those_of_the_parts():
    assert tuple(parts.METHODS) == METHODS[:-1]
    assert METHODS[-1] == CLICK
    assert set(parts.BOX_RULES) == set(BOX_RULES)


def test_a_setting_comes_back_from_its_facts_which_leave_out_what_it_does_not_have():
    click = PointSetting(points="centre", method="click", weights="small")
    assert click.facts() == {
        "points": "centre", "method": "click", "weights": "small", "finish": "none",
    }  # fmt: skip
    assert PointSetting.of(click.facts() | {"dataset": "made"}) == click


def test_a_picture_calls_it_by_what_makes_the_masks():
    finished = PointSetting(
        points="centre", method="shift", weights="small", box_rule="plain", finish="network"
    )
    assert finished.label == "shift plain finished"
    assert PointSetting(points="random", method="click", weights="small").label == "click"


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"methods": ("mean-shift",)}, "mean-shift"),
        ({"box_rules": ("tight",)}, "tight"),
    ],
)
def test_a_word_that_is_not_known_is_refused_with_those_that_are(changes, word):
    with pytest.raises(OptionError, match=f"There is no '{word}' here. Available: "):
        told(**changes)
