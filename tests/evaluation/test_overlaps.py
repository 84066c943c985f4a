"""Rows made from records whose figures are known."""

import pytest
from disk_points import CLICKED, SHIFT, record

from clickmend.evaluation.overlaps import ALL, summarise_points

RECORDS = [
    record(SHIFT, [0.8, 0.4], seconds=1.0),
    record(CLICKED, [0.9, 0.9]),
    record(SHIFT, [0.6], image="b", seconds=2.0, scores=[0.9]),
]


def test_a_row_has_the_measures_of_its_records():
    row, _ = summarise_points(RECORDS)
    assert [row[name] for name in ("dataset", "setting", "images", "objects")] == [
        *("made", SHIFT.facts(), 2, 3),
    ]
    # By falling score: 0.6, 0.4, 0.8.
    assert row["voc"]["all-point"] == pytest.approx(
        {"mAP25": 1.0, "mAP50": (1 + 2 / 3) / 3, "mAP75": 1 / 9}
    )
    assert row["voc"]["11-point"]["mAP25"] == 1.0
    assert row["classes"] == {"cat": row["voc"]}
    assert row["mean_iou"] == pytest.approx(0.6)
    assert (row["seconds_per_photo"], row["seconds_per_object"]) == (1.5, 1.0)
    assert row["coco"]["ap50"] == pytest.approx(row["voc"]["all-point"]["mAP50"], abs=0.01)


def test_rows_come_in_the_order_of_the_records():
    assert [row["setting"] for row in summarise_points(RECORDS)] == [SHIFT.facts(), CLICKED.facts()]


def test_several_datasets_have_rows_together_in_which_each_class_weighs_the_same():
    other = record(SHIFT, [0.1] * 4, dataset="other", classes=["dog"] * 4)
    rows = summarise_points([RECORDS[0], other])
    assert [row["dataset"] for row in rows] == ["made", "other", ALL]
    assert rows[-1]["voc"]["all-point"]["mAP25"] == 0.5
    assert rows[-1]["classes"]["cat"] == rows[0]["voc"]
    assert rows[-1]["objects"] == 6
