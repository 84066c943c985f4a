import numpy as np
import pytest
from PIL import Image

from clickmend.core.errors import DataError
from clickmend.data import VOC_CLASSES, read_voc
from clickmend.data.layouts.voc import open_voc


@pytest.mark.parametrize("below", ["", "VOCdevkit", "VOCdevkit/VOC2012"])
def test_the_year_the_devkit_and_the_folder_around_it_open(below, published):
    root = published("voc").root
    assert open_voc(root / below).names == ("2007_000033",)


def test_another_split_is_read_and_an_unknown_one_told_which_there_are(published):
    root = published("voc").root
    assert open_voc(root, "train").names == ("2007_000032",)
    with pytest.raises(DataError, match=r"test\.txt is missing\. There are the splits train, val"):
        open_voc(root, "test")


def test_every_object_has_the_class_that_its_pixels_have(published):
    sample = open_voc(published("voc").root)[0]
    assert sample.classes == {1: "person", 2: "bicycle"}
    assert (len(VOC_CLASSES), VOC_CLASSES[0], VOC_CLASSES[-1]) == (20, "aeroplane", "tvmonitor")


def class_file(root, name="2007_000033"):
    return root / "VOCdevkit" / "VOC2012" / "SegmentationClass" / f"{name}.png"


def test_a_missing_class_map_is_told_on_opening(published):
    root = published("voc").root
    class_file(root).unlink()
    with pytest.raises(DataError, match=r"SegmentationClass/2007_000033\.png is missing"):
        open_voc(root)


@pytest.mark.parametrize(
    ("shape", "reason"), [((6, 8), "object 1 of 2007_000033 has no class"), ((5, 8), "in size")]
)
def test_a_class_map_that_does_not_fit_the_objects_is_refused(shape, reason, published):
    root = published("voc").root
    Image.fromarray(np.zeros(shape, np.uint8)).save(class_file(root))
    with pytest.raises(DataError, match=reason):
        open_voc(root)[0]


def test_an_annotation_that_is_not_there_is_told(tmp_path):
    with pytest.raises(DataError, match=r"a\.xml cannot be read"):
        read_voc(tmp_path / "a.xml")


@pytest.mark.parametrize(
    "content",
    [
        "<annotation>",
        "<annotation><object><bndbox/></object></annotation>",
        "<annotation><object><name>cat</name></object></annotation>",
    ],
)
def test_an_annotation_of_another_kind_is_refused(content, tmp_path):
    (tmp_path / "a.xml").write_text(content)
    with pytest.raises(DataError, match=r"a\.xml is no annotation of VOC"):
        read_voc(tmp_path / "a.xml")
