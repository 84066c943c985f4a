"""The whole bench on made scenes: what its files say and what it refuses."""

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from disk_scenes import PaintSession, open_disks

from clickmend.core.errors import ModelError, OptionError, OutputError
from clickmend.evaluation import runner
from clickmend.evaluation.benches.interactive import Interactive
from clickmend.evaluation.protocol import Setting
from clickmend.evaluation.runner import run_bench
from clickmend.evaluation.runs import plan_runs, subjects_in
from clickmend.evaluation.summary import summarise
from clickmend.networks import Card
from clickmend.networks.weights.cards import TrainingData


@pytest.fixture
def card():
    """What the bench looks at of a card."""
    return Card.model_construct(
        name="small",
        task="interactive",
        sha256="0123456789ab" + "0" * 52,
        overview_px=256,
        view_px=256,
        training_data=(TrainingData(name="train/BSDS500", terms="research"),),
        scores={},
    )


@pytest.fixture
def options(tmp_path):
    return Interactive(
        datasets=("made",),
        out=tmp_path / "bench",
        refine=("none", "sb"),
        radii=("annotator", "default"),
        clicks=4,
        limit=5,
    )


def run(options, card):
    models = [SimpleNamespace(card=card)]
    return run_bench(options, models, make_session=PaintSession, open_dataset=open_disks)


def changed(options, **changes):
    return replace(options, **changes)


def test_the_rows_are_the_summary_of_the_runs_on_disk(options, card):
    result = run(options, card)
    lines = options.out.with_suffix(".jsonl").read_text().splitlines()
    assert result["rows"] == summarise(map(json.loads, lines[1:]))
    settings = [Setting.of(row["setting"]) for row in result["rows"]]
    assert settings == options.settings([None])


def test_the_result_names_seed_command_machine_weights_and_data(options, card):
    result = run(options, card)
    assert result["seed"] == 0
    assert result["command"] == options.command([card])
    assert result["weights"] == {
        "name": "small",
        "sha256": "0123456789ab",
        "trained_on": ["train/BSDS500"],
    }
    images = {
        run.image
        for run in plan_runs(
            ["made"],
            options.settings([None]),
            ids=subjects_in("interactive"),
            open_dataset=open_disks,
            limit=5,
        )
    }
    assert result["data"]["made"]["images"] == len(images) == 5
    assert result["data"]["made"]["objects"] == result["rows"][0]["scores"]["objects"]
    assert result["protocol"]["noc_of_a_failure"] == 4
    assert result["machine"]["device"] == "cpu"


def test_no_file_names_a_folder_of_this_machine(options, card):
    run(options, card)
    for suffix in (".jsonl", ".json", ".md", ".svg"):
        assert str(options.out.parent) not in options.out.with_suffix(suffix).read_text()


def test_a_second_start_changes_no_figure_and_no_time(options, card):
    assert run(options, card) == run(options, card)


def test_other_weights_are_refused_until_the_bench_starts_over(options, card):
    run(options, card)
    other = card.model_copy(update={"sha256": "f" * 64})
    with pytest.raises(OptionError, match="weights = small 0123456789ab, and now"):
        run(options, other)
    assert run(changed(options, fresh=True), other)["weights"]["sha256"] == "f" * 12


def test_a_card_that_predicts_in_another_way_is_refused_but_not_one_that_tells_more(options, card):
    run(options, card)
    run(options, card.model_copy(update={"scores": {"voc99 IoU@1": 0.6}}))
    with pytest.raises(OptionError, match="holds runs with card = "):
        run(options, card.model_copy(update={"view_px": 320}))


def test_code_that_changed_since_the_runs_were_made_is_refused(options, card, monkeypatch):
    run(options, card)
    monkeypatch.setattr(runner, "code_fingerprint", lambda: "another")
    with pytest.raises(OptionError, match="and now code = another is asked"):
        run(options, card)


def test_runs_that_cannot_be_removed_are_named(options, card):
    options.out.with_suffix(".jsonl").mkdir()
    with pytest.raises(OutputError, match=r"bench\.jsonl cannot be removed"):
        run(changed(options, fresh=True), card)


def test_berkeley_is_refused_for_weights_that_saw_bsds(options, card):
    with pytest.raises(ModelError, match=r"small were trained on train/BSDS500.*BSDS photos"):
        run(changed(options, datasets=("made", "berkeley=somewhere")), card)
    assert not options.out.with_suffix(".jsonl").exists()


def test_berkeley_is_run_for_weights_that_never_saw_bsds(options, card):
    clean = card.model_copy(update={"training_data": ()})
    result = run(changed(options, datasets=("berkeley=somewhere",)), clean)
    assert list(result["data"]) == ["berkeley"]


@pytest.mark.parametrize("option", ["clicks", "jobs"])
def test_no_click_and_no_process_are_refused(options, option):
    with pytest.raises(OptionError, match=f"{option} is 0. Allowed is 1 or more"):
        changed(options, **{option: 0})


def test_the_command_names_no_folder(options, card):
    spec = changed(options, datasets=("voc99", "davis=/secret/place"), jobs=2, seed=4, engine="ray")
    assert spec.command([card]) == (
        "clickmend bench interactive --model small --dataset voc99 --dataset davis=FOLDER "
        "--refine none --refine sb --radius annotator --radius default --clicks 4 --limit 5 "
        "--seed 4 --jobs 2 --engine ray --device cpu --out bench"
    )


def test_a_relative_place_is_kept_in_the_command(options, card):
    relative = changed(options, out=Path("benchmarks/results/interactive"))
    assert relative.command([card]).endswith("--out benchmarks/results/interactive")
