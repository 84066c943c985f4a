"""What is said of a format beforehand is what it does."""

from contextlib import nullcontext
from dataclasses import replace

import pytest
from label_scenes import SCENES, unlabelled

from clickmend.core.errors import OutputError
from clickmend.projects.formats import ABILITIES, FORMATS, formats_of, limits_of

ABILITY = ("several", "overlaps", "parts", "holes", "empty", "labels", "unlabelled", "crowds",
           "keypoints")  # fmt: skip
CASES = [
    (form.name, task, ability)
    for task in ("interactive", "instances")
    for form in formats_of(task)
    for ability in ABILITY
    if task == "instances" or ability not in ("several", "overlaps")
]


@pytest.mark.parametrize(("name", "task", "ability"), CASES)
def test_a_photo_is_refused_just_for_what_is_said(name, task, ability):
    form, labels = FORMATS[name], replace(SCENES[ability], classes=("dog", "cat"))
    if ability != "labels" and "labels" not in form.holds:
        labels = unlabelled(labels)
    told = ABILITIES[ability] in limits_of(form, task)
    with pytest.raises(OutputError, match="cannot hold") if told else nullcontext():
        form.check(labels)


@pytest.mark.parametrize(
    ("name", "task", "said"),
    [
        ("coco", "instances", "Holds everything."),
        (
            "mask-png",
            "interactive",
            (
                "Leaves out: ids of objects, who made an object. "
                "Refuses of old label files: the class of an object, crowds, keypoints."
            ),
        ),
        ("depth-png", "depth", "Numbers in steps of 1 mm, to 65.535 m."),
        ("npy", "matting", "Holds everything."),
    ],
)
def test_the_limits_are_a_sentence_or_two(name, task, said):
    assert limits_of(FORMATS[name], task) == said
