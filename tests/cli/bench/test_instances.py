"""``clickmend bench attentionshift``: what the words on the command line ask the bench for."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from clickmend.cli.bench import bench_app
from clickmend.evaluation.benches.attentionshift import AttentionShift
from clickmend.evaluation.overlaps import summarise_points

RECORD = {
    "dataset": "made", "image": "a", "points": "random", "method": "click", "weights": "small",
    "finish": "none",
    "at": [[1, 1]], "classes": ["cat"], "scores": [0.5], "iou": [[0.625]], "areas": [9.0],
    "true_areas": [9.0], "ignored": [0.0], "seconds": 0.25,
}  # fmt: skip


@pytest.fixture
def bench(monkeypatch):
    """Calls the command with a bench that runs nothing; remembers the options."""
    asked = []

    def run(options, models, *, progress):
        asked.append((options, [model.card for model in models]))
        progress(0, 2)
        return {"bench": "attentionshift", "rows": summarise_points([RECORD])}

    def load(name, *, device):
        return SimpleNamespace(card=(name, device))

    monkeypatch.setattr("clickmend.networks.load", load)
    monkeypatch.setattr("clickmend.evaluation.runner.run_bench", run)
    return lambda *words: (CliRunner().invoke(bench_app, ["attentionshift", *words]), asked)


def test_without_options_all_ways_are_run_on_what_is_held_out(bench):
    result, asked = bench()
    assert result.exit_code == 0
    options = AttentionShift(
        datasets=("pennfudan", "feralcat", "coco100"), out=Path("attentionshift")
    )
    assert asked == [(options, [("points-l0", "cpu")])]
    assert options.methods == ("shift", "k-means", "k-means*", "click")
    assert (options.points, options.box_rules) == (("random", "centre"), ("plain", "symmetric"))


def test_every_option_reaches_the_bench(bench):
    words = (
        "--dataset pennfudan --dataset voc=there --points centre --method k-means --method click "
        "--box-rule plain --no-finish --pictures 2 --limit 3 --seed 7 --jobs 2 "
        "--model small --model vit.json --device cuda --out results/here --fresh"
    )
    result, asked = bench(*words.split())
    assert result.exit_code == 0
    assert asked == [
        (
            AttentionShift(
                datasets=("pennfudan", "voc=there"),
                points=("centre",),
                methods=("k-means", "click"),
                box_rules=("plain",),
                finish=False,
                pictures=2,
                limit=3,
                seed=7,
                jobs=2,
                models=("small", "vit.json"),
                device="cuda",
                out=Path("results/here"),
                fresh=True,
            ),
            [("small", "cuda"), ("vit.json", "cuda")],
        )
    ]


def test_the_table_goes_to_stdout_and_where_the_files_are_to_stderr(bench):
    result, _ = bench("--out", "results/here")
    assert "0.625" in result.stdout
    assert "results/here.json" in result.stderr


@pytest.mark.parametrize(
    "words", [("--points", "edge"), ("--pictures", "-1"), ("--limit", "0"), ("--seed", "-1")]
)
def test_what_is_not_allowed_is_a_wrong_question(bench, words):
    result, asked = bench(*words)
    assert result.exit_code == 2
    assert words[0] in result.stderr
    assert asked == []
