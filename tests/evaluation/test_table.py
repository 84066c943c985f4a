"""Tables made from rows whose figures are known."""

from clickmend.evaluation.measures import IOU, MIOU, of_prior
from clickmend.evaluation.protocol import Setting
from clickmend.evaluation.summary import Row, Scores, score
from clickmend.evaluation.table import (
    further_columns,
    gbrs_columns,
    interactive_columns,
    markdown_table,
    prior_columns,
    rich_table,
)

GOOD = Scores(99, (0.625, 0.7, 0.75), 0.69375, 0.75, 2.5, 3.0)
POOR = Scores(10, (0.125, 0.25, 0.375), 0.25, 0.375, 3.0, 3.0)
PLAIN = Row("voc99", Setting("none", "default"), POOR, POOR, 0.0501, 0.1)
REFINED = Row("voc99", Setting("bmsb", "default"), GOOD, None, None, None)


def headings(rows):
    return [column.heading for column in interactive_columns(rows)]


def cells(row):
    return [column.cell(row) for column in interactive_columns([row])]


def markdown(rows):
    return markdown_table(rows, interactive_columns(rows), IOU)


def test_a_row_in_words_and_figures():
    assert dict(zip(headings([PLAIN]), cells(PLAIN), strict=True)) == {
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
    assert cells(REFINED)[-4:] == ["–"] * 4


def test_the_markdown_table_has_a_line_for_each_row_and_bold_where_auc_is_best():
    header, rule, plain, refined = markdown([PLAIN, REFINED]).splitlines()
    assert header == f"| {' | '.join(headings([PLAIN]))} |"
    assert rule.startswith("| --- | --- | --- | ---: |")
    assert plain == f"| {' | '.join(cells(PLAIN))} |"
    assert refined.startswith("| voc99 | default | **bmsb** | 99 |")
    assert {line.count("|") for line in (header, rule, plain, refined)} == {
        len(headings([PLAIN])) + 1
    }


def test_each_dataset_and_radius_has_its_own_best():
    other = Row("voc99", Setting("none", "annotator"), POOR, None, 0.1, 0.1)
    assert markdown([PLAIN, REFINED, other]).count("**") == 4


def test_the_table_for_a_terminal_has_the_same_cells():
    table = rich_table([PLAIN, REFINED], interactive_columns([PLAIN]))
    assert [column.header.replace("\n", " ") for column in table.columns] == headings([PLAIN])
    assert [list(column.cells) for column in table.columns] == [
        list(pair) for pair in zip(cells(PLAIN), cells(REFINED), strict=True)
    ]


SCORES = score([[0.5, 0.7, 0.9]], MIOU)


def gbrs(refine, energy, insertions, *, rate=None, seconds=0.5, radius="annotator"):
    setting = Setting(refine, radius, energy, insertions, rate)
    return Row("streets", setting, SCORES, None, 0.1, 0.2, seconds)


def told(row, rows, **given):
    return {column.heading: column.cell(row) for column in gbrs_columns(rows, MIOU, **given)}


def test_a_row_of_gbrs_in_words_and_figures():
    row = gbrs("bmconv", "clicks", 2, rate=0.0125)
    assert told(row, [row], costs={2: 3.25}) == {
        "dataset": "streets",
        "radius": "annotator",
        "refine": "bmconv",
        "energy": "clicks",
        "L": "2",
        "rate": "0.013",
        "objects": "1",
        "mIoU@0": "0.500",
        "mIoU@1": "0.700",
        "AUC": "0.7000",
        "best": "0.900",
        "NoC@85": "2.00",
        "NoC@90": "2.00",
        "regained": "80.00 %",
        "worst AUC": "–",
        "worst best": "–",
        "s/click": "0.500",
        "RGB-BRS / s": "–",
        "cost / behind": "3.25",
    }


def test_the_time_is_compared_with_rgb_brs_with_l_c_under_the_same_radius():
    row = gbrs("sb", "clicks", 1)
    rows = [
        row,
        gbrs("rgb-brs", "brs", None, seconds=9.0),
        gbrs("rgb-brs", "consistency", None, seconds=2.0),
        gbrs("rgb-brs", "consistency", None, seconds=7.0, radius="default"),
    ]
    assert told(row, rows)["RGB-BRS / s"] == "4.00"
    assert told(rows[2], rows)["RGB-BRS / s"] == "1.00"


def test_what_became_of_priors_is_told_in_percent():
    row = Row(
        "streets",
        Setting("none", "annotator"),
        SCORES,
        *(None, 0.1, 0.2, 0.1),
        prior={"kept": 1.0, "outside": 0.25, "changed": 0.001, "most": 0.02},
    )
    columns = prior_columns([row], of_prior(MIOU))
    assert [column.cell(row) for column in columns][-6:] == [
        *("80.00 %", "100.00 %", "25.00 %", "0.10 %", "2.00 %", "0.100"),
    ]


def test_further_measures_are_told_from_the_start_to_the_end():
    row = Row("d", Setting("none", "default"), SCORES, None, 1, 1, 1, {"SAD": 2.0}, {"SAD": 1.25})
    assert markdown_table([row], further_columns([row])).endswith("| 2 → 1.25 |")
