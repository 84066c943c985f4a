from xml.etree import ElementTree as ET

import numpy as np
import pytest
from label_scenes import HOLED, NAME, PARTED, PHOTOS, PIXEL, WHOLE, named, photo

from clickmend.core.errors import DataError, OutputError
from clickmend.projects.formats import FORMATS

CVAT = FORMATS["cvat"]
MASK = (
    '<mask label="cat" source="auto" occluded="0" rle="0, 6" left="2" top="1" width="3" height="2" '
    'z_order="4"><attribute name="pose">left</attribute></mask>'
)
POLYGON = '<polygon label="cat" source="file" occluded="1" points="1,2;5,2;5,7;1,7" z_order="0"/>'
BOX = '<box label="dog" xtl="1.5" ytl="1" xbr="3" ybr="4" occluded="0" z_order="0"/>'
META = "<meta><task><id>7</id><labels><label><name>cat</name></label></labels></task></meta>"


def file_of(tmp_path, *shapes, image=f'id="3" name="{NAME}" width="12" height="9" subset="x"'):
    text = f"<annotations><version>1.1</version>{META}<image {image}>{''.join(shapes)}</image>"
    (tmp_path / "annotations.xml").write_text(f"{text}</annotations>")
    return tmp_path


def read(place):
    return list(CVAT.read(place, photos=PHOTOS))


def written(tmp_path, *labels):
    (file,) = CVAT.write(tmp_path / "new.xml", labels)
    return ET.fromstring(file.read_bytes())


def canonical(element):
    return ET.canonicalize(ET.tostring(element, encoding="unicode"), strip_text=True)


def test_an_unchanged_file_comes_back_word_for_word(tmp_path):
    grouped = POLYGON.replace("<polygon", '<polygon group_id="2"')
    more = grouped.replace("1,2;5,2;5,7;1,7", "8,0;9,0;9,1;8,1")
    place = file_of(tmp_path, MASK, BOX, POLYGON, grouped, more, '<tag label="cat" source="x"/>')
    (labels,) = read(place)
    assert [one.id for one in labels.objects] == [None, None, 2]
    assert labels.classes == ("cat",)
    new = written(tmp_path, labels)
    assert canonical(new) == canonical(ET.fromstring((tmp_path / "annotations.xml").read_text()))


def test_the_published_sample_of_a_mask_is_read_and_written(tmp_path):
    (labels,) = read(file_of(tmp_path, MASK))
    expected = np.zeros((9, 12), bool)
    expected[1:3, 2:5] = True
    np.testing.assert_array_equal(labels.objects[0].mask, expected)
    (mask,) = written(tmp_path, photo(named(expected))).iter("mask")
    wanted = {"rle": "0, 6", "left": "2", "top": "1", "width": "3", "height": "2"}
    assert wanted.items() <= mask.attrib.items()


def test_runs_go_along_the_rows_from_the_background(tmp_path):
    (mask,) = written(tmp_path, photo(named(HOLED))).iter("mask")
    assert mask.get("rle") == "0, 7, 2, 3, 2, 11"


def test_a_corrected_polygon_stays_one_where_that_is_exact_and_keeps_its_attributes(tmp_path):
    (labels,) = read(file_of(tmp_path, POLYGON))
    for mask, group, tags in (
        (PIXEL, None, ["polygon"]),
        (HOLED, None, ["mask"]),
        (PARTED, None, ["mask"]),
        (PARTED, 4, ["polygon", "polygon"]),
    ):
        one = named(mask, "dog", id=group, extra=labels.objects[0].extra)
        shapes = list(written(tmp_path, photo(one)).find("image"))
        assert [shape.tag for shape in shapes] == tags
        assert {shape.get("occluded") for shape in shapes} == {"1"}
        assert {shape.get("label") for shape in shapes} == {"dog"}
        (back,) = CVAT.read(tmp_path / "new.xml", photos=PHOTOS)
        np.testing.assert_array_equal(back.objects[0].mask, mask)
        assert back.objects[0].id == group


def test_new_photos_get_free_ids_and_new_files_a_list_of_classes(tmp_path):
    (labels,) = read(file_of(tmp_path, MASK))
    new = written(tmp_path, labels, type(labels)(file_name="b.jpg", size=(12, 9)))
    assert [image.get("id") for image in new.iter("image")] == ["3", "4"]
    fresh = written(tmp_path, photo(named(WHOLE), classes=("cat", "dög & <co>")))
    assert [name.text for name in fresh.iterfind("meta//label/name")] == ["cat", "dög & <co>"]
    assert fresh.find("image").get("id") == "0"


@pytest.mark.parametrize(
    ("objects", "message"),
    [
        ([named(WHOLE, id="a")], r"cannot hold the id 'a', only numbers from 1; coco"),
        ([named(WHOLE, id=0)], "the id 0"),
        ([named(WHOLE, id=1), named(PIXEL, id=1)], "object 2 .*two objects of one class and id"),
        ([named(WHOLE, "a\x01")], r"the class 'a\\x01'"),
    ],
)
def test_what_xml_or_a_group_cannot_hold_is_refused(objects, message, tmp_path):
    with pytest.raises(OutputError, match=message):
        written(tmp_path, photo(*objects))


@pytest.mark.parametrize(
    ("shapes", "message"),
    [
        ([MASK.replace('left="2"', 'left="10"')], "reaches out of the photo"),
        ([MASK.replace("0, 6", "0, 5")], "do not describe"),
        ([MASK.replace("0, 6", "x")], "not in the form of CVAT"),
        ([POLYGON.replace("1,2;", "")], None),
        ([POLYGON.replace("1,2;5,2;", "")], "Polygon 1 is not a polygon"),
        (["</image><track/><image>"], "holds tracks of a video"),
        (["<"], "is no XML"),
    ],
)
def test_what_is_wrong_in_a_file_is_named(shapes, message, tmp_path):
    place = file_of(tmp_path, *shapes)
    if message is None:
        assert read(place)
        return
    with pytest.raises(DataError, match=message):
        read(place)


def test_a_mask_of_the_whole_photo_as_datumaro_writes_it_is_read_and_stays(tmp_path):
    """Datumaro 1.13.12 puts the runs of the whole photo, and attributes of videos, into a mask."""
    whole = (
        '<mask label="cat" occluded="0" outside="0" keyframe="0" rle="14, 3, 9, 3, 79" left="0" '
        'top="0" width="12" height="9" z_order="0"/>'
    )
    (labels,) = read(file_of(tmp_path, whole))
    expected = np.zeros((9, 12), bool)
    expected[1:3, 2:5] = True
    np.testing.assert_array_equal(labels.objects[0].mask, expected)
    (mask,) = written(tmp_path, labels).iter("mask")
    assert mask.attrib == ET.fromstring(whole).attrib
