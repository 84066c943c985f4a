"""Objects whose masks are given: their ids, what is not touched, and what is protected."""

import cv2
import numpy as np
import pytest
from PIL import Image
from two_disks import make_masks, make_photo

from clickmend.core.errors import ClickError, OutputError, PriorError
from clickmend.feedback import Stroke
from clickmend.objects.objects import Objects


@pytest.fixture(scope="module")
def photo():
    return make_photo()


@pytest.fixture(scope="module")
def masks():
    return make_masks()


def in_index(masks, *ids):
    index = np.zeros(masks.shape[1:], np.int32)
    for number, mask in zip(ids, masks, strict=True):
        index[mask] = number
    return index


def test_masks_that_are_given_are_there_with_ids_and_labels_before_any_mark(photo, masks, tmp_path):
    objects = Objects(photo, prior=in_index(masks, 7, 90_000), labels=["cat", None])
    shown = objects.prediction
    np.testing.assert_array_equal(shown.masks, masks)
    assert (shown.ids, shown.labels) == ((7, 90_000), ("cat", "object"))
    assert not objects.can_undo
    for number, (x, y) in enumerate(shown.points):
        assert masks[number][int(y), int(x)]
    with pytest.raises(OutputError, match="to 65535"):
        shown.save(tmp_path / "ids.png")
    shown.save(tmp_path / "ids.json")
    again = Objects(photo, prior=tmp_path / "ids.json").prediction
    assert (again.ids, again.points) == (shown.ids, shown.points)
    np.testing.assert_array_equal(again.index, shown.index)


def test_masks_of_numbers_are_told_how_to_become_masks(photo, masks):
    with pytest.raises(PriorError, match=r"dtype uint8 and shape \(\d+, .*such as masks > 0"):
        Objects(photo, prior=np.asarray(masks, np.uint8))


def test_an_id_stays_when_objects_come_and_go_and_files_have_it(photo, masks, tmp_path):
    objects = Objects(photo, prior=in_index(masks, 3, 9))
    assert objects.add([(80, 10)]) == (10,)
    objects.remove(3)
    assert [entry.key for entry in objects.entries] == [9, 10]
    objects.prediction.save(tmp_path / "left.png")
    saved = np.asarray(Image.open(tmp_path / "left.png"))
    np.testing.assert_array_equal(saved == 9, masks[1])
    assert set(np.unique(saved)) <= {0, 9, 10}
    assert [one["id"] for one in objects.prediction.coco()["annotations"]] == [9, 10]
    np.testing.assert_array_equal(objects.prediction.mask(1), masks[1])


def test_what_is_not_touched_of_given_masks_stays_bit_for_bit(photo, masks):
    objects = Objects(photo, prior=masks, refine="none")
    mended = objects.click(2, 120, 60, radius_px=15)
    assert mended.mask(2)[57:65, 115:126].all()
    np.testing.assert_array_equal(mended.mask(1), masks[0])
    objects.undo()
    np.testing.assert_array_equal(objects.prediction.masks, masks)


def test_a_new_point_takes_nothing_from_a_given_mask_but_from_the_one_it_is_in(photo, masks):
    objects = Objects(photo, prior=masks)
    objects.add([(60, 78)])
    np.testing.assert_array_equal(objects.prediction.masks[:2], masks)
    assert objects.prediction.mask(3)[78, 60]
    objects.add([(125, 75)])
    assert objects.prediction.mask(4)[75, 125]
    np.testing.assert_array_equal(objects.prediction.mask(1), masks[0])
    assert not (objects.prediction.mask(2) & ~masks[1]).any()


def crowd():
    """A photo of twenty disks on a ground that is alike everywhere, and their masks."""
    shades, places = (
        np.random.default_rng(0),
        [(x, y) for y in range(16, 120, 32) for x in range(16, 160, 32)],
    )
    photo, masks = np.full((120, 160, 3), 60, np.uint8), np.zeros((20, 120, 160), np.uint8)
    for place, mask in zip(places, masks, strict=True):
        cv2.circle(photo, place, 9, [int(one) for one in shades.integers(150, 240, 3)], -1)
        cv2.circle(mask, place, 9, 1, -1)
    return cv2.add(photo, shades.integers(0, 12, photo.shape).astype(np.uint8)), masks > 0


def lost(before, after):
    """The numbers of the objects but the last that have lost pixels."""
    return [n for n, mask in enumerate(before[:-1], start=1) if (mask & ~after.mask(n)).any()]


def test_a_click_takes_pixels_of_no_object_but_that_which_it_is_on():
    photo, masks = crowd()
    objects = Objects(photo, prior=masks, refine="none")
    on_the_ground = objects.click(20, 32, 32)
    assert on_the_ground.mask(20)[32, 32]
    assert lost(masks, on_the_ground) == []
    objects.undo()
    assert lost(masks, objects.click(20, 16, 16)) == [1]


def test_a_brush_takes_what_it_covers():
    photo, masks = crowd()
    objects = Objects(photo, prior=masks, refine="none")
    band = Stroke(((10, 16), (100, 16)), "foreground", radius_px=2, exact=True)
    assert lost(masks, objects.mend(20, band)) == [1, 2, 3]


def test_where_given_masks_overlap_the_smaller_one_has_the_pixel(photo, masks):
    large = np.ones_like(masks[0])
    objects = Objects(photo, prior=np.array([masks[0], large]))
    np.testing.assert_array_equal(objects.prediction.mask(1), masks[0])
    np.testing.assert_array_equal(objects.prediction.mask(2), ~masks[0])


def test_a_protected_object_loses_and_gains_no_pixel_until_it_is_free(photo, masks):
    objects = Objects(photo, prior=masks, refine="none")
    objects.protect(1)
    bite = Stroke(((45, 60), (100, 60)), "foreground", 6, exact=True)
    objects.mend(2, bite)
    np.testing.assert_array_equal(objects.prediction.mask(1), masks[0])
    assert objects.prediction.mask(2)[60, 85]
    with pytest.raises(ClickError, match=r"object 1 is protected.*protect\(1, False\)"):
        objects.click(1, 60, 80)
    with pytest.raises(ClickError, match="in object 1, which is protected"):
        objects.click(2, 45, 55)
    with pytest.raises(ClickError, match="in object 1, which is protected"):
        objects.add([(45, 55)])
    objects.protect(1, False)
    objects.mend(2, bite)
    assert not objects.prediction.mask(1)[60, 45]
    objects.undo()
    objects.undo()
    assert objects.entries[0].protected
