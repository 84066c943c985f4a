"""Fingers on the page, in a real Chromium with a touch screen."""

import pytest
from fingers import PATIENT, Fingers
from person import Person

pytestmark = pytest.mark.browser


@pytest.fixture
def touching(browser, address, grey):
    """A person with a touch screen of 360×640 who has opened a grey photo."""
    context = browser.new_context(viewport={"width": 360, "height": 640}, has_touch=True)
    context.add_init_script(PATIENT)
    page = context.new_page()
    page.goto(address)
    person = Person(page, address)
    page.wait_for_selector("#samples li")
    person.open("grey.png", grey)
    page.wait_for_selector("body[data-phase=editing]")
    person.settle()
    yield person
    context.close()


@pytest.fixture
def fingers(touching):
    return Fingers(touching.page)


def test_a_tap_is_one_click(touching, fingers):
    fingers.tap(touching.at(100, 80))
    touching.settle()
    assert touching.marks() == [(100, 80, "foreground")]


def test_a_long_press_is_the_other_button(touching, fingers):
    begun = "() => document.querySelector('#facts').innerText[0] === '1'"
    fingers.hold(touching.at(100, 80), begun)
    fingers.put("touchEnd")
    touching.settle()
    assert touching.marks() == [(100, 80, "background")]


def test_one_finger_moves_the_photo_and_marks_nothing(touching, fingers):
    start, end = touching.at(100, 80), touching.at(160, 120)
    fingers.drag(start, end)
    fingers.tap(end)
    touching.settle()
    ((x, y, _),) = touching.marks()
    assert abs(x - 100) <= 1
    assert abs(y - 80) <= 1


def test_two_fingers_zoom_about_their_middle_and_mark_nothing(touching, fingers):
    (x, y), before = touching.at(150, 100), touching.page.inner_text("#zoom-level")
    fingers.put("touchStart", (x - 30, y), (x + 30, y))
    for wide in (40, 60):
        fingers.put("touchMove", (x - wide, y), (x + wide, y))
    fingers.put("touchEnd")
    touching.page.wait_for_function(
        "before => document.querySelector('#zoom-level').textContent !== before", arg=before
    )
    was, now = (int(text.split()[0]) for text in (before, touching.page.inner_text("#zoom-level")))
    assert now == pytest.approx(2 * was, abs=2)
    fingers.tap((x, y))
    touching.settle()
    ((column, row, _),) = touching.marks()
    assert abs(column - 150) <= 1
    assert abs(row - 100) <= 1


def test_with_the_box_one_finger_draws_it(touching, fingers):
    touching.page.tap("#tool-box")
    fingers.drag(touching.at(40, 30), touching.at(120, 90))
    touching.settle()
    (box,) = touching.state()["feedback"]
    assert (box["type"], box["x0"], box["y0"]) == ("box", 40, 30)


def test_everything_in_the_bar_can_be_reached_on_a_narrow_screen(touching):
    page = touching.page
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("document.querySelector('.bar').scrollWidth <= innerWidth")
    for button in page.locator(".bar button:visible").all():
        box = button.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 360
        assert min(box["width"], box["height"]) >= 30
    assert "Tap" in touching.hint()


def test_taps_set_the_corners_of_an_outline_which_two_fingers_leave_there(touching, fingers):
    touching.press("u")
    for place in ((60, 60), (140, 60), (140, 120)):
        fingers.tap(touching.at(*place))
    (x, y), (u, v) = touching.at(80, 80), touching.at(120, 100)
    fingers.put("touchStart", (x, y), (u, v))
    fingers.put("touchMove", (x - 8, y - 8), (u + 8, v + 8))
    fingers.put("touchEnd")
    assert touching.state()["feedback"] == []
    touching.press("0")
    fingers.tap(touching.at(60, 60))
    touching.settle()
    (stroke,) = touching.state()["feedback"]
    assert (stroke["filled"], len(stroke["points"])) == (True, 3)
