"""Objects that masks, indices and COCO's annotations hold."""

import json

import numpy as np
import pytest
from PIL import Image

from clickmend.core.errors import PriorError
from clickmend.data.rle import encode_rle
from clickmend.tasks.instances.given import read_objects

SIZE = (9, 6)


@pytest.fixture
def masks():
    masks = np.zeros((2, 6, 9), bool)
    masks[0, 1:5, 1:4] = masks[1, 2:6, 5:9] = True
    return masks


@pytest.fixture
def index(masks):
    return np.where(masks[0], 4, 0) + np.where(masks[1], 300, 0)


def annotation(number, mask, **more):
    return {
        "id": number,
        "image_id": 1,
        "category_id": 2,
        "segmentation": encode_rle(mask),
        "iscrowd": 0,
    } | more


def coco(*annotations, **more):
    image = {"id": 1, "file_name": "a.jpg", "width": 9, "height": 6}
    return {"images": [image], "annotations": list(annotations)} | more


def found(given):
    return {one.id: one.mask.mask((6, 9)) for one in given}


def same(given, masks, *ids):
    assert tuple(found(given)) == ids
    for mask, wanted in zip(found(given).values(), masks, strict=True):
        np.testing.assert_array_equal(mask, wanted)
    for one in given:
        x, y = one.point
        assert one.mask.mask((6, 9))[int(y), int(x)]


def test_masks_are_numbered_and_an_index_has_its_ids(masks, index, tmp_path):
    same(read_objects(masks, size=SIZE), masks, 1, 2)
    np.save(tmp_path / "masks.npy", masks)
    same(read_objects(tmp_path / "masks.npy", size=SIZE), masks, 1, 2)
    Image.fromarray(index.astype(np.uint16)).save(tmp_path / "ids.png")
    for source in (index, tmp_path / "ids.png", (tmp_path / "ids.png").read_bytes()):
        same(read_objects(source, size=SIZE), masks, 4, 300)
    assert read_objects(np.zeros((6, 9), int), size=SIZE) == ()


def test_cocos_instances_have_ids_labels_points_and_polygons(masks, tmp_path):
    square = [[1, 1, 4, 1, 4, 5, 1, 5]]
    content = coco(
        annotation(90_000, masks[1], point=[6.5, 3.5]),
        annotation(7, masks[0], segmentation=square),
        annotation(8, masks[0], image_id=2),
        categories=[{"id": 2, "name": "cat"}],
    )
    given = read_objects(content, size=SIZE)
    same(given, masks, 7, 90_000)
    assert [one.label for one in given] == ["cat", "cat"]
    assert given[1].point == (6.5, 3.5)
    (tmp_path / "a.json").write_text(json.dumps(content))
    same(read_objects(tmp_path / "a.json", size=SIZE), masks, 7, 90_000)
    named = read_objects((tmp_path / "a.json").read_bytes(), size=SIZE, labels=["x", " "])
    assert [one.label for one in named] == ["x", None]


def test_of_several_images_the_one_that_is_named_as_the_photo_counts(masks):
    content = coco(annotation(1, masks[0]), annotation(2, masks[1], image_id=5))
    content["images"].append({"id": 5, "file_name": "C:\\old\\b.jpg"})
    same(read_objects(content, size=SIZE, file_name="b.jpg"), masks[1:], 2)
    with pytest.raises(PriorError, match=r"2 images, 0 of them named 'c\.jpg'"):
        read_objects(content, size=SIZE, file_name="c.jpg")


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        ({"iscrowd": 1}, "annotation 1 is a crowd"),
        ({"segmentation": None}, "annotation 1: It has no segmentation"),
        ({"segmentation": [[1, 2]]}, "annotation 1: Polygon 1"),
        ({"id": 0}, "annotations without unique ids"),
        ({"id": "a"}, "annotations without unique ids"),
        ({"segmentation": encode_rle(np.zeros((6, 9), bool))}, "object 1 of the prior has no pix"),
    ],
)
def test_annotations_that_do_not_fit_are_refused(masks, spoil, message):
    with pytest.raises(PriorError, match=message):
        read_objects(coco(annotation(1, masks[0]) | spoil), size=SIZE)


def test_files_that_do_not_fit_are_refused(masks, index):
    with pytest.raises(PriorError, match="is not valid JSON"):
        read_objects(b"{", size=SIZE)
    with pytest.raises(PriorError, match='no lists "images"'):
        read_objects({"annotations": []}, size=SIZE)
    turned = coco(annotation(1, masks[0]))
    turned["images"][0] |= {"width": 6, "height": 9}
    with pytest.raises(PriorError, match=r"6×9 \(turned on its side"):
        read_objects(turned, size=SIZE)
    with pytest.raises(PriorError, match=r"each mask of the prior is 9×6 .* image is 6×9"):
        read_objects(masks, size=(6, 9))
    with pytest.raises(PriorError, match=r"9×6 .* but the image is 6×9"):
        read_objects(index, size=(6, 9))
    with pytest.raises(PriorError, match="float64 values that are not ids"):
        read_objects(index / 2, size=SIZE)
