"""Tables and files made from rows whose figures are known."""

import json

import pytest

from clickmend.core.errors import DataError, OutputError
from clickmend.evaluation.protocol import Setting
from clickmend.evaluation.report import (
    cells_of,
    columns,
    markdown_table,
    rich_table,
    rows_of,
    to_result,
    write_report,
)
from clickmend.evaluation.summary import Row, Scores

GOOD = Scores(99, (0.625, 0.7, 0.75), 0.69375, 0.75, 2.5, 3.0)
POOR = Scores(10, (0.125, 0.25, 0.375), 0.25, 0.375, 3.0, 3.0)
PLAIN = Row("voc99", Setting("none", "default"), POOR, POOR, 0.0501, 0.1)
REFINED = Row("voc99", Setting("bmsb", "default"), GOOD, None, None, None)


def test_a_row_in_words_and_figures():
    assert dict(zip(columns([PLAIN]), cells_of(PLAIN), strict=True)) == {
        "dataset": "voc99",
        "radius": "default",
        "refine": "none",
        "objects": "10",
        "IoU@1": "0.125",
        "IoU@3": "0.375",
        "AUC": "0.2500",
        "best": "0.375",
        "NoC@85": "3.00",
        "NoC@90": "3.00",
        "worst AUC": "0.2500",
        "worst best": "0.375",
        "s/click p50": "0.050",
        "p95": "0.100",
    }


def test_what_does_not_exist_is_a_dash():
    assert cells_of(REFINED)[-4:] == ["–"] * 4


def test_the_markdown_table_has_a_line_for_each_row_and_bold_where_auc_is_best():
    header, rule, plain, refined = markdown_table([PLAIN, REFINED]).splitlines()
    assert header == f"| {' | '.join(columns([PLAIN]))} |"
    assert rule.startswith("| --- | --- | --- | ---: |")
    assert plain == f"| {' | '.join(cells_of(PLAIN))} |"
    assert refined.startswith("| voc99 | default | **bmsb** | 99 |")
    assert {line.count("|") for line in (header, rule, plain, refined)} == {
        len(columns([PLAIN])) + 1
    }


def test_each_dataset_and_radius_has_its_own_best():
    other = Row("voc99", Setting("none", "annotator"), POOR, None, 0.1, 0.1)
    assert markdown_table([PLAIN, REFINED, other]).count("**") == 4


def test_the_table_for_a_terminal_has_the_same_cells():
    table = rich_table([PLAIN, REFINED])
    assert [column.header.replace("\n", " ") for column in table.columns] == columns([PLAIN])
    assert [list(column.cells) for column in table.columns] == [
        list(pair) for pair in zip(cells_of(PLAIN), cells_of(REFINED), strict=True)
    ]


def test_rows_come_back_from_json_as_they_were():
    result = json.loads(json.dumps(to_result([PLAIN, REFINED], seed=3)))
    assert result["seed"] == 3
    assert rows_of(result) == [PLAIN, REFINED]


@pytest.mark.parametrize("result", [{}, {"rows": [{"p50": 1}]}, {"rows": [3]}])
def test_json_of_another_kind_is_refused(result):
    with pytest.raises(DataError, match="no result of an interactive bench"):
        rows_of(result)


def test_a_report_is_a_json_a_table_and_two_pictures(tmp_path):
    stem = tmp_path / "new" / "v1.2"
    result = to_result([PLAIN], seed=0)
    files = write_report(stem, result)
    assert [file.name for file in files] == ["v1.2.json", "v1.2.md", "v1.2.png", "v1.2.svg"]
    assert json.loads(files[0].read_text()) == json.loads(json.dumps(result))
    assert files[1].read_text() == markdown_table([PLAIN]) + "\n"
    assert files[2].read_bytes().startswith(b"\x89PNG")
    assert b"<svg" in files[3].read_bytes()


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match=r"The folder .*file cannot be made: File exists"):
        write_report(tmp_path / "file" / "bench", to_result([PLAIN]))
