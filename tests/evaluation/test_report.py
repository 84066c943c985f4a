"""Tables and files made from rows whose figures are known."""

import json

import pytest
from made_rows import row

from clickmend.core.errors import DataError, OutputError
from clickmend.evaluation.measures import MSE
from clickmend.evaluation.protocol import Setting
from clickmend.evaluation.report import bench_of, markdown, on_screen, write_report
from clickmend.evaluation.summary import setting_in, summarise

CURVE = [[0.125, 0.25, 0.375]]
PLAIN = row("voc99", Setting("none", "default"), CURVE, CURVE, seconds=(0.0501, 0.1, 0.05))


@pytest.mark.parametrize("result", [{}, {"rows": [{"p50": 1}]}, {"rows": [3]}])
def test_json_of_another_kind_is_refused(result):
    with pytest.raises(DataError, match="no result of `clickmend bench`"):
        bench_of(result).frame(result)


def test_a_report_is_a_json_a_table_and_two_pictures(tmp_path):
    stem = tmp_path / "new" / "v1.2"
    result = {"seed": 0, "rows": [PLAIN]}
    files = write_report(stem, result)
    assert [file.name for file in files] == ["v1.2.json", "v1.2.md", "v1.2.png", "v1.2.svg"]
    assert json.loads(files[0].read_text()) == json.loads(json.dumps(result))
    assert files[1].read_text() == markdown(result) + "\n"
    assert files[2].read_bytes().startswith(b"\x89PNG")
    assert b"<svg" in files[3].read_bytes()


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match=r"The folder .*file cannot be made: File exists"):
        write_report(tmp_path / "file" / "bench", {"rows": [PLAIN]})


def test_the_json_of_the_interactive_bench_keeps_its_fields():
    record = {"dataset": "d", "refine": "none", "radius": "default", "iou": [0.5], "seconds": [1]}
    (made,) = summarise([record])
    assert list(made)[:6] == [
        *("dataset", "setting", "scores", "worst", "seconds_p50", "seconds_p95"),
    ]
    assert made["setting"] == {"refine": "none", "radius": "default"}
    assert list(made["scores"]) == ["objects", "iou", "auc", "best", "noc85", "noc90"]


def test_the_results_of_earlier_versions_can_be_read():
    earlier = {name: value for name, value in PLAIN.items() if name != "seconds_mean"}
    assert markdown({"rows": [earlier]}) == markdown({"rows": [PLAIN]})


FURTHER = {"start": {"SAD": 2.0}, "end": {"SAD": 1.5}}
WORST = [[0.02, 0.015]]
MATTE = row("mattes", Setting("none", "annotator"), WORST, WORST, measure=MSE, **FURTHER)


def refined(refine, curve, insertions):
    setting = Setting(refine, "annotator", "consistency", insertions, 0.0125)
    return row("mattes", setting, [curve], [curve], measure=MSE, **FURTHER)


def gbrs():
    rows = [MATTE, refined("sb", [0.02, 0.012], 1), refined("bmconv", [0.02, 0.01], 2)]
    return {
        "bench": "gbrs",
        "task": "matting",
        "costs": {"1": 3.0, "2": 2.0},
        "rows": rows,
        "whole": rows[::2],
    }


def test_a_result_of_gbrs_comes_back_from_json_with_both_parts():
    result = json.loads(json.dumps(gbrs()))
    settings = [setting_in(one) for one in bench_of(result).frame(result).to_dict("records")]
    assert settings == [Setting.of(one["setting"]) for one in gbrs()["rows"]]
    assert list(bench_of(result).frame(result, "whole")["setting.refine"]) == ["none", "bmconv"]
    assert bench_of(result).frame(result)["scores.curve"][0] == WORST[0]


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
