"""Tools under real fingers, on a phone and on a tablet, in a real Chromium.

Buttons are clicked: what a tap on them is, the browser decides by its own clock.
"""

import numpy as np
import pytest
from fingers import PATIENT, Fingers
from person import Person, opened, serving

from clickmend.projects import labelling
from clickmend.projects.store import Store
from clickmend.server.app import create_app
from clickmend.server.networks import Networks

pytestmark = pytest.mark.browser

SIZE = (120, 80)
SCREENS = {"phone": (360, 640), "tablet": (820, 1180)}


@pytest.fixture(params=SCREENS)
def screen(request, browser):
    """A page on a screen that has fingers alone."""
    width, height = SCREENS[request.param]
    context = browser.new_context(
        viewport={"width": width, "height": height}, has_touch=True, is_mobile=True
    )
    context.add_init_script(PATIENT)
    page = context.new_page()
    page.set_default_timeout(60_000)
    failures = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    yield page
    context.close()
    assert failures == []


@pytest.fixture
def holder(screen, dense_address, as_png, rng):
    """Somebody who holds that screen and has opened a photo of 120×80."""
    screen.goto(dense_address)
    screen.wait_for_selector(".sheet .tasks [data-task=depth]")
    photo = rng.integers(0, 90, (*SIZE[::-1], 3)).astype(np.uint8)
    photo[20:60, 30:80] += 120
    return opened(Person(screen, dense_address), "scene.png", as_png(photo))


@pytest.fixture
def fingers(screen):
    return Fingers(screen)


def choose(person, task):
    person.page.click(f".bar [data-task={task}]")
    person.settle()


def drag(person, fingers, start, end):
    fingers.drag(person.at(*start), person.at(*end), steps=8)
    person.settle()


def long_press(person, fingers, place, said):
    """Stay at a place until the hint says so; the finger stays down."""
    fingers.hold(
        person.at(*place), f"() => document.querySelector('#hint').innerText.includes('{said}')"
    )


def test_brush_eraser_and_outline_paint_exactly(holder, fingers):
    holder.page.click("#tool-paint")
    drag(holder, fingers, (20, 40), (70, 40))
    mask = holder.shown() > 0
    assert mask[40, 20:70].all()
    holder.page.click("#tool-erase")
    drag(holder, fingers, (40, 30), (40, 50))
    assert not holder.shown()[40, 40]
    assert holder.shown()[40, 25]
    holder.page.click("#tool-outline")
    for corner in ((90, 50), (110, 50), (110, 70), (90, 50)):
        fingers.tap(holder.at(*corner))
    holder.settle()
    assert holder.shown()[55, 108]
    holder.page.click("#undo")
    holder.settle()
    assert len(holder.state()["feedback"]) == 2


@pytest.mark.parametrize("task", ["interactive", "semantic"])
def test_what_fingers_protect_stays_and_a_long_press_sets_free_along_a_drag(holder, fingers, task):
    choose(holder, task)
    holder.page.click("#tool-protect")
    assert "long-press and drag sets it free" in holder.hint()
    drag(holder, fingers, (20, 40), (90, 40))
    mask = holder.protected()
    assert mask[40, 20:90].all()
    before = holder.shown()
    holder.page.click("#tool-paint")
    drag(holder, fingers, (60, 20), (60, 60))
    np.testing.assert_array_equal(holder.shown()[mask], before[mask])
    assert (holder.shown() != before).any()
    holder.page.click("#tool-protect")
    long_press(holder, fingers, (30, 40), "set it free")
    fingers.put("touchMove", holder.at(45, 40))
    fingers.put("touchEnd")
    holder.settle()
    assert not holder.protected()[40, 30:45].any()
    assert holder.protected()[40, 85]
    holder.page.click("#tool-protect-inside")
    for corner in ((10, 10), (50, 10), (50, 70), (10, 10)):
        fingers.tap(holder.at(*corner))
    holder.settle()
    assert holder.protected()[20, 40]
    holder.page.click("#protection-free")
    holder.settle()
    assert not holder.protected().any()


def test_two_fingers_zoom_and_pan_while_a_brush_is_chosen_and_paint_nothing(holder, fingers):
    holder.page.click("#tool-paint")
    (x, y), before = holder.at(60, 40), holder.page.inner_text("#zoom-level")
    fingers.put("touchStart", (x - 30, y))
    fingers.put("touchStart", (x - 30, y), (x + 30, y))
    for wide in (40, 60):
        fingers.put("touchMove", (x - wide, y), (x + wide, y))
    fingers.put("touchMove", (x - 50, y + 10), (x + 70, y + 10))
    fingers.put("touchEnd")
    holder.page.wait_for_function(
        "before => document.querySelector('#zoom-level').textContent !== before", arg=before
    )
    holder.settle()
    assert holder.state()["feedback"] == []


def test_a_mark_is_dragged_and_taken_back_by_itself(holder, fingers):
    fingers.tap(holder.at(50, 40))
    holder.settle()
    fingers.tap(holder.at(100, 20))
    holder.settle()
    assert holder.marks() == [(50, 40, "foreground"), (100, 20, "foreground")]
    drag(holder, fingers, (50, 40), (70, 50))
    assert sorted(holder.marks()) == [(70, 50, "foreground"), (100, 20, "foreground")]
    fingers.tap(holder.at(100, 20))
    holder.page.click("#clear")
    holder.settle()
    assert holder.marks() == [(70, 50, "foreground")]


def test_a_class_is_protected_by_its_lock_which_no_finger_finds_unseen(holder, fingers):
    choose(holder, "semantic")
    rows = holder.page.locator(".palette .class")
    assert rows.nth(1).locator(".lock").is_hidden()
    rows.nth(1).locator(".choose").click()
    rows.nth(1).locator(".lock").click()
    holder.settle()
    assert holder.state()["protected_classes"] == [1]
    rows.nth(0).locator(".choose").click()
    assert rows.nth(1).locator(".lock").is_visible()  # it says that it is on


def test_an_object_is_chosen_protected_and_removed_in_its_row(holder, fingers):
    choose(holder, "instances")
    for place in ((50, 40), (100, 70)):
        fingers.tap(holder.at(*place))
        holder.settle()
    rows = holder.page.locator("#objects li")
    holder.page.wait_for_selector("#objects li:nth-child(2)")
    box = rows.nth(0).bounding_box()
    assert box["height"] >= 36
    rows.nth(0).locator("button").first.click(position={"x": box["width"] - 15, "y": 15})
    assert len(holder.state()["objects"]) == 2  # what removes an object is not there yet
    assert rows.nth(0).locator("button").first.get_attribute("aria-pressed") == "true"
    holder.page.click("[aria-label='Protect object 1']")
    holder.settle()
    assert [one["protected"] for one in holder.state()["objects"]] == [True, False]
    rows.nth(1).locator("button").first.click()
    holder.page.click("[aria-label='Remove object 2']")
    holder.settle()
    assert len(holder.state()["objects"]) == 1


def test_before_is_shown_while_a_finger_stays_on_its_button(holder, fingers):
    fingers.tap(holder.at(50, 40))
    holder.settle()
    holder.page.locator("#compare").scroll_into_view_if_needed()
    box = holder.page.locator("#compare").bounding_box()
    place = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    prevented = holder.page.evaluate(
        """() => !document.querySelector("#compare").dispatchEvent(
            new MouseEvent("contextmenu", { bubbles: true, cancelable: true }))"""
    )
    assert prevented
    fingers.hold(place, "() => document.querySelector('#hint').innerText.includes('before')")
    fingers.put("touchEnd")
    holder.page.wait_for_function(
        "() => !document.querySelector('#hint').innerText.includes('before')"
    )


def test_the_relief_is_turned_by_one_finger_and_brought_near_by_two(holder, fingers):
    choose(holder, "depth")
    holder.page.click("#show-relief")
    canvas = holder.page.locator("#relief-canvas")
    box = canvas.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def look():
        return canvas.evaluate(
            "one => new Promise(done => requestAnimationFrame(() => requestAnimationFrame("
            "() => done(one.toDataURL()))))"
        )

    first = look()
    fingers.drag((x, y), (x + 40, y + 10))
    turned = look()
    assert turned != first
    fingers.put("touchStart", (x - 20, y), (x + 20, y))
    fingers.put("touchMove", (x - 40, y), (x + 40, y))
    fingers.put("touchEnd")
    near = look()
    assert near != turned
    fingers.put("touchStart", (x - 40, y), (x + 40, y))
    fingers.put("touchMove", (x - 20, y), (x + 20, y))
    fingers.put("touchEnd")
    assert look() == turned  # the pinch has not turned it


@pytest.fixture
def reviewer(screen, small_networks, tmp_path, as_png):
    """Somebody with fingers alone in front of a project of three photos that Ada has done."""
    photos = tmp_path / "photos"
    photos.mkdir()
    for number in range(3):
        pixels = np.full((*SIZE[::-1], 3), 90 + 20 * number, np.uint8)
        (photos / f"{number}.png").write_bytes(as_png(pixels))
    store = Store(tmp_path / "home")
    project = labelling.open_project(store, "Greys", photos=[photos], task="interactive")
    for number in range(1, 4):
        store.images.decide(number, version=0, project_id=project.id, status="done", by="Ada")
    for address in serving(create_app(store=store, roots=[tmp_path], networks=Networks())):
        screen.goto(address)
        screen.evaluate("localStorage.setItem('clickmend-by', 'Bo')")
        screen.click("#projects li button")
        screen.wait_for_selector("body[data-phase=editing]")
        person = Person(screen, address)
        person.settle()
        yield person


def test_a_second_look_accepts_and_goes_on(reviewer):
    page = reviewer.page
    if page.is_visible("#film-more"):
        page.click("#film-more")
    page.select_option("#film-status", "second")
    page.wait_for_selector(".frames li:nth-child(3)")
    if page.is_visible("#film-more"):
        page.click("#film-more")
    assert page.inner_text("#decide-done").strip().endswith("Accept")
    page.click("#decide-done")
    page.wait_for_function("() => document.title.startsWith('1.png')")
    reviewer.settle()
    project = page.evaluate("location.hash").removeprefix("#").partition("/")[0]
    place = f"{reviewer.address}/api/v1/projects/{project}/images?status=accepted"
    listed = page.request.get(place).json()
    assert [one["name"] for one in listed["images"]] == ["0.png"]
    box = page.locator("#decide-done").bounding_box()
    assert min(box["width"], box["height"]) >= 30
