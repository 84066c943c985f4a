import json

import numpy as np
import pycocotools.mask as reference
import pytest
from hypothesis import given, settings
from label_scenes import (
    HOLED,
    NAME,
    NOTHING,
    PARTED,
    PHOTOS,
    PIXEL,
    SIZE,
    WHOLE,
    masks,
    named,
    photo,
)
from pycocotools.coco import COCO

from clickmend.core.errors import DataError, OutputError
from clickmend.data import encode_rle, encode_runs
from clickmend.projects.formats import FORMATS, LabelObject
from clickmend.projects.formats.coco import edge_polygons
from clickmend.projects.formats.ids import fill

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

COCO_ = FORMATS["coco"]
SQUARE = [[1.0, 2.0, 5.0, 2.0, 5.0, 7.0, 1.0, 7.0]]
IMAGE = {"id": 5, "file_name": NAME, "width": SIZE[0], "height": SIZE[1]}
CATEGORIES = [{"id": 3, "name": "cat", "supercategory": "animal", "keypoints": ["nose"]}]


def annotation(number=1, **more):
    return {"id": number, "image_id": 5, "category_id": 3, "segmentation": SQUARE,
            "area": 1.5, "bbox": [0, 0, 1, 1], "iscrowd": 0, **more}  # fmt: skip


def file_of(tmp_path, *annotations, categories=CATEGORIES, images=(IMAGE,), **more):
    content = {"images": list(images), "annotations": list(annotations), **more}
    if categories is not None:
        content["categories"] = categories
    (tmp_path / "old.json").write_text(json.dumps(content))
    return tmp_path / "old.json"


def read(file, photos=PHOTOS):
    return list(COCO_.read(file, photos=photos))


def written(tmp_path, *labels, form="coco"):
    (file,) = FORMATS[form].write(tmp_path / "new.json", labels)
    return json.loads(file.read_text("utf-8"))


def test_everything_of_a_file_comes_back_but_area_and_box_which_are_the_masks(tmp_path):
    more = {"score": 0.5, "attributes": {"pose": "left"}, "keypoints": [2, 3, 2, 0, 0, 0]}
    old = file_of(
        tmp_path,
        annotation(90210, num_keypoints=1, **more),
        annotation(7, segmentation=encode_runs(HOLED), iscrowd=1),
        annotation(8, segmentation=encode_rle(PARTED)),
        annotation(9, segmentation=[], bbox=[3, 3, 2, 2]),
        images=[{**IMAGE, "license": 2, "coco_url": "x"}],
        info={"year": 2026},
        licenses=[{"id": 2}],
    )
    (labels,) = read(old)
    new, was = written(tmp_path, labels), json.loads(old.read_text())
    for entry, area, box in zip(
        was["annotations"], (20, 21, 32), ([1, 2, 4, 5], [1, 2, 5, 5], [0, 0, 12, 9]), strict=False
    ):
        entry.update(area=area, bbox=[float(side) for side in box])
    assert new == was
    assert [one.id for one in labels.objects] == [90210, 7, 8]
    assert labels.objects[0].keypoints == ((2, 3, 2), (0, 0, 0))


def test_pycocotools_reads_each_mask_area_and_box_as_they_are(tmp_path):
    objects = [
        named(mask, id=number) for number, mask in enumerate((WHOLE, HOLED, PARTED, PIXEL), 1)
    ]
    for form in ("coco", "coco-polygons"):
        written(tmp_path, photo(*objects), form=form)
        theirs = COCO(tmp_path / "new.json")
        for one in objects:
            found = theirs.anns[one.id]
            np.testing.assert_array_equal(theirs.annToMask(found), one.mask)
            rle = theirs.annToRLE(found)
            assert found["area"] == reference.area(rle)
            assert found["bbox"] == reference.toBbox(rle).tolist()
            assert found["iscrowd"] == 0


@settings(max_examples=60)
@given(masks())
def test_polygons_along_the_edges_are_painted_to_the_mask_by_pycocotools(mask):
    polygons = edge_polygons(mask)
    if polygons is not None:
        rles = reference.frPyObjects(polygons, *mask.shape)
        np.testing.assert_array_equal(reference.decode(reference.merge(rles)), mask)


def test_a_corrected_polygon_stays_one_unless_it_has_a_hole_and_run_lengths_stay_no_crowd(tmp_path):
    old = file_of(tmp_path, annotation())
    (labels,) = read(old)
    (before,) = labels.objects
    for mask, kind in ((PARTED, list), (HOLED, dict)):
        new = written(tmp_path, photo(named(mask, id=1, extra=before.extra)))["annotations"][0]
        assert type(new["segmentation"]) is kind
        assert new["iscrowd"] == 0
        assert new["area"] == mask.sum()


def test_new_objects_are_run_lengths_or_where_asked_for_polygons_if_those_are_exact(tmp_path):
    for form, kinds in (("coco", [dict, dict]), ("coco-polygons", [list, dict])):
        new = written(tmp_path, photo(named(WHOLE), named(HOLED)), form=form)
        assert [type(one["segmentation"]) for one in new["annotations"]] == kinds


def test_a_polygon_that_runs_around_twice_is_read_as_one_that_does_once(tmp_path):
    twice = [corners + corners for corners in SQUARE]
    assert not reference.decode(reference.frPyObjects(twice, SIZE[1], SIZE[0])).any()
    once, double = (
        read(file_of(tmp_path, annotation(segmentation=polygons)))[0].objects[0]
        for polygons in (SQUARE, twice)
    )
    assert once.mask.sum() == 20
    assert (double.mask == once.mask).all()


def test_two_categories_of_one_name_keep_their_objects(tmp_path):
    two = [{"id": 1, "name": "left", "supercategory": "arm"},
           {"id": 3, "name": "left", "supercategory": "leg"}]  # fmt: skip
    old = file_of(tmp_path, annotation(1, category_id=1), annotation(2), categories=two)
    (labels,) = read(old)
    new = written(tmp_path, labels)
    assert new["categories"] == two
    assert [one["category_id"] for one in new["annotations"]] == [1, 3]


def test_a_new_class_gets_a_category_above_all_and_a_changed_one_its_own(tmp_path):
    (labels,) = read(file_of(tmp_path, annotation()))
    changed = named(WHOLE, "dog", id=1, extra=labels.objects[0].extra)
    new = written(tmp_path, photo(changed, named(PIXEL), extra=labels.extra, shared=labels.shared))
    assert new["categories"] == [*CATEGORIES, {"id": 4, "name": "dog"}]
    assert [one["category_id"] for one in new["annotations"]] == [4, 3]


def test_an_object_without_a_class_comes_back_without_one(tmp_path):
    new = written(tmp_path, photo(LabelObject(mask=WHOLE), named(PIXEL)))
    assert new["categories"][0] == {"id": 1, "name": "object", "unlabelled": True}
    (labels,) = read(tmp_path / "new.json")
    assert [one.label for one in labels.objects] == [None, "cat"]
    (labels,) = read(file_of(tmp_path, annotation(category_id=9), categories=None))
    new = written(tmp_path, labels)
    assert (labels.objects[0].label, new["annotations"][0]["category_id"]) == (None, 9)


def test_ids_of_a_file_stay_and_numbers_of_photos_give_way(tmp_path):
    (labels,) = read(file_of(tmp_path, annotation(2)))
    other = photo(named(WHOLE, id=2), named(PIXEL, id=6), named(PIXEL), named(PIXEL, id="a"))
    other = type(other)(file_name="b.jpg", size=SIZE, objects=other.objects)
    new = written(tmp_path, labels, other)
    assert [one["id"] for one in new["annotations"]] == [2, 7, 6, 8, "a"]
    assert [one["id"] for one in new["images"]] == [5, 6]
    assert [one["image_id"] for one in new["annotations"]] == [5, 6, 6, 6, 6]
    twice = photo(*labels.objects, *labels.objects)
    with pytest.raises(OutputError, match="would have two annotations of the id 2"):
        written(tmp_path, twice)


def test_the_number_0_of_another_kind_of_file_gives_way_for_coco_means_none_by_it(tmp_path):
    new = written(tmp_path, photo(named(WHOLE, id=0), named(PIXEL, id=3)))
    assert [one["id"] for one in new["annotations"]] == [4, 3]
    (labels,) = read(file_of(tmp_path, annotation(0)))
    assert [one["id"] for one in written(tmp_path, labels)["annotations"]] == [0]


def test_free_ids_are_above_all_that_are_given():
    assert fill([3, None, "a", None]) == [3, 4, "a", 5]
    assert fill([]) == []


def test_an_object_without_a_pixel_is_kept(tmp_path):
    new = written(tmp_path, photo(named(NOTHING, id=4)))["annotations"][0]
    assert (new["area"], new["bbox"]) == (0, [0, 0, 0, 0])
    (labels,) = read(tmp_path / "new.json")
    assert not labels.objects[0].mask.any()


def test_labels_of_another_size_or_a_turned_photo_are_refused(tmp_path):
    turned = file_of(tmp_path, annotation(), images=[{**IMAGE, "width": 9, "height": 12}])
    with pytest.raises(DataError, match=r"train/a.jpg is 12×9 but .* says 9×12 \(turned on its"):
        read(turned)


def test_photos_of_windows_are_found(tmp_path):
    for name in ("train\\a.jpg", "C:\\data\\train\\a.jpg"):
        (labels,) = read(file_of(tmp_path, annotation(), images=[{**IMAGE, "file_name": name}]))
        assert labels.file_name == NAME
        assert written(tmp_path, labels)["images"][0]["file_name"] == name


@pytest.mark.parametrize(
    ("annotations", "message"),
    [
        ([annotation(1), annotation(1)], "two annotations of the id 1"),
        ([annotation(category_id=99)], r"annotation 1 has the category 99, which the list"),
        ([annotation(keypoints=[1, 2])], r"annotation 1 has keypoints that are no \[x, y, v"),
        ([annotation(segmentation=[[1, 2]])], r"annotation 1: Polygon 1 is not a polygon"),
        ([annotation(segmentation={"size": [1, 1], "counts": [1]})], "annotation 1: The run leng"),
        ([[]], "is not in the form of COCO"),
    ],
)
def test_what_is_wrong_in_a_file_is_named(annotations, message, tmp_path):
    with pytest.raises(DataError, match=message):
        read(file_of(tmp_path, *annotations))


def test_two_entries_of_one_photo_or_category_id_are_refused(tmp_path):
    with pytest.raises(DataError, match=r"two entries for the photo train/a.jpg"):
        read(file_of(tmp_path, images=[IMAGE, {**IMAGE, "id": 6}]))
    with pytest.raises(DataError, match="two categories of the id 3"):
        read(file_of(tmp_path, categories=CATEGORIES * 2))


def test_a_folder_with_several_files_or_none_is_refused(tmp_path):
    for count in (0, 2):
        for number in range(count):
            (tmp_path / f"{number}.json").write_text("{}")
        with pytest.raises(
            DataError, match=rf"holds {count} .json files. COCO is one file for all"
        ):
            read(tmp_path)
