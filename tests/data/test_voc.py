import pytest

from clickmend.core.errors import DataError
from clickmend.data import open_voc


@pytest.mark.parametrize("below", ["", "VOCdevkit", "VOCdevkit/VOC2012"])
def test_the_year_the_devkit_and_the_folder_around_it_open(below, published):
    root = published("voc").root
    assert open_voc(root / below).names == ("2007_000033",)


def test_another_split_is_read_and_an_unknown_one_told_which_there_are(published):
    root = published("voc").root
    assert open_voc(root, "train").names == ("2007_000032",)
    with pytest.raises(DataError, match=r"test\.txt is missing\. There are the splits train, val"):
        open_voc(root, "test")
