"""Whether the paper's order is found where it is, and missed where it is not."""

import pytest

from clickmend.evaluation.measures import MIOU, MSE
from clickmend.evaluation.order import best_row, orders
from clickmend.evaluation.protocol import Setting
from clickmend.evaluation.summary import Row, score


def row(refine, auc, worst, *, insertions=None, radius="annotator", dataset="d"):
    energy = None if refine == "none" else "consistency"
    setting = Setting(refine, radius, energy, insertions)
    return Row(dataset, setting, score([[auc]], MIOU), score([[worst]], MIOU), None, None)


ROWS = [
    row("none", 0.5, 0.2),
    row("sb", 0.55, 0.4, insertions=1),
    row("sb", 0.6, 0.3, insertions=2),
    row("bmsb", 0.65, 0.6, insertions=1),
    row("bmconv", 0.7, 0.35, insertions=2),
    row("rgb-brs", 0.9, 0.9),
]


def test_the_best_row_of_each_kind_is_compared_and_baselines_take_no_part():
    (order,) = orders(ROWS, MIOU)
    assert (order.layer, order.sb, order.none) == (ROWS[4], ROWS[2], ROWS[0])
    assert order.holds
    assert order.holds_for_worst


def test_the_sentence_names_rows_figures_and_the_verdict():
    (order,) = orders(ROWS, MIOU)
    assert order.sentences() == (
        "d, radius = annotator: bmconv L2 > sb L2 > none holds for AUC "
        "(0.7000, 0.6000, 0.5000) and holds on the worst tenth (0.3500, 0.3000, 0.2000)."
    )


@pytest.mark.parametrize("auc", [0.6, 0.59])
def test_a_layer_that_is_not_ahead_breaks_the_order(auc):
    (order,) = orders([*ROWS[:3], row("bmsb", auc, 0.9)], MIOU)
    assert not order.holds
    assert order.holds_for_worst
    assert "bmsb > sb L2 > none does not hold for AUC" in order.sentences()


def test_the_worst_tenth_has_a_verdict_of_its_own():
    (order,) = orders([*ROWS[:3], row("bmsb", 0.7, 0.25)], MIOU)
    assert order.holds
    assert not order.holds_for_worst


def test_of_errors_the_lowest_comes_first():
    rows = [row("none", 0.03, 0.03), row("sb", 0.02, 0.02), row("bmsb", 0.01, 0.01)]
    (order,) = orders(rows, MSE)
    assert order.holds
    assert best_row(rows, MSE) is rows[2]


def test_each_dataset_and_radius_has_an_order_if_all_three_rows_are_there():
    other = [row(name, 0.5, 0.5, radius="default") for name in ("none", "sb", "bmsb")]
    elsewhere = [row(name, 0.5, 0.5, dataset="e") for name in ("none", "sb")]
    found = orders([*ROWS, *other, *elsewhere], MIOU)
    assert [(order.dataset, order.radius) for order in found] == [
        ("d", "annotator"),
        ("d", "default"),
    ]


def test_of_no_rows_none_is_the_best():
    assert best_row([], MIOU) is None
