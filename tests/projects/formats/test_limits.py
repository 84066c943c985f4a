"""What is said of a format beforehand is what it does."""

from contextlib import nullcontext
from dataclasses import replace

import pytest
from label_scenes import SCENES, unlabelled

from clickmend.core.errors import OutputError
from clickmend.projects.formats import ABILITIES, FORMATS, formats_of, limits_of

REFUSED = ("several", "overlaps", "parts", "holes", "empty", "labels", "unlabelled")
CASES = [
    (form.name, task, ability)
    for task in ("interactive", "instances")
    for form in formats_of(task)
    for ability in REFUSED
    if task == "instances" or ability in ("parts", "holes", "empty", "unlabelled")
]


@pytest.mark.parametrize(("name", "task", "ability"), CASES)
def test_a_photo_is_refused_just_for_what_is_said(name, task, ability):
    form, labels = FORMATS[name], replace(SCENES[ability], classes=("dog", "cat"))
    if ability != "labels" and (task == "interactive" or "labels" not in form.holds):
        labels = unlabelled(labels)
    refused = limits_of(form, task).partition("Leaves out")[0]
    told = ABILITIES[ability] in refused
    with pytest.raises(OutputError, match="cannot hold") if told else nullcontext():
        form.check(labels)


@pytest.mark.parametrize(
    ("name", "task", "said"),
    [
        ("coco", "instances", "Holds everything."),
        ("mask-png", "interactive", "Leaves out: who made an object."),
        ("depth-png", "depth", "Numbers in steps of 1 mm, to 65.535 m."),
        ("npy", "matting", "Holds everything."),
        (
            "yolo-seg",
            "instances",
            (
                "Refuses photos with: an object of several parts, an object with a hole, an object "
                "without a pixel, an object without a class. "
                "Leaves out: ids of objects, who made an object."
            ),
        ),
    ],
)
def test_the_limits_are_a_sentence_or_two(name, task, said):
    assert limits_of(FORMATS[name], task) == said


def test_masks_without_a_class_are_not_offered_formats_that_need_one():
    assert {"yolo-seg", "labelme"} & {form.name for form in formats_of("instances")}
    assert not {"yolo-seg", "labelme", "cvat"} & {form.name for form in formats_of("interactive")}
