"""The contract of every dataset of class maps, mattes and depth, published or shared."""

import pickle
import shutil

import numpy as np
import pytest
from dense_folders import LAYOUTS, SETS

from clickmend.core.errors import DataError, OptionError
from clickmend.core.settings import Settings
from clickmend.data import (
    DEPTH_DATASETS,
    DEPTH_SETS,
    LABEL_DATASETS,
    LABEL_SETS,
    MATTE_DATASETS,
    MATTE_SETS,
    DepthSample,
    LabelDataset,
    LabelSample,
    MatteSample,
    open_depth_set,
    open_label_set,
    open_matte_set,
    sets,
)

REGISTRIES = (LABEL_DATASETS, MATTE_DATASETS, DEPTH_DATASETS)
OPENERS = ((LABEL_SETS, open_label_set), (MATTE_SETS, open_matte_set), (DEPTH_SETS, open_depth_set))


@pytest.fixture(params=[*LAYOUTS, *SETS])
def name(request):
    return request.param


@pytest.fixture
def written(name, tmp_path):
    return {**LAYOUTS, **SETS}[name](tmp_path)


@pytest.fixture
def open_it(name, tmp_path, monkeypatch):
    """Opens the dataset; a set is looked for below ``tmp_path``."""
    monkeypatch.setattr(sets, "settings", lambda: Settings(data=tmp_path))
    layout, _, special = name.partition(", ")
    fitting = [registry for registry in REGISTRIES if layout in registry]
    if fitting:
        # The plain layout is one of each truth.
        registry = next((each for each in fitting if each.kind.endswith(special)), fitting[0])
        return lambda: registry[layout](tmp_path, None)
    open_set = next(open_set for sets, open_set in OPENERS if name in sets)
    return lambda: open_set(name)


def test_everything_registered_is_tested_here():
    layouts = {layout.partition(",")[0] for layout in LAYOUTS}
    assert layouts == {layout for registry in REGISTRIES for layout in registry}
    assert set(SETS) == {name for sets, _ in OPENERS for name in sets}


def test_every_name_is_found_in_order(written, open_it):
    dataset = open_it()
    assert dataset.names == tuple(written.truth)
    assert len(dataset) == len(written.truth)


def test_every_pixel_of_the_truth_is_read(written, open_it):
    for sample in open_it():
        for attribute, truth in written.truth[sample.name].items():
            found = getattr(sample, attribute)
            assert found.dtype == truth.dtype
            np.testing.assert_array_equal(found, truth)


def test_the_photo_is_rgb_and_of_the_size_of_the_truth(written, open_it):
    for sample in open_it():
        height, width = next(iter(written.truth[sample.name].values())).shape
        assert (sample.image.dtype, sample.image.shape) == (np.uint8, (height, width, 3))


def test_values_are_in_the_promised_range(written, open_it):
    dataset = open_it()
    match dataset[0]:
        case LabelSample(labels=labels, ignore=ignore):
            assert isinstance(dataset, LabelDataset)
            assert len(set(dataset.classes)) == len(dataset.classes)
            assert labels.min() >= 0
            assert labels.max() < len(dataset.classes)
            assert not labels[ignore].any()
        case MatteSample(alpha=alpha, trimap=trimap):
            assert ((alpha >= 0) & (alpha <= 1)).all()
            assert set(np.unique(trimap)) == {0, 128, 255}
        case DepthSample(depth_m=depth_m, ignore=ignore):
            assert (depth_m[~ignore] > 0).all()
            assert np.isnan(depth_m[ignore]).all()


def test_opening_reads_no_photo(written, open_it):
    for pattern in written.photos:
        for photo in written.root.glob(pattern):
            photo.write_bytes(b"")
    assert len(open_it()) == len(written.truth)


def test_a_dataset_travels_to_a_worker_process(written, open_it):
    dataset = open_it()
    there = pickle.loads(pickle.dumps(dataset))
    for attribute in written.truth[dataset.names[0]]:
        np.testing.assert_array_equal(getattr(there[0], attribute), getattr(dataset[0], attribute))


def test_a_folder_that_is_not_there_is_named_and_told_what_belongs_there(open_it, tmp_path):
    with pytest.raises(DataError, match=rf"{tmp_path}.*Expected .*/"):
        open_it()


NEEDED = {
    "cityscapes": ("leftImg8bit/val/*/*.png", "gtFine/val/*/*_labelIds.png"),
    "cityscapes, train ids": ("leftImg8bit/val/*/*.png", "gtFine/val/*/*_labelTrainIds.png"),
    "vistas": ("validation/images/*.jpg", "validation/labels/*.png"),
    "vistas, v2.0": ("validation/images/*.jpg", "validation/v2.0/labels/*.png"),
    "composition1k": ("**/trimaps/*.png", "**/alpha/*.png", "**/fg/*.png", "**/bg/*.jpg"),
    "composition1k, merged": ("**/trimaps/*.png", "**/alpha/*.png", "**/merged/*.png"),
    "nyu": ("**/test/*/rgb_*.jpg", "**/test/*/sync_depth_*.png"),
    "camvid-val": ("**/images/*.jpg", "**/masks/*.png"),
    "alphamatting14-train": ("**/images/*.jpg", "**/alpha/*.png", "**/trimap/*.png"),
    "kitchen-dev": ("**/rgb/*.jpg", "**/depth/*.png"),
}
"""The files without which a dataset is not whole; one set stands for its like."""


@pytest.mark.parametrize(
    ("name", "pattern"),
    [(name, pattern) for name, patterns in NEEDED.items() for pattern in patterns],
)
def test_a_missing_file_is_named(written, open_it, pattern):
    gone = max(written.root.glob(pattern))
    gone.unlink()
    with pytest.raises(
        DataError, match=rf"{gone} is missing \(1 of \d+ files like it\)\. Expected"
    ):
        open_it()


TEST_SET = "Combined_Dataset/Test_set"
FOLDERS = {
    "cityscapes": ("leftImg8bit/val", "gtFine/val", "gtFine/val/munster"),
    "vistas": ("validation/images", "validation/labels"),
    "vistas, v2.0": ("validation/images",),
    "composition1k": (
        f"{TEST_SET}/bg",
        *(f"{TEST_SET}/Adobe-licensed images/{part}" for part in ("fg", "alpha", "trimaps")),
    ),
    "camvid-val": ("semantic/camvid/val/images", "semantic/camvid/val/masks"),
    "alphamatting14-val": tuple(
        f"matting/alphamatting14/{part}" for part in ("images", "alpha", "trimap")
    ),
    "kitchen-dev": ("depth/dev/kitchen/rgb", "depth/dev/kitchen/depth"),
}


@pytest.mark.parametrize(
    ("name", "place"), [(name, place) for name, places in FOLDERS.items() for place in places]
)
def test_a_missing_folder_is_named(written, open_it, place):
    gone = written.root / place
    shutil.rmtree(gone)
    with pytest.raises(DataError, match=rf"{gone}\b.* is missing.*Expected"):
        open_it()


def test_an_unknown_sample_is_refused(written, open_it):
    with pytest.raises(DataError, match=r"no sample 'ghost'.*choose one of its names"):
        open_it().read("ghost")


@pytest.mark.parametrize("name", LAYOUTS)
def test_an_unknown_split_is_refused_and_named(name, written, tmp_path):
    layout = name.partition(",")[0]
    registry = next(registry for registry in REGISTRIES if layout in registry)
    with pytest.raises(DataError, match="nightly"):
        registry[layout](tmp_path, "nightly")


@pytest.mark.parametrize("registry", REGISTRIES)
def test_an_unknown_layout_is_refused_with_those_that_there_are(registry):
    with pytest.raises(
        OptionError, match=rf"no layout of .* 'x'\. Available: {', '.join(registry)}"
    ):
        registry["x"]


@pytest.mark.parametrize(("sets", "open_set"), OPENERS)
def test_an_unknown_set_is_refused_with_those_that_there_are(sets, open_set):
    with pytest.raises(OptionError, match=rf"no set of .* 'x'\. Available: {', '.join(sets)}"):
        open_set("x")
