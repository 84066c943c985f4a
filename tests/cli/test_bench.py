"""``clickmend bench interactive``: what the words on the command line ask the bench for."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from clickmend.cli.bench import bench_app
from clickmend.core.errors import ModelError
from clickmend.evaluation import BenchOptions, Row, Setting
from clickmend.evaluation.report import cells_of, to_result
from clickmend.evaluation.summary import score

ROW = Row("voc99", Setting("none", "default"), score([[0.625, 0.75]]), None, 0.1, 0.2)


@pytest.fixture
def bench(monkeypatch):
    """Calls the command with a bench that runs nothing; remembers the options."""
    asked = []

    def load(name, *, device):
        if name == "unknown":
            raise ModelError("There are no weights named 'unknown'.")
        return SimpleNamespace(card=(name, device))

    def run_interactive(options, card, *, progress):
        asked.append((options, card))
        progress(0, 2)
        progress(2, 2)
        return to_result([ROW])

    monkeypatch.setattr("clickmend.networks.load", load)
    monkeypatch.setattr("clickmend.evaluation.bench.run_interactive", run_interactive)
    runner = CliRunner()
    return lambda *words: (runner.invoke(bench_app, ["interactive", *words]), asked)


def test_without_options_both_dev_sets_are_run_without_refinement(bench):
    _, asked = bench()
    assert asked == [
        (
            BenchOptions(datasets=("voc99", "davis10"), out=Path("interactive")),
            ("interactive-s", "cpu"),
        )
    ]


def test_every_option_reaches_the_bench(bench):
    words = (
        "--dataset voc99 --dataset grabcut=there --refine none --refine bmsb --radius annotator "
        "--radius default --clicks 5 --limit 3 --seed 7 --jobs 2 --model small --device cuda "
        "--out results/here --fresh"
    )
    result, asked = bench(*words.split())
    assert result.exit_code == 0
    assert asked == [
        (
            BenchOptions(
                datasets=("voc99", "grabcut=there"),
                out=Path("results/here"),
                refine=("none", "bmsb"),
                radii=("annotator", "default"),
                clicks=5,
                limit=3,
                seed=7,
                jobs=2,
                fresh=True,
                model="small",
                device="cuda",
            ),
            ("small", "cuda"),
        )
    ]


def test_the_table_goes_to_stdout_and_where_the_files_are_to_stderr(bench):
    result, _ = bench("--out", "results/here")
    assert "0.625" in result.stdout
    assert "Written" not in result.stdout
    assert "results/here.json" in result.stderr


def test_a_narrow_screen_cuts_no_figure(bench, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    result, _ = bench()
    for cell in cells_of(ROW):
        assert cell in result.stdout


@pytest.mark.parametrize(
    "words", [("--clicks", "0"), ("--limit", "0"), ("--jobs", "0"), ("--radius", "huge")]
)
def test_a_number_or_radius_that_is_not_allowed_is_a_wrong_question(bench, words):
    result, asked = bench(*words)
    assert result.exit_code == 2
    assert words[0] in result.stderr
    assert asked == []


def test_unknown_weights_are_left_for_the_main_command_to_tell(bench):
    result, _ = bench("--model", "unknown")
    assert isinstance(result.exception, ModelError)
