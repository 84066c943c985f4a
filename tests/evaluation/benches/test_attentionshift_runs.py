"""Runs of made scenes: their order, their names and what they keep."""

from functools import partial
from pathlib import Path

import numpy as np
import pytest
from disk_points import CLICKED, MEANS, SHIFT, record
from disk_scenes import Disks, open_disks

from clickmend.core.errors import DataError, OptionError
from clickmend.evaluation.benches import attentionshift as module
from clickmend.evaluation.benches.attentionshift import AttentionShift, _scenes
from clickmend.evaluation.overlaps import compared_of
from clickmend.evaluation.runs import ClickRuns, Run, plan_runs, run_key
from clickmend.evaluation.scenes import Found, PointSetting, read_scene
from clickmend.evaluation.sessions import Sessions


def plan(*settings, datasets=("made",), limit=None):
    return plan_runs(datasets, settings, ids=_scenes, open_dataset=open_disks, limit=limit)


def test_every_image_is_run_in_every_setting_image_by_image():
    runs = plan(SHIFT, CLICKED)
    assert [run.image for run in runs[::2]] == list(Disks.names)
    assert {run.setting for run in runs[::2]} == {SHIFT}
    assert len({run.name for run in runs}) == len(runs) == 24


def test_a_limit_takes_a_part_of_the_images():
    assert len(plan(SHIFT, limit=3)) == 3


def test_a_dataset_without_objects_is_refused():
    with pytest.raises(DataError, match="No object is marked in the images of nothing"):
        plan(SHIFT, datasets=("nothing",))


@pytest.mark.parametrize("settings", [(), (SHIFT, SHIFT)])
def test_no_setting_and_one_twice_are_refused(settings):
    with pytest.raises(OptionError, match="The bench has the settings"):
        plan(*settings)


def test_a_record_is_found_by_the_name_of_its_run():
    run = Run("made=there", "a", None, MEANS)
    kept = record(MEANS, [0.5])
    assert run.name == tuple(kept.get(field) for field in run_key(PointSetting))


@pytest.fixture
def maker(monkeypatch):
    """Masks that are the left half of each object, found in no time."""

    def find_masks(scene, points, setting, model, *, seed):
        left = np.indices(scene.ignore.shape)[1] < np.array(points)[:, :1, None]
        masks = [mask & side for mask, side in zip(scene.masks, left, strict=True)]
        return Found(masks, [0.75] * len(points), 0.25)

    monkeypatch.setattr(module, "find_masks", find_masks)
    monkeypatch.setattr("clickmend.networks.load", lambda name, *, device: (name, device))
    sessions = Sessions("interactive", {"small": "folder/small.json"}, "cpu")
    bench = AttentionShift(datasets=("made",), out=Path("out"))
    return partial(bench.record, ClickRuns("interactive", open_disks, sessions, 0))


def test_a_run_keeps_its_points_and_how_far_the_masks_agree(maker):
    run = Run("made", "scene-03", None, SHIFT)
    kept = maker(run)
    scene = read_scene(Disks(), "made", "scene-03")
    assert kept["at"] == [list(point) for point in scene.points("random", seed=0)]
    assert (kept["classes"], kept["scores"], kept["seconds"]) == (["object"] * 2, [0.75] * 2, 0.25)
    for number, (mask, (x, _)) in enumerate(zip(scene.masks, kept["at"], strict=True)):
        half = mask & (np.indices(mask.shape)[1] < x)
        assert kept["true_areas"][number] == mask.sum()
        assert kept["areas"][number] == half.sum()
        assert kept["iou"][number][number] == pytest.approx(half.sum() / mask.sum())


def test_the_overlaps_come_back_from_a_record(maker):
    kept = maker(Run("made", "scene-03", None, SHIFT))
    compared = compared_of(kept)
    assert compared.iou.tolist() == kept["iou"]
    assert compared.classes == compared.true_classes == ("object", "object")
