"""Tests of which views an object is looked at in."""

import numpy as np
import pytest

from clickmend.feedback.marks import Click
from clickmend.networks import load
from clickmend.tasks.engine import Placed
from clickmend.tasks.instances.from_points import FINDER
from clickmend.tasks.interactive.looks import Look
from clickmend.tasks.interactive.viewer import Viewer
from clickmend.tasks.refine import Refine

SIDE = 400


@pytest.fixture
def viewer():
    photo = np.zeros((SIDE, SIDE, 3), np.uint8)
    return Viewer(photo, load(FINDER, device="cpu"), Refine("none"), area_share=0.5)


def sees(viewer, monkeypatch, *, side):
    """The views that are looked at from now on; a square in the middle of the photo is seen."""
    views, near = [], slice((SIDE - side) // 2, (SIDE + side) // 2)
    logits = np.full((SIDE, SIDE), -9, np.float32)
    logits[near, near] = 9

    def look(crop, question):
        views.append(crop)
        return Look(crop, crop.read(logits), {}, None)

    monkeypatch.setattr(viewer, "_look", look)
    return views


@pytest.mark.parametrize(("side", "looks"), [(240, 1), (160, 1), (120, 2)])
def test_a_known_view_is_left_only_for_one_from_much_nearer(viewer, monkeypatch, side, looks):
    views = sees(viewer, monkeypatch, side=side)
    mark = Placed(Click(200.5, 200.5), 30.0)
    found = viewer.first((mark,), np.zeros((SIDE, SIDE), np.bool_), within=viewer.whole())
    assert len(views) == looks
    assert views[0] == viewer.whole()
    assert found.crop == views[-1]


def test_without_a_known_view_an_object_is_looked_for_in_the_whole_photo(viewer, monkeypatch):
    views = sees(viewer, monkeypatch, side=160)
    mark = Placed(Click(200.5, 200.5), 30.0)
    viewer.first((mark,), np.zeros((SIDE, SIDE), np.bool_))
    assert [view.out_w for view in views] == [224, 288]
    assert views[0].place == viewer.whole().place
    assert views[1].contains(200.5, 200.5)
    assert views[1].scale > 1.5 * viewer.whole().scale
