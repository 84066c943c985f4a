"""The whole bench on made scenes with made masks: its files, its facts and what it refuses."""

import json
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from disk_scenes import open_disks

from clickmend.core.errors import ModelError, OptionError
from clickmend.evaluation.benches import attentionshift as module
from clickmend.evaluation.benches.attentionshift import AttentionShift
from clickmend.evaluation.overlaps import summarise_points
from clickmend.evaluation.runner import run_bench
from clickmend.evaluation.scenes import Found, PointSetting
from clickmend.networks import Card


@pytest.fixture
def card():
    """What the bench looks at of a card."""
    return Card.model_construct(
        name="small", task="interactive", sha256="0123456789ab" + "0" * 52, training_data=(),
        scores={},
    )  # fmt: skip


@pytest.fixture
def options(tmp_path):
    return AttentionShift(datasets=("made",), out=tmp_path / "bench", limit=3)


@pytest.fixture(autouse=True)
def masks(monkeypatch):
    """The truth for the shift, half of it for the others."""

    def find_masks(scene, points, setting, model, *, seed):
        share = scene.masks[0] | True
        share[:, ::2] = setting.method == "shift"
        found = [np.asarray(mask & share) for mask in scene.masks]
        return Found(found, [0.75] * len(points), 0.25)

    monkeypatch.setattr(module, "find_masks", find_masks)
    monkeypatch.setattr("clickmend.networks.load", lambda name, *, device: None)


def run(options, card):
    return run_all(options, card)


def run_all(options, *cards):
    models = [SimpleNamespace(card=card) for card in cards]
    return run_bench(options, models, open_dataset=open_disks)


def test_the_rows_are_the_summary_of_the_runs_on_disk(options, card):
    result = run(options, card)
    lines = options.out.with_suffix(".jsonl").read_text().splitlines()
    assert result["rows"] == summarise_points(map(json.loads, lines[1:]))
    assert [PointSetting.of(row["setting"]) for row in result["rows"]] == options.settings(
        [SimpleNamespace(card=card)]
    )
    assert json.loads(options.out.with_suffix(".json").read_text()) == result


def test_the_result_names_command_seed_weights_and_data(options, card):
    result = run(options, card)
    assert result["command"] == options.command([card])
    assert result["command"].startswith(
        "clickmend bench attentionshift --model small --dataset made --points random "
        "--points centre --method shift --method k-means --method 'k-means*' --method click "
        "--box-rule plain --box-rule symmetric --limit 3 --seed 0"
    )
    assert result["bench"] == "attentionshift"
    assert result["weights"]["name"] == "small"
    assert result["data"] == {"made": {"images": 3, "objects": result["rows"][0]["objects"]}}
    assert result["protocol"]["ties"].startswith("VOC: ")


def test_a_second_start_makes_no_run_again(options, card, monkeypatch):
    first = run(options, card)
    monkeypatch.setattr(module, "find_masks", None)
    assert run(options, card) == first


def test_another_seed_needs_a_fresh_start(options, card):
    run(options, card)
    with pytest.raises(OptionError, match="seed = 0, and now seed = 1 is asked"):
        run(replace(options, seed=1), card)
    assert run(replace(options, seed=1, fresh=True), card)["seed"] == 1


def test_weights_of_another_task_are_refused(options, card):
    with pytest.raises(ModelError, match="are of the task depth"):
        run(options, card.model_copy(update={"task": "depth"}))


def test_weights_of_one_name_are_refused(options, card):
    with pytest.raises(OptionError, match="the weights small, small"):
        run_all(replace(options, models=("a", "b")), card, card)


def test_further_weights_have_rows_of_their_own_and_stand_in_the_command(options, card):
    vit = card.model_copy(update={"name": "vit", "task": "instances"})
    result = run_all(replace(options, models=("small", "b/vit.json")), card, vit)
    assert {row["setting"]["weights"] for row in result["rows"]} == {"small", "vit"}
    assert "--model small --model vit" in result["command"]
    assert result["weights"]["name"] == "small, vit"


def test_a_seed_that_torch_does_not_take_is_refused_before_anything_is_run(options, card):
    with pytest.raises(OptionError, match="The seed is 18446744073709551616"):
        run(replace(options, seed=2**64), card)
    assert not options.out.with_suffix(".jsonl").exists()


def test_no_process_is_refused(options):
    with pytest.raises(OptionError, match="jobs is 0"):
        replace(options, jobs=0)


def test_pictures_are_drawn_of_so_many_images_of_each_dataset(options, card, monkeypatch):
    drawn = []
    monkeypatch.setattr(
        "clickmend.evaluation.part_pictures.draw_scenes",
        lambda runs, clicks, *, seed, folder: drawn.append((runs, folder)),
    )
    run(replace(options, pictures=2, datasets=("made", "other")), card)
    assert [len({run.image for run in runs}) for runs, _ in drawn] == [2, 2]
    assert [{run.dataset for run in runs} for runs, _ in drawn] == [{"made"}, {"other"}]
    assert str(drawn[0][1]) == "benchmarks/out/bench-pictures"
