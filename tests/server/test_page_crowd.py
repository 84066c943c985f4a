"""Many objects on the page: a click carries, lists and paints what it changes, and nothing else."""

import numpy as np
import pytest

from clickmend.feedback import Click
from clickmend.projects.actions import body_of

pytestmark = pytest.mark.browser

SIZE = (240, 320)
CELL, SIDE = 32, 18
SMOOTHED = 16
"""Of 255; by so much the edge of a line may be another where a part of it is drawn."""

ACROSS, DOWN = 10, 7

PIXELS = """() => {
  const canvas = document.getElementById("canvas");
  const context = canvas.getContext("2d");
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  window.seen = [...(window.seen ?? []), data].slice(-2);
}"""

APART = """() => {
  const [one, other] = window.seen;
  const width = 4 * document.getElementById("canvas").width;
  const apart = { bytes: 0, most: 0, x0: width, y0: width, x1: 0, y1: 0 };
  for (let i = 0; i < one.length; i++) {
    if (one[i] === other[i]) continue;
    const [x, y] = [(i % width) >> 2, Math.floor(i / width)];
    apart.bytes++;
    apart.most = Math.max(apart.most, Math.abs(one[i] - other[i]));
    [apart.x0, apart.x1] = [Math.min(apart.x0, x), Math.max(apart.x1, x)];
    [apart.y0, apart.y1] = [Math.min(apart.y0, y), Math.max(apart.y1, y)];
  }
  return apart;
}"""

COUNTED = """() => {
  const { arc } = CanvasRenderingContext2D.prototype;
  window.dots = 0;
  CanvasRenderingContext2D.prototype.arc = function (...how) {
    window.dots++;
    return arc.apply(this, how);
  };
  window.rows = [];
  new MutationObserver((seen) => {
    for (const { addedNodes, removedNodes } of seen) {
      for (const { dataset } of [...addedNodes, ...removedNodes]) {
        if (dataset?.key) window.rows.push(Number(dataset.key));
      }
    }
  }).observe(document.getElementById("objects"), { childList: true, subtree: true });
}"""

DRAWN = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


def centre(number):
    """Of a square, (x, y)."""
    row, column = divmod(number - 1, ACROSS)
    return column * CELL + CELL // 2, row * CELL + CELL // 2


def squares(count):
    """An index of the first so many squares, numbered along the rows."""
    index = np.zeros(SIZE, np.uint8)
    for number in range(1, count + 1):
        x, y = centre(number)
        index[y - SIDE // 2 : y + SIDE // 2, x - SIDE // 2 : x + SIDE // 2] = number
    return index


@pytest.fixture(params=[9, ACROSS * DOWN], ids=["few", "crowd"])
def person(request, visitor, rng, as_png):
    """Somebody who mends object 5 of so many; of few each dot has its number."""
    photo = rng.integers(0, 60, (*SIZE, 3)).astype(np.uint8)
    photo[squares(ACROSS * DOWN) > 0] += 130
    visitor.task("instances")
    visitor.open("squares.png", as_png(photo))
    visitor.page.wait_for_function("() => document.title.startsWith('squares')")
    visitor.settle()
    visitor.choose_file("prior", "old.png", as_png(squares(request.param)))
    visitor.page.wait_for_function(
        "count => document.querySelectorAll('#objects li').length === count", arg=request.param
    )
    visitor.settle()
    visitor.page.click("#objects li[data-key='5'] button")
    visitor.page.evaluate(COUNTED)
    return visitor


def rest(person):
    """Move the pointer off the photo, and wait until everything is drawn."""
    person.page.mouse.move(5, 300)
    person.settle()
    person.page.evaluate(DRAWN)


def assert_drawn_as_anew(person):
    """What is on the stage is what all of it painted anew is, but for edges of lines."""
    rest(person)
    person.page.evaluate(PIXELS)
    for _ in range(2):
        person.page.click("#peek")
    rest(person)
    person.page.evaluate(PIXELS)
    apart = person.page.evaluate(APART)
    assert apart["most"] <= SMOOTHED, f"it differs: {apart}"


def mend(person, number=5, *, away=7, button="right"):
    x, y = centre(number)
    person.click(x + away, y + away, button=button)


def test_what_a_click_changes_is_painted_as_if_all_were(person):
    assert_drawn_as_anew(person)
    mend(person)
    assert_drawn_as_anew(person)
    mend(person, away=11, button="left")
    assert_drawn_as_anew(person)
    person.press("Control+z")
    assert_drawn_as_anew(person)
    person.press("Control+z")
    assert_drawn_as_anew(person)
    person.press("Escape")
    person.click(3, 3)
    assert_drawn_as_anew(person)
    person.press("Control+z")
    assert_drawn_as_anew(person)
    person.page.click("#objects li[data-key='2'] [aria-label^='Remove']", force=True)
    assert_drawn_as_anew(person)
    person.press("Control+z")
    assert_drawn_as_anew(person)


def test_a_click_is_painted_as_if_all_were_however_near_one_looks(person):
    for _ in range(4):
        person.press("+")
    mend(person)
    assert_drawn_as_anew(person)
    person.page.click("#view-alone")
    mend(person, away=11, button="left")
    assert_drawn_as_anew(person)


def test_a_click_touches_one_row_of_the_list_and_the_dots_that_are_near(person):
    rest(person)
    mend(person)
    rest(person)
    person.page.evaluate("() => { window.dots = 0; window.rows.length = 0; }")
    mend(person, away=11, button="left")
    person.page.evaluate(DRAWN)
    assert set(person.page.evaluate("window.rows")) == {5}
    count = person.page.locator("#objects li").count()
    dots = person.page.evaluate("window.dots")
    assert dots < 60 if count > 60 else dots, f"{dots} circles were drawn among {count} objects"


def test_the_page_knows_what_the_server_tells_who_knows_nothing(person):
    sent = []
    person.page.on("request", lambda one: sent.append(one.headers.get("clickmend-known")))
    mend(person)
    person.press("Escape")
    person.click(3, 3)
    person.press("Control+z")
    person.press("Control+Shift+z")
    assert all(sent)
    known = person.page.evaluate(
        """async (id) => {
          const { knownOf } = await import("/js/known.js");
          return knownOf(id);
        }""",
        person.state()["id"],
    )
    whole = person.state()
    assert known["things"] == whole["objects"]
    assert known["marks"] == whole["feedback"]
    assert known["marks"][0] == body_of(Click(3.5, 3.5))
