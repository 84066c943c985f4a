"""Tests of what a refinement may be."""

import pytest

from clickmend.core.errors import OptionError
from clickmend.session.refine import REFINEMENTS, Refine


def test_every_layer_and_both_baselines_can_be_named() -> None:
    assert REFINEMENTS[:2] == ("none", "region")
    assert REFINEMENTS[2:] == ("sb", "bmsb", "bmsb-m", "bmconv", "rgb-brs", "distmap-brs")
    assert [Refine(name).active for name in REFINEMENTS] == 2 * [False] + 6 * [True]
    assert [Refine(name).spreads for name in REFINEMENTS] == [False] + 7 * [True]
    assert not Refine("sb", spread=False).spreads


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"layer": "bmbs"}, "no refinement 'bmbs'.*bmsb"),
        ({"layer": "sb", "energy": "l2"}, "no energy 'l2'.*consistency"),
        ({"layer": "sb", "at": ()}, "no part of the network"),
        ({"layer": "sb", "learning_rate": 0.0}, "learning_rate is 0.0"),
        ({"layer": "sb", "iterations": 0}, "iterations is 0"),
        ({"layer": "sb", "top_k": -1}, "top_k is -1"),
        ({"layer": "sb", "learning_rate": float("nan")}, "learning_rate is nan"),
    ],
)
def test_what_has_no_sense_is_refused(options: dict[str, object], words: str) -> None:
    with pytest.raises(OptionError, match=words):
        Refine(**options)
