"""The objects of a photo, by the shipped network; ``instances`` and ``Session`` are the oracles."""

import numpy as np
import pytest
from PIL import Image
from two_disks import POINTS, begin, make_masks, make_photo

from clickmend.core.errors import ClickError, ImageError, ModelError, OptionError
from clickmend.feedback import Click, Stroke
from clickmend.objects.objects import Objects
from clickmend.session import Refine, Session
from clickmend.tasks.instances import instances


@pytest.fixture(scope="module")
def photo():
    return make_photo()


@pytest.fixture(scope="module")
def masks():
    return make_masks()


def test_the_masks_are_those_of_instances(photo):
    for labels in (None, ["cat", "dog"]):
        objects = begin(photo, labels=labels)
        found = instances(photo, POINTS, labels)
        np.testing.assert_array_equal(objects.prediction.index, found.index)
        assert objects.prediction.labels == found.labels
        assert objects.prediction.points == found.points
    assert not objects.can_undo


def test_objects_are_added_one_after_the_other_and_undone(photo):
    objects = Objects(photo)
    assert objects.prediction.masks.shape == (0, 120, 160)
    assert objects.add([POINTS[0]]) == (1,)
    one = objects.prediction.index
    assert objects.add([POINTS[1], (80, 10)], ["dog", None]) == (2, 3)
    index = objects.prediction.index
    assert [index[int(y), int(x)] for x, y in (*POINTS, (80, 10))] == [1, 2, 3]
    oracle = Objects(photo)
    for point in (*POINTS, (80, 10)):
        oracle.add([point])
    np.testing.assert_array_equal(index, oracle.prediction.index)
    objects.undo()
    np.testing.assert_array_equal(objects.prediction.index, one)
    objects.redo()
    assert [entry.label for entry in objects.entries] == [None, "dog", None]


def test_a_removed_object_leaves_what_the_other_points_alone_give(photo):
    objects = begin(photo, labels=["cat", "dog"])
    objects.remove(1)
    assert [entry.key for entry in objects.entries] == [2]
    np.testing.assert_array_equal(
        objects.prediction.index, instances(photo, [POINTS[1]], ["dog"]).index
    )
    assert objects.add([POINTS[0]]) == (3,)
    objects.reset()
    assert objects.entries == ()
    objects.undo()
    assert [entry.key for entry in objects.entries] == [2, 3]


def test_a_label_is_changed_and_taken_back(photo):
    objects = begin(photo)
    objects.relabel(2, " dog ")
    assert objects.prediction.labels == ("object", "dog")
    objects.relabel(2, "")
    assert objects.prediction.labels is None
    objects.undo()
    assert objects.entries[1].label == "dog"


@pytest.mark.parametrize("refine", ["none", Refine("bmsb", iterations=2), None])
def test_an_object_is_mended_as_by_a_session_whose_prior_is_its_mask(photo, masks, refine):
    objects = Objects(photo, prior=masks, refine=refine)
    before = objects.prediction
    session = Session(photo, task="interactive", prior=before.mask(1), refine=refine)
    for x, y, label in ((60, 80, None), (30, 50, "background")):
        session.click(x, y, label=label)
        mended = objects.click(1, x, y, label=label)
        np.testing.assert_array_equal(mended.mask(1), session.prediction.mask)
    assert objects.entries[0].marks == session.feedback
    taken = mended.mask(1) & before.mask(2)
    np.testing.assert_array_equal(mended.mask(2), before.mask(2) & ~taken)
    np.testing.assert_array_equal(objects.unmended.index, before.index)


def test_marks_on_other_objects_say_that_these_are_there(photo):
    objects = begin(photo)
    session = Session(photo, prior=objects.prediction.mask(1), refine="none")
    session.click(*POINTS[1], label="background")
    session.click(60, 80)
    objects.click(1, 60, 80)
    np.testing.assert_array_equal(objects.prediction.mask(1), session.prediction.mask)
    assert [(mark.x, mark.y) for mark in objects.entries[0].marks] == [(60, 80)]
    objects.click(1, *POINTS[1])
    assert objects.prediction.index[POINTS[1][1], POINTS[1][0]] == 1


def test_undo_and_redo_restore_mended_masks_bit_for_bit(photo):
    objects = begin(photo)
    seen = [objects.prediction.index]
    for key, x, y in ((1, 60, 80), (2, 100, 40), (1, 20, 40)):
        seen.append(objects.click(key, x, y, label="foreground").index)
    for index in reversed(seen[:-1]):
        objects.undo()
        np.testing.assert_array_equal(objects.prediction.index, index)
    for index in seen[1:]:
        objects.redo()
        np.testing.assert_array_equal(objects.prediction.index, index)
    again = begin(photo)
    for key, x, y in ((1, 60, 80), (2, 100, 40), (1, 20, 40)):
        again.click(key, x, y)
    np.testing.assert_array_equal(again.prediction.index, seen[-1])


def test_what_was_mended_last_has_the_pixel_and_a_later_point_its_mask(photo):
    objects = begin(photo, [POINTS[0]])
    for x, y in ((115, 62), (125, 62)):
        objects.click(1, x, y)
    mended = objects.prediction.mask(1)
    assert mended[62, 120]
    objects.add([POINTS[1]])
    oracle = begin(photo, [POINTS[0]])
    oracle.add([POINTS[1]])
    both = oracle.prediction.mask(2)
    assert both[62, 120]
    assert (both & mended).any()
    np.testing.assert_array_equal(objects.prediction.mask(2), both)
    np.testing.assert_array_equal(objects.prediction.mask(1), mended & ~both)


def test_an_object_that_lost_pixels_is_mended_from_what_is_left(photo):
    objects = begin(photo, [POINTS[0]])
    objects.click(1, 115, 62)
    objects.add([POINTS[1]])
    left = objects.prediction.mask(1)
    objects.click(1, 45, 90)
    session = Session(photo, task="interactive", prior=left, refine="none")
    session.click(*POINTS[1], label="background")
    session.click(45, 90)
    np.testing.assert_array_equal(objects.prediction.mask(1), session.prediction.mask)
    assert objects.entries[0].marks == session.feedback[1:]


def test_keys_are_adapted_in_the_masks_and_in_the_mending(photo):
    plain, adapted = begin(photo), begin(photo, adapt_keys=2)
    session = Session(photo, prior=adapted.prediction.mask(1), refine="none", adapt_keys=2)
    session.click(*POINTS[1], label="background")
    session.click(80, 60)
    np.testing.assert_array_equal(adapted.click(1, 80, 60).mask(1), session.prediction.mask)
    assert not np.array_equal(plain.click(1, 80, 60).index, adapted.prediction.index)


def test_the_finish_is_that_of_instances(photo):
    objects = begin(photo, finish="network")
    found = instances(photo, POINTS, finish="network")
    np.testing.assert_array_equal(objects.prediction.index, found.index)


def test_the_name_of_the_file_goes_into_coco(photo, tmp_path):
    Image.fromarray(photo).save(tmp_path / "scene.png")
    assert Objects(tmp_path / "scene.png").prediction.file_name == "scene.png"
    named = begin(photo, file_name="crowd.jpg")
    assert named.prediction.coco() == {
        **instances(photo, POINTS).coco(),
        "images": [{"id": 1, "file_name": "crowd.jpg", "width": 160, "height": 120}],
    }


def test_the_feedback_is_the_points_and_the_clicks_that_mend(photo):
    objects = begin(photo, labels=["cat", "dog"])
    objects.click(2, 100, 40, radius_px=9)
    told = [(mark.x, mark.y, mark.label, mark.radius_px) for mark in objects.feedback]
    assert told == [
        (45.0, 60.0, "cat", None),
        (120.0, 62.0, "dog", None),
        (100, 40, "foreground", 9),
    ]


@pytest.mark.parametrize(
    ("act", "error", "message"),
    [
        (lambda o: o.add([]), OptionError, r"no points \(x, y\)"),
        (lambda o: o.add([(5, 5), (160, 5)]), ClickError, "click 4 is at .* outside the 160×120"),
        (lambda o: o.add([(5, 5)], []), OptionError, "There are 1 points but 0 labels"),
        (lambda o: o.add([(5, 5)], "c"), OptionError, "There are 1 points but one text"),
        (lambda o: o.relabel(3, "cat"), OptionError, "no object 3 .* Available: 1, 2"),
        (lambda o: o.remove(0), OptionError, "no object 0"),
        (lambda o: o.click(9, 5, 5), OptionError, "no object 9"),
        (lambda o: o.click(1, 160, 5), ClickError, "click 1 is at .* outside"),
        (lambda o: o.click(1, 5, 5, label="cat"), ClickError, "click 1 has the label 'cat'"),
        (lambda o: o.undo(), OptionError, "nothing to undo"),
        (lambda o: o.redo(), OptionError, "nothing to redo"),
    ],
)
def test_an_act_that_does_not_fit_is_refused_and_changes_nothing(photo, act, error, message):
    objects = begin(photo)
    with pytest.raises(error, match=message):
        act(objects)
    assert [entry.key for entry in objects.entries] == [1, 2]
    assert not objects.can_undo


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"finish": "grabcut"}, OptionError, "no finish 'grabcut'"),
        ({"method": "shft"}, OptionError, "no way to find parts 'shft'"),
        ({"seed": 2**64}, OptionError, "The seed is 18446744073709551616"),
        ({"refine": "bs"}, OptionError, "no refinement 'bs'"),
        ({"model": "semantic-s"}, ModelError, "InteractiveNetwork is needed"),
        ({"propagate": 1}, OptionError, "no corrective self-attention classifier"),
        ({"adapt_keys": -1}, OptionError, "adapt_keys is -1"),
    ],
)
def test_an_option_that_does_not_fit_is_refused_before_anything_is_found(
    photo, options, error, message
):
    with pytest.raises(error, match=message):
        begin(photo, **options)


def test_a_photo_that_cannot_be_read_is_refused():
    with pytest.raises(ImageError, match=r"nowhere\.jpg"):
        Objects("nowhere.jpg")


@pytest.mark.slow
def test_500_points_are_taken_and_one_of_them_is_mended(photo, rng):
    objects = begin(photo, rng.uniform((0, 0), (160, 120), (500, 2)))
    objects.click(250, 5, 5)
    assert len(objects.prediction.points) == 500
    assert objects.prediction.mask(250)[5, 5]


def test_the_finder_finds_and_the_model_mends(photo):
    objects = begin(photo, finder="interactive-s", model="points-s")
    found = instances(photo, POINTS, model="interactive-s")
    np.testing.assert_array_equal(objects.prediction.index, found.index)
    objects.click(1, 70, 75)
    session = Session(photo, model="points-s", prior=found.mask(1), refine="none")
    session.click(*POINTS[1], label="background")
    session.click(70, 75)
    mended = session.prediction.mask
    np.testing.assert_array_equal(objects.prediction.mask(1), mended)
    assert (mended != found.mask(1)).any()


def test_a_finder_that_takes_no_clicks_is_refused(photo):
    with pytest.raises(ModelError, match="InteractiveNetwork is needed"):
        Objects(photo, finder="depth-s")


def test_a_protected_object_from_a_point_keeps_the_mask_that_it_had(photo):
    objects = begin(photo, [POINTS[0], (80, 100)])
    one = objects.prediction.mask(1)
    objects.protect(1)
    objects.add([POINTS[1]])
    np.testing.assert_array_equal(objects.prediction.mask(1), one)


def acted(photo, masks, *acts):
    objects = Objects(photo, prior=masks, refine="none")
    for act in acts:
        act(objects)
    return objects


ACTS = [
    lambda o: o.click(1, 60, 80),
    lambda o: o.click(2, 120, 60),
    lambda o: o.mend(1, Stroke(((45, 60), (100, 60)), "foreground", 6)),
    lambda o: o.add([(80, 10)], ["sky"]),
    lambda o: o.click(1, 30, 50, label="background"),
    lambda o: o.protect(2),
    lambda o: o.mend(1, Stroke(((90, 60), (130, 60)), "foreground", 3, exact=True)),
]


@pytest.mark.parametrize(("n", "act"), [(2, 0), (3, 2), (4, 4), (5, 6)])
def test_without_a_mark_the_objects_are_those_that_the_other_actions_give(photo, masks, n, act):
    objects = acted(photo, masks, *ACTS)
    index = objects.prediction.index
    objects.remove_mark(n)
    oracle = acted(photo, masks, *(one for at, one in enumerate(ACTS) if at != act))
    np.testing.assert_array_equal(objects.prediction.index, oracle.prediction.index)
    assert [e.marks for e in objects.entries] == [e.marks for e in oracle.entries]
    objects.undo()
    np.testing.assert_array_equal(objects.prediction.index, index)


@pytest.mark.parametrize("n", [0, 6, 1.0, True, "first"])
def test_a_mark_that_is_not_there_is_refused(photo, masks, n):
    objects = acted(photo, masks, *ACTS)
    with pytest.raises(OptionError, match=f"There is no mark {n!r}. There are 5"):
        objects.remove_mark(n)


def test_a_mark_elsewhere_gives_what_it_would_have_given_there_at_once(photo, masks):
    objects = acted(photo, masks, *ACTS)
    objects.replace_mark(2, Click(55, 75))
    oracle = acted(photo, masks, lambda o: o.click(1, 55, 75), *ACTS[1:])
    np.testing.assert_array_equal(objects.prediction.index, oracle.prediction.index)


def test_a_point_goes_with_its_object_and_is_moved_with_its_mask(photo):
    objects = begin(photo, labels=["cat", "dog"])
    objects.replace_mark(2, Click(118, 70))
    oracle = begin(photo, [POINTS[0], (118, 70)], ["cat", "dog"])
    np.testing.assert_array_equal(objects.prediction.index, oracle.prediction.index)
    objects.replace_mark(1, Click(44, 61, "bird"))
    assert [entry.label for entry in objects.entries] == ["bird", "dog"]
    objects.remove_mark(2)
    assert [entry.key for entry in objects.entries] == [1]
    with pytest.raises(OptionError, match=r"no mark 2\. There are 1"):
        objects.remove_mark(2)
    with pytest.raises(ClickError, match="cannot be replaced by a stroke"):
        objects.replace_mark(1, Stroke(((5, 5),), "foreground"))


def test_points_and_a_prior_at_once_are_refused(photo, masks):
    with pytest.raises(OptionError, match="Both points and a prior"):
        Objects(photo, POINTS, prior=masks)
    with pytest.raises(OptionError, match="There are 2 objects but 1 labels"):
        Objects(photo, prior=masks, labels=["cat"])


def test_labels_that_alternate_at_an_objects_own_point_are_granted_each_time(photo):
    objects = begin(photo)
    x, y = POINTS[0]
    for label in ("background", "foreground", "background"):
        assert (objects.click(1, x, y, label=label).index[y, x] == 1) == (label == "foreground")
