import cv2
import numpy as np
import pytest
import yaml
from label_scenes import HOLED, NAME, OTHER, PARTED, PHOTOS, PIXEL, SIZE, WHOLE, named, photo

from clickmend.core.errors import DataError, OutputError
from clickmend.projects.formats import FORMATS

YOLO = FORMATS["yolo-seg"]
CLASSES = ("dog", "cat")


def read(place, classes=CLASSES):
    return list(YOLO.read(place, photos=PHOTOS, classes=classes))


def lines(place):
    return (place / "labels/train/a.txt").read_text().splitlines()


def painted(line, scale=1):
    """What a trainer makes of a line, at a multiple of the size."""
    _, *values = line.split()
    corners = np.array(values, np.float32).reshape(-1, 2) * np.array(SIZE) * scale
    picture = np.zeros((SIZE[1] * scale, SIZE[0] * scale), np.uint8)
    return cv2.fillPoly(picture, [corners.astype(np.int32)], 1).astype(bool)


def test_a_line_paints_the_mask_and_covers_its_pixels_to_the_edge_when_enlarged(tmp_path):
    YOLO.write(tmp_path, [photo(named(WHOLE), named(PIXEL), named(OTHER), classes=CLASSES)])
    for line, mask in zip(lines(tmp_path), (WHOLE, PIXEL, OTHER), strict=True):
        assert line.startswith("1 ")
        np.testing.assert_array_equal(painted(line), mask)
        np.testing.assert_array_equal(painted(line, 8), mask.repeat(8, 0).repeat(8, 1))


def test_an_unchanged_line_stays_as_it_is_and_so_do_boxes_and_the_rest_of_data_yaml(tmp_path):
    (tmp_path / "labels/train").mkdir(parents=True)
    old = "0 0.25 0.25 0.751 0.25 0.5 0.8\n1 0.5 0.5 0.1 0.1\n1 0.0 0.0 0.5 0.0 0.5 0.5 0.0 0.5\n"
    (tmp_path / "labels/train/a.txt").write_text(old)
    (tmp_path / "data.yaml").write_text("path: ../set\ntrain: images/train\nnames: [left, left]\n")
    (labels,) = read(tmp_path, ())
    assert [one.label for one in labels.objects] == ["left", "left"]
    YOLO.write(tmp_path / "new", [labels])
    assert (tmp_path / "new/labels/train/a.txt").read_text() == old
    data = yaml.safe_load((tmp_path / "new/data.yaml").read_text())
    assert data == {"path": "../set", "train": "images/train", "names": {0: "left", 1: "left"}}


@pytest.mark.parametrize(
    ("mask", "what"), [(HOLED, "an object with a hole"), (PARTED, "an object of several parts")]
)
def test_holes_and_parts_are_refused_with_formats_that_hold_them(mask, what, tmp_path):
    with pytest.raises(OutputError, match=rf"object 1: YOLO-seg cannot hold {what}; coco or"):
        YOLO.write(tmp_path, [photo(named(mask), classes=CLASSES)])


def test_a_class_that_is_not_in_the_list_is_refused(tmp_path):
    with pytest.raises(OutputError, match=r"object 1 is 'cat', which the list .* lacks \(dog\)"):
        YOLO.write(tmp_path, [photo(named(WHOLE), classes=("dog",))])
    with pytest.raises(OutputError, match=r"lacks \(it is empty\)"):
        YOLO.write(tmp_path, [photo(named(WHOLE))])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("0 0.1 0.2 0.3", "line 1 has 3 coordinates"),
        ("\n0 10 20 300 20 300 40", r"line 1 has corners that are no parts of 1"),
        (
            "2 0 0 1 0 1 1",
            r"class 2, and 2 classes are known, counted from 0.* where a converter counted from 1",
        ),
        ("0.5 0 0 1 0 1 1", "not in the form of YOLO-seg"),
        ("0 0 0 1 0 nan 1", "no parts of 1"),
    ],
)
def test_what_is_wrong_in_a_line_is_named(text, message, tmp_path):
    (tmp_path / "a.txt").write_text(text)
    with pytest.raises(DataError, match=message):
        read(tmp_path)


@pytest.mark.parametrize("text", ["names: [\n", "x: &a [1]\ny: *a\n", "3", "x: !!binary aaaa"])
def test_a_data_yaml_that_is_not_plain_is_refused(text, tmp_path):
    (tmp_path / "a.txt").write_text("")
    (tmp_path / "data.yaml").write_text(text)
    with pytest.raises(DataError, match=r"data.yaml is not in the form of YOLO-seg"):
        read(tmp_path)


def test_a_date_in_data_yaml_stays_text(tmp_path):
    (tmp_path / "a.txt").write_text("")
    (tmp_path / "data.yaml").write_text("date: 2024-05-01\nnames: {0: cat, 1: 7}\n")
    (labels,) = read(tmp_path)
    assert labels.shared == {"yolo-seg": {"date": "2024-05-01"}}
    assert labels.classes == ("cat", "7")


def test_the_number_of_classes_in_data_yaml_follows_and_no_photo_writes_nothing(tmp_path):
    kept = photo(named(WHOLE), classes=CLASSES, shared={"yolo-seg": {"nc": 9, "names": ["x"]}})
    YOLO.write(tmp_path, [kept])
    assert yaml.safe_load((tmp_path / "data.yaml").read_text())["nc"] == 2
    assert YOLO.write(tmp_path / "none", []) == []
    assert NAME in PHOTOS
