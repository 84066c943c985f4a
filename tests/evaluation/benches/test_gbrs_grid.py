"""The settings of the grid and their learning rates."""

import json
from dataclasses import replace
from types import SimpleNamespace

import pytest
from made_rows import row as row_of

from clickmend.core.errors import DataError, OptionError
from clickmend.evaluation.baselines import BASELINES
from clickmend.evaluation.benches.gbrs import (
    INPUTS,
    RATES,
    Gbrs,
    grid,
    refinements,
    swept,
    with_rates,
)
from clickmend.evaluation.measures import MIOU, MSE
from clickmend.evaluation.protocol import ENERGIES, Setting
from clickmend.refinement import inner_layers

LAYERS = inner_layers()


def settings(refine=("none", *LAYERS, *INPUTS), energies=ENERGIES, insertions=(1, 2)):
    return grid(refine, energies=energies, insertions=insertions, radii=("annotator",))


def test_the_grid_has_every_layer_with_and_without_consistency_at_every_number_of_places():
    found = {(s.refine, s.energy, s.insertions) for s in settings()}
    assert found == {
        ("none", None, None),
        *((layer, energy, n) for layer in LAYERS for energy in ENERGIES[:2] for n in (1, 2)),
        *(("sb", "brs", n) for n in (1, 2)),
        *((baseline, energy, None) for baseline in INPUTS for energy in ("consistency", "brs")),
    }
    assert len(found) == len(settings())


def test_only_the_interactive_task_has_maps_of_distances():
    assert refinements("interactive")[-1] == "distmap-brs"
    assert "distmap-brs" not in refinements("depth")


@pytest.mark.parametrize(
    ("task", "trivial"),
    [
        ("interactive", ["brush", "fill"]),
        ("semantic", ["brush", "fill"]),
        ("matting", ["brush", "fill", "closed-form", "knn"]),
        ("depth", ["brush", "fill", "nearest", "smooth-field", "scaled"]),
    ],
)
def test_what_a_user_would_do_otherwise_is_beside_the_layers_and_has_no_rate(task, trivial):
    rows = settings(refine=refinements(task))
    assert [one.refine for one in rows if one.refine in BASELINES] == trivial
    assert not {one.refine for one in swept(rows)} & set(BASELINES)


def test_clicks_for_what_is_wrong_alike_are_measured_where_marks_hold_over_regions():
    given = {"refine": ["none", "region", "brush", "sb"], "energies": ["consistency"]}
    bench = Gbrs.asked({"task": "semantic", **given, "similar": True})
    card = SimpleNamespace(refinement=SimpleNamespace(at=("a",)))
    assert [one.title for one in bench.settings([SimpleNamespace(card=card)])] == [
        *("none", "region", "region, similar", "brush", "sb L1"),
        *("sb + region L1", "sb + region, similar L1"),
    ]
    assert "--similar" in bench.command([])


def test_each_radius_has_the_whole_grid():
    both = grid(("none", "sb"), energies=ENERGIES, insertions=[1], radii=("annotator", "default"))
    assert [s.radius for s in both] == ["annotator"] * 4 + ["default"] * 4


def test_an_unknown_refinement_is_refused():
    with pytest.raises(OptionError, match=r"no refinement 'bmscon'\. Available: none, region, sb"):
        settings(refine=("bmscon",))


def test_a_layer_is_not_run_with_an_energy_that_it_is_not_compared_with():
    with pytest.raises(OptionError, match="bmconv is not compared with the energy brs"):
        settings(refine=("none", "bmconv"), energies=("brs",))


def test_a_sweep_runs_every_refined_setting_with_every_rate():
    tried = swept(settings(refine=("none", "sb"), energies=("clicks",), insertions=(2,)))
    assert tried == [Setting("sb", "annotator", "clicks", 2, rate) for rate in RATES]
    assert pytest.approx((0.1, 0.0125, 0.0015625, 0.0001953125)) == RATES


def write_rates(path, rows, task):
    Gbrs(task=task, datasets=(), out=path.with_name("a"), clicks=1).write_choice(rows)


def row(dataset, rate, auc, measure=MIOU):
    setting = Setting("sb", "default", "clicks", 1, rate)
    return row_of(dataset, setting, [[auc]], measure=measure)


def test_the_rate_with_the_best_mean_auc_is_written_and_read(tmp_path):
    path = tmp_path / "a.rates.json"
    rows = [row("a", 0.1, 0.9), row("b", 0.1, 0.1), row("a", 0.01, 0.7), row("b", 0.01, 0.6)]
    write_rates(path, rows, "semantic")
    assert Gbrs.read_choice(path) == {Setting("sb", "annotator", "clicks", 1): 0.01}
    (entry,) = json.loads(path.read_text())["rates"]
    assert entry["auc"] == [[0.1, 0.5], [0.01, pytest.approx(0.65)]]


def test_of_errors_the_lowest_is_the_best(tmp_path):
    path = tmp_path / "a.rates.json"
    write_rates(path, [row("a", 0.1, 0.02, MSE), row("a", 0.01, 0.01, MSE)], "matting")
    assert list(Gbrs.read_choice(path).values()) == [0.01]


def test_rates_go_to_their_settings_whatever_the_radius_and_the_others_keep_the_cards():
    rates = {Setting("sb", "annotator", "clicks", 1): 0.01}
    mine, other = Setting("sb", "default", "clicks", 1), Setting("sb", "default", "clicks", 2)
    assert with_rates([mine, other], rates) == [
        Setting("sb", "default", "clicks", 1, 0.01),
        Setting("sb", "default", "clicks", 2),
    ]


def test_a_layer_with_regions_has_a_rate_of_its_own():
    plain = Setting("sb", "annotator", "consistency", 1)
    spread = replace(plain, spread=True)
    tried = swept([plain, spread])
    assert [each.spread for each in tried].count(True) == len(RATES)
    assert with_rates([plain, spread], {spread: 0.01}) == [
        plain,
        replace(spread, learning_rate=0.01),
    ]


@pytest.mark.parametrize("content", [None, "hello", "{}", '{"rates": [{"setting": 3}]}'])
def test_a_file_of_another_kind_is_refused(tmp_path, content):
    path = tmp_path / "rates.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(DataError, match=r"rates\.json is no file of learning rates"):
        Gbrs.read_choice(path)
