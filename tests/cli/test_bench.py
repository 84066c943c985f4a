"""``clickmend bench``: what the words on the command line ask a bench for."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from clickmend.cli.bench import bench_app
from clickmend.core.errors import ModelError
from clickmend.evaluation.benches.attention import Attention
from clickmend.evaluation.benches.depth_points import DepthPoints
from clickmend.evaluation.benches.gbrs import Gbrs
from clickmend.evaluation.benches.interactive import Interactive
from clickmend.evaluation.benches.prior import Prior
from clickmend.evaluation.summary import summarise

RECORD = {
    "dataset": "voc99",
    "refine": "none",
    "radius": "default",
    "iou": [0.625, 0.75],
    "seconds": [0.1, 0.2],
}
RESULT = {"rows": summarise([RECORD])}


@pytest.fixture
def bench(monkeypatch):
    """Calls the command with a bench that runs nothing; remembers the options."""
    asked = []

    def load(name, *, device):
        if name == "unknown":
            raise ModelError("There are no weights named 'unknown'.")
        return SimpleNamespace(card=(name, device))

    def run(options, models, *, progress):
        asked.append((options, models[0].card))
        progress(0, 2)
        progress(2, 2)
        return RESULT

    monkeypatch.setattr("clickmend.networks.load", load)
    monkeypatch.setattr("clickmend.evaluation.runner.run_bench", run)
    runner = CliRunner()
    return lambda *words, bench="interactive": (runner.invoke(bench_app, [bench, *words]), asked)


def test_without_options_both_dev_sets_are_run_without_refinement(bench):
    _, asked = bench()
    assert asked == [
        (
            Interactive(datasets=("voc99", "davis10"), out=Path("interactive")),
            ("interactive-l0", "cpu"),
        )
    ]


def test_every_option_reaches_the_bench(bench):
    words = (
        "--dataset voc99 --dataset grabcut=there --refine none --refine bmsb --radius annotator "
        "--radius default --clicks 5 --limit 3 --seed 7 --jobs 2 --model small --device cuda "
        "--engine ray --out results/here --fresh"
    )
    result, asked = bench(*words.split())
    assert result.exit_code == 0
    assert asked == [
        (
            Interactive(
                datasets=("voc99", "grabcut=there"),
                out=Path("results/here"),
                refine=("none", "bmsb"),
                radii=("annotator", "default"),
                clicks=5,
                limit=3,
                seed=7,
                jobs=2,
                engine="ray",
                fresh=True,
                models=("small",),
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
    (table,) = Interactive.tables(RESULT)
    for column in table.columns:
        assert column.cell(table.lines[0]) in result.stdout


@pytest.mark.parametrize(
    "words",
    [
        ("--clicks", "0"),
        ("--limit", "0"),
        ("--jobs", "0"),
        ("--radius", "huge"),
    ],
)
def test_a_number_or_radius_that_is_not_allowed_is_a_wrong_question(bench, words):
    result, asked = bench(*words)
    assert result.exit_code == 2
    assert words[0] in result.stderr
    assert asked == []


def test_an_engine_that_is_not_there_is_a_wrong_question(bench):
    result, asked = bench("--engine", "soup")
    assert (result.exit_code, asked) == (2, [])
    assert "no engine 'soup'" in result.stderr


def test_unknown_weights_are_left_for_the_main_command_to_tell(bench):
    result, _ = bench("--model", "unknown")
    assert isinstance(result.exception, ModelError)


def gbrs_options(**changes):
    given = {
        "task": "depth",
        "datasets": ("kitchen-dev", "office-dev"),
        "out": Path("gbrs-depth"),
        "limit": 24,
        "clicks": 20,
        "models": ("depth-l0",),
    }
    return Gbrs(**given | changes)


@pytest.mark.parametrize(
    ("words", "changes"),
    [
        ("", {}),
        ("--full", {"limit": None, "full": True}),
        ("--limit 3 --pictures 2", {"limit": 3, "pictures": 2}),
        (
            "--sweep",
            {
                "datasets": ("kitchen-train", "office-train", "lab-train"),
                "out": Path("gbrs-depth-sweep"),
                "limit": 3,
                "clicks": 5,
                "sweep": True,
            },
        ),
        (
            (
                "--dataset nyu=there --refine none --refine sb --energy clicks --energy brs "
                "--insertions 1 --insertions 3 --radius default --clicks 4 --rates r.json --seed 5 "
                "--jobs 2 --model small --device cuda --out here --fresh"
            ),
            {
                "datasets": ("nyu=there",),
                "refine": ("none", "sb"),
                "energies": ("clicks", "brs"),
                "insertions": (1, 3),
                "radii": ("default",),
                "clicks": 4,
                "rates": Path("r.json"),
                "seed": 5,
                "jobs": 2,
                "models": ("small",),
                "device": "cuda",
                "out": Path("here"),
                "fresh": True,
            },
        ),
    ],
)
def test_every_option_of_gbrs_reaches_its_bench(bench, words, changes):
    result, asked = bench("--task", "depth", *words.split(), bench="gbrs")
    assert result.exit_code == 0
    assert [options for options, _ in asked] == [gbrs_options(**changes)]


def test_a_sweep_says_where_the_rates_are(bench):
    result, _ = bench("--task", "depth", "--sweep", "--out", "here", bench="gbrs")
    assert "here.rates.json" in result.stderr


@pytest.mark.parametrize("other", [("--limit", "3"), ("--sweep",)])
def test_all_images_and_a_part_of_them_are_a_wrong_question(bench, other):
    result, asked = bench("--task", "depth", "--full", *other, bench="gbrs")
    assert result.exit_code == 2
    assert "--full" in result.stderr
    assert asked == []


@pytest.mark.parametrize("name", ["gbrs", "prior"])
def test_without_a_task_there_is_nothing_to_measure(bench, name):
    result, _ = bench(bench=name)
    assert result.exit_code == 2
    assert "--task" in result.stderr


def test_every_option_of_the_prior_reaches_its_bench(bench):
    _, asked = bench("--task", "semantic", bench="prior")
    bench("--task", "matting", "--refine", "sb", "--limit", "2", "--seed", "3", bench="prior")
    assert [options for options, _ in asked] == [
        Prior(
            task="semantic",
            datasets=("camvid-val",),
            out=Path("prior-semantic"),
            refine=("region",),
            models=("semantic-l0",),
        ),
        Prior(
            task="matting",
            datasets=("alphamatting14-val",),
            out=Path("prior-matting"),
            refine=("sb",),
            limit=2,
            seed=3,
            models=("matting-l0",),
        ),
    ]


def test_the_bench_of_attention_takes_several_weights_and_begins_with_the_shipped(monkeypatch):
    asked = []

    def run(options, models, *, progress):
        asked.append((options, models))
        return RESULT

    monkeypatch.setattr("clickmend.networks.load", lambda name, *, device: name)
    monkeypatch.setattr("clickmend.evaluation.runner.run_bench", run)
    runner = CliRunner()
    assert runner.invoke(bench_app, ["attention"]).exit_code == 0
    words = ["--model", "a", "--model", "b.json", "--view", "session", "--sweep", "--trials", "10"]
    told = runner.invoke(bench_app, ["attention", *words, "--refine", "bmsb", "--out", "here"])
    assert "The choice: here.priors.json." in told.output
    (plain, shipped), (swept, both) = asked
    assert plain == Attention(datasets=("voc99", "davis10"), out=Path("attention"))
    assert shipped == ["interactive-l0"]
    assert swept == Attention(
        datasets=("coco100", "feralcat", "pennfudan"),
        out=Path("here"),
        models=("a", "b.json"),
        view="session",
        sweep=True,
        trials=10,
        refine=("bmsb",),
    )
    assert both == ["a", "b.json"]


def test_a_sweep_does_not_take_the_choice_of_another(tmp_path):
    told = CliRunner().invoke(bench_app, ["attention", "--sweep", "--priors", str(tmp_path)])
    assert told.exit_code == 2
    assert "--priors" in told.stderr


def test_ways_of_spoiling_and_numbers_of_points_reach_their_benches(bench):
    bench("--task", "interactive", "--spoil", "hole", "--spoil", "part", "--refine", "brush",
          "--radius", "default", bench="prior")  # fmt: skip
    _, asked = bench("--points", "5", "--points", "20", "--wrong", "1", bench="depth-points")
    assert [options for options, _ in asked] == [
        Prior(
            task="interactive",
            datasets=("voc99", "davis10"),
            out=Path("prior-interactive"),
            refine=("brush",),
            models=("interactive-s",),
            spoils=("hole", "part"),
            radii=("default",),
        ),
        DepthPoints(
            datasets=("kitchen-dev", "office-dev"),
            out=Path("depth-points"),
            models=("depth-l0",),
            points=(5, 20),
            wrong=1,
        ),
    ]


def test_the_help_lists_every_bench():
    told = CliRunner().invoke(bench_app, ["--help"]).stdout
    for name in ("interactive", "gbrs", "prior", "depth-points", "attention", "attentionshift"):
        assert name in told
