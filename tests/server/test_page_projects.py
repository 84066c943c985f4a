"""A folder of photos worked through on the page, in a real Chromium."""

import json
import re
import threading
from pathlib import Path

import numpy as np
import pytest
from person import Person, serving, sit_down, until
from PIL import Image

from clickmend.core.errors import ImageError
from clickmend.data.codecs import mask_png
from clickmend.projects import labelling
from clickmend.projects.export import NOT_REJECTED, TOUCHED, Refusal, Written, place_of
from clickmend.projects.formats import FORMATS, formats_of, limits_of
from clickmend.projects.photos import Photos
from clickmend.projects.store import Query, Store
from clickmend.server import project_routes
from clickmend.server.app import create_app
from clickmend.server.networks import Networks
from clickmend.server.serve import listen
from clickmend.server.server import Server

pytestmark = pytest.mark.browser

COUNT = 6
GREY = mask_png(np.zeros((80, 120), bool))


@pytest.fixture
def kept(tmp_path, as_png):
    """A project of six photos of 120×80, grey and ever brighter."""
    folder = tmp_path / "photos"
    folder.mkdir()
    for i in range(COUNT):
        (folder / f"{i}.png").write_bytes(as_png(np.full((80, 120, 3), 90 + 20 * i, np.uint8)))
    home = tmp_path / "home"
    store = Store(home)
    labelling.open_project(store, "Greys", photos=[folder], task="interactive")
    store.close()
    return home


@pytest.fixture
def worker(browser, kept, fake_session, shipped):
    """A person in front of the start screen of a server that keeps the project."""
    app = create_app(session_factory=fake_session, networks=Networks(shipped), store=Store(kept))
    for address in serving(app):
        yield from sit_down(browser, address)


def enter(person):
    person.page.click("#projects li button")
    person.page.wait_for_selector("body[data-phase=editing]")
    shows(person, "1 / 6")


def shows(person, place):
    person.page.wait_for_function(
        "place => document.querySelector('#film-place').textContent === place", arg=place
    )
    person.settle()


def state(person):
    """The session on the photo that is open."""
    project, image = re.findall(r"\d+", person.page.evaluate("location.hash"))
    url = f"{person.address}/api/v1/projects/{project}/images/{image}"
    key = person.page.request.get(url).json()["session"]
    return person.page.request.get(f"{person.address}/api/v1/sessions/{key}").json()


def frames(person):
    return [picture.get_attribute("alt") for picture in person.page.locator(".frames img").all()]


def test_a_project_is_opened_worked_through_by_keys_and_shows_its_statuses(worker):
    worker.page.wait_for_selector("#projects li button")
    assert "0 of 6 done" in worker.page.inner_text("#projects")
    enter(worker)
    worker.page.mouse.click(*middle(worker))
    worker.settle()
    assert len(state(worker)["feedback"]) == 1
    assert "saved" in worker.status()
    for key, place in (
        ("a", "2 / 6"),
        ("r", "3 / 6"),
        ("x", "4 / 6"),
        ("f", "5 / 6"),
        ("d", "4 / 6"),
    ):
        worker.press(key)
        shows(worker, place)
    assert frames(worker)[:4] == ["0.png, done", "1.png, needs review", "2.png, rejected", "3.png"]
    assert worker.page.locator(".frames [aria-current=true] img").get_attribute("alt") == "3.png"
    worker.page.click("#home")
    worker.page.wait_for_function(
        "() => document.querySelector('#projects').innerText.includes('2 of 6 done, 1 to review')"
    )


def middle(person):
    box = person.page.locator("#canvas").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_a_photo_is_decided_about_once_and_only_by_who_sees_it(worker):
    enter(worker)
    for _ in range(20):
        worker.page.keyboard.down("a")  # a key that is held
    worker.page.keyboard.up("a")
    shows(worker, "2 / 6")
    for _ in range(3):
        worker.page.keyboard.press("x")  # the last two before the next photo is there
    shows(worker, "3 / 6")
    statuses = [name.partition(", ")[2] for name in frames(worker)]
    assert statuses[:3] == ["done", "rejected", ""]
    assert worker.page.locator(".toast").count() == 0


def held(page, url, method="POST"):
    """Holds requests to an address back; what is returned lets them go."""
    waiting = []

    def hold(route):
        if route.request.method == method:
            waiting.append(route)
        else:
            route.continue_()

    page.route(url, hold)

    def let_go():
        for route in waiting:
            route.continue_()
        page.unroute(url)

    return waiting, let_go


def test_what_is_decided_while_the_next_photo_is_opened_is_about_the_one_that_was_seen(worker):
    enter(worker)
    worker.page.wait_for_load_state("networkidle")
    waiting, let_go = held(worker.page, "**/images/*/session")
    worker.page.keyboard.press("f")
    until(lambda: worker.page.wait_for_timeout(20) or waiting)
    worker.page.keyboard.press("r")
    let_go()
    shows(worker, "2 / 6")
    worker.settle()
    assert [name.partition(", ")[2] for name in frames(worker)][:2] == ["needs review", ""]


def test_a_project_that_comes_after_one_has_left_is_not_shown(worker):
    waiting, let_go = held(worker.page, "**/api/v1/projects/*", method="GET")
    worker.page.click("#projects li button")
    until(lambda: worker.page.wait_for_timeout(20) or waiting)
    worker.page.set_input_files(
        "#photo-file", files=[{"name": "own.png", "mimeType": "image/png", "buffer": GREY}]
    )
    worker.page.wait_for_selector("body[data-phase=editing]")
    worker.page.click("#home")
    worker.page.wait_for_selector("body[data-phase=start]")
    let_go()
    worker.page.wait_for_load_state("networkidle")
    worker.settle()
    assert worker.page.is_hidden("#film")
    assert worker.page.get_attribute("body", "data-phase") == "start"


def test_a_photo_that_cannot_be_read_says_why_in_its_place_and_is_rejected(worker, kept, tmp_path):
    store = Store(kept)
    for name in ("0.png", "2.png"):
        (tmp_path / "photos" / name).write_bytes(b"no photo")
        image = store.images.listed(store.projects.listed()[0].id, Query(name=name))[1][0]
        with pytest.raises(ImageError):
            Photos(store).pixels(image)
    store.close()
    worker.page.click("#projects li button")
    worker.page.wait_for_selector("body[data-phase=editing]")
    shows(worker, "2 / 6")  # a project begins where one can work
    worker.press("d")
    shows(worker, "1 / 6")
    assert worker.page.inner_text("#unopened-name") == "0.png cannot be opened"
    assert "not a picture of a known format" in worker.page.inner_text("#unopened-why")
    assert worker.page.title().startswith("0.png")
    assert worker.page.is_disabled("#decide-done")
    assert not worker.page.is_visible("#tools")
    worker.press("a")
    assert "Nobody has seen this photo" in worker.told()
    worker.press("x")
    shows(worker, "2 / 6")
    assert not worker.page.is_visible("#unopened")
    assert worker.page.is_visible("#tools")
    worker.press("f")
    shows(worker, "3 / 6")
    worker.page.reload()
    shows(worker, "3 / 6")
    assert worker.page.inner_text("#unopened-name") == "2.png cannot be opened"
    faulty = ["0.png, rejected, cannot be read", "2.png, cannot be read"]
    assert frames(worker)[:4] == [faulty[0], "1.png", faulty[1], "3.png"]
    worker.page.click("#film-figures")
    worker.page.wait_for_selector("#unread:has-text('2 photos cannot be read')")
    worker.close_dialog()
    worker.page.select_option("#film-status", "faulty")
    worker.page.wait_for_function("() => document.querySelectorAll('.frames li').length === 2")
    worker.press("d")
    shows(worker, "1 / 2")
    worker.page.click("#home")
    worker.page.wait_for_function(
        "() => document.querySelector('#projects').innerText.includes('1 of 6 done')"
    )


def answer_tasks_late(page):
    """Have the page hear of the tasks once the project is there, and before its photo is."""
    held = []

    def hold(route):
        held.append(route)

    def let_go(route):
        while held:
            tasks = held.pop()
            tasks.fulfill(response=tasks.fetch())
        route.continue_()

    page.route("**/api/v1/tasks", hold)
    page.route("**/images?status=*", let_go)


def test_a_project_keeps_its_task_whatever_is_answered_first(
    browser, tmp_path, fake_session, shipped
):
    photos = tmp_path / "photos"
    photos.mkdir()
    Image.new("RGB", (60, 40)).save(photos / "a.png")
    store = Store(tmp_path / "home")
    labelling.open_project(store, "Things", photos=[photos], task="instances")
    app = create_app(session_factory=fake_session, networks=Networks(shipped), store=store)
    for address in serving(app):
        for person in sit_down(browser, address):
            answer_tasks_late(person.page)
            person.page.goto(f"{address}/#1")
            person.page.reload()
            person.page.wait_for_selector("body[data-phase=editing]")
            person.settle()
            assert person.page.get_attribute("body", "data-task") == "instances"


def test_of_many_classes_what_is_typed_shows_and_takes_those_that_have_it(
    browser, tmp_path, small_networks
):
    photos = tmp_path / "photos"
    photos.mkdir()
    Image.new("RGB", (60, 40)).save(photos / "a.png")
    store = Store(tmp_path / "home")
    classes = [{"name": f"class {n} of a long list"} for n in range(300)]
    labelling.open_project(store, "Many", photos=[photos], task="instances", classes=classes)
    for address in serving(create_app(store=store)):
        for person in sit_down(browser, address):
            page = person.page
            page.goto(f"{address}/#1")
            page.reload()
            page.wait_for_selector("body[data-phase=editing]")
            person.settle()
            assert page.locator(".names").bounding_box()["height"] < 200
            assert page.locator(".names button:visible").count() == 300
            person.press("l")
            page.keyboard.type("CLASS 27")
            assert page.locator(".names button:visible").count() == 11
            page.keyboard.press("Enter")
            assert page.input_value("#object-label") == "class 27 of a long list"
            assert page.locator(".names button:visible").count() == 300
            person.press("l")
            page.keyboard.type("another")
            page.keyboard.press("Enter")
            assert page.input_value("#object-label") == "another"
            person.press("l")
            page.keyboard.type("class 27")
            page.keyboard.press("Escape")
            assert page.input_value("#object-label") == "another"
            person.press("l")
            page.keyboard.type("class 27")
            page.click("text=class 273 of")
            assert page.input_value("#object-label") == "class 273 of a long list"
            assert page.evaluate("document.activeElement.id") == "canvas"
            person.press("l")
            page.keyboard.type("class 2")
            page.focus("#tool-paint")
            assert page.input_value("#object-label") == "class 273 of a long list"
            assert (
                page.locator(".names button[aria-pressed=true]")
                .inner_text()
                .endswith("class 273 of a long list")
            )


def test_the_last_photo_says_how_many_are_left(worker):
    enter(worker)
    worker.press("a")
    shows(worker, "2 / 6")
    worker.press("j")
    worker.page.keyboard.type("6")
    worker.page.keyboard.press("Enter")
    shows(worker, "6 / 6")
    worker.press("a")
    assert "4 photos of the project are not decided about yet" in worker.told()


def test_photos_are_found_by_status_and_by_name(worker):
    enter(worker)
    worker.press("a")
    shows(worker, "2 / 6")
    worker.page.select_option("#film-status", "done")
    worker.page.wait_for_function("() => document.querySelectorAll('.frames li').length === 1")
    assert frames(worker) == ["0.png, done"]
    worker.page.select_option("#film-status", "")
    worker.page.fill("#film-search", "4")
    worker.page.wait_for_selector(".frames img[alt^='4.png']")
    worker.page.wait_for_function("() => document.querySelectorAll('.frames li').length === 1")
    worker.page.click(".frames button")
    worker.page.wait_for_function("() => document.title.startsWith('4.png')")
    assert worker.page.inner_text("#film-place") == "1 / 1"


def test_a_reload_comes_back_to_the_place_the_zoom_the_reach_and_the_marks(worker):
    enter(worker)
    worker.press("f")
    shows(worker, "2 / 6")
    worker.page.mouse.move(*middle(worker))
    for key in ("]", "+", "+"):
        worker.press(key)
    worker.page.mouse.click(*middle(worker))
    worker.settle()
    seen = [worker.page.inner_text(f"#{name}") for name in ("size-value", "zoom-level")]
    worker.page.reload()
    shows(worker, "2 / 6")
    assert [worker.page.inner_text(f"#{name}") for name in ("size-value", "zoom-level")] == seen
    assert "1 mark" in worker.status()
    assert len(state(worker)["feedback"]) == 1


def test_a_comment_is_kept_with_the_photo(worker):
    enter(worker)
    worker.page.fill("#film-comment", "too dark")
    worker.page.keyboard.press("Enter")
    worker.press("f")
    shows(worker, "2 / 6")
    assert worker.page.input_value("#film-comment") == ""
    worker.press("d")
    shows(worker, "1 / 6")
    assert worker.page.input_value("#film-comment") == "too dark"


def test_the_figures_of_a_project_are_shown(worker):
    enter(worker)
    worker.page.mouse.click(*middle(worker))
    worker.settle()
    worker.press("a")
    shows(worker, "2 / 6")
    worker.page.click("#film-figures")
    worker.page.wait_for_function("() => figures.innerText.includes('for one photo')")
    words = worker.page.inner_text("#figures")
    assert "1.0 clicks" in words
    assert "for one photo" in words
    assert "1 done" in " ".join(words.split())
    assert "5 new" in " ".join(words.split())


def test_a_project_whose_photos_were_moved_asks_for_their_folder_and_goes_on(exporter, tmp_path):
    enter(exporter)
    exporter.page.mouse.click(*middle(exporter))
    exporter.settle()
    page, photos = exporter.page, tmp_path / "photos"
    page.click("#home")
    photos.rename(tmp_path / "pictures")
    page.click("#projects li button")
    page.wait_for_selector("#project h2:text('Where are the photos of “Greys”?')")
    assert f"Instead of {photos}" in page.inner_text("#project")
    assert page.evaluate("document.activeElement.id") == "moved-0"
    page.fill("#moved-0", str(tmp_path))
    page.keyboard.press("Tab")
    page.click("#project-go")
    page.wait_for_selector("#project .problem:has-text('does not continue it')")
    page.click("#project .folder button")
    page.click("#project .folders button[title$=pictures]")
    page.click("#project-go")
    page.wait_for_selector("#project", state="hidden")
    shows(exporter, "1 / 6")
    assert page.is_hidden("#unopened")
    assert len(state(exporter)["feedback"]) == 1
    page.wait_for_function(
        "() => [...document.querySelectorAll('.frames img')].every(one => one.naturalWidth)"
    )
    assert frames(exporter)[:2] == ["0.png, in progress", "1.png"]


def test_folders_that_vanish_while_one_works_are_asked_for_too(exporter, tmp_path):
    enter(exporter)
    (tmp_path / "photos").rename(tmp_path / "pictures")
    exporter.page.locator(".frames button").last.click()
    exporter.page.wait_for_selector("#unopened-why:has-text('is gone')")
    exporter.page.click("#moved")
    exporter.page.fill("#moved-0", str(tmp_path / "pictures"))
    exporter.page.keyboard.press("Enter")
    exporter.page.wait_for_selector("#unopened", state="hidden")
    assert exporter.page.is_hidden("#project")


def test_costs_are_plotted_by_photo_and_by_class(worker):
    enter(worker)
    x, y = middle(worker)
    for step in (0, 60):
        worker.page.mouse.click(x + step, y)
        worker.settle()
    worker.press("a")
    shows(worker, "2 / 6")
    worker.page.click("#film-figures")
    worker.page.wait_for_selector("#figures .histogram")
    plots = worker.page.locator("#figures .histogram")
    told = [plot.get_attribute("aria-label") for plot in plots.all()]
    assert [one.partition(":")[0] for one in told] == ["Seconds per photo", "Clicks per photo"]
    assert told[1].endswith(": 2, 1 photos")
    assert worker.page.locator("#figures td .bar-of").count() == 2  # clicks and time of one class


def test_only_what_is_done_is_exported_into_a_folder_of_its_own(exporter, tmp_path):
    enter(exporter)
    for key in ("a", "x"):
        exporter.page.mouse.click(*middle(exporter))
        exporter.settle()
        exporter.press(key)
    shows(exporter, "3 / 6")
    exporter.page.click("#film-figures")
    exporter.page.select_option("#export-which", "done")
    exporter.page.click("#export")
    exporter.page.wait_for_selector("#figures .told:has-text('written')")
    assert "1 file written" in exporter.page.inner_text("#figures .told")
    exporter.page.fill("#export-out", "/")
    exporter.page.click("#export")
    exporter.page.wait_for_selector("#figures .told:has-text('cannot be written')")
    assert [one.name for one in (tmp_path / "labels-done").iterdir()] == ["0.png"]


def test_an_export_is_written_in_the_format_that_is_chosen_and_remembers_it(exporter, tmp_path):
    store = Store(tmp_path / "other")
    project = store.projects.listed()[0]
    store.close()
    enter(exporter)
    page = exporter.page
    page.mouse.click(*middle(exporter))
    exporter.settle()
    page.click("#film-figures")
    form = page.locator("#export-format")
    form.wait_for()
    offered = [one.get_attribute("value") for one in form.locator("option").all()]
    assert offered == [one.name for one in formats_of("interactive")]
    assert form.input_value() == "mask-png"
    assert form.locator("option:checked").inner_text() == "a mask PNG (the project's)"
    assert page.input_value("#export-out") == str(tmp_path / "labels")
    form.select_option("npy")
    assert page.inner_text("#export-limits") == limits_of(FORMATS["npy"], "interactive")
    page.select_option("#export-which", "done")
    assert page.input_value("#export-out") == str(tmp_path / "labels-npy-done")
    for which, statuses in (("touched", TOUCHED), ("accepted", ("accepted",)), ("", NOT_REJECTED)):
        page.select_option("#export-which", which)
        there = place_of(project, form="npy", statuses=statuses)
        assert page.input_value("#export-out") == str(there)
    page.click("#export")
    page.wait_for_selector("#figures .told:has-text('written')")
    assert np.load(tmp_path / "labels-npy" / "0.npy").dtype == np.bool_
    page.reload()
    page.wait_for_selector("body[data-phase=editing]")
    exporter.settle()
    page.click("#film-figures")
    assert form.input_value() == "npy"
    assert page.input_value("#export-out") == str(tmp_path / "labels-npy")
    page.fill("#export-out", "elsewhere")
    form.select_option("coco")
    assert page.input_value("#export-out") == "elsewhere"  # what somebody has written stays


def test_labels_that_cannot_be_written_are_said_at_once_and_at_their_photo(exporter, tmp_path):
    (tmp_path / "labels" / "0.png").mkdir(parents=True)
    enter(exporter)
    exporter.page.mouse.click(*middle(exporter))
    exporter.page.wait_for_selector(".frames img[alt='0.png, in progress, labels not written']")
    told = exporter.told()
    assert "Labels are not written" in told
    assert "0.png cannot be written: it is not an ordinary file" in told
    exporter.page.wait_for_selector("#saved:has-text('saved, labels not written')")
    (tmp_path / "labels" / "0.png").rmdir()
    exporter.press("Control+z")
    exporter.page.wait_for_selector(".frames img[alt='0.png, in progress']")
    exporter.page.wait_for_selector("#saved:not(:has-text('not written'))")
    assert (tmp_path / "labels" / "0.png").is_file()


@pytest.fixture
def slow_export(monkeypatch, tmp_path):
    """An export of six photos that waits after the second until it is told to go on."""
    go = threading.Event()

    def export(*_, tell, **__):
        tell(2, 6)
        assert go.wait(60)
        tell(6, 6)
        return Written(
            [tmp_path / "0.png"] * 5, tmp_path, [Refusal("3.png", "It holds no object.")]
        )

    monkeypatch.setattr(project_routes, "export", export)
    yield go
    go.set()


@pytest.fixture
def exporter(browser, tmp_path, kept, fake_session, shipped):
    """A person in front of a server that keeps a project with a folder for its labels."""
    store = Store(tmp_path / "other")
    photos, out = tmp_path / "photos", tmp_path / "labels"
    labelling.open_project(store, "Greys", photos=[photos], task="interactive", out=out)
    app = create_app(
        session_factory=fake_session, networks=Networks(shipped), store=store, roots=[tmp_path]
    )
    for address in serving(app):
        yield from sit_down(browser, address)


def test_an_export_shows_how_far_it_is_and_lists_what_is_left_out(exporter, slow_export):
    enter(exporter)
    page = exporter.page
    page.click("#film-figures")
    page.click("#export")
    page.wait_for_selector("#figures .far:has-text('2 of 6 photos')")
    assert page.evaluate("document.querySelector('#export-progress').position") == pytest.approx(
        1 / 3
    )
    assert page.is_disabled("#export")
    slow_export.set()
    page.wait_for_selector("#figures .told:has-text('5 files written to')")
    assert page.inner_text("#figures .told").endswith("; 1 photo left out")
    assert page.inner_text("#figures .reason") == "3.png It holds no object."
    assert page.is_hidden("#export-progress")
    assert page.is_enabled("#export")


def test_all_photos_that_an_export_leaves_out_are_named_by_their_reason(exporter, monkeypatch):
    refused = [Refusal(f"{number}.png", "It holds no object.") for number in range(5)]
    refused.append(Refusal("5.png", "It is gone.", "object 2"))
    monkeypatch.setattr(
        project_routes, "export", lambda *_, **__: Written([], Path("/out"), refused)
    )
    enter(exporter)
    page = exporter.page
    page.click("#film-figures")
    page.click("#export")
    page.wait_for_selector("#figures .told:has-text('Nothing is written: 6 photos left out')")
    first, second = page.locator("#figures .reason").all()
    assert first.locator("p").inner_text() == "5 photos: It holds no object."
    assert first.locator("summary").inner_text() == "0.png, 1.png, 2.png and 2 more"
    assert not first.locator("li").last.is_visible()
    first.locator("summary").click()
    assert first.locator("li").all_inner_texts() == [f"{number}.png" for number in range(5)]
    assert second.inner_text() == "5.png (object 2) It is gone."


@pytest.mark.parametrize("size", [(1366, 768), (1280, 720), (1024, 600), (360, 640)])
def test_what_an_export_leaves_out_is_seen_without_scrolling(exporter, monkeypatch, size):
    refused = [Refusal(f"{number}.png", f"Reason {number}.") for number in range(12)]
    monkeypatch.setattr(
        project_routes, "export", lambda *_, **__: Written([], Path("/out"), refused)
    )
    page = exporter.page
    enter(exporter)
    for _ in range(2):
        page.mouse.click(*middle(exporter))
        exporter.settle()
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.evaluate("document.querySelector('#film-figures').click()")
    page.click("#export")
    page.wait_for_selector("#figures .refused .reason")
    for part in ("#figures .told", "#figures .refused"):
        box = page.locator(part).bounding_box()
        frame = page.locator("#figures").bounding_box()
        assert box["y"] >= max(0, frame["y"])
        assert box["y"] + box["height"] <= min(size[1], frame["y"] + frame["height"])


def test_an_export_goes_on_when_its_dialog_is_closed_and_its_end_is_told(exporter, slow_export):
    enter(exporter)
    page = exporter.page
    page.click("#film-figures")
    page.click("#export")
    page.wait_for_selector("#figures .far:has-text('2 of 6 photos')")
    exporter.close_dialog()
    exporter.press("f")
    shows(exporter, "2 / 6")
    page.click("#film-figures")
    page.wait_for_selector("#figures .far:has-text('2 of 6 photos')")
    exporter.close_dialog()
    slow_export.set()
    page.wait_for_selector(".toast:has-text('1 photo left out')")
    page.click("#film-figures")
    assert page.inner_text("#figures .reason") == "3.png It holds no object."


def test_two_tabs_see_what_the_other_keeps(browser, worker):
    enter(worker)
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    other = Person(page, worker.address)
    page.goto(f"{worker.address}/{worker.page.evaluate('location.hash')}")
    shows(other, "1 / 6")
    worker.page.bring_to_front()
    worker.page.mouse.click(*middle(worker))
    worker.settle()
    page.bring_to_front()
    page.wait_for_function("() => document.querySelector('#facts').innerText.startsWith('1 mark')")
    other.press("a")
    shows(other, "2 / 6")
    worker.page.bring_to_front()
    worker.page.wait_for_selector(".frames img[alt='0.png, done']")
    page.close()


def test_the_page_goes_on_by_itself_when_the_server_is_started_again(
    browser, kept, fake_session, shipped
):
    def run(listening):
        ready = threading.Event()
        app = create_app(
            session_factory=fake_session, networks=Networks(shipped), store=Store(kept)
        )
        server = Server(app, when_ready=ready.set)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        assert ready.wait(60)
        return server, thread

    def stop(server, thread):
        server.should_exit = True
        server.force_exit = True
        thread.join(60)

    with listen("127.0.0.1", 0) as listening:
        port = listening.getsockname()[1]
        running = run(listening)
        people = sit_down(browser, f"http://127.0.0.1:{port}")
        person = next(people)
        enter(person)
        person.page.mouse.click(*middle(person))
        person.settle()
        stop(*running)
    x, y = middle(person)
    person.page.mouse.click(x + 30, y)
    assert "goes on by itself" in person.told()
    assert "waiting for the server" in person.status()
    with listen("127.0.0.1", port) as listening:
        running = run(listening)
        person.settle()
        assert len(state(person)["feedback"]) == 2
        assert person.page.locator(".toast").count() == 0
        assert next(people, None) is None
        stop(*running)


def test_of_ten_thousand_photos_only_those_in_view_are_elements(worker):
    image = {"status": "new", "clicks": 0, "seconds": 0, "comment": "", "uncertainty": None}
    image |= {"version": 0, "by": "", "session": None, "size": [120, 80]}

    def answer(route):
        offset = int(re.search(r"offset=(\d+)", route.request.url)[1])
        images = [
            image | {"id": i + 1, "name": f"{i}.png", "thumbnail": f"/logo.svg?{i}"}
            for i in range(offset, min(offset + 100, 10_000))
        ]
        route.fulfill(body=json.dumps({"total": 10_000, "images": images}))

    worker.page.route("**/images?**", answer)
    worker.page.click("#projects li button")
    worker.page.wait_for_selector("body[data-phase=editing]")
    shows(worker, "1 / 10000")
    strip = worker.page.locator("#film-strip")
    for place in (2000, 5000, 9900):
        strip.evaluate("(strip, place) => { strip.scrollLeft = 104 * place; }", place)
        worker.page.wait_for_selector(f".frames img[alt='{place + 2}.png']")
        assert worker.page.locator(".frames li").count() < 30


@pytest.fixture
def many(browser, tmp_path, as_png, fake_session, shipped):
    """A person in front of a project of 130 photos, more than the page asks for at once."""
    folder = tmp_path / "photos"
    folder.mkdir()
    content = as_png(np.full((8, 12, 3), 90, np.uint8))
    for i in range(130):
        (folder / f"{i:03}.png").write_bytes(content)
    store = Store(tmp_path / "home")
    labelling.open_project(store, "Many", photos=[folder], task="interactive")
    for address in serving(
        create_app(session_factory=fake_session, networks=Networks(shipped), store=store)
    ):
        yield from sit_down(browser, address)


def test_a_photo_is_gone_to_by_its_number_and_found_again_after_a_reload(many):
    many.page.click("#projects li button")
    shows(many, "1 / 130")
    many.press("j")
    many.page.keyboard.type("125")
    many.page.keyboard.press("Enter")
    shows(many, "125 / 130")
    assert many.page.title().startswith("124.png")
    many.page.reload()
    shows(many, "125 / 130")
    many.press("f")
    shows(many, "126 / 130")
    assert many.page.locator(".frames [aria-current=true] img").get_attribute("alt") == "125.png"


@pytest.mark.parametrize("typed", ["7", "0", "2.5", "2e"])
def test_a_number_of_no_photo_is_told_and_another_one_can_be_typed_at_once(worker, typed):
    enter(worker)
    worker.page.click("#film-place")
    worker.page.keyboard.type(typed)
    worker.page.keyboard.press("Enter")
    assert "numbers 1 to 6" in worker.told()
    assert worker.page.is_visible("#film-number")
    worker.page.keyboard.type("3")
    worker.page.keyboard.press("Enter")
    shows(worker, "3 / 6")
    assert worker.page.is_hidden("#film-number")


def test_a_tab_hears_of_changes_by_one_stream_and_asks_for_none(worker):
    asked = []
    worker.page.on("request", lambda request: asked.append(request.url.partition("/api/v1")[2]))
    enter(worker)
    project = re.findall(r"\d+", worker.page.evaluate("location.hash"))[0]
    place = f"{worker.address}/api/v1/projects/{project}/images"
    for image in worker.page.request.get(place).json()["images"][3:]:
        decision = {"version": 0, "status": "rejected"}
        worker.page.request.patch(f"{place}/{image['id']}", data=decision)
        worker.page.wait_for_selector(f".frames img[alt='{image['name']}, rejected']")
    assert sum(f"/projects/{project}/changes" in url for url in asked) == 1
    assert sum(url == f"/projects/{project}" for url in asked) == 1
    assert sum("/images?" in url for url in asked) <= 3  # where to begin, and the first page


def test_on_a_phone_photos_are_found_and_commented_in_a_drawer(worker):
    page = worker.page
    page.set_viewport_size({"width": 360, "height": 640})
    enter(worker)
    assert page.is_hidden("#film-comment")
    page.click("#film-more")
    for control in page.locator(".film-bar :is(button, input, select):visible").all():
        box = control.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 360
        assert min(box["width"], box["height"]) >= 40
    page.fill("#film-comment", "too dark")
    page.keyboard.press("Enter")
    worker.settle()
    page.fill("#film-search", "4")
    page.wait_for_function("() => document.querySelector('#film-place').textContent === '1'")
    page.click("#film-more")
    assert page.is_hidden("#film-search")
    assert page.get_attribute("#film-more", "data-used") is not None  # the list is not all photos
    page.click("#film-next")
    shows(worker, "1 / 1")
    page.click("#film-more")
    page.fill("#film-search", "")
    shows(worker, "5 / 6")
    assert page.get_attribute("#film-more", "data-used") is None


@pytest.mark.parametrize(("size", "most_px"), [((1024, 600), 90), ((1280, 720), 48)])
def test_the_bar_of_a_project_takes_few_rows_and_shows_all(worker, size, most_px):
    page = worker.page
    page.set_viewport_size({"width": size[0], "height": size[1]})
    enter(worker)
    assert page.locator(".film-bar").bounding_box()["height"] <= most_px
    for name in ("status", "search", "sort", "classes", "figures", "comment", "decisions", "next"):
        box = page.locator(f"#film-{name}").bounding_box()
        assert box["width"] >= 28
        assert box["x"] + box["width"] <= page.locator("#film").bounding_box()["width"]


@pytest.fixture
def reviewer(browser, worker):
    """Another person on the same project; both have said who they are."""
    worker.page.evaluate("localStorage.setItem('clickmend-by', 'Ada')")
    for other in sit_down(browser, worker.address):
        other.page.evaluate("localStorage.setItem('clickmend-by', 'Bob')")
        yield other


def test_what_one_has_done_another_accepts_or_sends_back_with_a_word(worker, reviewer):
    enter(worker)
    for place in ("2 / 6", "3 / 6"):
        worker.press("a")
        shows(worker, place)
    worker.press("d")
    shows(worker, "2 / 6")
    assert worker.page.inner_text("#decide-done").endswith("Done")  # one's own work
    reviewer.page.click("#projects li button")
    reviewer.page.wait_for_selector("body[data-phase=editing]")
    reviewer.page.select_option("#film-status", "second")
    reviewer.page.wait_for_function("() => document.querySelectorAll('.frames li').length === 2")
    reviewer.page.click(".frames li:first-child button")
    shows(reviewer, "1 / 2")
    assert reviewer.page.inner_text("#decide-done").endswith("Accept")
    reviewer.press("a")  # accepted, it leaves the queue
    shows(reviewer, "1 / 1")
    assert reviewer.page.title().startswith("1.png")
    reviewer.press("x")
    assert "Say what is wrong" in reviewer.told()
    reviewer.page.keyboard.type("the mirror is left out")
    reviewer.page.keyboard.press("Enter")
    reviewer.settle()
    reviewer.press("x")
    reviewer.page.wait_for_function("() => document.querySelectorAll('.frames li').length === 0")
    worker.page.wait_for_selector(".frames img[alt='0.png, accepted']")
    worker.press("d")
    shows(worker, "1 / 6")
    assert worker.page.get_attribute("#decide-done", "aria-pressed") == "true"
    worker.press("a")  # whoever did it cannot take that back by saying done
    shows(worker, "2 / 6")
    assert frames(worker)[0] == "0.png, accepted"
    worker.page.select_option("#film-status", "rejected")
    worker.page.wait_for_function("() => document.querySelectorAll('.frames li').length === 1")
    worker.press("f")
    worker.press("d")
    worker.page.click(".frames li button")
    shows(worker, "1 / 1")
    assert worker.page.input_value("#film-comment") == "the mirror is left out"
    worker.press("a")
    worker.page.wait_for_function("() => document.querySelectorAll('.frames li').length === 0")
    reviewer.page.wait_for_selector(".frames img[alt='1.png, done']")
