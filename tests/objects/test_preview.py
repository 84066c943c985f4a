"""What a mark would lead to, before it is made; making it is the oracle."""

import numpy as np
import pytest
from two_disks import POINTS, begin, make_photo

from clickmend.core.errors import ClickError, OptionError
from clickmend.feedback import Click, Stroke


@pytest.fixture(scope="module")
def photo():
    return make_photo()


@pytest.fixture
def objects(photo):
    return begin(photo)


def same(one, other):
    np.testing.assert_array_equal(one.index, other.index)
    assert (one.points, one.labels, one.ids) == (other.points, other.labels, other.ids)


@pytest.mark.parametrize(
    "mark",
    [
        Click(30, 70, "background"),
        Click(70, 60),
        Stroke(((50.0, 60.0), (60.0, 60.0)), "foreground"),
    ],
)
def test_a_preview_of_a_mark_on_an_object_is_what_the_mark_leads_to(photo, objects, mark):
    preview = objects.preview(mark, 1)
    same(preview, begin(photo).mend(1, mark))
    same(preview, objects.mend(1, mark))


def test_a_preview_without_an_object_is_that_of_a_new_one(photo, objects):
    preview = objects.preview(Click(80.5, 10.5, "bird"))
    assert len(preview.masks) == len(objects.entries) + 1
    other = begin(photo)
    other.add([(80.5, 10.5)], ["bird"])
    same(preview, other.prediction)
    objects.add([(80.5, 10.5)], ["bird"])
    same(preview, objects.prediction)


def test_a_preview_changes_nothing(objects):
    before = objects.prediction
    objects.preview(Click(80.5, 10.5))
    objects.preview(Click(30, 70, "background"), 1)
    assert objects.prediction is before
    assert len(objects.entries) == len(POINTS)
    assert not objects.can_undo
    assert not objects.can_redo
    assert objects.add([(80.5, 10.5)]) == (len(POINTS) + 1,)


def test_what_was_previewed_is_not_found_again(objects, monkeypatch):
    mark = Click(30, 70, "background")
    preview = objects.preview(mark, 1)
    monkeypatch.setattr(objects._collection, "mended", None)
    same(preview, objects.mend(1, mark))


def test_what_was_previewed_before_another_action_is_found_anew(photo, objects):
    mark = Click(30, 70, "background")
    objects.preview(mark, 1)
    objects.remove(2)
    other = begin(photo)
    other.remove(2)
    same(objects.mend(1, mark), other.mend(1, mark))


def test_what_cannot_be_done_cannot_be_previewed(objects):
    objects.protect(1)
    with pytest.raises(ClickError, match="protected"):
        objects.preview(Click(30, 70), 1)
    with pytest.raises(OptionError, match="object"):
        objects.preview(Click(30, 70), 99)
    with pytest.raises(ClickError, match="outside"):
        objects.preview(Click(900, 3))
    with pytest.raises(ClickError, match="Give the key of the object"):
        objects.preview(Stroke(((5.0, 5.0), (9.0, 9.0)), "foreground"))
