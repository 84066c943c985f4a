"""What differs between two pictures, pasted over the first, is the second."""

from base64 import b64decode
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from clickmend.data.levels import GreyPicture, every_so_many
from clickmend.server import pictures
from clickmend.server.pictures import Coarse, has_tile, tile_between

SESSIONS = "/api/v1/sessions"
MARKS = {
    "semantic": [
        {"type": "click", "x": 30, "y": 20, "label": "tree"},
        {"type": "click", "x": 60, "y": 40, "label": "sky", "radius_px": 9},
        {"type": "stroke", "points": [[5, 5], [60, 40]], "label": 1, "radius_px": 4},
    ],
    "depth": [
        {"type": "click", "x": 30, "y": 20, "value": 1.5},
        {"type": "click", "x": 60, "y": 40, "value": 200.0},
        {"type": "push", "x": 60, "y": 40, "direction": "up"},
    ],
    "interactive": [
        {"type": "click", "x": 30, "y": 20, "label": "foreground"},
        {"type": "click", "x": 60, "y": 40, "label": "background"},
        {"type": "stroke", "points": [[5, 5]], "label": "foreground", "radius_px": 4},
    ],
}
"""Marks by task; a depth of 200 m makes the units of the picture coarser."""

sizes = array_shapes(min_dims=2, max_dims=2, max_side=9)
levels = st.one_of(
    *(
        arrays(kind, sizes.map(lambda size, more=more: (*size, *more)), elements=st.integers(0, 3))
        for kind in (np.uint8, np.uint16)
        for more in ((), (3,), (4,))
    )
)
"""Grey, and the colours in which a task from outside may be drawn."""


def pasted(picture, tile):
    made = picture.levels.copy()
    if tile.picture is not None:
        height, width = tile.picture.levels.shape[:2]
        made[tile.y : tile.y + height, tile.x : tile.x + width] = tile.picture.levels
    return made


@settings(deadline=None)
@given(levels, st.data())
def test_a_pasted_tile_makes_one_picture_of_the_other(before, data):
    after = data.draw(arrays(before.dtype, before.shape, elements=st.integers(0, 3)))
    tile = tile_between(GreyPicture(before), GreyPicture(after))
    if tile.picture is not None:
        tile = replace(tile, picture=GreyPicture.of(tile.picture.png()))
    assert np.array_equal(pasted(GreyPicture(before), tile), after)
    assert (tile.picture is None) == np.array_equal(before, after)


@pytest.mark.parametrize(
    "after",
    [
        GreyPicture(np.zeros((2, 3), np.uint16)),
        GreyPicture(np.zeros((3, 2), np.uint8)),
        GreyPicture(np.zeros((2, 3), np.uint8), 100.0),
    ],
)
def test_pictures_of_another_kind_have_no_tile(after):
    assert tile_between(GreyPicture(np.zeros((2, 3), np.uint8)), after) is None


@pytest.mark.parametrize(("kind", "carried"), [(np.uint8, True), (np.uint16, False)])
def test_a_large_tile_of_sixteen_bits_is_left_to_be_fetched(kind, carried, monkeypatch):
    before, after = (GreyPicture(np.full((4, 4), n, kind)) for n in (0, 1))
    monkeypatch.setattr(pictures, "MOST_BYTES", 15)
    assert (tile_between(before, after) is not None) == carried


@settings(deadline=None)
@given(levels, st.sampled_from([2, 4]), st.integers(1, 60), st.data())
def test_what_is_seen_of_a_picture_never_hides_a_tile(before, every, most_bytes, data):
    after = data.draw(arrays(before.dtype, before.shape, elements=st.integers(0, 3)))
    seen = Coarse(every, GreyPicture(every_so_many(after, every)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pictures, "MOST_BYTES", most_bytes)
        tile = tile_between(GreyPicture(before), GreyPicture(after))
        may = has_tile(GreyPicture(before), seen)
    assert may or tile is None or after.dtype == np.uint8  # 8 bits always have one


def test_a_coarse_picture_in_other_units_has_no_tile():
    seen = Coarse(2, GreyPicture(np.zeros((2, 2), np.uint16), 100.0))
    assert not has_tile(GreyPicture(np.zeros((4, 4), np.uint16)), seen)


class Page:
    """A client that pastes what it is told over what it holds."""

    def __init__(self, client, state):
        self.client = client
        self.place = f"{SESSIONS}/{state['id']}"
        self.fetch(state)

    def fetch(self, state):
        self.held = GreyPicture.of(self.client.get(state["prediction"]["url"]).content)
        self.version = state["prediction"]["version"]

    def ask(self, path, **body):
        """Whether the answer carried what differs."""
        shown = {"Clickmend-Shown": str(self.version)}
        answer = self.client.post(f"{self.place}/{path}", headers=shown, **body)
        assert answer.status_code == 200, answer.text
        state = answer.json()
        tile = state["prediction"]["tile"]
        if tile is None:
            self.fetch(state)
            return False
        assert tile["since"] == self.version
        self.version = state["prediction"]["version"]
        if tile["png"]:
            part = GreyPicture.of(b64decode(tile["png"]))
            told = pictures.Tile(tile["x"], tile["y"], part)
            self.held = GreyPicture(pasted(self.held, told))
        return True

    def shows_all(self):
        whole = GreyPicture.of(self.client.get(f"{self.place}/shown.png").content)
        return np.array_equal(self.held.levels, whole.levels)


def opened(client, photo, as_png, task):
    files = {"photo": ("photo.png", as_png(photo))}
    return Page(client, client.post(SESSIONS, files=files, data={"task": task}).json())


@pytest.mark.parametrize("task", list(MARKS))
def test_pasted_tiles_equal_the_whole_picture_over_a_session_with_undo(
    dense_client, photo, as_png, task
):
    page = opened(dense_client, photo, as_png, task)
    carried = []
    for mark in MARKS[task]:
        carried.append(page.ask("marks", json={"marks": [mark]}))
        assert page.shows_all()
    for step in ("undo", "undo", "redo", "reset", "undo", "undo", "redo"):
        carried.append(page.ask(step))
        assert page.shows_all()
    # In depth the units change with the mark at 200 m, and back: so often there is no tile.
    assert carried.count(False) == (7 if task == "depth" else 0)


def test_what_was_shown_of_a_version_that_is_not_known_is_fetched_as_a_whole(
    dense_client, photo, as_png
):
    page = opened(dense_client, photo, as_png, "semantic")
    page.version += 7
    assert not page.ask("marks", json={"marks": MARKS["semantic"][:1]})
    assert page.shows_all()
    assert page.ask("undo")


def test_nothing_is_carried_for_who_does_not_say_what_is_shown(dense_client, photo, as_png):
    page = opened(dense_client, photo, as_png, "semantic")
    mark = {"marks": MARKS["semantic"][:1]}
    state = dense_client.post(f"{page.place}/marks", json=mark).json()
    assert state["prediction"]["tile"] is None


EVERY = {"Clickmend-Every": "4"}


@pytest.fixture
def measured(dense_client, photo, as_png, monkeypatch):
    """A page that shows depth, whose marks for the whole room are too much for a tile."""
    monkeypatch.setattr(pictures, "MOST_BYTES", 500)
    return opened(dense_client, photo, as_png, "depth")


def shown_after(page, path, headers, **body):
    """What the answer to a change says of the picture, and the whole picture after it."""
    answer = page.client.post(f"{page.place}/{path}", headers=headers, **body)
    assert answer.status_code == 200, answer.text
    link = answer.json()["prediction"]
    return link, GreyPicture.of(page.client.get(link["url"]).content)


def test_where_a_tile_is_too_large_the_answer_carries_what_the_screen_shows(measured):
    for headers in (EVERY | {"Clickmend-Shown": str(measured.version)}, EVERY):
        mark = {"marks": MARKS["depth"][:1]}
        link, whole = shown_after(measured, "marks", headers, json=mark)
        assert link["tile"] is None
        assert link["coarse"]["every"] == 4
        seen = GreyPicture.of(b64decode(link["coarse"]["png"]))
        assert np.array_equal(seen.levels, every_so_many(whole.levels, 4))
        link, whole = shown_after(measured, "undo", headers)
        seen = GreyPicture.of(b64decode(link["coarse"]["png"]))
        assert np.array_equal(seen.levels, every_so_many(whole.levels, 4))


def test_a_small_change_is_a_tile_also_for_who_shows_a_photo_small(measured):
    mark = {"type": "click", "x": 30, "y": 20, "value": 1.5, "radius_px": 3}
    before = measured.held
    headers = EVERY | {"Clickmend-Shown": str(measured.version)}
    link, whole = shown_after(measured, "marks", headers, json={"marks": [mark]})
    assert link["coarse"] is None
    part = GreyPicture.of(b64decode(link["tile"]["png"]))
    tile = pictures.Tile(link["tile"]["x"], link["tile"]["y"], part)
    assert np.array_equal(pasted(before, tile), whole.levels)


def test_who_shows_every_pixel_is_sent_nothing_coarse(measured):
    headers = {"Clickmend-Shown": str(measured.version)}
    link, _ = shown_after(measured, "marks", headers, json={"marks": MARKS["depth"][:1]})
    assert (link["tile"], link["coarse"]) == (None, None)


def test_masks_and_classes_need_nothing_coarse(dense_client, photo, as_png):
    page = opened(dense_client, photo, as_png, "semantic")
    link, _ = shown_after(page, "marks", EVERY, json={"marks": MARKS["semantic"][:1]})
    assert (link["tile"], link["coarse"]) == (None, None)
