"""Quick hands and many objects on the page, in a real Chromium."""

import pytest

pytestmark = pytest.mark.browser

STROKES = """() => {
  const plain = CanvasRenderingContext2D.prototype.stroke;
  window.strokes = 0;
  CanvasRenderingContext2D.prototype.stroke = function (...path) {
    window.strokes += 1;
    return plain.apply(this, path);
  };
}"""
TWO_FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


CLICKS = """async (places) => {
  const canvas = document.getElementById("canvas");
  for (const [clientX, clientY] of places) {
    const kind = { clientX, clientY, button: 0, pointerId: 1, pointerType: "mouse", bubbles: true };
    canvas.setPointerCapture = () => {};
    canvas.dispatchEvent(new PointerEvent("pointerdown", { ...kind, buttons: 1 }));
    canvas.dispatchEvent(new PointerEvent("pointerup", kind));
    await new Promise((done) => setTimeout(done, 20));
  }
}"""


def test_forty_quick_clicks_are_few_requests_and_none_is_lost(editing):
    asked = []
    editing.page.on("request", lambda request: asked.append(request.url))
    places = [(20 + 12 * (i % 20), 60 + 40 * (i // 20)) for i in range(40)]
    editing.page.evaluate(CLICKS, [editing.at(*place) for place in places])
    editing.settle()
    assert [(x, y) for x, y, _ in editing.marks()] == places
    assert len(asked) <= 12


def test_a_mark_that_was_not_sent_yet_is_taken_back_without_asking_the_server(editing):
    sent = []
    editing.page.route("**/marks", lambda route: None)  # held until the route is given up
    editing.page.on("request", lambda request: sent.append(request.url))
    for x in (60, 100, 140):
        editing.page.mouse.click(*editing.at(x, 80))
    editing.page.keyboard.press("Control+z")
    editing.page.wait_for_function(
        "() => document.querySelector('#facts').innerText.startsWith('2 marks, 2 on the way')"
    )
    assert not any(url.endswith("/undo") for url in sent)
    editing.page.unroute("**/marks")
    editing.settle()
    assert [x for x, *_ in editing.marks()] == [60, 100]


def test_a_moving_pointer_draws_no_outline_again(visitor, as_png):
    visitor.task("instances")
    visitor.page.uncheck("#finish")
    visitor.settle()
    for x in range(15, 110, 12):
        for y in (15, 40, 65):
            visitor.page.mouse.click(*visitor.at(x, y))
    visitor.settle()
    visitor.page.evaluate(STROKES)
    visitor.hover(50, 30)
    visitor.page.evaluate(TWO_FRAMES)
    visitor.page.evaluate("() => { window.strokes = 0; }")
    for x in range(30, 40):
        visitor.hover(x, 30)
        visitor.page.evaluate(TWO_FRAMES)
    assert visitor.page.evaluate("window.strokes") <= 10 * 4


def test_a_busy_server_is_asked_again_and_no_mark_is_lost_or_doubled(editing):
    refused = []
    told = {"error": {"type": "BusyError", "message": "The server has more to do than it takes."}}

    def busy(route):
        if len(refused) == 2:
            route.continue_()
            return
        refused.append(route.request.url)
        route.fulfill(status=503, headers={"Retry-After": "0.1"}, json=told)

    editing.page.route("**/marks", busy)
    editing.click(100, 80)
    assert len(refused) == 2
    assert "sent again by itself" in editing.told()
    assert [(x, y) for x, y, _ in editing.marks()] == [(100, 80)]


def test_a_mark_whose_process_was_lost_is_sent_again_only_where_it_had_not_come(editing):
    for place, comes in (((60, 80), True), ((140, 80), False)):
        lost = []

        def losing(route, comes=comes, lost=lost):
            if lost:
                route.continue_()
                return
            lost.append(route.request.url)
            if comes:
                route.fetch()
            route.fulfill(status=502, json={"error": {"type": "LostError", "message": "Lost."}})

        editing.page.route("**/marks", losing)
        editing.click(*place)
        editing.page.unroute("**/marks")
        assert lost
    assert [(x, y) for x, y, _ in editing.marks()] == [(60, 80), (140, 80)]


def test_a_picture_that_another_tab_has_changed_is_held_as_what_it_is(editing):
    """The picture is of a later version than the state that named it."""
    shown = []

    def changed(route):
        place = route.request.url.partition("/shown.png")[0]
        click = {"type": "click", "x": 60, "y": 80, "label": "foreground"}
        editing.page.request.post(f"{place}/marks", data={"marks": [click]})
        route.continue_()

    editing.page.route("**/shown.png*", changed, times=1)
    editing.page.reload()
    editing.page.wait_for_selector("body[data-phase=editing]")
    editing.settle()
    version = editing.state()["prediction"]["version"]
    editing.page.on("request", lambda one: shown.append(one.headers.get("clickmend-shown")))
    editing.click(200, 120)
    assert shown == [str(version)]  # the answer carries what differs, and no picture is fetched
    assert len(editing.marks()) == 2


def test_a_click_and_its_picture_are_one_request(editing):
    asked = []
    editing.page.on("request", lambda request: asked.append((request.method, request.url)))
    editing.click(60, 80)
    editing.click(200, 120)
    editing.press("Control+z")
    told = [(method, url.rpartition("/")[2]) for method, url in asked]
    assert told == [("POST", "marks"), ("POST", "marks"), ("POST", "undo")]
    assert editing.shows_mask_at(72, 80)  # beside the mark
    assert not editing.shows_mask_at(212, 120)
