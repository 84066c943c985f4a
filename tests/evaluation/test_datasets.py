"""Datasets by name and the draw of a subset."""

import numpy as np
import pytest
from disk_scenes import Disks
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from clickmend.core.errors import DataError, OptionError
from clickmend.data import held_out
from clickmend.evaluation import datasets
from clickmend.evaluation.datasets import (
    choose_images,
    dataset_name,
    open_bench_dataset,
    spec_without_folder,
)
from clickmend.evaluation.subjects import TASKS

NAMES = [f"{number:03d}" for number in range(40)]
limits, seeds = st.integers(1, 50), st.integers(0, 5)


@pytest.fixture
def folder(tmp_path):
    for part in ("images", "masks"):
        (tmp_path / part).mkdir()
    Image.new("RGB", (6, 4)).save(tmp_path / "images" / "a.jpg")
    Image.fromarray(np.eye(4, 6, dtype=np.uint8)).save(tmp_path / "masks" / "a.png")
    return tmp_path


def test_a_layout_with_its_folder_is_opened_once(folder):
    dataset = open_bench_dataset(f"folder={folder}")
    assert dataset.names == ("a",)
    assert open_bench_dataset(f"folder={folder}") is dataset


def test_a_table_names_the_layout_and_not_the_folder():
    assert dataset_name("berkeley=/somewhere/x=y") == "berkeley"
    assert dataset_name("voc99") == "voc99"


def test_a_layout_without_its_folder_is_refused_with_the_way_to_write_it():
    with pytest.raises(OptionError, match="write berkeley=FOLDER"):
        open_bench_dataset("berkeley")


def test_an_unknown_set_is_refused_with_the_nearest():
    with pytest.raises(OptionError, match=r"no object set 'voc9'.*did you mean 'voc99'"):
        open_bench_dataset("voc9")


def test_a_folder_of_ones_own_has_a_name_as_in_training(folder):
    assert open_bench_dataset(f"cats={folder}").names == ("a",)
    assert open_bench_dataset(f"cats=folder:{folder}").names == ("a",)
    assert dataset_name(f"cats=folder:{folder}") == "cats"


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        ("voc99", "voc99"),
        ("grabcut=/a", "grabcut=FOLDER"),
        ("cats=/a", "cats=FOLDER"),
        ("cats=grabcut:/a", "cats=grabcut:FOLDER"),
        ("grabcut=folder:/a", "grabcut=folder:FOLDER"),
    ],
)
def test_a_command_is_told_without_the_folder(spec, told):
    assert spec_without_folder(spec, "interactive") == told


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(DataError, match="missing"):
        open_bench_dataset(f"folder={tmp_path / 'nowhere'}")


def test_without_a_limit_all_images_are_taken():
    assert choose_images(NAMES, limit=None, seed=3) == NAMES


@given(limits, seeds)
def test_a_subset_has_the_size_asked_for_and_keeps_the_order(limit, seed):
    chosen = choose_images(NAMES, limit=limit, seed=seed)
    assert len(chosen) == min(limit, len(NAMES))
    assert chosen == sorted(set(chosen))


@given(limits, limits, seeds)
def test_a_smaller_limit_chooses_among_the_images_of_a_larger_one(one, other, seed):
    smaller, larger = sorted((one, other))
    assert set(choose_images(NAMES, limit=smaller, seed=seed)) <= set(
        choose_images(NAMES, limit=larger, seed=seed)
    )


def test_another_seed_draws_another_subset():
    draws = {tuple(choose_images(NAMES, limit=5, seed=seed)) for seed in range(5)}
    assert len(draws) == 5


@pytest.mark.parametrize("limit", [0, -1])
def test_a_limit_that_is_not_positive_is_refused(limit):
    with pytest.raises(OptionError, match=f"limit is {limit} images"):
        choose_images(NAMES, limit=limit, seed=0)


def test_a_set_that_is_reported_is_never_tuned_on():
    for task in TASKS:
        assert not set(TASKS[task].dev) & set(TASKS[task].training)
        with pytest.raises(OptionError, match=f"{TASKS[task].dev[0]} is no training set"):
            open_bench_dataset(TASKS[task].dev[0], task, "training")


@pytest.mark.parametrize("task", list(TASKS))
def test_the_sets_of_each_task_are_there_and_can_be_clicked_on(task, data_root):
    known = TASKS[task]
    for dataset in (
        *(open_bench_dataset(name, task) for name in known.dev),
        *(open_bench_dataset(name, task, "training") for name in known.training),
    ):
        subjects = known.subjects(dataset[0])
        assert subjects
        assert all(subject.image.ndim == 3 for subject in subjects.values())


def test_what_is_held_out_of_training_is_not_tuned_on(data_root):
    for name in TASKS["interactive"].training:
        whole = open_bench_dataset(name).names
        tuned = open_bench_dataset(name, part="training").names
        assert set(tuned) == {stem for stem in whole if not held_out(name, stem)}
        assert len(tuned) < len(whole)


def test_a_layout_of_another_task_is_opened_by_its_own_reader(tmp_path):
    with pytest.raises(OptionError, match="write nyu=FOLDER"):
        open_bench_dataset("nyu", "depth")
    with pytest.raises(DataError, match=r"Expected rgb/NAME.jpg and depth/NAME.png"):
        open_bench_dataset(f"berkeley={tmp_path}", "depth")


def test_only_photos_that_are_held_out_are_opened(monkeypatch):
    layouts = {"voc": lambda folder, _: Disks()}
    monkeypatch.setitem(datasets.LAYOUTS, "objects", (layouts, lambda name: Disks()))
    open_bench_dataset.cache_clear()
    names = open_bench_dataset("pennfudan", part="held out").names
    assert names == tuple(name for name in Disks.names if held_out("pennfudan", name))
    assert 0 < len(names) < len(Disks.names)
    assert open_bench_dataset("voc=there", part="held out").names == Disks.names
    with pytest.raises(DataError, match="All photos of nuclei are for training"):
        open_bench_dataset("nuclei", part="held out")
    open_bench_dataset.cache_clear()
