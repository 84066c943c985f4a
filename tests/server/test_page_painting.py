"""Brushes on the page that paint exactly, in every task, in a real Chromium."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from clickmend.feedback.outlines import simplified

pytestmark = pytest.mark.browser


def plane(person):
    return np.asarray(Image.open(BytesIO(person.served()))).astype(int)


def line(person, button="left"):
    """A stroke along row 60, from column 20 to 90."""
    person.page.mouse.move(*person.at(20, 60))
    person.page.mouse.down(button=button)
    person.page.mouse.move(*person.at(90, 60), steps=3)
    person.page.mouse.up(button=button)
    person.settle()


@pytest.mark.parametrize("task", ["interactive", "semantic", "depth"])
def test_what_is_painted_holds_and_nothing_else_changes(visitor, task):
    visitor.task(task)
    before = plane(visitor)
    if task == "semantic":
        visitor.press(str(before[60, 50] % 4 + 1 if before[60, 50] != 0 else 2))
    visitor.press("p")
    line(visitor)
    after = plane(visitor)
    (stroke,) = visitor.state()["feedback"]
    assert stroke["exact"]
    reach = int(stroke["radius_px"]) + 2
    assert len(set(after[60, 20:91])) == 1
    kept = np.ones_like(before, bool)
    kept[60 - reach : 61 + reach, 20 - reach : 91 + reach] = False
    np.testing.assert_array_equal(after[kept], before[kept])
    line(visitor, button="right")
    assert len(visitor.state()["feedback"]) == 2
    if task != "interactive":
        np.testing.assert_array_equal(plane(visitor), before)
    else:
        assert not plane(visitor)[60, 20:91].any()


def test_an_object_of_many_is_painted_once_it_is_chosen(visitor):
    visitor.task("instances")
    visitor.click(50, 40)
    visitor.press("Escape")
    visitor.press("p")
    line(visitor)
    assert "Choose the object first" in visitor.told()
    visitor.press("n")
    visitor.press("p")
    line(visitor)
    (thing,) = visitor.state()["objects"]
    assert [mark["type"] for mark in thing["marks"]] == ["stroke"]
    assert (plane(visitor)[60, 20:91] == 1).all()


CORNERS = [(20, 40), (90, 40), (90, 80), (20, 80)]


def inside(shape):
    mask = np.zeros(shape, bool)
    mask[41:80, 21:90] = True
    return mask


def corner(person, place, clicks=1):
    person.page.mouse.click(*person.at(*place), click_count=clicks)


@pytest.mark.parametrize("close", ["on the first corner", "by a double click"])
def test_what_clicked_corners_enclose_is_painted_and_nothing_else_changes(visitor, close):
    visitor.task("interactive")
    visitor.press("u")
    for place in CORNERS:
        corner(visitor, place)
    assert visitor.state()["feedback"] == []
    assert "the first one again" in visitor.hint()
    corner(visitor, CORNERS[0] if close == "on the first corner" else CORNERS[-1])
    visitor.settle()
    (stroke,) = visitor.state()["feedback"]
    assert stroke["filled"]
    assert len(stroke["points"]) == 4
    after = plane(visitor) > 0
    assert after[inside(after.shape)].all()
    assert not after[:39].any()
    assert not after[82:].any()
    assert not after[:, :19].any()
    assert not after[:, 92:].any()


def test_an_outline_that_is_dragged_is_closed_when_it_is_let_go_and_esc_gives_one_up(visitor):
    visitor.task("semantic")
    before = plane(visitor)
    visitor.press("2" if before[60, 50] != 1 else "1")
    visitor.press("u")
    for place in CORNERS[:3]:
        corner(visitor, place)
    visitor.press("Escape")
    visitor.press("u")
    mouse = visitor.page.mouse
    mouse.move(*visitor.at(*CORNERS[0]))
    mouse.down()
    for place in CORNERS[1:]:
        mouse.move(*visitor.at(*place), steps=3)
    mouse.up()
    visitor.settle()
    (stroke,) = visitor.state()["feedback"]
    assert stroke["filled"]
    after = plane(visitor)
    assert len(set(after[inside(after.shape)])) == 1
    far = np.ones(after.shape, bool)
    far[39:82, 19:92] = False
    np.testing.assert_array_equal(after[far], before[far])


SIMPLIFIED = """async (given) => {
  const { simplified } = await import("/js/simplify.js");
  return given.map(([corners, tolerance]) => simplified(corners, tolerance));
}"""


def test_the_page_leaves_out_the_corners_that_the_server_does(visitor, rng):
    # On few places many corners are equally far, and the last bit decides between them.
    outlines = [rng.integers(0, 12, (n, 2)).tolist() for n in (3, 5, 9, 40) for _ in range(150)]
    given = [(corners, tolerance) for corners in outlines for tolerance in (0.5, 2.0, 1e6)]
    expected = [
        list(map(list, simplified(tuple(map(tuple, corners)), tolerance_px=tolerance)))
        for corners, tolerance in given
    ]
    assert visitor.page.evaluate(SIMPLIFIED, given) == expected


def test_an_outline_is_simplified_by_keys_and_the_slider_tells(visitor):
    visitor.task("interactive")
    assert visitor.page.is_hidden("#simplify")
    visitor.press("u")
    for _ in range(4):
        visitor.press("]")
    assert visitor.page.inner_text("#simplify-value") == "2 px"
    left, top, right, bottom = 20, 40, 91, 81
    for place in ((left, top), (55, top + 1), (right, top), (right, bottom), (left, bottom)):
        corner(visitor, place)
    corner(visitor, (left, bottom))
    visitor.settle()
    (stroke,) = visitor.state()["feedback"]
    assert (stroke["simplify_px"], len(stroke["points"])) == (2, 5)
    assert (plane(visitor) > 0)[top + 1, left + 2 : right - 2].all()


def test_an_outline_stays_while_the_photo_is_zoomed_and_goes_with_its_tool(visitor):
    visitor.task("interactive")
    visitor.press("u")
    for place in CORNERS[:3]:
        corner(visitor, place)
    visitor.press("+")
    corner(visitor, CORNERS[3])
    corner(visitor, CORNERS[3])
    visitor.settle()
    assert len(visitor.state()["feedback"]) == 1
    visitor.press("u")
    for place in CORNERS[:3]:
        corner(visitor, place)
    visitor.press("1")
    corner(visitor, (60, 60))
    visitor.settle()
    assert [mark["type"] for mark in visitor.state()["feedback"]] == ["stroke", "click"]


def test_the_keyboard_sets_corners_too(visitor):
    visitor.task("interactive")
    visitor.press("u")
    visitor.page.locator("canvas").first.focus()
    for arrow in ("ArrowLeft", "Shift+ArrowRight", "Shift+ArrowDown"):
        visitor.page.keyboard.press(arrow)
        visitor.page.keyboard.press("Enter")
    visitor.page.keyboard.press("Enter")
    visitor.settle()
    (stroke,) = visitor.state()["feedback"]
    assert len(stroke["points"]) == 3
