import pytest
from scipy.io import savemat

from clickmend.core.errors import DataError
from clickmend.data.layouts.sbd import open_sbd


def test_the_release_and_the_dataset_folder_in_it_both_open(published):
    root = published("sbd").root
    assert open_sbd(root).names == open_sbd(root / "dataset").names
    assert open_sbd(root, "train").names == ("2008_000002",)


@pytest.mark.parametrize("content", [{"GTcls": {"Segmentation": 1}}, None])
def test_a_file_of_another_kind_is_named(content, published):
    root = published("sbd").root
    file = root / "dataset" / "inst" / "2008_000003.mat"
    if content is None:
        file.write_bytes(b"no MATLAB file")
    else:
        savemat(file, content)
    with pytest.raises(DataError, match=rf"{file} has no GTinst\.Segmentation .*unpack"):
        open_sbd(root)[0]


def test_an_empty_list_is_refused(published):
    root = published("sbd").root
    (root / "dataset" / "val.txt").write_text("\n")
    with pytest.raises(DataError, match=r"val\.txt is empty"):
        open_sbd(root)
