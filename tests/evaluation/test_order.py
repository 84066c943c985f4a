"""Whether the paper's order is found where it is, and missed where it is not."""

import pytest
from made_rows import frame
from made_rows import row as row_of

from clickmend.evaluation.measures import MIOU, MSE
from clickmend.evaluation.order import order_of, orders
from clickmend.evaluation.protocol import Setting
from clickmend.evaluation.summary import best_of, setting_in


def row(refine, auc, worst, *, insertions=None, radius="annotator", dataset="d", similar=None):
    energy = None if refine == "none" else "consistency"
    setting = Setting(refine, radius, energy, insertions, similar=similar)
    return row_of(dataset, setting, [[auc]], [[worst]], measure=MIOU)


def found(*rows, measure=MIOU):
    return orders(frame(*rows, measure=measure), measure)


def told(*rows, measure=MIOU):
    (three,) = found(*rows, measure=measure)
    return order_of(three, measure)


ROWS = [
    row("none", 0.5, 0.2),
    row("sb", 0.55, 0.4, insertions=1),
    row("sb", 0.6, 0.3, insertions=2),
    row("bmsb", 0.65, 0.6, insertions=1),
    row("bmconv", 0.7, 0.35, insertions=2),
    row("rgb-brs", 0.9, 0.9),
]


def test_the_best_row_of_each_kind_is_compared_and_baselines_take_no_part():
    (three,) = found(*ROWS)
    assert [setting_in(one) for one in three] == [
        Setting.of(ROWS[number]["setting"]) for number in (4, 2, 0)
    ]
    assert "does not hold" not in told(*ROWS)
    assert told(*ROWS, row("none", 0.9, 0.9, similar=True)) == told(*ROWS)


def test_the_sentence_names_rows_figures_and_the_verdict():
    assert told(*ROWS) == (
        "d, radius = annotator: bmconv L2 > sb L2 > none holds for AUC "
        "(0.7000, 0.6000, 0.5000) and holds on the worst tenth (0.3500, 0.3000, 0.2000)."
    )


@pytest.mark.parametrize("auc", [0.6, 0.59])
def test_a_layer_that_is_not_ahead_breaks_the_order(auc):
    text = told(*ROWS[:3], row("bmsb", auc, 0.9))
    assert "bmsb > sb L2 > none does not hold for AUC" in text
    assert "and holds on the worst tenth" in text


def test_the_worst_tenth_has_a_verdict_of_its_own():
    text = told(*ROWS[:3], row("bmsb", 0.7, 0.25))
    assert "holds for AUC" in text
    assert "and does not hold on the worst tenth" in text


def test_of_errors_the_lowest_comes_first():
    rows = [row("none", 0.03, 0.03), row("sb", 0.02, 0.02), row("bmsb", 0.01, 0.01)]
    assert "bmsb > sb > none holds for AUC" in told(*rows, measure=MSE)
    assert best_of(frame(*rows, measure=MSE), MSE) == 2


def test_each_dataset_and_radius_has_an_order_if_all_three_rows_are_there():
    other = [row(name, 0.5, 0.5, radius="default") for name in ("none", "sb", "bmsb")]
    elsewhere = [row(name, 0.5, 0.5, dataset="e") for name in ("none", "sb")]
    assert [
        (o[0]["dataset"], o[0]["setting.radius"]) for o in found(*ROWS, *other, *elsewhere)
    ] == [
        ("d", "annotator"),
        ("d", "default"),
    ]


def test_of_no_rows_none_is_the_best():
    assert best_of(frame(*ROWS)[:0], MIOU) is None
