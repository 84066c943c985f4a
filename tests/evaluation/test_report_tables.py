"""Tables made from rows whose figures are known."""

from made_rows import frame, line
from made_rows import row as row_of

from clickmend.evaluation.benches.attention import Attention
from clickmend.evaluation.benches.gbrs import Gbrs
from clickmend.evaluation.benches.interactive import Interactive
from clickmend.evaluation.benches.prior import Prior
from clickmend.evaluation.measures import MIOU, MSE, of_prior
from clickmend.evaluation.protocol import Setting
from clickmend.evaluation.tables import Table, further_tables

CURVE, HIGHER = [0.125, 0.25, 0.375], [0.625, 0.7, 0.75]
PLAIN = row_of("voc99", Setting("none", "default"), [CURVE] * 10, [CURVE], seconds=(0.0501, 0.1, 1))
REFINED = row_of("voc99", Setting("bmsb", "default"), [HIGHER] * 99)


def table(*rows):
    return Interactive.tables({"rows": list(rows)})[0]


def headings(*rows):
    return [column.heading for column in table(*rows).columns]


def cells(number, *rows):
    made = table(*rows)
    return [column.cell(made.lines[number]) for column in made.columns]


def test_a_row_in_words_and_figures():
    assert dict(zip(headings(PLAIN), cells(0, PLAIN), strict=True)) == {
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
    assert cells(0, REFINED)[-4:] == ["–"] * 4


def test_the_markdown_table_has_a_line_for_each_row_and_bold_where_auc_is_best():
    header, rule, plain, refined = table(PLAIN, REFINED).markdown().splitlines()
    assert header == f"| {' | '.join(headings(PLAIN))} |"
    assert rule.startswith("| --- | --- | --- | ---: |")
    assert plain == f"| {' | '.join(cells(0, PLAIN, REFINED))} |"
    assert refined.startswith("| voc99 | default | **bmsb** | 99 |")
    assert {text.count("|") for text in (header, rule, plain, refined)} == {
        len(headings(PLAIN)) + 1
    }


def test_each_dataset_and_radius_has_its_own_best():
    other = row_of("voc99", Setting("none", "annotator"), [CURVE])
    assert table(PLAIN, REFINED, other).markdown().count("**") == 4


def test_the_table_for_a_terminal_has_the_same_cells():
    shown = table(PLAIN, REFINED).rich()
    assert [column.header.replace("\n", " ") for column in shown.columns] == headings(PLAIN)
    assert [list(column.cells) for column in shown.columns] == [
        list(pair) for pair in zip(cells(0, PLAIN, REFINED), cells(1, PLAIN, REFINED), strict=True)
    ]


def gbrs(refine, energy, insertions, *, rate=None, seconds=0.5, radius="annotator"):
    setting = Setting(refine, radius, energy, insertions, rate)
    curve = [[0.5, 0.7, 0.9]]
    return row_of("streets", setting, curve, measure=MIOU, seconds=(0.1, 0.2, seconds))


def told(number, rows, **given):
    made = Gbrs.tables({"bench": "gbrs", "task": "semantic", "rows": rows, **given})[0]
    return {column.heading: column.cell(made.lines[number]) for column in made.columns}


def test_a_row_of_gbrs_in_words_and_figures():
    assert told(0, [gbrs("bmconv", "clicks", 2, rate=0.0125)], costs={"2": 3.25}) == {
        "dataset": "streets",
        "radius": "annotator",
        "refine": "bmconv",
        "energy": "clicks",
        "L": "2",
        "rate": "0.013",
        "objects": "1",
        "mIoU@0": "0.500",
        "mIoU@1": "0.700",
        "mIoU@2": "0.900",
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
    rows = [
        gbrs("sb", "clicks", 1),
        gbrs("rgb-brs", "brs", None, seconds=9.0),
        gbrs("rgb-brs", "consistency", None, seconds=2.0),
        gbrs("rgb-brs", "consistency", None, seconds=7.0, radius="default"),
    ]
    assert told(0, rows)["RGB-BRS / s"] == "4.00"
    assert told(2, rows)["RGB-BRS / s"] == "1.00"


def test_what_became_of_priors_is_told_in_percent():
    prior = {"kept": 1.0, "outside": 0.25, "changed": 0.001, "most": 0.02}
    curve, setting = [[0.5, 0.7, 0.9]], Setting("none", "annotator")
    made = row_of(
        "streets", setting, curve, measure=of_prior(MIOU), seconds=(0.1, 0.2, 0.1), prior=prior
    )
    shown = Prior.tables({"bench": "prior", "task": "semantic", "rows": [made]})[0]
    assert [column.cell(shown.lines[0]) for column in shown.columns][-6:] == [
        *("80.00 %", "100.00 %", "25.00 %", "0.10 %", "2.00 %", "0.100"),
    ]


def test_further_measures_are_told_from_the_start_to_the_end():
    made = row_of(
        *("d", Setting("none", "default"), [[1.0]]),
        measure=MSE,
        start={"SAD": 2.0},
        end={"SAD": 1.25},
    )
    (shown,) = further_tables(frame(made, measure=MSE))
    assert shown.markdown().endswith("| 2 → 1.25 |")


def test_a_figure_is_told_with_its_error():
    setting = Setting("none", "default", weights="small", adapt_keys=0, propagate=0)
    spread = {"few": {"mean": 0.5, "error": 0.0125}, "few_gain": {"mean": 0.5, "error": None}}
    made = row_of("d", setting, [[0.5, 0.7]], spread=spread)
    (shown,) = Attention.tables({"bench": "attention", "rows": [made]})
    assert isinstance(shown, Table)
    cells = {column.heading: column.cell(line(made)) for column in shown.columns}
    assert cells["IoU 1–3"] == "0.5000 ± 0.0125"
    assert cells["gain/click·10³ 1–3"] == "500.0000"
    assert cells["IoU 5–20"] == "–"
