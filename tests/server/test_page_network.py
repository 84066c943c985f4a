"""The network in the page: its geometry beside Python's, and a click beside the server's."""

import shutil
from io import BytesIO

import numpy as np
import pytest
from person import opened, serving, sit_down
from PIL import Image
from skimage import data

from clickmend.correction.masks import hold
from clickmend.feedback.crop import Crop, around, resize, whole_image
from clickmend.feedback.marks import Box, Click
from clickmend.networks.encoding import MarkEncoding
from clickmend.server import runtime
from clickmend.server.app import create_app
from clickmend.server.page import WEB
from clickmend.tasks.engine import Placed
from clickmend.tasks.interactive.engine import _sure
from clickmend.tasks.interactive.reading import Reading
from clickmend.tasks.interactive.told import still_held
from clickmend.tasks.interactive.view import choose_view, cuts_off

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def port(browser):
    """``port(module, body, given)``: what a function body over a module of the page returns."""
    page = browser.new_page()
    place = "http://localhost"
    page.route(
        f"{place}/js/**",
        lambda route: route.fulfill(path=WEB / route.request.url.removeprefix(f"{place}/")),
    )
    page.route(f"{place}/", lambda route: route.fulfill(body="", content_type="text/html"))
    page.goto(f"{place}/")

    def run(module, body, given):
        call = f"async (given) => {{ const m = await import('/js/network/{module}.js'); {body} }}"
        return page.evaluate(call, given)

    yield run
    page.close()


def told(mark):
    if isinstance(mark, Box):
        return {"type": "box", "x0": mark.x0, "y0": mark.y0, "x1": mark.x1, "y1": mark.y1}
    return {"type": "click", "x": mark.x, "y": mark.y, "label": mark.label}


def crop_of(crop):
    names = {"out_w": "outW", "out_h": "outH"}
    fields = ("x0", "y0", "x1", "y1", "out_w", "out_h")
    return {names.get(name, name): getattr(crop, name) for name in fields}


def mask_of(mask):
    height, width = mask.shape
    return {"data": mask.astype(int).ravel().tolist(), "width": width, "height": height}


MASK = "const mask = { ...given.mask, data: Uint8Array.from(given.mask.data) };"


def some_clicks(rng, count, width, height):
    return tuple(
        Click(float(x) + 0.5, float(y) + 0.5, label)
        for x, y, label in zip(
            rng.integers(0, width, count),
            rng.integers(0, height, count),
            rng.choice(["foreground", "background"], count),
            strict=True,
        )
    )


def blobs(rng, width, height):
    mask = np.zeros((height, width), bool)
    for _ in range(3):
        x, y = rng.integers(0, width), rng.integers(0, height)
        mask[y : y + rng.integers(1, height // 2), x : x + rng.integers(1, width // 2)] = True
    return mask


def test_views_are_those_of_python(port, rng):
    cases = []
    for _ in range(40):
        width, height = (int(side) for side in rng.integers(40, 900, 2))
        x0, x1 = sorted(rng.uniform(0, width, 2).tolist())
        y0, y1 = sorted(rng.uniform(0, height, 2).tolist())
        how = {"width": width, "height": height, "margin": 1.4}
        extent = (float(int(x0)), float(int(y0)), x1, y1)
        own = around(extent, **how, long_side=288)
        whole = whole_image(width, height, long_side=224)
        cases.append((extent, how | {"longSide": 288}, crop_of(own), crop_of(whole)))
    found = port(
        "geometry",
        """return given.map(([extent, how]) =>
            [m.around(extent, how), m.wholeImage(how.width, how.height, 224)])""",
        [case[:2] for case in cases],
    )
    assert found == [[around_it, whole] for *_, around_it, whole in cases]
    assert port("geometry", "return given.map(m.roundEven)", [0.5, 1.5, 2.5, -0.5, -1.5, 2.6]) == [
        round(x) for x in (0.5, 1.5, 2.5, -0.5, -1.5, 2.6)
    ]


def test_a_view_is_chosen_and_found_too_narrow_as_in_python(port, rng):
    width, height = 120, 90
    whole = whole_image(width, height, long_side=64)
    for count in (1, 2, 3, 4):
        clicks = some_clicks(rng, count, width, height)
        marks = (*clicks, Box(10, 20, 60, 50)) if count == 4 else clicks
        mask = blobs(rng, width, height) if count > 1 else np.zeros((height, width), bool)
        crop = choose_view(marks, mask, whole=whole, view_px=64, margin=1.4)
        inner = Crop(20, 10, 70, 60, out_w=64, out_h=64)
        given = {
            "marks": [told(mark) for mark in marks],
            "mask": mask_of(mask),
            "how": {"whole": crop_of(whole), "viewPx": 64, "margin": 1.4},
            "inner": crop_of(inner),
        }
        body = f"""{MASK} return [
            m.chooseView(given.marks, mask, given.how), m.cutsOff(given.inner, mask)]"""
        seen = np.where(mask[inner.place], np.float32(1), np.float32(-1))
        cut = cuts_off(inner, seen, width=width, height=height)
        assert port("geometry", body, given) == [crop_of(crop), cut]


@pytest.mark.parametrize(
    ("size", "to"),
    [
        ((90, 70), (32, 32)),  # both shrink
        ((96, 64), (32, 32)),  # by whole numbers
        ((64, 64), (32, 32)),
        ((20, 30), (64, 96)),  # both grow
        ((70, 30), (64, 32)),  # one of each
        ((64, 32), (64, 32)),
    ],
)
def test_pictures_are_resized_as_opencv_does(port, rng, size, to):
    width, height = size
    plane = rng.normal(size=(height, width)).astype(np.float32)
    photo = rng.integers(0, 256, (height, width), np.uint8)
    part = {"left": 0, "top": 0, "width": width, "height": height, "stride": width}
    given = {"data": plane.ravel().tolist(), "part": part, "to": to}
    found = port("resize", "return [...m.resized(given.data, given.part, ...given.to)]", given)
    own = resize(plane, *to)
    assert np.allclose(np.reshape(found, own.shape), own, atol=1e-5)
    given["data"] = photo.ravel().tolist()
    found = port("resize", "return [...m.resizedPhoto(given.data, given.part, ...given.to)]", given)
    assert np.array_equal(np.reshape(found, own.shape), resize(photo, *to))
    inner = {"left": 3, "top": 5, "width": 10, "height": 12, "stride": 2 * width, "step": 2}
    doubled = np.repeat(plane, 2, axis=1)
    given = {"data": doubled.ravel().tolist(), "part": inner | {"channel": 1}, "to": to}
    found = port("resize", "return [...m.resized(given.data, given.part, ...given.to)]", given)
    own = resize(np.ascontiguousarray(plane[5:17, 3:13]), *to)
    assert np.allclose(np.reshape(found, own.shape), own, atol=1e-5)


@pytest.mark.parametrize("kind", ["disk", "distance"])
def test_the_network_is_told_of_marks_as_in_python(port, rng, kind):
    crop = Crop(10, 20, 90, 80, out_w=64, out_h=32)
    encoding = MarkEncoding(kind, 5.0)
    clicks = (Click(9.5, 30.5, "foreground"), *some_clicks(rng, 5, 100, 90))
    box = Box(5.0, 25.0, 60.0, 70.0)
    previous = rng.random((32, 64), np.float32)
    given = {
        "encoding": {"kind": kind, "radius_px": 5.0, "previous": True},
        "marks": [told(mark) for mark in (*clicks, box)],
        "previous": previous.ravel().tolist(),
        "crop": crop_of(crop),
    }
    body = """const previous = Float32Array.from(given.previous);
        return [...m.encoded(given.encoding, given.marks, previous, given.crop)]"""
    found = np.reshape(port("encoding", body, given), (1, 4, 32, 64))
    assert np.allclose(found, encoding(clicks, box, previous, crop), atol=1e-6)


def test_what_a_click_is_meant_for_and_holds_is_that_of_python(port, rng):
    width, height = 60, 50
    for _ in range(12):
        mask = blobs(rng, width, height)
        noise = rng.uniform(0.1, 1.5, mask.shape)
        logits = np.where(mask, noise, -noise).astype(np.float32)
        *earlier, newest = some_clicks(rng, 4, width, height)
        radius = Reading().radius_px(newest, mask)
        shape = mask.shape
        found = hold(logits.__getitem__, newest, 8.0, shape=shape, earlier=earlier)
        given = {
            "mask": mask_of(mask),
            "logits": logits.ravel().tolist(),
            "newest": told(newest),
            "earlier": [told(mark) for mark in earlier],
        }
        body = f"""{MASK}
            const logits = Float32Array.from(given.logits);
            const radius = m.radiusOf(given.newest, mask, 50);
            m.hold(logits, 60, 50, given.newest, 8, given.earlier);
            return [radius, [...logits]]"""
        here = port("answering", body, given)
        assert here[0] == pytest.approx(radius, rel=1e-6)
        held = logits.copy()
        held[found.place][found.changed] = _sure(logits[found.place], found)
        assert np.allclose(np.reshape(here[1], mask.shape), held, atol=1e-6)


def test_a_click_that_a_later_one_contradicts_is_dropped_as_in_python(port, rng):
    for _ in range(8):
        marks = (*some_clicks(rng, 8, 5, 4), Box(0, 0, 3, 3))
        held = still_held(tuple(Placed(mark, 1.0) for mark in marks), shape=(4, 5))
        body = "return m.stillHeld(given, 5, 4)"
        found = port("answering", body, [told(mark) for mark in marks])
        assert found == [told(one.mark) for one in held]


@pytest.fixture
def answering(browser, require):
    """A person whose browser answers clicks on a photo of 640×480."""
    if not runtime.is_there() and shutil.which("npm") is None:
        pytest.skip("there is no npm, which brings ONNX Runtime for the browser")
    require(runtime.is_there(), "there is no ONNX Runtime for the browser; run make page-runtime")
    photo = Image.fromarray(data.chelsea()).resize((640, 480))
    file = BytesIO()
    photo.save(file, "PNG")
    for address in serving(create_app()):
        for person in sit_down(browser, address):
            opened(person, "cat.png", file.getvalue())
            person.page.check("#here-chosen")
            person.page.wait_for_selector("#here[data-phase=ready]")
            yield person


def test_a_click_is_answered_in_the_browser_and_then_by_the_server(answering):
    held = []

    def hold_back(route):
        held.append(route)

    answering.page.route("**/marks", hold_back)
    answering.page.mouse.click(*answering.at(300, 240))
    answering.page.wait_for_selector("#here[data-answered='1']")
    answering.page.wait_for_selector("#progress", state="hidden")  # nobody waits for the server
    assert answering.state()["feedback"] == []
    assert answering.page.get_attribute("#here", "data-share") == ""
    held.pop().continue_()
    answering.page.unroute("**/marks")
    answering.page.wait_for_selector("#here:not([data-share=''])")
    assert answering.marks() == [(300, 240, "foreground")]
    assert float(answering.page.get_attribute("#here", "data-share")) <= 1e-3
    share = (np.asarray(Image.open(BytesIO(answering.served()))) > 0).mean()
    assert 0.05 < share < 0.95
    answering.click(60, 60, button="right")
    answering.page.wait_for_selector("#here[data-compared='2']")
    assert answering.page.get_attribute("#here", "data-apart") == "0"
