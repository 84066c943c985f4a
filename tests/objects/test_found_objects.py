"""Masks that were found become objects where they are new, and nothing else changes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from two_disks import make_masks, make_photo

from clickmend.core.errors import OptionError
from clickmend.objects.objects import Objects

HEIGHT, WIDTH = make_photo().shape[:2]


@pytest.fixture(scope="module")
def photo():
    return make_photo()


@pytest.fixture(scope="module")
def masks():
    return make_masks()


def boxed(*boxes):
    masks = np.zeros((len(boxes), HEIGHT, WIDTH), bool)
    for mask, (left, top, right, bottom) in zip(masks, boxes, strict=True):
        mask[top:bottom, left:right] = True
    return masks


def by_hand(index, masks):
    """The index with the masks that are new, as the rule says, and which these are."""
    index, new = index.copy(), []
    for mask in masks:
        left = mask & (index == 0)
        new.append(bool(left.any()) and left.sum() * 2 >= mask.sum())
        if new[-1]:
            index[left] = index.max() + 1
    return index, new


boxes = st.tuples(
    st.integers(0, WIDTH - 2), st.integers(0, HEIGHT - 2), st.integers(1, 30), st.integers(1, 30)
).map(lambda box: (box[0], box[1], min(box[0] + box[2], WIDTH), min(box[1] + box[3], HEIGHT)))


@settings(max_examples=50, deadline=None)
@given(before=st.lists(boxes, max_size=3), found=st.lists(boxes, min_size=1, max_size=5))
def test_what_is_added_is_what_the_rule_written_out_gives(before, found):
    begun, _ = by_hand(np.zeros((HEIGHT, WIDTH), np.int32), boxed(*before))
    objects = Objects(make_photo(), prior=begun)
    wanted, new = by_hand(begun, boxed(*found))
    assert objects.are_new(boxed(*found)) == new
    keys = objects.add_masks(boxed(*found))
    np.testing.assert_array_equal(objects.prediction.index, wanted)
    assert len(keys) == sum(new)
    assert objects.can_undo == any(new)


def test_found_objects_have_labels_come_in_one_action_and_are_mended_as_others(photo, masks):
    objects = Objects(photo, refine="none")
    assert objects.add_masks(masks, ["cat", None]) == (1, 2)
    np.testing.assert_array_equal(objects.prediction.masks, masks)
    assert [entry.label for entry in objects.entries] == ["cat", None]
    for mask, (x, y) in zip(masks, objects.prediction.points, strict=True):
        assert mask[int(y), int(x)]
    objects.click(1, 2.5, 2.5, radius_px=3)
    np.testing.assert_array_equal(objects.prediction.mask(2), masks[1])
    objects.undo()
    objects.undo()
    assert objects.entries == ()
    objects.redo()
    np.testing.assert_array_equal(objects.prediction.masks, masks)


def test_protected_objects_and_those_from_points_keep_every_pixel(photo, masks):
    objects = Objects(photo, prior=masks[:1], refine="none")
    objects.protect(1)
    (x, y) = np.argwhere(masks[1])[masks[1].sum() // 2][::-1] + 0.5
    objects.add([(x, y)])
    before = objects.prediction.index.copy()
    objects.add_masks(np.ones((1, HEIGHT, WIDTH), bool))
    after = objects.prediction.index
    np.testing.assert_array_equal(after[before > 0], before[before > 0])
    assert (after[before == 0] == 3).all()


def test_masks_may_be_a_list(photo, masks):
    objects = Objects(photo)
    assert objects.are_new(list(masks)) == objects.are_new(masks)
    assert objects.add_masks(list(masks)) == tuple(range(1, len(masks) + 1))


def test_masks_of_another_size_or_kind_and_too_few_labels_are_refused(photo, masks):
    objects = Objects(photo)
    with pytest.raises(OptionError, match="The masks have dtype bool and shape"):
        objects.add_masks(masks[:, 1:])
    with pytest.raises(OptionError, match="The masks have dtype uint8"):
        objects.are_new(masks.astype(np.uint8))
    with pytest.raises(OptionError, match="label"):
        objects.add_masks(masks, ["cat"])
    assert not objects.can_undo
