"""One photo in two tabs, and a server that goes away while it is asked, in a real Chromium."""

import numpy as np
import pytest
from person import Person, opened, serving, sit_down

from clickmend.projects import labelling
from clickmend.projects.store import Store
from clickmend.server.app import create_app
from clickmend.server.networks import Networks

pytestmark = pytest.mark.browser


@pytest.fixture
def place(editing):
    """The address of the session that is open."""
    key = editing.page.evaluate("location.hash").removeprefix("#")
    return f"{editing.address}/api/v1/sessions/{key}"


def mark(person, place, x, y):
    """What somebody else does to the photo, whom the page does not hear of."""
    click = {"type": "click", "x": x + 0.5, "y": y + 0.5, "label": "foreground"}
    assert person.page.request.post(f"{place}/marks", data={"marks": [click]}).ok


def places(person):
    return [(x, y) for x, y, _ in person.marks()]


def test_undo_takes_back_nothing_that_another_tab_has_done(editing, place):
    editing.click(60, 80)
    mark(editing, place, 200, 120)
    editing.press("Control+z")
    assert "changed elsewhere meanwhile" in editing.told()
    assert places(editing) == [(60, 80), (200, 120)]
    assert editing.shows_mask_at(212, 120)  # and is shown now
    editing.press("Control+z")
    assert places(editing) == [(60, 80)]


def test_a_chosen_mark_is_taken_back_though_its_number_is_another_one_now(editing, place):
    for x in (60, 120, 200):
        editing.click(x, 80)
    editing.click(200, 80)  # choose the last one
    assert editing.page.request.delete(f"{place}/marks/1").ok
    editing.press("Delete")
    assert places(editing) == [(120, 80), (200, 80)]
    assert "changed elsewhere meanwhile" in editing.told()
    editing.click(200, 80)
    editing.press("Delete")
    assert places(editing) == [(120, 80)]


def test_an_object_that_another_tab_has_finished_or_removed_is_told(visitor):
    visitor.task("instances")
    for x in (20, 60, 100):
        visitor.click(x, 40)
    key = visitor.page.evaluate("location.hash").removeprefix("#")
    objects = f"{visitor.address}/api/v1/sessions/{key}/objects"
    first, second, _ = [one["key"] for one in visitor.state()["objects"]]
    assert visitor.page.request.patch(f"{objects}/{first}", data={"protected": True}).ok
    visitor.page.click("[aria-label='Remove object 1']")
    visitor.settle()
    assert "changed elsewhere meanwhile" in visitor.told()
    assert len(visitor.state()["objects"]) == 3
    assert visitor.page.get_attribute("[aria-label='Protect object 1']", "aria-pressed") == "true"
    visitor.page.locator("#objects li").nth(1).locator("button").first.click()
    assert visitor.page.request.delete(f"{objects}/{second}").ok
    visitor.click(60, 20)  # mends what is no more
    assert visitor.page.locator(f".toast:has-text('There is no object {second}')").count() == 1
    assert visitor.page.locator("#objects li").count() == 2


def test_what_changed_nothing_that_is_seen_is_no_conflict(editing, place):
    editing.click(60, 80)
    editing.page.request.post(f"{place}/undo")
    editing.page.request.post(f"{place}/redo")
    editing.press("Control+z")
    assert places(editing) == []
    assert editing.page.locator(".toast").count() == 0


def test_a_mark_that_was_lost_is_sent_again_though_others_came_meanwhile(editing, place):
    def lose(route):
        mark(editing, place, 200, 120)
        route.abort()

    editing.page.route("**/marks", lose, times=1)
    editing.click(60, 80)
    assert places(editing) == [(200, 120), (60, 80)]


def test_a_mark_whose_answer_breaks_off_is_kept_and_shown_once(editing):
    def cut(route):
        route.fulfill(status=200, body=route.fetch().text()[:40])

    editing.page.route("**/marks", cut, times=1)
    editing.click(60, 80)
    assert places(editing) == [(60, 80)]
    assert editing.shows_mask_at(72, 80)
    assert "1 mark" in editing.status()


def test_a_photo_whose_picture_did_not_come_is_shown_when_the_server_is_back(person, grey):
    lost = []

    def lose(route):
        lost.append(route.request.url)
        route.abort()

    person.page.route("**/shown.png*", lose, times=2)
    opened(person, "grey.png", grey)
    assert len(lost) == 2
    person.click(60, 80)
    assert person.shows_mask_at(72, 80)
    assert person.page.locator(".toast").count() == 0


def test_a_box_that_is_begun_on_one_photo_is_not_put_on_the_next(editing, as_png):
    editing.press("b")
    editing.page.mouse.move(*editing.at(60, 60))
    editing.page.mouse.down()
    editing.page.mouse.move(*editing.at(120, 120))
    opened(editing, "next.png", as_png(np.full((200, 300, 3), 90, np.uint8)))
    editing.page.wait_for_function("document.querySelector('#photo-name').innerText === 'next.png'")
    editing.page.mouse.move(*editing.at(200, 150))
    editing.page.mouse.up()
    editing.settle()
    assert editing.state()["feedback"] == []


def test_a_stroke_is_given_up_where_another_tool_is_chosen_meanwhile(editing):
    editing.press("p")
    editing.page.mouse.move(*editing.at(60, 60))
    editing.page.mouse.down()
    editing.page.mouse.move(*editing.at(120, 120))
    editing.press("b")
    editing.page.mouse.move(*editing.at(200, 150))
    editing.page.mouse.up()
    editing.settle()
    assert editing.state()["feedback"] == []


@pytest.fixture
def worker(browser, tmp_path, as_png, fake_session, shipped):
    """A person in front of a project of four photos."""
    folder = tmp_path / "photos"
    folder.mkdir()
    for i in range(4):
        (folder / f"{i}.png").write_bytes(as_png(np.full((80, 120, 3), 90 + 20 * i, np.uint8)))
    store = Store(tmp_path / "home")
    labelling.open_project(store, "Greys", photos=[folder], task="interactive")
    app = create_app(session_factory=fake_session, networks=Networks(shipped), store=store)
    for address in serving(app):
        yield from sit_down(browser, address)


def test_a_list_that_does_not_come_stops_nothing_that_is_done_after_it(worker: Person):
    worker.page.click("#projects li button")
    worker.page.wait_for_selector("body[data-phase=editing]")
    worker.page.select_option("#film-status", "new")
    worker.settle()
    worker.page.locator("#canvas").focus()
    worker.page.route("**/images?*", lambda route: route.abort(), times=1)
    worker.press("a")
    assert "does not answer" in worker.told()
    worker.press("f")
    worker.page.wait_for_function("() => document.title.startsWith('1.png')")
    worker.settle()
    worker.press("a")
    worker.page.wait_for_function("() => document.title.startsWith('2.png')")


def test_a_decision_whose_answer_is_lost_is_kept_once_and_the_next_photo_comes(worker: Person):
    worker.page.click("#projects li button")
    worker.page.wait_for_selector("body[data-phase=editing]")
    worker.settle()

    def lose(route):
        if route.request.method == "PATCH":
            route.fetch()
            route.abort()
            worker.page.unroute("**/images/*")
        else:
            route.continue_()

    worker.page.route("**/images/*", lose)
    worker.press("a")
    worker.page.wait_for_function("() => document.title.startsWith('1.png')")
    worker.settle()
    assert worker.page.locator(".frames img").first.get_attribute("alt") == "0.png, done"
    assert worker.page.locator(".toast").count() == 0


def test_three_steps_in_a_hurry_are_three_and_open_no_more_than_two_photos(worker: Person):
    worker.page.click("#projects li button")
    worker.page.wait_for_selector("body[data-phase=editing]")
    worker.settle()
    opened_on = []
    worker.page.on(
        "request",
        lambda one: opened_on.append(one.url) if one.url.endswith("/session") else None,
    )
    for _ in range(3):
        worker.page.keyboard.press("f")
    worker.page.wait_for_function("() => document.title.startsWith('3.png')")
    worker.settle()
    assert len(opened_on) <= 2
