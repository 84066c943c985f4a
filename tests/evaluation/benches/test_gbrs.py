"""The bench of G-BRS on made scenes: its two passes, its sweep and what it refuses."""

import json
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from disk_scenes import DATASETS, PaintSession, open_made
from torch import nn

import clickmend.evaluation.benches.gbrs as module
from clickmend.core.errors import ModelError, OptionError
from clickmend.data import LabelDataset
from clickmend.evaluation.benches.gbrs import RATES, Gbrs
from clickmend.evaluation.protocol import Setting
from clickmend.evaluation.runner import run_bench
from clickmend.evaluation.subjects import TASKS
from clickmend.networks import Card, Model
from clickmend.networks.weights.cards import Refinement


@pytest.fixture(autouse=True)
def _costs(monkeypatch):
    monkeypatch.setattr(module, "costs_of_insertions", lambda model: {1: 4.0, 2: 2.0})


def model_of(task, **changes):
    facts = {
        "name": "small",
        "task": task,
        "sha256": "0" * 64,
        "view_px": 256,
        "labels": (),
        "training_data": (),
        "refinement": Refinement(default="sb", at=("deep", "shallow"), learning_rates={}),
    }
    return Model(nn.Identity(), Card.model_construct(**facts | changes))


def options_of(tmp_path, task, **changes):
    given = {
        "task": task,
        "datasets": ("made",),
        "out": tmp_path / "bench",
        "refine": ("none", "sb", "bmsb"),
        "energies": ("consistency",),
        "clicks": 3,
        "limit": 4,
    }
    return Gbrs(**given | changes)


class Layered(PaintSession):
    """The layer that knows places paints the largest disks."""

    def __init__(self, start, setting, task):
        super().__init__(start, setting, task)
        self.radius = {"none": 1.0, "sb": 2.0, "bmsb": 2.5}[setting.refine]
        self.radius += 0.5 * (setting.insertions or 0)

    def add(self, click):
        return super().add(replace(click, radius_px=None))


def run(options, model=None, **given):
    task = options.task
    return run_bench(
        options,
        [model or model_of(task)],
        make_session=partial(Layered, task=task),
        open_dataset=partial(open_made, task=task),
        **given,
    )


@pytest.mark.parametrize("task", list(TASKS))
def test_the_whole_grid_runs_on_a_part_and_three_rows_on_all(tmp_path, task):
    result = run(options_of(tmp_path, task))
    grid, whole = result["rows"], result["whole"]
    regions = task != "interactive"
    assert [Setting.of(row["setting"]).title for row in grid] == [
        *("none", "sb L1", "sb L2", *(["sb + region L2"] * regions)),
        *("bmsb L1", "bmsb L2", *(["bmsb + region L2"] * regions)),
    ]
    assert [Setting.of(row["setting"]).layer for row in whole] == [
        *("none", "sb", "bmsb", *(["sb + region", "bmsb + region"] * regions)),
    ]
    assert grid[0]["scores"]["objects"] < whole[0]["scores"]["objects"]
    assert result["data"]["made"]["images"] == 4
    assert result["costs"] == {"1": 4.0, "2": 2.0}
    assert result["task"] == task


def test_the_second_pass_makes_only_what_the_first_did_not(tmp_path):
    seen = []
    run(options_of(tmp_path, "depth"), progress=lambda done, total: seen.append((done, total)))
    assert seen[:29] == [(done, 28) for done in range(29)]
    assert seen[29:] == [(done, 60) for done in range(20, 61)]


def test_a_grid_on_all_images_has_no_second_pass(tmp_path):
    assert "whole" not in run(options_of(tmp_path, "depth", limit=None))
    assert "whole" not in run(options_of(tmp_path, "depth", limit=12, fresh=True))
    assert "whole" not in run(options_of(tmp_path, "depth", whole=False, fresh=True))


def test_files_hold_the_grid_and_the_order(tmp_path):
    run(options_of(tmp_path, "semantic"))
    text = (tmp_path / "bench.md").read_text()
    assert "On whole datasets:" in text
    assert "bmsb L2 > sb L2 > none holds for AUC" in text
    lines = [json.loads(line) for line in (tmp_path / "bench.jsonl").read_text().splitlines()]
    assert lines[0]["common"]["task"] == "semantic"
    assert len(lines) == 1 + 7 * 4 + 5 * 8


def test_a_sweep_tries_the_rates_on_the_largest_objects_and_writes_the_best(tmp_path):
    options = options_of(tmp_path, "interactive", sweep=True, insertions=(1,), limit=2)
    result = run(options)
    rows = result["rows"]
    assert [row["setting"]["learning_rate"] for row in rows] == [*RATES, *RATES]
    assert {row["scores"]["objects"] for row in rows} == {2}
    assert "whole" not in result
    assert set(Gbrs.read_choice(options.choice_file)) == {
        Setting("sb", "annotator", "consistency", 1),
        Setting("bmsb", "annotator", "consistency", 1),
    }


def test_a_sweep_opens_training_sets_alone(tmp_path):
    options = options_of(tmp_path, "depth", datasets=("kitchen-dev",), sweep=True)
    with pytest.raises(OptionError, match="kitchen-dev is no training set of the task depth"):
        run_bench(options, [model_of("depth")], make_session=PaintSession)


def test_the_rates_of_a_sweep_become_those_of_the_rows(tmp_path):
    options = options_of(tmp_path, "depth", sweep=True, insertions=(1,))
    run(options)
    best = Gbrs.read_choice(options.choice_file)
    given = options_of(tmp_path, "depth", rates=options.choice_file)
    rows = given.settings([model_of("depth")])
    assert rows[0] == Setting("none", "annotator")
    assert rows[1].learning_rate == best[Setting("sb", "annotator", "consistency", 1)]
    assert rows[2].learning_rate is None


def test_by_default_the_grid_is_everything_that_the_task_has_at_all_places(tmp_path):
    options = options_of(tmp_path, "depth", refine=(), energies=("consistency", "clicks", "brs"))
    rows = options.settings([model_of("depth")])
    trivial = 5
    assert len(rows) == 2 + trivial + 4 * (2 * 2 + 1) + 2 + 2
    assert {row.radius for row in rows} == {"annotator"}


def test_more_insertions_than_places_are_refused(tmp_path):
    options = options_of(tmp_path, "depth", insertions=(1, 3))
    with pytest.raises(OptionError, match=r"3 insertions .* names 2 \(deep, shallow\)"):
        options.settings([model_of("depth")])


def test_weights_of_another_task_are_refused(tmp_path):
    with pytest.raises(ModelError, match="small are of the task depth, and the bench is of matt"):
        run(options_of(tmp_path, "matting"), model_of("depth"))


def test_weights_that_know_other_classes_are_refused(tmp_path):
    class Named(DATASETS["semantic"], LabelDataset):
        classes = ("ground", "disk")

    model = model_of("semantic", labels=("disk", "ground"))
    with pytest.raises(ModelError, match="small tell disk, ground apart, and made is labelled gro"):
        run_bench(
            options_of(tmp_path, "semantic"),
            [model],
            make_session=PaintSession,
            open_dataset=lambda spec: Named(),
        )


def test_pictures_of_the_best_layer_go_into_their_folder(tmp_path):
    run(options_of(tmp_path, "depth", pictures=2, pictures_in=tmp_path / "out"))
    files = sorted((tmp_path / "out" / "bench-pictures").iterdir())
    assert len(files) == 2
    assert all(file.name.endswith("-bmsb.png") for file in files)


def test_the_command_repeats_the_bench_without_folders(tmp_path):
    options = options_of(tmp_path, "depth", rates=Path("/secret/rates.json"), insertions=(1,))
    assert options.command([model_of("depth").card]) == (
        "clickmend bench gbrs --model small --dataset made --task depth --refine none --refine sb "
        "--refine bmsb --energy consistency --insertions 1 --radius annotator --rates rates.json "
        "--clicks 3 --limit 4 --seed 0 --jobs 1 --device cpu --out bench"
    )
    grid = options_of(tmp_path, "depth", whole=False)
    assert "--no-whole" in grid.command([model_of("depth").card])
    full = options_of(tmp_path, "depth", limit=None, full=True, sweep=True)
    assert "--sweep --full --clicks" in full.command([model_of("depth").card])
