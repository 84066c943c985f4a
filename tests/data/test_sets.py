import hashlib

import numpy as np
import pytest
from dense_folders import SETS

from clickmend.core.errors import DataError, OptionError
from clickmend.core.settings import Settings
from clickmend.data import (
    DEPTH_SETS,
    LABEL_SETS,
    MATTE_SETS,
    OBJECT_SETS,
    SHARED_SETS,
    held_out,
    open_depth_set,
    open_label_set,
    open_matte_set,
    open_object_set,
    sets,
)
from clickmend.data.layouts.folder import open_folder


@pytest.fixture
def real(data_root, monkeypatch):
    """Lets the sets be opened from wherever the tests are started."""
    monkeypatch.setattr(sets, "settings", lambda: Settings(data=data_root))


def test_the_classes_of_camvid_and_of_the_facades_are_named(tmp_path, monkeypatch):
    monkeypatch.setattr(sets, "settings", lambda: Settings(data=tmp_path))
    for name in LABEL_SETS:
        SETS[name](tmp_path)
    street = (
        "sky", "building", "pole", "road", "pavement", "tree", "sign", "fence", "car",
        "pedestrian", "bicyclist",
    )  # fmt: skip
    for name in ("camvid-train", "camvid-val"):
        assert open_label_set(name).classes == street
    facade = ["window", "vegetation", "sky", "building", "car", "road", "pavement", "door"]
    assert open_label_set("facade").classes == tuple(facade)


def test_a_set_that_is_not_there_is_refused_with_the_remedy(tmp_path, monkeypatch):
    monkeypatch.setattr(sets, "settings", lambda: Settings(data=tmp_path))
    with pytest.raises(
        DataError, match=r"set facade is not at .*semantic/facade\. .*CLICKMEND_DATA"
    ):
        open_label_set("facade")


def test_a_set_opens_by_its_short_name(published, tmp_path, monkeypatch):
    published("folder")
    place = tmp_path / "data" / OBJECT_SETS["voc99"]
    place.mkdir(parents=True)
    for part in ("images", "masks"):
        (tmp_path / part).rename(place / part)
    monkeypatch.setattr(sets, "settings", lambda: Settings(data=tmp_path / "data"))
    assert open_object_set("voc99").names == ("a", "b")
    with pytest.raises(DataError, match=r"set bsds is not at .*CLICKMEND_DATA"):
        open_object_set("bsds")


def test_an_unknown_set_is_refused_with_the_nearest():
    with pytest.raises(OptionError, match="did you mean 'voc99'"):
        open_object_set("voc98")


def test_the_real_sets_read(data_root):
    for name in OBJECT_SETS:
        sample = open_folder(data_root / OBJECT_SETS[name])[0]
        assert sample.masks(), name
        assert (sample.ids == 0).any() == (name != "bsds")


def test_every_photo_of_a_dev_or_val_set_is_held_out():
    for name in ("voc99", "davis10", "camvid-val", "alphamatting14-val", "kitchen-dev"):
        assert held_out(name, "anything")
    assert held_out("office-dev", "00244")


def test_a_fifth_of_three_training_sets_is_held_out_by_the_sha1_of_the_stem():
    # 16 ≡ 1 (mod 5), so a hexadecimal number is divisible by 5 when the sum of its digits is.
    digits = hashlib.sha1(b"FudanPed00003").hexdigest()
    assert sum(int(digit, 16) for digit in digits) % 5 == 0
    for name in ("pennfudan", "feralcat", "coco100"):
        assert held_out(name, "FudanPed00003")
        assert not held_out(name, "FudanPed00001")
    for name in ("bsds", "camvid-train", "facade", "alphamatting14-train", "lab-train"):
        assert not held_out(name, "FudanPed00003")


def test_the_shared_sets_are_those_of_all_tasks_and_an_unknown_one_is_refused_with_them():
    assert tuple(SHARED_SETS) == (*OBJECT_SETS, *LABEL_SETS, *MATTE_SETS, *DEPTH_SETS)
    with pytest.raises(OptionError, match=r"no shared set 'camvid'.*camvid-train, .*office-dev"):
        held_out("camvid", "0001TP_006690")


COUNTS = {
    "camvid-train": 367,
    "camvid-val": 101,
    "facade": 240,
    "fasseg-train": 17,
    "cwfid-train": 30,
    "nyu-train": 430,
    "kitchen-train": 200,
    "office-train": 230,
    "lab-train": 95,
    "kitchen-dev": 30,
    "office-dev": 30,
}


@pytest.mark.parametrize("name", LABEL_SETS)
def test_the_real_class_maps_read(name, real):
    dataset = open_label_set(name)
    assert len(dataset) == COUNTS[name]
    seen = set()
    for sample in (dataset[0], dataset[len(dataset) // 2], dataset[-1]):
        seen |= set(np.unique(sample.labels[~sample.ignore]).tolist())
    assert seen <= set(range(len(dataset.classes)))
    assert len(seen) >= min(5, len(dataset.classes) - 1)
    # Sky is at the top of a photo of a street, whatever the index of its class in the file.
    if "sky" in dataset.classes:
        sky = dataset.classes.index("sky")
        rows = np.nonzero((dataset[0].labels == sky) & ~dataset[0].ignore)[0]
        assert rows.mean() < dataset[0].labels.shape[0] / 2


def test_the_real_mattes_read_in_two_halves(real):
    train, val = open_matte_set("alphamatting14-train"), open_matte_set("alphamatting14-val")
    assert (len(train), len(val)) == (7, 7)
    assert max(train.names) < min(val.names)
    for sample in (train[0], val[-1]):
        assert 0 < sample.unknown.mean() < 0.5
        np.testing.assert_allclose(sample.alpha[sample.trimap == 255], 1, atol=0.05)
        np.testing.assert_allclose(sample.alpha[sample.trimap == 0], 0, atol=0.05)


@pytest.mark.parametrize("name", DEPTH_SETS)
def test_the_real_depth_reads(name, real):
    dataset = open_depth_set(name)
    assert len(dataset) == COUNTS[name]
    known = dataset[0].depth_m[~dataset[0].ignore]
    assert known.size > 0.3 * dataset[0].ignore.size
    assert known.min() > 0.1
    assert known.max() < 20
