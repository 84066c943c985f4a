"""Back and Forward go through what was seen, and nothing is lost, in a real Chromium."""

# ruff: noqa: F811

import pytest
from test_page_projects import enter, kept, middle, shows, state, worker  # noqa: F401

pytestmark = pytest.mark.browser


def titled(person, name):
    person.page.wait_for_function("name => document.title.startsWith(name)", arg=name)
    person.settle()


def started(person):
    person.page.wait_for_selector("body[data-phase=start]")
    person.settle()


def back(person):
    person.page.evaluate("history.back()")


def forward(person):
    person.page.evaluate("history.forward()")


def test_back_goes_through_loose_photos_to_the_start_and_forward_comes_again(editing, grey):
    editing.click(100, 80)
    editing.open("next.png", grey)
    titled(editing, "next")
    back(editing)
    titled(editing, "grey")
    assert len(editing.marks()) == 1
    assert editing.shows_mask_at(110, 80)
    back(editing)
    started(editing)
    forward(editing)
    titled(editing, "grey")
    forward(editing)
    titled(editing, "next")
    assert editing.marks() == []


def test_another_way_to_see_the_same_photo_is_no_step(visitor):
    for task in ("semantic", "depth", "interactive"):
        visitor.task(task)
    back(visitor)
    started(visitor)


def test_a_mark_that_is_on_its_way_is_kept_when_one_goes_back(editing):
    place = editing.at(100, 80)
    editing.page.mouse.click(*place)
    back(editing)
    started(editing)
    forward(editing)
    titled(editing, "grey")
    assert len(editing.marks()) == 1


def test_back_in_a_project_shows_the_photo_before_and_then_the_projects(worker):
    enter(worker)
    worker.press("f")
    shows(worker, "2 / 6")
    worker.page.mouse.click(*middle(worker))
    worker.settle()
    worker.press("a")
    shows(worker, "3 / 6")
    back(worker)
    shows(worker, "2 / 6")
    assert len(state(worker)["feedback"]) == 1
    back(worker)
    shows(worker, "1 / 6")
    back(worker)
    started(worker)
    assert worker.page.is_visible("#projects li button")
    forward(worker)
    shows(worker, "1 / 6")


def test_several_steps_in_a_hurry_end_where_the_address_is(worker):
    enter(worker)
    for number in range(2, 6):
        worker.press("f")
        shows(worker, f"{number} / 6")
    worker.page.evaluate("() => { for (let i = 0; i < 3; i++) history.back(); }")
    shows(worker, "2 / 6")
    worker.page.evaluate("history.go(2)")
    shows(worker, "4 / 6")
    worker.press("d")  # a step by hand is a new one
    shows(worker, "3 / 6")
    back(worker)
    shows(worker, "4 / 6")


def test_a_reload_stays_where_one_has_gone_back_to(worker):
    enter(worker)
    worker.press("f")
    shows(worker, "2 / 6")
    back(worker)
    shows(worker, "1 / 6")
    worker.page.reload()
    shows(worker, "1 / 6")
    forward(worker)
    shows(worker, "2 / 6")


def test_the_start_screen_by_its_button_is_a_step_too(worker):
    enter(worker)
    worker.page.click("#home")
    started(worker)
    back(worker)
    shows(worker, "1 / 6")


def test_a_dialog_is_closed_when_one_goes_back(worker):
    enter(worker)
    worker.press("f")
    shows(worker, "2 / 6")
    worker.page.click("#film-figures")
    worker.page.wait_for_selector("#figures[open]")
    back(worker)
    shows(worker, "1 / 6")
    assert worker.page.locator("dialog[open]").count() == 0


def test_a_trimap_that_nothing_keeps_is_asked_about_and_stays_where_one_stays(visitor):
    visitor.task("matting")
    visitor.page.wait_for_selector("body[data-task=trimap]")
    visitor.drag((50, 40), (70, 40))
    address = visitor.page.url
    back(visitor)
    visitor.page.wait_for_selector("#question[open]")
    visitor.close_dialog()
    visitor.page.wait_for_function("address => location.href === address", arg=address)
    assert "1 mark" in visitor.status()
    back(visitor)
    visitor.page.wait_for_selector("#question[open]")
    visitor.page.click("#question button:has-text('Throw away')")
    started(visitor)
