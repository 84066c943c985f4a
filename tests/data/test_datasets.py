"""The contract of every dataset layout."""

import pickle
import shutil
import subprocess
import sys

import numpy as np
import pytest

from clickmend.core.errors import DataError, OptionError
from clickmend.data import DATASETS

LAYOUTS = [*DATASETS, "davis2017"]


def open_layout(layout, root, split=None):
    return DATASETS[layout.removesuffix("2017")](root, split)


@pytest.fixture(params=LAYOUTS)
def layout(request):
    return request.param


def test_every_name_is_found_in_order(layout, published):
    truth = published(layout)
    dataset = open_layout(layout, truth.root)
    assert dataset.names == tuple(truth.masks)
    assert len(dataset) == len(truth.masks)


def test_every_object_and_every_ignored_pixel_is_read(layout, published):
    truth = published(layout)
    for sample in open_layout(layout, truth.root):
        found = dict(sample.masks())
        assert found.keys() == truth.masks[sample.name].keys()
        for object_id, mask in truth.masks[sample.name].items():
            np.testing.assert_array_equal(found[object_id], mask)
        np.testing.assert_array_equal(sample.ignore, truth.ignore[sample.name])


def test_photo_id_map_and_ignored_pixels_have_one_size_and_the_promised_types(layout, published):
    sample = open_layout(layout, published(layout).root)[0]
    assert (sample.image.dtype, sample.image.shape) == (np.uint8, (6, 8, 3))
    assert (sample.ids.dtype, sample.ids.shape) == (np.int32, (6, 8))
    assert (sample.ignore.dtype, sample.ignore.shape) == (bool, (6, 8))
    assert not sample.ids[sample.ignore].any()


def test_the_id_map_agrees_with_the_masks_where_no_other_object_lies(layout, published):
    for sample in open_layout(layout, published(layout).root):
        times_covered = np.sum([mask for _, mask in sample.masks()], axis=0)
        for object_id, mask in sample.masks():
            alone = times_covered == 1
            np.testing.assert_array_equal((sample.ids == object_id)[alone], mask[alone])
        np.testing.assert_array_equal(sample.ids > 0, times_covered > 0)


def test_opening_reads_no_photo(layout, published):
    truth = published(layout)
    for photo in (*truth.root.rglob("*.jpg"), *truth.root.glob("data_GT/*.bmp")):
        photo.write_bytes(b"")
    assert len(open_layout(layout, truth.root)) == len(truth.masks)


def test_a_dataset_travels_to_a_worker_process(layout, published):
    dataset = open_layout(layout, published(layout).root)
    there = pickle.loads(pickle.dumps(dataset))
    np.testing.assert_array_equal(there[0].ids, dataset[0].ids)


def test_an_empty_folder_is_refused_and_told_what_belongs_there(layout, tmp_path):
    with pytest.raises(DataError, match=r"is missing\. Expected .*/"):
        open_layout(layout, tmp_path)


FILES = {
    "folder": ("images/*", "masks/*"),
    "grabcut": ("data_GT/*", "boundary_GT/*"),
    "berkeley": ("images/*", "masks/*"),
    "davis": ("*.jpg", "*.png"),
    "davis2017": ("*.jpg", "*.png"),
    "sbd": ("*.jpg", "inst/*.mat"),
    "voc": ("*.jpg", "*.png"),
    "coco": ("*.jpg",),
    "lvis": ("*.jpg",),
}
LISTS = {"davis": ".txt", "davis2017": ".txt", "sbd": ".txt", "voc": ".txt", "coco": ".json"}


@pytest.mark.parametrize(
    ("layout", "kind"), [(layout, kind) for layout, kinds in FILES.items() for kind in kinds]
)
def test_a_missing_file_is_named(layout, kind, published):
    truth = published(layout)
    files = sorted(truth.root.rglob(kind))
    gone = next(file for file in files if str(file.with_suffix("")).endswith(tuple(truth.masks)))
    gone.unlink()
    with pytest.raises(DataError, match=rf"{gone.with_suffix('')}\.\w+ is missing \(1 of"):
        open_layout(layout, truth.root)


@pytest.mark.parametrize(("layout", "suffix"), LISTS.items())
def test_a_missing_list_is_named(layout, suffix, published):
    root = published(layout).root
    gone = list(root.rglob(f"*{suffix}"))
    for file in gone:
        file.unlink()
    with pytest.raises(DataError, match="|".join(f"{file} is missing" for file in gone)):
        open_layout(layout, root)


def test_a_missing_folder_is_refused_and_named(layout, published):
    root = published(layout).root
    photo = next(file for file in root.rglob("*.jpg") if "train" not in str(file))
    shutil.rmtree(photo.parent)
    with pytest.raises(DataError, match=str(photo.parent)):
        open_layout(layout, root)


def test_an_unknown_split_is_refused_and_named(layout, published):
    with pytest.raises(DataError, match="nightly"):
        open_layout(layout, published(layout).root, "nightly")


def test_an_unknown_sample_is_refused(layout, published):
    dataset = open_layout(layout, published(layout).root)
    with pytest.raises(DataError, match=r"no sample 'ghost'.*choose one of its names"):
        dataset.read("ghost")


def test_an_unknown_layout_is_refused_with_the_nearest():
    with pytest.raises(OptionError, match="did you mean 'davis'"):
        DATASETS["daviss"]


NEW_LAYOUT = """
from clickmend.data import DATASETS
from clickmend.data.layouts.folder import open_folder

DATASETS.register("{name}")(open_folder)
"""


def test_a_layout_is_added_by_one_file_in_the_folder_or_outside_the_package(published, tmp_path):
    root = published("folder").root
    (tmp_path / "inside").mkdir()
    (tmp_path / "inside" / "ours.py").write_text(NEW_LAYOUT.format(name="ours"))
    (tmp_path / "elsewhere.py").write_text(NEW_LAYOUT.format(name="theirs"))
    program = f"""
import sys
from clickmend.data import layouts
layouts.__path__.append({str(tmp_path / "inside")!r})
exec(open(layouts.__file__).read(), vars(layouts))
sys.path.append({str(tmp_path)!r})
import elsewhere
from clickmend.data import DATASETS
assert list(DATASETS)[-2:] == ["ours", "theirs"], list(DATASETS)
for name in ("ours", "theirs"):
    assert len(DATASETS[name]({str(root)!r}, None)) == 2
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=120)
