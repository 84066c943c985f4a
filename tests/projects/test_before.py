"""What files said of objects beside their masks is written back, whatever becomes of the files."""

import json
import shutil

import numpy as np
import pytest
from PIL import Image

from clickmend.projects.before import Before
from clickmend.projects.formats import FORMATS, LabelObject, Maker, PhotoLabels
from clickmend.projects.kept import keys_of
from clickmend.projects.labelling import earlier, open_project
from clickmend.projects.opening import start_session
from clickmend.projects.own_classes import options_for
from clickmend.projects.priors import start_of
from clickmend.projects.results import Results
from clickmend.projects.store import Query, Store
from clickmend.projects.work import Work

SIZE = (40, 30)
WITH_OBJECTS = [name for name in FORMATS if "several" in FORMATS[name].holds]


def mask_at(left, top, right, bottom):
    mask = np.zeros(SIZE[::-1], bool)
    mask[top:bottom, left:right] = True
    return mask


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "labels" / ".clickmend")
    yield store
    store.close()


def told(labels, form):
    """All that a format holds of the objects of each photo."""
    able = FORMATS[form].holds
    return {
        one.file_name: [
            (
                found.mask.nonzero()[0].tolist(),
                found.mask.nonzero()[1].tolist(),
                found.label if "labels" in able else None,
                found.id if "ids" in able else None,
                found.crowd,
                found.keypoints,
                sorted(str(found.extra).split()),  # the order of attributes in XML says nothing
            )
            for found in one.objects
        ]
        for one in labels
    }


def objects_for(form):
    able = FORMATS[form].holds
    label = "cat" if "labels" in able else None
    objects = [
        LabelObject(mask=mask_at(2, 2, 12, 12), label=label, id=31),
        LabelObject(mask=mask_at(20, 2, 30, 12), label=label and "dog", id=32),
    ]
    if "overlaps" in able:
        objects.append(LabelObject(mask=mask_at(25, 8, 35, 20), label=label, id=33))
    if "crowds" in able:
        objects.append(LabelObject(mask=mask_at(2, 20, 9, 29), label=label, id=34, crowd=True))
    if "keypoints" in able:
        seen = ((3.0, 3.0, 2), (4.0, 4.0, 1))
        objects.append(
            LabelObject(mask=mask_at(12, 22, 20, 28), label=label, id=35, keypoints=seen)
        )
    return tuple(objects)


@pytest.mark.parametrize("form", WITH_OBJECTS)
@pytest.mark.parametrize("beside", [False, True], ids=["apart", "in its folder"])
def test_a_photo_that_is_done_untouched_keeps_all_that_its_file_said(
    store, photos, tmp_path, form, beside
):
    old = tmp_path / ("labels" if beside else "old")
    written = [
        PhotoLabels(
            file_name=name,
            size=SIZE,
            objects=objects_for(form),
            classes=("dog", "cat"),
            photo=photos / name,
        )
        for name in ("a.png", "b.png")
    ]
    FORMATS[form].write(old, written)
    sizes = dict.fromkeys(("a.png", "b.png"), SIZE)
    before = told(FORMATS[form].read(old, photos=sizes), form)
    project = open_project(
        store,
        "pets",
        photos=[photos],
        task="instances",
        priors=old,
        out=tmp_path / "labels",
        format=form,
    )
    images = store.images.listed(project.id, Query())[1][:2]
    starts = [start_of(store, image, own=True) for image in images]
    if not beside:
        shutil.rmtree(old)
    results = Results(store)
    for image, start in zip(images, starts, strict=True):
        row = store.sessions.add(image, task="instances", options={}, start={})
        work = Work(
            np.zeros((*SIZE[::-1], 3), np.uint8),
            options_for(store, project),
            start,
            factory=start_session,
            blob=store.blobs.get,
        )
        results.changed(image.id, row.key, 0, work.session.prediction, made=work.made())
    results.close()
    assert dict(results.problems) == {}
    assert told(FORMATS[form].read(tmp_path / "labels", photos=sizes), form) == before
    kept = [file for file in earlier(store, project).rglob("*") if file.is_file()]
    assert bool(kept) == beside


@pytest.mark.parametrize(
    ("ids", "keys"),
    [
        ([7, 5], [7, 5]),
        ([None, 1, None], [2, 1, 3]),
        (["a", 4], [1, 4]),
        ([1, 1], [1, 2]),
        ([0, 3], [1, 2]),
    ],
)
def test_the_keys_of_objects_are_their_ids_where_these_are_numbers_of_their_own(ids, keys):
    objects = tuple(LabelObject(mask=mask_at(0, 0, 1, 1), id=one) for one in ids)
    assert keys_of(PhotoLabels(file_name="a.png", size=SIZE, objects=objects)) == keys


UNTOUCHED = Maker("import")
TOUCHED = Maker("human", at="now")


@pytest.mark.parametrize(
    ("makers", "whole"),
    [
        ((UNTOUCHED, UNTOUCHED), True),
        ((TOUCHED, UNTOUCHED), False),
        ((UNTOUCHED, TOUCHED), False),
        ((None, None), False),
    ],
)
def test_an_overlap_stays_where_nobody_has_touched_one_of_the_two(tmp_path, makers, whole):
    first, second = mask_at(0, 0, 10, 10), mask_at(5, 0, 15, 10)
    before = Before(tmp_path, 1)
    old = [LabelObject(mask=mask, id=key) for key, mask in ((4, first), (5, second))]
    given = {"file_name": "a.png", "size": SIZE}
    before.keep(PhotoLabels(**given, objects=tuple(old)))
    shown = [
        LabelObject(mask=mask, id=key, maker=maker)
        for key, mask, maker in zip((4, 5), (first, second & ~first), makers, strict=True)
    ]
    found = before.joined(PhotoLabels(**given, objects=tuple(shown)), alone=False)
    assert np.array_equal(found.objects[0].mask, first)
    assert np.array_equal(found.objects[1].mask, second if whole else second & ~first)


def test_new_objects_keep_their_numbers_in_a_file_of_one_photo_alone(tmp_path):
    before = Before(tmp_path, 1)
    given = {"file_name": "a.png", "size": SIZE}
    shown = PhotoLabels(**given, objects=(LabelObject(mask=mask_at(0, 0, 2, 2), id=3),))
    assert [before.joined(shown, alone=one).objects[0].id for one in (True, False)] == [3, None]
    old = LabelObject(mask=mask_at(9, 9, 12, 12), id="3", extra={"coco": {"score": 0.5}})
    before.keep(PhotoLabels(**given, objects=(old,), extra={"coco": {"licence": 1}}))
    before.keep_shared(PhotoLabels(**given, shared={"coco": {"info": {}}}))
    found = before.joined(shown, alone=False)
    assert [one.id for one in found.objects] == [None]
    assert (found.extra, found.shared) == ({"coco": {"licence": 1}}, {"coco": {"info": {}}})
    (same,) = before.joined(
        PhotoLabels(**given, objects=(LabelObject(mask=mask_at(0, 0, 2, 2)),)), alone=False
    ).objects
    assert (same.id, same.extra) == ("3", {"coco": {"score": 0.5}})
    before.forget("a.png")
    assert before.of("a.png") is None


@pytest.mark.parametrize("form", ["yolo-seg", "voc"])
def test_a_project_without_classes_has_those_that_its_files_count_in(store, photos, tmp_path, form):
    labels = PhotoLabels(
        file_name="a.png",
        size=SIZE,
        objects=(LabelObject(mask=mask_at(2, 2, 12, 12), label="cat", id=1),),
        classes=("dog", "cat"),
    )
    FORMATS[form].write(tmp_path / "old", [labels])
    given = {"photos": [photos], "task": "instances", "format": form, "priors": tmp_path / "old"}
    project = open_project(store, "pets", **given)
    assert [one["name"] for one in project.classes] == ["dog", "cat"]
    own = [{"name": "cat"}]
    assert open_project(store, "own", **given, classes=own).classes == own


def test_shapes_of_labelme_that_are_no_objects_stay_in_the_folder_of_the_photos(
    store, photos, tmp_path
):
    Image.new("RGB", SIZE).save(photos / "a.jpg")
    head = {"label": "head", "points": [[5, 5]], "group_id": None, "shape_type": "point"}
    body = {
        "label": "cat",
        "points": [[2, 2], [12, 2], [12, 12]],
        "group_id": None,
        "shape_type": "polygon",
        "flags": {"occluded": True},
    }
    file = photos / "below" / "c.json"
    content = {"flags": {"blurry": True}, "shapes": [head, body], "imagePath": "c.png"}
    file.write_text(json.dumps(content))
    (photos / "a.png").unlink()
    places = {"photos": [photos], "priors": photos, "out": photos}
    project = open_project(store, "pets", **places, task="instances", format="labelme")
    images = store.images.listed(project.id, Query())[1]
    assert [one.name for one in images if one.prior] == ["below/c.png"]
    labels = FORMATS["labelme"].read(photos, photos={"below/c.png": SIZE})
    shown = next(iter(labels))
    drawn = [LabelObject(mask=one.mask, label=one.label, id=1) for one in shown.objects]
    plain = PhotoLabels(file_name="below/c.png", size=SIZE, objects=tuple(drawn))
    before = Before(store.home, project.id)
    FORMATS["labelme"].write(photos, [before.joined(plain, alone=True)])
    now = json.loads(file.read_text())
    assert (now["flags"], now["shapes"]) == ({"blurry": True}, [head, body])
