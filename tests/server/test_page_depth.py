"""Depth maps on the page, in a real Chromium, on a small network."""

import math
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from clickmend.server import pictures

pytestmark = pytest.mark.browser


def millimetres(person):
    return np.asarray(Image.open(BytesIO(person.served()))).astype(int)


@pytest.fixture
def measuring(visitor):
    visitor.task("depth")
    return visitor


def test_a_click_says_the_metres_of_the_field(measuring):
    before = millimetres(measuring)
    wanted = before[40, 60] * 1.3 / 1000
    measuring.page.fill("#metres", f"{wanted:.3f}")
    measuring.page.keyboard.press("Enter")
    measuring.click(60, 40)
    (click,) = measuring.state()["feedback"]
    assert click["value"] == pytest.approx(wanted, abs=0.001)
    after = millimetres(measuring)
    assert abs(after[40, 60] / 1000 - wanted) < abs(before[40, 60] / 1000 - wanted)
    measuring.page.click("#undo")
    measuring.settle()
    assert np.array_equal(millimetres(measuring), before)


def test_numbers_typed_into_the_field_are_no_shortcuts(measuring):
    measuring.page.click("#metres")
    measuring.page.keyboard.press("Control+a")
    measuring.page.keyboard.type("3.4")
    assert measuring.page.get_attribute("#tool-value", "aria-pressed") == "true"
    assert "3.40 m" in measuring.hint()


def test_the_same_depth_as_at_another_place(measuring):
    here = millimetres(measuring)[15, 100]
    measuring.press("2")
    assert "whose depth is right" in measuring.hint()
    measuring.click(100, 15)
    assert measuring.state()["feedback"] == []
    assert f"{here / 1000:.2f} m" in measuring.hint()
    measuring.click(20, 60)
    (click,) = measuring.state()["feedback"]
    assert (click["x"], click["y"], click["value"]) == (20.5, 60.5, here / 1000)


def test_the_right_button_puts_back_the_depth_that_was_there(measuring):
    was = millimetres(measuring)[40, 60] / 1000
    measuring.click(60, 40)
    measuring.click(60, 40, button="right")
    assert measuring.state()["feedback"][-1]["value"] == was


def test_a_key_takes_up_the_depth_and_the_pointer_tells_it(measuring):
    here = millimetres(measuring)[15, 100] / 1000
    measuring.hover(100, 15)
    measuring.press("i")
    assert float(measuring.page.input_value("#metres")) == here
    measuring.hover(100, 15)
    assert f"here: {here:.3f} m" in measuring.status()


def test_pushes_go_nearer_and_farther(measuring):
    before = millimetres(measuring)[40, 60]
    measuring.press("4")
    measuring.click(60, 40)
    farther = millimetres(measuring)[40, 60]
    measuring.press("3")
    measuring.click(60, 40)
    assert [mark["direction"] for mark in measuring.state()["feedback"]] == ["up", "down"]
    assert farther > before
    assert millimetres(measuring)[40, 60] < farther


def test_the_scale_covers_the_depths_and_near_is_bright(measuring, as_png):
    ramp = np.tile(np.linspace(1000, 3000, 120).astype(np.uint16), (80, 1))
    ramp[:5] = 0
    measuring.choose_file("prior", "ramp.png", as_png(ramp))
    measuring.page.wait_for_function(
        "() => document.querySelector('.ticks').innerText.startsWith('1')"
    )
    ticks = [float(text) for text in measuring.page.locator(".ticks span").all_inner_texts()]
    assert ticks == [1, 2, 3]
    assert "not known" in measuring.page.inner_text(".legend")
    measuring.hover(2, 78)
    near, far = (sum(measuring.colour_at(x, 40)) for x in (4, 116))
    assert near > 1.5 * far
    measuring.hover(60, 2)
    assert "depth not known" in measuring.status()


def test_the_unit_of_a_depth_file_is_asked_for_where_it_is_not_known(measuring, as_png):
    centimetres = as_png(np.full((80, 120), 150, np.uint8))
    measuring.choose_file("prior", "old.png", centimetres)
    measuring.page.click("#question button:has-text('1 centimetre')")
    measuring.page.wait_for_function("() => document.querySelector('#metres').value === '1.5'")
    assert (millimetres(measuring) == 1500).all()
    measuring.choose_file("prior", "old.png", centimetres)
    measuring.page.click("#question button:has-text('Cancel')")
    measuring.settle()
    assert measuring.page.locator(".toast").count() == 0


def test_the_download_is_the_depth_of_the_interface(measuring):
    measuring.click(60, 40)
    name, saved = measuring.downloaded()
    assert name == "scene-depth.png"
    assert saved == measuring.served()
    assert Image.open(BytesIO(saved)).mode == "I;16"


def test_depths_beyond_a_png_of_millimetres_are_said_and_shown(measuring):
    measuring.page.fill("#metres", "120")
    measuring.page.keyboard.press("Enter")
    measuring.click(60, 40)
    assert measuring.state()["feedback"][0]["value"] == 120
    measuring.hover(60, 40)
    measuring.page.wait_for_function("() => facts.innerText.includes('120.000 m')")
    assert Image.open(BytesIO(measuring.served())).text["units_per_m"] == "100"


def drawn(person):
    """The pixels of the relief, once it is drawn."""
    person.page.wait_for_function("() => new Promise(requestAnimationFrame)")
    return person.page.evaluate(
        """() => {
          const { width, height } = document.getElementById("relief-canvas");
          const canvas = document.getElementById("relief-canvas").getContext("2d");
          return [...canvas.getImageData(0, 0, width, height).data.filter((_, i) => i % 1600 < 4)];
        }"""
    )


def test_the_relief_shows_the_photo_from_the_front_and_is_turned_by_hand_and_keys(measuring):
    measuring.press("v")
    aside = drawn(measuring)
    assert any(aside)
    box = measuring.page.locator("#relief-canvas").bounding_box()
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    measuring.page.mouse.move(*middle)
    measuring.page.mouse.down()
    measuring.page.mouse.move(middle[0] + 80, middle[1], steps=3)
    measuring.page.mouse.up()
    turned = drawn(measuring)
    assert turned != aside
    measuring.page.keyboard.press("ArrowLeft")
    assert drawn(measuring) != turned
    measuring.page.click("#relief-front")
    front = np.array(drawn(measuring)).reshape(-1, 4)
    assert (front[:, 3] == 255).mean() > 0.97  # as the photo, it fills the picture
    measuring.close_dialog()
    assert measuring.page.is_hidden("#relief-canvas")


def test_the_points_of_a_relief_lie_where_a_lens_would_have_them(measuring):
    found = measuring.page.evaluate(
        """async () => {
          const { cloudOf } = await import("/js/relief/points.js");
          const data = new Uint16Array([1000, 2000, 0, 2000, 1000, 2000, 2000, 3000]);
          const plane = { width: 4, height: 2, data };
          const photo = await createImageBitmap(new ImageData(4, 2));
          const { places, distance, step } = cloudOf(plane, (level) => level / 1000, photo);
          return { places: [...places], distance, step };
        }"""
    )
    assert (found["distance"], found["step"]) == (2, 1)
    depth = [1, 2, 2, 1, 2, 2, 3]  # without that which is not known
    columns = [0, 1, 3, 0, 1, 2, 3]
    rows = [0, 0, 0, 1, 1, 1, 1]
    wanted = [
        ((x + 0.5 - 2) * z / 4, (y + 0.5 - 1) * z / 4, z - 2)
        for x, y, z in zip(columns, rows, depth, strict=True)
    ]
    np.testing.assert_allclose(np.reshape(found["places"], (-1, 3)), wanted, atol=1e-6)


@pytest.fixture
def small(visitor, as_png, rng, monkeypatch):
    """Depth of a photo that the screen shows at less than half its size, too large for a tile."""
    monkeypatch.setattr(pictures, "MOST_BYTES", 500)
    visitor.page.set_viewport_size({"width": 1024, "height": 600})
    photo = rng.integers(0, 90, (80, 120, 3)).astype(np.uint8)
    visitor.open("large.png", as_png(photo.repeat(16, 0).repeat(16, 1)))
    visitor.page.wait_for_function("() => document.title.startsWith('large')")
    visitor.settle()
    visitor.task("depth")
    return visitor


def answered(person, act):
    """What the answer to a change says of the picture."""
    with person.page.expect_response(lambda one: one.request.method == "POST") as told:
        act()
    person.settle()
    return told.value.json()["prediction"]


def is_told(person, x, y):
    """Wait until the page tells the depth at a place as the server has it."""
    person.hover(x, y)
    told = f"here: {millimetres(person)[int(y), int(x)] / 1000:.3f} m"
    person.page.wait_for_function(
        "told => document.querySelector('#status').innerText.includes(told)", arg=told
    )


def test_a_photo_shown_small_is_answered_coarse_and_told_to_the_millimetre_then(small):
    every = 2 ** math.floor(math.log2(1 / small.zoom()))
    assert every > 1
    link = answered(small, lambda: small.click(300, 200))
    assert link["coarse"]["every"] == every
    is_told(small, 1001, 333)
    assert answered(small, lambda: small.press("Control+z"))["coarse"]["every"] == every
    is_told(small, 999, 331)


def test_who_looks_closer_is_answered_with_every_pixel(small):
    link = answered(small, lambda: small.click(300, 200))
    assert link["coarse"] is not None
    with small.page.expect_response(lambda one: "shown.png" in one.url):
        for _ in range(8):
            small.page.mouse.wheel(0, -120)
    link = answered(small, lambda: small.page.keyboard.press("Control+z"))
    assert (link["tile"], link["coarse"]) == (None, None)
