import base64
import io
import json
from pathlib import Path

import numpy as np
import pytest
from label_scenes import HOLED, NAME, PARTED, PHOTOS, PIXEL, SIZE, WHOLE, named, photo
from PIL import Image, ImageDraw

from clickmend.core.errors import DataError, OutputError
from clickmend.projects.formats import FORMATS

LABELME = FORMATS["labelme"]
SHAPE = {"label": "cat", "points": [[1, 2], [4.9, 2], [4.9, 6.2], [1, 6]], "group_id": None,
         "description": "old", "shape_type": "polygon", "flags": {"x": True},
         "score": 0.4}  # fmt: skip
CIRCLE = {"label": "eye", "points": [[1, 2], [3, 3]], "group_id": 8, "shape_type": "circle"}


def file_of(tmp_path, *shapes, **more):
    content = {"version": "5.4.1", "flags": {"seen": True}, "shapes": list(shapes),
               "imagePath": "..\\a.jpg", "imageData": "AAAA", "imageHeight": 9,
               "imageWidth": 12, "mine": 3, **more}  # fmt: skip
    (tmp_path / "a.json").write_text(json.dumps(content))
    return tmp_path


def read(place):
    return list(LABELME.read(place, photos=PHOTOS))


def written(tmp_path, labels):
    (file,) = LABELME.write(tmp_path / "new", [labels])
    return json.loads(file.read_text("utf-8"))


def theirs(shapes):
    """The pixels that LabelMe's ``shape_to_mask`` and ``shapes_to_label`` make of shapes."""
    picture = np.zeros(SIZE[::-1], bool)
    for shape in shapes:
        if shape["shape_type"] == "mask":
            (x0, y0), (x1, y1) = shape["points"]
            crop = Image.open(io.BytesIO(base64.b64decode(shape["mask"])))
            picture[y0 : y1 + 1, x0 : x1 + 1] = np.asarray(crop).astype(bool)
            continue
        made = Image.new("L", SIZE)
        ImageDraw.Draw(made).polygon([tuple(at) for at in shape["points"]], outline=1, fill=1)
        picture |= np.asarray(made).astype(bool)
    return picture


def test_an_unchanged_file_comes_back_but_the_copy_of_the_photo(tmp_path):
    parts = [
        {**SHAPE, "group_id": 3},
        {**SHAPE, "group_id": 3, "points": [[9, 1], [9, 1], [10, 1]]},
    ]
    place = file_of(tmp_path, SHAPE, CIRCLE, *parts)
    (labels,) = read(place)
    assert [(one.label, one.id) for one in labels.objects] == [("cat", None), ("cat", 3)]
    was = json.loads((tmp_path / "a.json").read_text())
    assert written(tmp_path, labels) == {**was, "imageData": None}


def test_polygons_are_read_with_their_outline_as_labelme_paints_them(tmp_path):
    (labels,) = read(file_of(tmp_path, SHAPE))
    np.testing.assert_array_equal(labels.objects[0].mask, WHOLE)


@pytest.mark.parametrize(
    ("mask", "kinds"),
    [
        (WHOLE, ["polygon"]),
        (PIXEL, ["polygon"]),
        (HOLED, ["mask"]),
        (PARTED, ["polygon", "polygon"]),
    ],
)
def test_labelme_paints_just_the_mask(mask, kinds, tmp_path):
    shapes = written(tmp_path, photo(named(mask)))["shapes"]
    assert [shape["shape_type"] for shape in shapes] == kinds
    np.testing.assert_array_equal(theirs(shapes), mask)
    assert len({shape["group_id"] for shape in shapes}) == 1
    assert (shapes[0]["group_id"] is None) == (len(kinds) == 1)


def test_a_new_group_is_none_that_is_taken(tmp_path):
    (labels,) = read(file_of(tmp_path, CIRCLE))
    labels = photo(named(PARTED), named(WHOLE, id=10), extra=labels.extra)
    shapes = written(tmp_path, labels)["shapes"]
    assert [shape["group_id"] for shape in shapes] == [8, 11, 11, 10]


def test_a_mask_stays_one_and_a_corrected_polygon_keeps_its_fields(tmp_path):
    (labels,) = read(file_of(tmp_path, SHAPE))
    corrected = named(PIXEL, extra=labels.objects[0].extra)
    (shape,) = written(tmp_path, photo(corrected))["shapes"]
    assert (shape["score"], shape["flags"], shape["shape_type"]) == (0.4, {"x": True}, "polygon")
    written(tmp_path, photo(named(HOLED)))
    (labels,) = LABELME.read(tmp_path / "new", photos=PHOTOS)
    (shape,) = written(tmp_path, photo(named(WHOLE, extra=labels.objects[0].extra)))["shapes"]
    assert shape["shape_type"] == "mask"
    np.testing.assert_array_equal(theirs([shape]), WHOLE)


def test_the_path_of_the_photo_is_seen_from_the_file(tmp_path):
    labels = photo(named(WHOLE), photo=tmp_path / "photos/train/a.jpg")
    assert written(tmp_path, labels)["imagePath"] == "../../photos/train/a.jpg"
    assert written(tmp_path, photo(named(WHOLE)))["imagePath"] == Path(NAME).name


def test_ids_that_are_no_groups_are_refused(tmp_path):
    with pytest.raises(OutputError, match=r"cannot hold the id 'x', only numbers; coco"):
        written(tmp_path, photo(named(WHOLE, id="x")))
    with pytest.raises(OutputError, match=r"object 2 \(id 5\): LabelMe cannot hold two objects of"):
        written(tmp_path, photo(named(WHOLE, id=5), named(PIXEL, id=5)))


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        ({**SHAPE, "points": [[1, 1], [2, 2]]}, "fewer than three points"),
        ({**SHAPE, "points": [[1, 1], [2, 2], [1e9, 0]]}, "far outside"),
        ({**SHAPE, "shape_type": "mask", "points": [[0, 0], [0, 0]], "mask": "?"}, "no base64"),
        ({**SHAPE, "shape_type": "mask", "points": [[0, 0], [0, 0]], "mask": ""}, "is empty"),
        ({"label": "cat"}, "not in the form of LabelMe"),
    ],
)
def test_what_is_wrong_with_a_shape_is_named(shape, message, tmp_path):
    with pytest.raises(DataError, match=message):
        read(file_of(tmp_path, shape))


def test_a_mask_that_reaches_out_of_the_photo_is_refused(tmp_path):
    (shape,) = written(tmp_path, photo(named(HOLED)))["shapes"]
    moved = [[x + 8, y] for x, y in shape["points"]]
    (tmp_path / "old").mkdir()
    with pytest.raises(DataError, match="a mask reaches out of the photo"):
        read(file_of(tmp_path / "old", {**shape, "points": moved}))
