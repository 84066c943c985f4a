"""Rows against the same numbers worked out by hand or by a loop."""

import numpy as np
import pytest
from scipy.integrate import trapezoid

from clickmend.core.errors import OptionError
from clickmend.evaluation.measures import MIOU, MSE
from clickmend.evaluation.protocol import Setting
from clickmend.evaluation.summary import means, score, summarise


def runs(dataset, refine, curves, *, radius="default", seconds=(0.1, 0.3)):
    return [
        {
            "dataset": dataset,
            "image": f"{number:03d}",
            "object": 1,
            "refine": refine,
            "radius": radius,
            "iou": list(curve),
            "seconds": list(seconds),
        }
        for number, curve in enumerate(curves)
    ]


def curves_of(seed, objects=23, clicks=6):
    return np.sort(np.random.default_rng(seed).uniform(0, 1, (objects, clicks)), axis=1)


def test_scores_equal_the_numbers_worked_out_by_hand():
    scores = score([[0.5, 0.86, 0.95], [0.3, 0.5, 0.4]])
    assert scores["objects"] == 2
    assert scores["iou"] == pytest.approx([0.4, 0.68, 0.675])
    assert scores["auc"] == pytest.approx((0.4 + 0.68) / 4 + (0.68 + 0.675) / 4)
    assert scores["best"] == pytest.approx(0.68)
    assert scores["noc85"] == (2 + 3) / 2
    assert scores["noc90"] == (3 + 3) / 2


def test_auc_of_the_mean_curve_is_the_mean_of_the_objects_aucs():
    curves = curves_of(0)
    expected = np.mean([trapezoid(curve) / (len(curve) - 1) for curve in curves])
    assert score(curves.tolist())["auc"] == pytest.approx(expected)


def test_no_objects_are_refused():
    with pytest.raises(OptionError, match="no object to score"):
        score([])


def test_the_worst_tenth_is_that_of_the_unrefined_row_for_all_rows():
    plain, refined = curves_of(1), curves_of(2)
    rows = summarise(runs("d", "none", plain) + runs("d", "sb", refined))
    hardest = sorted(range(23), key=lambda image: plain[image][0])[:3]
    assert rows[0].get("worst") == score([plain[i].tolist() for i in sorted(hardest)])
    assert rows[1].get("worst") == score([refined[i].tolist() for i in sorted(hardest)])


def test_both_radii_share_the_worst_tenth_of_the_default_radius():
    by_annotator, by_default = curves_of(3), curves_of(4)
    rows = summarise(
        runs("d", "none", by_annotator, radius="annotator") + runs("d", "none", by_default)
    )
    hardest = sorted(sorted(range(23), key=lambda image: by_default[image][0])[:3])
    assert rows[0].get("worst") == score([by_annotator[i].tolist() for i in hardest])


def test_each_dataset_has_its_own_worst_tenth():
    one, other = curves_of(5), curves_of(6)
    rows = summarise(runs("one", "none", one) + runs("other", "none", other))
    assert [row["worst"] for row in rows] == [
        summarise(runs("one", "none", one))[0].get("worst"),
        summarise(runs("other", "none", other))[0].get("worst"),
    ]


def test_where_lower_is_better_the_worst_tenth_has_the_highest_errors_and_the_best_is_the_lowest():
    plain = curves_of(11)[:, ::-1]
    records = [record | {"mse": record["iou"]} for record in runs("d", "none", plain)]
    row = summarise(records, MSE)[0]
    hardest = sorted(sorted(range(23), key=lambda image: -plain[image][0])[:3])
    assert row["worst"] == score([plain[i].tolist() for i in hardest], MSE)
    assert row["scores"]["best"] == pytest.approx(plain.mean(axis=0).min())
    assert not {"noc85", "noc90"} & set(row["scores"])


def test_a_curve_from_click_0_counts_a_good_start_as_no_click_and_a_failure_as_all():
    scores = score([[0.86, 0.87, 0.88], [0.1, 0.85, 0.86], [0.1, 0.2, 0.3]], MIOU)
    assert scores["noc85"] == pytest.approx((0 + 1 + 2) / 3)


def test_rows_tell_settings_of_gbrs_apart():
    records = runs("d", "sb", curves_of(12))
    records += [record | {"energy": "clicks", "insertions": 2} for record in records]
    assert [Setting.of(row["setting"]) for row in summarise(records)] == [
        Setting("sb", "default"),
        Setting("sb", "default", "clicks", 2),
    ]


def test_further_measures_and_what_became_of_priors_are_means():
    records = [
        record | {"start": {"SAD": 2.0 + k}, "end": {"SAD": 1.0}, "prior": prior}
        for k, (record, prior) in enumerate(
            zip(
                runs("d", "none", curves_of(13, objects=2)),
                ({"kept": 1.0, "changed": 0.0}, {"kept": 0.0, "changed": 0.5}),
                strict=True,
            )
        )
    ]
    row = summarise(records)[0]
    assert row["start"] == {"SAD": 2.5}
    assert row["end"] == {"SAD": 1.0}
    assert means(records, "prior") == {"kept": 0.5, "changed": 0.25}


def test_without_an_unrefined_row_there_is_no_worst_tenth():
    assert summarise(runs("d", "sb", curves_of(7)))[0].get("worst") is None


def test_rows_keep_the_order_of_the_runs():
    rows = summarise(
        runs("b", "sb", curves_of(8))
        + runs("a", "none", curves_of(8), radius="annotator")
        + runs("a", "none", curves_of(8))
    )
    assert [(row["dataset"], Setting.of(row["setting"])) for row in rows] == [
        ("b", Setting("sb", "default")),
        ("a", Setting("none", "annotator")),
        ("a", Setting("none", "default")),
    ]


def test_seconds_are_percentiles_over_all_clicks_of_all_objects():
    records = runs("d", "none", curves_of(9, objects=2))
    records[0]["seconds"], records[1]["seconds"] = [1.0, 2.0, 3.0], [10.0]
    row = summarise(records)[0]
    assert row["seconds_p50"] == 2.5
    assert row["seconds_p95"] == pytest.approx(3.0 + 0.85 * 7.0)
    assert row["seconds_mean"] == 4.0


def test_a_dataset_that_needed_no_click_has_no_seconds():
    row = summarise(runs("d", "none", curves_of(10), seconds=()))[0]
    assert row["seconds_p50"] is row["seconds_p95"] is row["seconds_mean"] is None
