from xml.etree import ElementTree as ET

import numpy as np
import pytest
from label_scenes import HOLED, NAME, OTHER, PARTED, PHOTOS, PIXEL, SIZE, WHOLE, named, photo
from PIL import Image

from clickmend.core.errors import DataError, OutputError
from clickmend.data import encode_rle
from clickmend.data.layouts.voc import open_voc, read_voc
from clickmend.projects.formats import FORMATS
from clickmend.projects.formats.voc_colours import Legend, voc_colours

VOC = FORMATS["voc"]
OBJECT = (
    "<object><name>{name}</name><pose>Left</pose><truncated>1</truncated><bndbox><xmin>{0}</xmin>"
    "<ymin>{1}</ymin><xmax>{2}</xmax><ymax>{3}</ymax></bndbox><part>head</part></object>"
)


def png(file, numbers, *, colours=False):
    image = Image.fromarray(numbers.astype(np.uint8))
    image.putpalette(voc_colours().tobytes())
    file.parent.mkdir(parents=True, exist_ok=True)
    (image.convert("RGB") if colours else image).save(file)


def folder(tmp_path, *boxes, colours=False, void=True):
    """A cat (8) of id 1, a dog (12) of id 2 without a box, void pixels, and a cat in no mask."""
    classes, ids = np.zeros(SIZE[::-1]), np.zeros(SIZE[::-1])
    classes[WHOLE], classes[OTHER], ids[WHOLE], ids[OTHER] = 8, 12, 1, 2
    if void:
        classes[8, :4] = ids[8, :4] = 255
    png(tmp_path / "SegmentationClass/a.png", classes, colours=colours)
    png(tmp_path / "SegmentationObject/a.png", ids, colours=colours)
    if boxes:
        (tmp_path / "Annotations").mkdir(exist_ok=True)
        text = f"<annotation><filename>x.jpg</filename><owner>me</owner>{''.join(boxes)}"
        (tmp_path / "Annotations/a.xml").write_text(f"{text}</annotation>")
    return tmp_path


def read(place, classes=()):
    return list(VOC.read(place, photos=PHOTOS, classes=classes))


def pixels(file):
    return np.asarray(Image.open(file)).tolist()


def test_pictures_come_back_with_their_void_and_annotations_with_what_they_say(tmp_path):
    stray = OBJECT.format(1, 1, 2, 2, name="cat")
    place = folder(tmp_path / "old", stray, OBJECT.format(2, 3, 5, 7, name="cat"))
    (labels,) = read(place)
    assert [(one.label, one.id) for one in labels.objects] == [("cat", 1), ("dog", 2)]
    new = tmp_path / "new"
    VOC.write(new, [labels])
    for kind in ("SegmentationClass", "SegmentationObject"):
        assert pixels(new / kind / "train/a.png") == pixels(place / kind / "a.png")
    root = ET.fromstring((new / "Annotations/train/a.xml").read_bytes())
    assert (root.findtext("filename"), root.findtext("owner")) == ("x.jpg", "me")
    boxes = read_voc(new / "Annotations/train/a.xml").boxes
    assert [(box.label, box.x0, box.y0, box.x1, box.y1) for box in boxes] == [
        ("cat", 0, 0, 2, 2), ("cat", 1, 2, 5, 7), ("dog", 7, 1, 10, 4)]  # fmt: skip
    assert [one.findtext("part") for one in root.iter("object")] == ["head", "head", None]


def test_an_object_over_void_is_seen_and_a_box_follows_its_mask(tmp_path):
    (labels,) = read(folder(tmp_path / "old", OBJECT.format(9, 9, 9, 9, name="cat")))
    cat, _ = labels.objects
    grown = photo(named(~WHOLE, "cat", id=1, extra=cat.extra), extra=labels.extra)
    VOC.write(tmp_path / "new", [grown])
    (back,) = read(tmp_path / "new")
    np.testing.assert_array_equal(back.objects[0].mask, ~WHOLE)
    (box,) = read_voc(tmp_path / "new/Annotations/train/a.xml").boxes
    assert (box.x0, box.y0, box.x1, box.y1) == (0, 0, 12, 9)


def test_pictures_of_colours_are_read_by_the_list_beside_them_or_vocs(tmp_path):
    plain = read(folder(tmp_path / "plain"))[0]
    for place in (tmp_path / "colours", tmp_path / "listed"):
        folder(place, colours=True)
        if place.name == "listed":
            Legend(("background", *VOC_NAMES)).encoded()
            (place / "labelmap.txt").write_bytes(Legend(("background", *VOC_NAMES)).encoded())
        (labels,) = read(place)
        for one, other in zip(labels.objects, plain.objects, strict=True):
            np.testing.assert_array_equal(one.mask, other.mask)
            assert one.label == other.label
        assert labels.extra == plain.extra


VOC_NAMES = [f"class {n}" if n not in (8, 12) else {8: "cat", 12: "dog"}[n] for n in range(1, 21)]


def test_a_colour_that_is_no_class_is_refused(tmp_path):
    folder(tmp_path, colours=True)
    odd = np.full((*SIZE[::-1], 3), 7, np.uint8)
    Image.fromarray(odd).save(tmp_path / "SegmentationClass/a.png")
    with pytest.raises(DataError, match=r"has the colour \[7, 7, 7\], which is no class's"):
        read(tmp_path)


def test_colours_are_those_that_voc_publishes():
    published = {0: (0, 0, 0), 1: (128, 0, 0), 2: (0, 128, 0), 8: (64, 0, 0), 15: (192, 128, 128),
                 20: (0, 64, 128), 255: (224, 224, 192)}  # fmt: skip
    assert {number: tuple(voc_colours()[number]) for number in published} == published
    assert len({tuple(colour) for colour in voc_colours().tolist()}) == 256


def test_what_is_written_opens_as_a_dataset_of_voc(tmp_path):
    labels = photo(named(HOLED, "cat", id=4), named(PIXEL, "dog", id=9))
    VOC.write(tmp_path, [type(labels)(file_name="a.jpg", size=SIZE, objects=labels.objects)])
    (tmp_path / "JPEGImages").mkdir()
    Image.new("RGB", SIZE).save(tmp_path / "JPEGImages/a.jpg")
    sample = open_voc(tmp_path, "default").read("a")
    assert sample.classes == {4: "cat", 9: "dog"}
    np.testing.assert_array_equal(sample.ids == 4, HOLED)


def test_classes_of_ones_own_are_listed_and_two_of_one_name_stay_two(tmp_path):
    (tmp_path / "old").mkdir()
    names = ("background", "left", "left")
    (tmp_path / "old/labelmap.txt").write_bytes(Legend(names).encoded())
    for kind in ("SegmentationClass", "SegmentationObject"):
        png(tmp_path / "old" / kind / "a.png", 2 * WHOLE + OTHER)
    (labels,) = read(tmp_path / "old")
    assert labels.classes == ("left", "left")
    VOC.write(tmp_path / "new", [labels])
    new = tmp_path / "new/SegmentationClass/train/a.png"
    assert pixels(new) == (2 * WHOLE + OTHER).tolist()
    assert (tmp_path / "new/labelmap.txt").read_bytes() == Legend(names).encoded()


def test_the_list_of_photos_grows(tmp_path):
    one = photo(named(WHOLE))
    VOC.write(tmp_path, [one])
    VOC.write(tmp_path, [one, type(one)(file_name="b.jpg", size=SIZE, objects=one.objects)])
    listed = tmp_path / "ImageSets/Segmentation/default.txt"
    assert listed.read_text() == "train/a\nb\n"
    assert VOC.write(tmp_path / "none", []) == []


def test_what_voc_cannot_hold_is_refused(tmp_path):
    with pytest.raises(OutputError, match=r"VOC cannot hold the id 255, only 1 to 254; coco"):
        VOC.write(tmp_path, [photo(named(WHOLE, id=255))])
    with pytest.raises(OutputError, match="which the list of classes lacks"):
        VOC.write(tmp_path, [photo(named(WHOLE, "gnu"))])
    with pytest.raises(OutputError, match=r"The class 'a:b' cannot be listed"):
        VOC.write(tmp_path, [photo(named(WHOLE, "a:b"), classes=("a:b",))])
    with pytest.raises(OutputError, match=r"The class ' a' cannot be listed .* no spaces around"):
        VOC.write(tmp_path, [photo(named(WHOLE, " a"), classes=(" a",))])
    with pytest.raises(OutputError, match=r"'a\\x01' cannot be written as XML"):
        VOC.write(tmp_path, [photo(named(WHOLE, "a\x01"), classes=("a\x01",))])
    with pytest.raises(
        OutputError, match="cannot hold numbers from 0 to 256, only 0 to 255; index-png"
    ):
        VOC.write(tmp_path, [photo(plane=256 * PARTED.astype(int))])


def test_what_is_wrong_in_a_folder_is_named(tmp_path):
    with pytest.raises(DataError, match=r"holds no .png file that is named like a photo"):
        read(tmp_path)
    folder(tmp_path)
    png(tmp_path / "SegmentationClass/train/a.png", WHOLE)
    with pytest.raises(DataError, match=r"train/a.jpg has two files of labels"):
        read(tmp_path)
    (tmp_path / "SegmentationClass/train/a.png").unlink()
    with pytest.raises(DataError, match=r"the object 1 has the class 8 in SegmentationClass"):
        read(tmp_path, ("cat",))
    (tmp_path / "labelmap.txt").write_text("background:0,0,x::\n")
    with pytest.raises(DataError, match="has the line 'background:0,0,x::'"):
        read(tmp_path)
    (tmp_path / "labelmap.txt").unlink()
    folder(tmp_path, "<")
    with pytest.raises(DataError, match="is no XML"):
        read(tmp_path)


def test_a_class_map_keeps_its_annotation_out_and_its_names(tmp_path):
    plane = np.where(WHOLE, 1, 0).astype(np.int32)
    plane[0, 0] = 255
    VOC.write(tmp_path, [photo(plane=plane, classes=("road", "sky"))])
    (labels,) = read(tmp_path)
    np.testing.assert_array_equal(labels.plane, plane)
    assert labels.classes == ("road", "sky")
    assert labels.file_name == NAME
    assert encode_rle(labels.plane == 1) == encode_rle(WHOLE)
