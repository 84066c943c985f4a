"""The contract of every registered format: it gives back what it says it holds, or refuses it."""

import contextlib
import json
import re
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from label_scenes import NAME, PHOTOS, SCENES, SIZE, boxes, named, photo, same, unlabelled

from clickmend.core.errors import ClickmendError, DataError, OutputError
from clickmend.projects.formats import ABILITIES, FORMATS, PhotoLabels, formats_for, formats_of
from clickmend.projects.formats.base import NEEDS
from clickmend.projects.formats.ids import fill

OBJECT_FORMATS = [name for name in FORMATS if FORMATS[name].tasks & {"interactive", "instances"}]


def back(form, labels, place):
    """What the format reads of what it wrote."""
    (written, *_) = form.write(place, [labels])
    assert written.is_file()
    assert not list(place.rglob("*.part"))
    (found,) = form.read(place, photos=PHOTOS, classes=labels.classes)
    return found


def fitting(form, labels):
    """The scene without the class, where the format holds none and the scene is not about it."""
    if "labels" in form.holds:
        return replace(labels, classes=("dog", "cat"))
    return unlabelled(labels)


@pytest.mark.parametrize("ability", [name for name in SCENES if name != "fields"])
@pytest.mark.parametrize("name", OBJECT_FORMATS)
def test_objects_come_back_as_they_went_or_are_refused_with_a_format_that_can(
    name, ability, tmp_path
):
    form = FORMATS[name]
    labels = SCENES[ability]
    labels = labels if ability in ("labels", "unlabelled") else fitting(form, labels)
    labels = replace(labels, classes=("dog", "cat"))
    if len(labels.objects) > 1 and "several" not in form.holds:
        ability = "several"
    if ability in form.holds or ability == "ids":
        same(back(form, labels, tmp_path), labels, ids="ids" in form.holds)
        return
    with pytest.raises(OutputError, match=re.escape(ABILITIES[ability])) as refused:
        form.write(tmp_path, [labels])
    named = re.search(r"; (.*) can\.$", str(refused.value)).group(1).split(" or ")
    assert named
    assert set(named) <= set(formats_for(labels))
    assert not list(tmp_path.rglob("*.*"))


PLANES = {
    "semantic": np.arange(SIZE[0] * SIZE[1], dtype=np.int32).reshape(SIZE[::-1]) % 3,
    "matting": (np.arange(SIZE[0] * SIZE[1]).reshape(SIZE[::-1]) % 256 / 255).astype(np.float32),
    "depth": (1 + np.arange(SIZE[0] * SIZE[1]).reshape(SIZE[::-1]) / 1024).astype(np.float32),
}


def plane_of(task):
    plane = PLANES[task].copy()
    if task == "depth":
        plane[2, 3:5] = np.nan
    colours = np.full((*SIZE[::-1], 3), 99, np.uint8)
    return photo(plane=plane, photo=colours, classes=("background", "cat", "dog"))


OF_PLANES = [
    (name, task) for name in FORMATS for task in sorted(PLANES) if task in FORMATS[name].tasks
]


@pytest.mark.parametrize(("name", "task"), OF_PLANES)
def test_a_plane_comes_back_as_it_went(name, task, tmp_path):
    labels = plane_of(task)
    found = back(FORMATS[name], labels, tmp_path)
    assert found.plane.dtype.kind == labels.plane.dtype.kind
    if FORMATS[name].precision is None:
        same(found, labels)
    else:  # what is read is kept from then on
        known = ~np.isnan(labels.plane)
        np.testing.assert_array_equal(~np.isnan(found.plane), known)
        np.testing.assert_allclose(found.plane[known], labels.plane[known], atol=0.5 / 255)
        same(back(FORMATS[name], replace(found, photo=labels.photo), tmp_path), found)


@pytest.mark.parametrize(("name", "task"), OF_PLANES)
def test_a_plane_that_lies_otherwise_in_memory_is_written_alike(name, task, tmp_path):
    form, labels = FORMATS[name], plane_of(task)
    turned = replace(labels, plane=np.asfortranarray(labels.plane))
    same(back(form, turned, tmp_path / "turned"), back(form, labels, tmp_path / "straight"))


@pytest.mark.parametrize("name", FORMATS)
def test_labels_of_another_task_are_refused_with_a_format_for_it(name, tmp_path):
    form = FORMATS[name]
    for labels in (SCENES["unlabelled"], *(plane_of(task) for task in PLANES)):
        if not form.tasks & labels.tasks:
            with pytest.raises(
                OutputError, match=r"cannot hold (objects|a plane of \w+); .* can\."
            ):
                form.write(tmp_path, [labels])


@pytest.mark.parametrize("name", FORMATS)
def test_what_is_of_no_photo_of_another_size_or_nowhere_is_refused(name, tmp_path):
    form = FORMATS[name]
    labels = some(form)
    form.write(tmp_path, [labels])
    if name != "yolo-seg":  # whose parts of 1 fit any size
        with pytest.raises(DataError, match=r"12×9"):
            list(form.read(tmp_path, photos={NAME: (9, 12)}, classes=labels.classes))
    with pytest.raises(DataError, match="photo"):
        list(form.read(tmp_path, photos={"train/b.jpg": SIZE}, classes=labels.classes))
    with pytest.raises(DataError):
        list(form.read(tmp_path / "nowhere", photos=PHOTOS, classes=labels.classes))


def some(form):
    """Labels that the format holds, whatever it is of."""
    task = next((task for task in sorted(PLANES) if task in form.tasks), None)
    if task:
        return plane_of(task)
    labels = SCENES["labels"] if "labels" in form.holds else unlabelled(SCENES["labels"])
    return replace(labels, classes=("dog", "cat"))


@pytest.mark.parametrize("name", FORMATS)
def test_a_damaged_file_is_refused_and_never_a_traceback(name, tmp_path, rng):
    form = FORMATS[name]
    files = form.write(tmp_path, [some(form)])
    for file in files:
        whole = file.read_bytes()
        cut = [whole[:count] for count in rng.integers(0, len(whole), 12)]
        turned = [bytearray(whole) for _ in range(30)]
        for content in turned:
            content[rng.integers(len(whole))] = rng.integers(256)
        for content in [b"", b"[]", b"{}", b"null", b"[" * 2000, b"<a/>", *cut, *turned]:
            file.write_bytes(content)
            with contextlib.suppress(ClickmendError):
                list(form.read(tmp_path, photos=PHOTOS, classes=("dog", "cat")))
        file.write_bytes(whole)


@pytest.mark.parametrize("name", FORMATS)
def test_photos_of_one_name_in_two_folders_keep_their_labels(name, tmp_path):
    form = FORMATS[name]
    labels = some(form)
    two = [labels, replace(labels, file_name="val/a.jpg")]
    form.write(tmp_path, two)
    photos = {one.file_name: one.size for one in two}
    found = list(form.read(tmp_path, photos=photos, classes=labels.classes))
    assert [one.file_name for one in found] == list(photos)


@pytest.mark.parametrize("name", FORMATS)
def test_a_photo_outside_the_folder_is_refused(name, tmp_path):
    form = FORMATS[name]
    if not form.shared:
        with pytest.raises(OutputError, match="would lie outside"):
            form.write(tmp_path / "out", [replace(some(form), file_name="../a.jpg")])


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_says_what_it_is(name):
    form = FORMATS[name]
    assert form.name == name
    assert form.title
    assert all(suffix.startswith(".") for suffix in form.suffixes)
    assert form.tasks <= {"interactive", "instances", "semantic", "matting", "depth"}
    assert form.holds <= set(ABILITIES)


@st.composite
def drawn_labels(draw):
    """Up to three objects of any masks in one photo, of two classes, some with ids."""
    shape = draw(arrays.array_shapes(min_dims=2, max_dims=2, max_side=7))
    found = []
    for number in range(draw(st.integers(1, 3))):
        mask = draw(arrays.arrays(bool, shape) | boxes(shape))
        label = draw(st.sampled_from(["dog", "cat"]))
        found.append(named(mask, label, id=draw(st.sampled_from([None, number + 4]))))
    return PhotoLabels(
        file_name=NAME, size=shape[::-1], objects=tuple(found), classes=("dog", "cat")
    )


def through_json(labels):
    """The same after what formats keep for themselves went through a database."""

    def back(kept):
        return json.loads(json.dumps(kept))

    objects = tuple(replace(one, extra=back(one.extra)) for one in labels.objects)
    return replace(labels, objects=objects, extra=back(labels.extra), shared=back(labels.shared))


@pytest.mark.parametrize("name", OBJECT_FORMATS)
@settings(max_examples=40)
@given(labels=drawn_labels())
def test_whatever_is_drawn_comes_back_exactly_or_is_refused(name, labels):
    form = FORMATS[name]
    labels = labels if "labels" in form.holds else unlabelled(labels)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        try:
            form.write(place, [labels])
        except OutputError as refused:
            needed = {ability for ability, need in NEEDS.items() if need(labels.objects)}
            assert not needed <= form.holds, refused  # noqa: PT017
            return
        photos = {NAME: labels.size}
        (found,) = form.read(place, photos=photos, classes=labels.classes)
        keeps = "ids" in form.holds
        ids = [one.id for one in labels.objects]
        if keeps and name in ("instance-png", "voc"):
            order = np.argsort(fill(ids), kind="stable")
            labels = replace(labels, objects=tuple(labels.objects[n] for n in order))
        same(found, labels, ids=keeps)
        form.write(place, [through_json(found)])
        (again,) = form.read(place, photos=photos, classes=labels.classes)
        same(again, found, ids=keeps)


def test_no_two_formats_of_a_task_are_called_alike():
    for task in ("interactive", "instances", "semantic", "matting", "depth"):
        titles = [form.title for form in formats_of(task)]
        assert len(set(titles)) == len(titles)
