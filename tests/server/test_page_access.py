"""axe-core on the screens of the page, in a real Chromium, light and dark, wide and narrow."""

import shutil
from pathlib import Path

import pytest
from person import Person

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
def watched(request, browser, dense_address):
    """A page in a colour scheme and a size; its errors, those of the console too, are gathered."""
    scheme, (width, height) = request.param
    page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
    page.set_default_timeout(60_000)
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
    page.goto(dense_address)
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
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.keyboard.press("?")
    assert look(page) == []
    assert errors == []


def test_the_names_of_objects_are_the_words_that_are_shown(visitor):
    visitor.task("instances")
    visitor.click(50, 40)
    row = visitor.page.locator("#objects button").first
    assert row.get_attribute("aria-label") is None
    assert row.inner_text().split() == ["1", "no", "label"]
