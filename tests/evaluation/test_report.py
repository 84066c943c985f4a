"""Tables and files made from rows whose figures are known."""

import json

import pytest

from clickmend.core.errors import DataError, OutputError
from clickmend.evaluation.measures import IOU, MSE
from clickmend.evaluation.protocol import Setting
from clickmend.evaluation.report import markdown, on_screen, rows_of, to_result, write_report
from clickmend.evaluation.summary import Row, Scores, score
from clickmend.evaluation.table import interactive_columns, markdown_table

GOOD = Scores(99, (0.625, 0.7, 0.75), 0.69375, 0.75, 2.5, 3.0)
POOR = Scores(10, (0.125, 0.25, 0.375), 0.25, 0.375, 3.0, 3.0)
PLAIN = Row("voc99", Setting("none", "default"), POOR, POOR, 0.0501, 0.1)
REFINED = Row("voc99", Setting("bmsb", "default"), GOOD, None, None, None)


def test_rows_come_back_from_json_as_they_were():
    result = json.loads(json.dumps(to_result([PLAIN, REFINED], seed=3)))
    assert result["seed"] == 3
    assert rows_of(result) == [PLAIN, REFINED]


@pytest.mark.parametrize("result", [{}, {"rows": [{"p50": 1}]}, {"rows": [3]}])
def test_json_of_another_kind_is_refused(result):
    with pytest.raises(DataError, match="no result of an interactive bench or of G-BRS"):
        rows_of(result)


def test_a_report_is_a_json_a_table_and_two_pictures(tmp_path):
    stem = tmp_path / "new" / "v1.2"
    result = to_result([PLAIN], seed=0)
    files = write_report(stem, result)
    assert [file.name for file in files] == ["v1.2.json", "v1.2.md", "v1.2.png", "v1.2.svg"]
    assert json.loads(files[0].read_text()) == json.loads(json.dumps(result))
    assert files[1].read_text() == markdown(result) + "\n"
    assert files[2].read_bytes().startswith(b"\x89PNG")
    assert b"<svg" in files[3].read_bytes()


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match=r"The folder .*file cannot be made: File exists"):
        write_report(tmp_path / "file" / "bench", to_result([PLAIN]))


def test_the_json_of_the_interactive_bench_keeps_its_fields():
    row = to_result([PLAIN])["rows"][0]
    assert list(row)[:6] == [
        *("dataset", "setting", "scores", "worst", "seconds_p50", "seconds_p95"),
    ]
    assert row["setting"] == {"refine": "none", "radius": "default"}
    assert list(row["scores"]) == ["objects", "iou", "auc", "best", "noc85", "noc90"]


def test_the_results_of_earlier_versions_can_be_read():
    result = to_result([PLAIN])
    del result["rows"][0]["seconds_mean"]
    assert rows_of(result) == [PLAIN]
    assert markdown(result) == markdown_table([PLAIN], interactive_columns([PLAIN]), IOU)


MATTE = Row(
    "mattes",
    Setting("none", "annotator"),
    score([[0.02, 0.015]], MSE),
    score([[0.02, 0.015]], MSE),
    *(0.1, 0.2, 0.1),
    start={"SAD": 2.0},
    end={"SAD": 1.5},
)


def refined(refine, curve, insertions):
    scores = score([curve], MSE)
    setting = Setting(refine, "annotator", "consistency", insertions, 0.0125)
    return Row("mattes", setting, scores, scores, 0.2, 0.3, 0.2, {"SAD": 2.0}, {"SAD": 1.0})


def gbrs():
    rows = [MATTE, refined("sb", [0.02, 0.012], 1), refined("bmconv", [0.02, 0.01], 2)]
    return to_result(
        rows,
        measure=MSE,
        whole=rows[::2],
        bench="gbrs",
        task="matting",
        costs={"1": 3.0, "2": 2.0},
    )


def test_a_result_of_gbrs_comes_back_from_json_with_both_parts():
    result = json.loads(json.dumps(gbrs()))
    assert [row.setting.refine for row in rows_of(result)] == ["none", "sb", "bmconv"]
    assert rows_of(result, "whole") == rows_of(result)[::2]
    assert rows_of(result)[0] == MATTE


def test_the_text_of_gbrs_has_the_further_measures_the_order_and_the_whole_datasets():
    text = markdown(gbrs())
    assert "2 → 1.5" in text
    assert "bmconv L2 > sb L1 > none holds for AUC (15.0000, 16.0000, 17.5000)" in text
    assert "On whole datasets:" in text
    assert text.count("holds") == 2


def test_a_terminal_shows_the_same_rows_and_sentences():
    shown = on_screen(gbrs())
    assert [type(part).__name__ for part in shown] == ["Table", "str", "str", "Table"]
    assert shown[0].row_count == 3
