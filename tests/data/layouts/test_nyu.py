import numpy as np
import pytest
from dense_folders import millimetres, save, save_photo, write_nyu

from clickmend.core.errors import DataError
from clickmend.data.layouts.nyu import open_nyu


@pytest.fixture
def root(tmp_path):
    return write_nyu(tmp_path).root


def test_the_folder_opens_from_each_level_and_by_its_other_split(root):
    assert open_nyu(root / "official_splits").names == open_nyu(root).names
    assert open_nyu(root, "train").names == ("office/00002",)


def test_without_the_crop_all_depth_is_known(root):
    whole, cropped = open_nyu(root, crop=None)[0], open_nyu(root)[0]
    assert whole.ignore.sum() == 1
    assert cropped.ignore.sum() == 480 * 640 - 426 * 560 + 1
    assert whole.depth_m[0, 0] == np.float32(0.5)


@pytest.mark.parametrize("slash", ["", "/"])
def test_the_list_of_bts_chooses_the_photos_and_their_order(slash, root):
    names = ("kitchen/00001", "bathroom/00045")
    lines = [
        f"{slash}{name.replace('/', '/rgb_')}.jpg {slash}{name.replace('/', '/sync_depth_')}.png 1"
        for name in names
    ]
    file = root / "official_splits" / "nyudepthv2_test_files_with_gt.txt"
    file.write_text("\n".join(lines))
    assert open_nyu(root).names == names
    file.write_text("/kitchen/rgb_00777.jpg /kitchen/sync_depth_00777.png 0.0")
    with pytest.raises(DataError, match=r"kitchen/rgb_00777\.jpg is missing \(1 of 1"):
        open_nyu(root)


def test_a_folder_without_scenes_is_told_what_belongs_there(tmp_path):
    (tmp_path / "test").mkdir()
    (tmp_path / "test" / "00045.jpg").touch()
    with pytest.raises(DataError, match=r"test holds no SCENE/rgb_\*\.jpg file\. Expected NYU"):
        open_nyu(tmp_path)


def test_the_crop_is_refused_where_it_does_not_fit(tmp_path):
    save_photo(tmp_path / "test/kitchen/rgb_00001.jpg", shape=(240, 320))
    save(tmp_path / "test/kitchen/sync_depth_00001.png", millimetres((240, 320)))
    with pytest.raises(
        DataError, match=r"sync_depth_00001\.png is 320×240\. Eigen's crop.*crop=None"
    ):
        open_nyu(tmp_path)[0]
    assert open_nyu(tmp_path, crop=None)[0].depth_m.shape == (240, 320)


def test_depth_that_is_not_in_millimetres_of_16_bits_is_refused(root):
    save(root / "official_splits/test/kitchen/sync_depth_00000.png", np.zeros((480, 640), np.uint8))
    with pytest.raises(DataError, match=r"sync_depth_00000\.png holds uint8 values whose unit"):
        open_nyu(root).read("kitchen/00000")
