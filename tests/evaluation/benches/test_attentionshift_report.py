"""What is written of rows whose figures are known."""

import json

import pytest
from disk_points import CLICKED, MEANS, SHIFT, record

from clickmend.core.errors import DataError
from clickmend.evaluation.benches.attentionshift import (
    AttentionShift,
    comparisons,
    draw_bars,
    point_columns,
    summarise_points,
)
from clickmend.evaluation.report import markdown, on_screen, write_report
from clickmend.evaluation.tables import lines_of

ROWS = summarise_points(
    [record(SHIFT, [0.8, 0.6]), record(MEANS, [0.6, 0.2]), record(CLICKED, [0.9, 0.9])]
)


def result_of(rows, **facts):
    return {"bench": "attentionshift", "rows": rows, **facts}


LINES = lines_of(AttentionShift.frame(result_of(ROWS)))


def test_a_row_in_words_and_figures():
    cells = {column.heading: column.cell(LINES[1]) for column in point_columns()}
    assert cells == {
        "dataset": "made", "points": "random", "method": "k-means", "weights": "small",
        "box": "symmetric", "finish": "none", "objects": "2", "mAP25": "27.3 / 25.0",
        "mAP50": "27.3 / 25.0", "mAP75": "0.0 / 0.0", "AP": "7.6", "AP50": "25.2", "AP75": "0.0",
        "IoU": "0.400", "s/photo": "0.50", "s/object": "0.25",
    }  # fmt: skip
    cells = {column.heading: column.cell(LINES[2]) for column in point_columns()}
    assert (cells["weights"], cells["box"]) == ("small", "–")


def test_the_shift_is_compared_with_k_means_in_the_same_way_of_pointing():
    assert comparisons(LINES) == [
        "made, random points, small: shift over k-means +75.0 mAP50 and +25.0 mAP75."
    ]
    assert comparisons(LINES[:1]) == []


def test_the_text_has_a_line_for_each_row_and_the_comparison():
    result = result_of(ROWS)
    text = markdown(result)
    assert text.count("| made |") == 3
    assert text.endswith(comparisons(LINES)[0])
    assert len(on_screen(result)) == 2


def test_where_there_are_several_classes_each_is_told():
    rows = summarise_points([record(SHIFT, [0.8, 0.6], classes=["cat", "dog"])])
    text = markdown(result_of(rows))
    assert "| cat | dog |" in text
    assert text.splitlines()[-1].endswith("| 100.0 / 100.0 / 100.0 | 100.0 / 100.0 / 0.0 |")


def test_the_result_keeps_facts_and_rows():
    result = json.loads(json.dumps(result_of(ROWS, seed=3)))
    assert result["seed"] == 3
    assert lines_of(AttentionShift.frame(result)) == LINES


@pytest.mark.parametrize("result", [{}, {"rows": [{"dataset": "made"}]}, {"rows": [3]}])
def test_json_of_another_kind_is_refused(result):
    with pytest.raises(DataError, match="no result of `clickmend bench`"):
        AttentionShift.frame(result)


def test_a_report_is_a_json_a_table_and_two_pictures(tmp_path):
    files = write_report(tmp_path / "new" / "as", result_of(ROWS))
    assert [file.name for file in files] == ["as.json", "as.md", "as.png", "as.svg"]
    assert files[2].read_bytes().startswith(b"\x89PNG")


def test_the_picture_has_a_panel_for_each_dataset_and_a_bar_for_each_setting():
    rows = summarise_points(
        [record(SHIFT, [0.8]), record(CLICKED, [0.8]), record(SHIFT, [0.3], dataset="other")]
    )
    panels = draw_bars(AttentionShift.frame(result_of(rows))).axes
    assert [panel.get_title() for panel in panels] == [
        "made, random points", "other, random points", "all, random points",
    ]  # fmt: skip
    assert [len(panel.patches) for panel in panels] == [6, 3, 6]
