"""What differs between two pictures, pasted over the first, is the second."""

from base64 import b64decode
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from clickmend.data.levels import GreyPicture
from clickmend.server import pictures
from clickmend.server.pictures import tile_between

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
