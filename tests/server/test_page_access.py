"""axe-core on the screens of the page, in a real Chromium, light and dark, wide and narrow."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from person import Person, serving
from small_networks import save_detector

from clickmend.projects import labelling
from clickmend.projects.store import Store
from clickmend.server.app import create_app
from clickmend.server.networks import Networks

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RULES = """async () => (await axe.run()).violations.map(
  ({ id, nodes }) => [id, ...nodes.map(({ target, any }) => `${target}: ${any[0]?.message}`)]
)"""
SCREENS = [
    pytest.param((scheme, size), id=f"{scheme}-{size[0]}")
    for scheme in ("light", "dark")
    for size in ((360, 640), (1280, 800))
]


@pytest.fixture
def look(require):
    """``look(page)``: the violations that axe-core finds."""
    if shutil.which("npm") is None:
        pytest.skip("there is no npm, which brings axe-core")
    require(AXE.is_file(), "there is no axe-core; run make check-page")
    script = AXE.read_text()

    def violations(page):
        page.evaluate(script)
        return page.evaluate(RULES)

    return violations


@pytest.fixture(params=SCREENS)
def screen(request):
    """A colour scheme and a size."""
    return request.param


@pytest.fixture
def watched(screen, browser, dense_address):
    """A page in a colour scheme and a size; its errors, those of the console too, are gathered."""
    yield from watching(screen, browser, dense_address)


def watching(screen, browser, address):
    scheme, (width, height) = screen
    page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
    page.set_default_timeout(60_000)
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
    page.goto(address)
    page.wait_for_selector(".sheet .tasks [data-task=depth]")
    yield page, errors
    page.close()


def test_no_screen_breaks_a_rule(watched, dense_address, grey, look):
    page, errors = watched
    assert look(page) == []
    person = Person(page, dense_address)
    person.open("grey.png", grey)
    page.wait_for_selector("body[data-phase=editing]")
    person.settle()
    for task in ("interactive", "instances", "semantic", "matting", "depth"):
        person.task(task)
        person.click(150, 100)
        assert (task, look(page)) == (task, [])
        if task == "semantic":
            person.press("Shift+L")
            person.press("Shift+B")
            person.click(100, 100)
            assert page.is_visible("#protection-free")
            assert look(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.keyboard.press("?")
    assert look(page) == []
    assert errors == []


def test_nothing_that_is_opened_on_a_screen_breaks_a_rule(watched, dense_address, grey, look):
    page, errors = watched
    person = Person(page, dense_address)
    person.open("grey.png", grey)
    page.wait_for_selector("body[data-phase=editing]")
    person.settle()
    for task in ("interactive", "instances", "semantic", "matting", "depth"):
        person.task(task)
        person.click(150, 100)
        person.press("u")
        page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        assert (task, look(page)) == (task, [])
    person.press("s")
    page.wait_for_selector("#split-at:visible")
    assert look(page) == []
    person.press("?")
    page.click("#shortcuts [data-id=peek]")
    assert look(page) == []
    page.keyboard.press("Escape")
    person.close_dialog()
    person.task("semantic")
    page.click("#other-classes")
    page.wait_for_selector("#own-classes")
    assert look(page) == []
    assert errors == []


@pytest.fixture
def project_address(small_networks, tmp_path, as_png):
    """A server that keeps a project of three photos with objects of two classes."""
    photos, old = tmp_path / "photos", tmp_path / "old"
    index = np.zeros((80, 120), np.uint8)
    index[20:60, 30:80], index[5:15, 90:110] = 1, 2
    for folder, pixels in ((photos, np.full((80, 120, 3), 128, np.uint8)), (old, index)):
        folder.mkdir()
        for number in range(3):
            (folder / f"{number}.png").write_bytes(as_png(pixels))
    store = Store(tmp_path / "home")
    labelling.open_project(
        store,
        "Things",
        photos=[photos],
        task="instances",
        classes=[{"name": "cat", "colour": "#ff8800", "key": None}, {"name": "dog"}],
        priors=old,
        out=tmp_path / "labels",
        format="instance-png",
    )
    detector = save_detector(tmp_path)
    yield from serving(
        create_app(store=store, roots=[tmp_path], networks=Networks(given=[str(detector)]))
    )


def test_no_screen_of_a_project_breaks_a_rule(screen, browser, project_address, look, tmp_path):
    for page, errors in watching(screen, browser, project_address):
        person = Person(page, project_address)
        page.wait_for_selector("#projects li button")
        assert look(page) == []
        page.click("#new-project")
        page.wait_for_selector("#project-go")
        page.click("#class-add")
        assert look(page) == []
        person.close_dialog()
        page.click("#projects li button")
        page.wait_for_selector(".frames li:nth-child(3)")
        person.settle()
        assert look(page) == []
        assert page.is_visible("#find-objects")
        page.locator("#objects li button").first.click()
        person.press("Shift+L")
        page.locator("[aria-label='Hide object 2']").click()
        assert look(page) == []
        if page.is_visible("#film-more"):  # on a phone what is looked for and said is in a drawer
            page.click("#film-more")
            assert look(page) == []
        page.click("#film-classes")
        assert look(page) == []
        person.close_dialog()
        page.locator("#canvas").focus()
        page.evaluate("localStorage.setItem('clickmend-by', 'Ada')")
        person.press("a")
        page.wait_for_function("() => document.title.startsWith('1.png')")
        person.settle()
        page.click("#film-figures")
        page.wait_for_selector("#export-which")
        assert look(page) == []
        (tmp_path / "photos" / "2.png").write_bytes(b"no photo any more")
        page.click("#export")
        page.wait_for_selector("#figures .refused .reason")
        assert look(page) == []
        page.select_option("#export-format", "yolo-seg")
        assert look(page) == []
        person.close_dialog()
        page.wait_for_selector(".frames img[alt='0.png, done']")
        assert look(page) == []
        page.evaluate("localStorage.setItem('clickmend-by', 'Bo')")
        if page.is_visible("#film-more") and not page.is_visible("#film-status"):
            page.click("#film-more")
        page.select_option("#film-status", "second")
        page.wait_for_function("() => document.querySelectorAll('.frames li').length === 1")
        page.click(".frames li button")
        page.wait_for_selector("#decide-done:has-text('Accept')")
        assert look(page) == []
        page.locator("#canvas").focus()
        person.press("j")
        assert page.is_visible("#film-number")
        assert look(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert errors == []
        (tmp_path / "photos").rename(tmp_path / "moved")
        page.reload()
        page.wait_for_selector("#moved-0")
        assert look(page) == []


def test_neither_relief_nor_a_question_nor_a_message_breaks_a_rule(
    watched, dense_address, grey, look, as_png
):
    page, errors = watched
    person = Person(page, dense_address)
    person.open("grey.png", grey)
    page.wait_for_selector("body[data-phase=editing]")
    person.settle()
    person.task("depth")
    person.press("v")
    assert look(page) == []
    person.close_dialog()
    person.choose_file("prior", "small.png", as_png(np.zeros((8, 12), np.uint8)))
    page.wait_for_selector("#question[open]")
    assert look(page) == []
    page.click('#question button:has-text("millimetre")')
    page.wait_for_selector(".toast")
    assert look(page) == []
    assert [one for one in errors if "400" not in one] == []  # the refusal is one on purpose


def test_the_names_of_objects_are_the_words_that_are_shown(visitor):
    visitor.task("instances")
    visitor.click(50, 40)
    row = visitor.page.locator("#objects button").first
    assert row.get_attribute("aria-label") is None
    assert row.inner_text().split() == ["1", "no", "label"]
