"""Tools beside the clicks: what they change of a session, what holds, and undo."""

import numpy as np
import pytest
from made_sessions import CLASSES, HEIGHT, WIDTH, model

import clickmend as cm
from clickmend.core.errors import ClickError, OptionError
from clickmend.correction.tidying import filled, filled_class, smoothed, without_specks
from clickmend.objects.objects import Objects


@pytest.fixture
def photo(rng):
    return rng.integers(0, 255, (HEIGHT, WIDTH, 3)).astype(np.uint8)


@pytest.fixture
def mask():
    """A square with two holes, a hair, and a speck beside it."""
    mask = np.zeros((HEIGHT, WIDTH), bool)
    mask[8:40, 8:40] = True
    mask[20:24, 20:24] = False
    mask[30:38, 12:18] = False
    mask[15, 40:52] = True
    mask[4:6, 58:60] = True
    return mask


@pytest.fixture
def labels(mask):
    labels = np.where(mask, 2, 0).astype(np.int32)
    labels[20:24, 20:24] = 1
    return labels


def opened(photo, task, prior):
    return cm.Session(photo, task=task, model=model(task), prior=prior)


@pytest.mark.parametrize(
    ("how", "after"),
    [
        ({"tool": "fill"}, filled),
        ({"tool": "fill", "area_px": 20}, lambda mask: filled(mask, most_px=20)),
        ({"tool": "specks", "area_px": 9}, lambda mask: without_specks(mask, least_px=9)),
        ({"tool": "smooth", "radius_px": 5.0}, lambda mask: smoothed(mask, radius_px=5)),
    ],
)
def test_a_tool_does_to_a_mask_what_it_says_and_is_undone_bit_for_bit(photo, mask, how, after):
    session = opened(photo, "interactive", mask)
    before = session.prediction.logits.copy()
    np.testing.assert_array_equal(session.tidy(**how).mask, after(mask))
    changed = after(mask) != mask
    assert changed.any()
    np.testing.assert_array_equal(session.prediction.logits[~changed], before[~changed])
    assert session.feedback == (cm.Tidy(**how),)
    session.undo()
    np.testing.assert_array_equal(session.prediction.logits, before)
    session.redo()
    session.remove(1)
    np.testing.assert_array_equal(session.prediction.logits, before)


def test_what_is_protected_or_painted_exactly_stays_untidy(photo, mask):
    session = opened(photo, "interactive", mask)
    hole = np.zeros_like(mask)
    hole[20:24, 20:24] = True
    session.protect(hole)
    session.stroke([(13.5, 33.5)], label="background", radius_px=1, exact=True)
    found = session.tidy("fill").mask
    assert not found[20:24, 20:24].any()
    assert not found[33, 13]
    assert found[36, 16]


def test_a_mask_that_is_clicked_after_tidying_stays_tidy_elsewhere(photo):
    session = cm.Session(photo, task="interactive", model=model("interactive"))
    session.click(30, 20)
    tidy = session.tidy("specks", area_px=100).mask
    tidy = session.tidy("fill").mask
    session.click(4.5, 4.5, label="background", radius_px=3)
    changed = session.prediction.mask != tidy
    assert not (changed & ~session.reach).any()
    assert changed.sum() < 60


def test_a_class_map_is_tidied_by_class(photo, labels):
    session = opened(photo, "semantic", labels)
    found = session.tidy("fill", label=CLASSES[2], area_px=20).labels
    np.testing.assert_array_equal(found, filled_class(labels, 2, most_px=20))
    session.tidy("specks", area_px=9)
    assert not (session.prediction.labels[4:6, 58:60] == 2).any()
    smooth = session.tidy("smooth", radius_px=4.0).labels
    assert (smooth[15, 44:52] == 0).all()
    for _ in range(3):
        session.undo()
    np.testing.assert_array_equal(session.prediction.labels, labels)


def test_a_class_map_that_is_mended_anew_is_tidied_anew(photo, labels):
    """A click in the place of another has all marks given again."""
    session = opened(photo, "semantic", labels)
    session.click(50.5, 30.5, label="car", radius_px=4)
    session.tidy("fill", label="tree")
    session.click(50.5, 30.5, label="sky", radius_px=4)
    assert (session.prediction.labels[8:40, 8:40] == 2).all()
    session.remove(1)
    assert (session.prediction.labels[8:40, 8:40] == 2).all()


def test_filling_in_a_class_map_needs_a_class(photo, labels):
    session = opened(photo, "semantic", labels)
    with pytest.raises(ClickError, match=r"has no label.*needs a class"):
        session.tidy("fill")
    with pytest.raises(ClickError, match="An object mask has no classes"):
        opened(photo, "interactive", labels == 2).tidy("fill", label="tree")


@pytest.mark.parametrize("task", ["matting", "depth"])
def test_mattes_and_depth_have_no_such_tools(photo, task):
    prior = np.full((HEIGHT, WIDTH), 0.5, np.float32)
    session = cm.Session(photo, task=task, model=model(task), prior=prior)
    with pytest.raises(ClickError, match=rf"is a tidy\. In the task '{task}' a mark is"):
        session.tidy("smooth")


@pytest.fixture(scope="module")
def crowd():
    """An object in two parts with a hole that holds another, and one beside."""
    index = np.zeros((HEIGHT, WIDTH), np.int32)
    index[5:35, 5:30] = 3
    index[15:20, 12:18] = 5
    index[26:29, 8:11] = 0
    index[40:46, 5:15] = 3
    index[10:30, 40:60] = 8
    return index


def test_objects_are_merged_into_the_first_and_no_other_changes(photo, crowd):
    objects = Objects(photo, prior=crowd, labels=[None, "dog", "cat"])
    objects.merge(3, 8)
    assert [(one.key, one.label) for one in objects.entries] == [(3, "cat"), (5, "dog")]
    found = objects.prediction
    np.testing.assert_array_equal(found.mask(1), (crowd == 3) | (crowd == 8))
    np.testing.assert_array_equal(found.mask(2), crowd == 5)
    objects.undo()
    np.testing.assert_array_equal(objects.prediction.index > 0, crowd > 0)
    assert [one.key for one in objects.entries] == [3, 5, 8]


def test_an_object_is_split_into_its_parts(photo, crowd):
    objects = Objects(photo, prior=crowd, labels=["cat", None, None])
    assert objects.split(3) == (9,)
    by_key = {one.key: n for n, one in enumerate(objects.entries, start=1)}
    found = objects.prediction
    own, other = found.mask(by_key[3]), found.mask(by_key[9])
    np.testing.assert_array_equal(own | other, crowd == 3)
    np.testing.assert_array_equal(other, (crowd == 3) & (np.arange(HEIGHT) >= 40)[:, None])
    entry = objects.entries[by_key[9] - 1]
    assert entry.label == "cat"
    assert other[int(entry.point[1]), int(entry.point[0])]
    objects.merge(9, 3)
    assert [one.key for one in objects.entries] == [5, 8, 9]
    objects.undo()
    objects.undo()
    np.testing.assert_array_equal(objects.prediction.mask(1), crowd == 3)


def test_a_hole_that_is_another_object_is_not_filled(photo, crowd):
    objects = Objects(photo, prior=crowd)
    found = objects.tidy(3, "fill")
    wanted = crowd == 3
    wanted[26:29, 8:11] = True
    np.testing.assert_array_equal(found.mask(1), wanted)
    np.testing.assert_array_equal(found.mask(2), crowd == 5)
    found = objects.tidy(3, "specks", area_px=100)
    wanted[40:46, 5:15] = False
    np.testing.assert_array_equal(found.mask(1), wanted)
    objects.remove_mark(1)
    assert not objects.prediction.mask(1)[26:29, 8:11].any()


def test_what_cannot_be_merged_or_split_is_told(photo, crowd):
    objects = Objects(photo, prior=crowd)
    with pytest.raises(OptionError, match="cannot be merged with itself"):
        objects.merge(3, 3)
    with pytest.raises(OptionError, match=r"no object 4.*Available: 3, 5, 8"):
        objects.merge(3, 4)
    with pytest.raises(
        OptionError, match=r"Object 8 has 1 connected parts\. Allowed for a split are 2 to 200"
    ):
        objects.split(8)
    objects.protect(3)
    for change in (lambda: objects.merge(8, 3), lambda: objects.split(3)):
        with pytest.raises(ClickError, match=r"object 3 is protected, so it cannot be merged"):
            change()
    with pytest.raises(ClickError, match="object 3 is protected"):
        objects.tidy(3, "fill")
