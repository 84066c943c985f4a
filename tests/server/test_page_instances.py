"""Many objects on the page, in a real Chromium, on the shipped network."""

import json
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from clickmend.cli.overlay import OBJECTS
from clickmend.objects.objects import Objects

pytestmark = pytest.mark.browser

PLACES = [(20, 25), (60, 25), (100, 25)]


@pytest.fixture
def scene(rng):
    """Three bright squares on dark noise, 120×80."""
    scene = rng.integers(0, 40, (80, 120, 3)).astype(np.uint8)
    for (x, y), colour in zip(PLACES, ([190, 60, 20], [30, 90, 190], [40, 180, 60]), strict=True):
        scene[y - 14 : y + 14, x - 14 : x + 14] += np.array(colour, np.uint8)
    return scene


@pytest.fixture
def pointing(visitor, scene, as_png):
    """A person who has opened the scene as a photo of many objects, before any point."""
    visitor.task("instances")
    visitor.open("squares.png", as_png(scene))
    visitor.page.wait_for_function("() => document.title.startsWith('squares')")
    visitor.settle()
    return visitor


@pytest.fixture
def pointed(pointing):
    """The same person, after a point in each square, given in a hurry."""
    for place in PLACES:
        pointing.page.mouse.click(*pointing.at(*place))
    pointing.settle()
    return pointing


@pytest.fixture
def oracle(scene):
    points = [(x + 0.5, y + 0.5) for x, y in PLACES]
    objects = Objects(scene, finish="network", file_name="squares.png")
    objects.add(points)
    return objects


def index(person):
    return np.asarray(Image.open(BytesIO(person.served())))


def chosen(person):
    return person.page.locator("#objects li > [aria-pressed=true]").all_inner_texts()


def test_three_points_become_three_masks_in_three_colours(pointed, oracle):
    np.testing.assert_array_equal(index(pointed), oracle.prediction.index)
    assert set(np.unique(index(pointed))) == {0, 1, 2, 3}
    pointed.page.click("#view-alone")
    pointed.page.mouse.move(5, 300)
    for (x, y), colour in zip(PLACES, OBJECTS, strict=False):
        assert np.abs(np.subtract(pointed.colour_at(x + 6, y + 6), colour)).max() <= 2
    assert "3 objects" in pointed.status()
    assert pointed.page.locator("#objects li").count() == 3


def test_the_colours_are_those_of_the_pictures_that_the_command_draws(pointing):
    shown = pointing.page.evaluate(
        """async () => {
          const { bytesOf } = await import("/js/tasks/things.js");
          return Array.from({ length: 37 }, (_, i) => bytesOf(i + 1));
        }"""
    )
    assert np.abs(np.subtract(shown, [*OBJECTS, OBJECTS[0]])).max() <= 2


def test_both_files_are_byte_for_byte_those_that_the_prediction_saves(pointed, oracle, tmp_path):
    for kind in ("json", "png"):
        pointed.page.click(f"#file-{kind}")
        name, content = pointed.downloaded()
        oracle.prediction.save(tmp_path / f"masks.{kind}")
        assert name == f"squares-objects.{kind}"
        assert content == (tmp_path / f"masks.{kind}").read_bytes()


def test_an_object_is_chosen_at_its_dot_and_mended_by_clicks(pointed, oracle):
    pointed.click(60, 25)
    assert "object 2" in pointed.hint()
    assert [text.split()[0] for text in chosen(pointed)] == ["2"]
    pointed.click(60, 50)
    pointed.click(52, 17, button="right")
    oracle.click(2, 60.5, 50.5)
    oracle.click(2, 52.5, 17.5, label="background")
    np.testing.assert_array_equal(index(pointed), oracle.prediction.index)
    marks = pointed.state()["objects"][1]["marks"]
    assert [mark["label"] for mark in marks] == ["foreground", "background"]
    assert "2 clicks" in chosen(pointed)[0]
    pointed.click(60, 50)
    assert "Delete takes it back" in pointed.hint()
    pointed.press("Escape")
    pointed.click(60, 25)
    assert "object 2" in pointed.hint()
    pointed.press("Escape")
    assert chosen(pointed) == []
    assert pointed.page.get_attribute("#tool-point", "aria-pressed") == "true"


def test_a_point_is_taken_back_and_comes_again(pointed):
    three = pointed.served()
    pointed.press("Control+z")
    assert [(o["x"], o["y"]) for o in pointed.state()["objects"]] == [(20.5, 25.5), (60.5, 25.5)]
    assert index(pointed).max() == 2
    assert pointed.page.locator("#objects li").count() == 2
    pointed.press("Control+Shift+z")
    assert pointed.served() == three


def test_labels_are_typed_given_by_a_number_and_kept_for_the_next_points(pointing):
    pointing.press("l")
    pointing.page.keyboard.type("cat")
    pointing.press("Enter")
    pointing.click(*PLACES[0])
    pointing.press("l")
    pointing.press("Control+a")
    pointing.page.keyboard.type("dog")
    pointing.press("Enter")
    pointing.click(*PLACES[1])
    pointing.press("1")
    pointing.click(*PLACES[2])
    assert [o["label"] for o in pointing.state()["objects"]] == ["cat", "dog", "cat"]
    pointing.press("n")
    pointing.press("Shift+N")
    assert "3" in chosen(pointing)[0]
    pointing.press("2")
    assert [o["label"] for o in pointing.state()["objects"]] == ["cat", "dog", "dog"]
    pointing.hover(100, 25)
    assert "here: object 3, dog" in pointing.status()
    _, content = pointing.downloaded()
    assert [c["name"] for c in json.loads(content)["categories"]] == ["cat", "dog"]


def test_an_object_is_removed_from_the_list_or_with_a_key_and_the_colours_stay(pointed):
    pointed.page.hover("#objects li >> nth=0")
    pointed.page.click("[aria-label='Remove object 1']")
    pointed.settle()
    assert [o["key"] for o in pointed.state()["objects"]] == [2, 3]
    pointed.page.click("#view-alone")
    pointed.page.mouse.move(5, 300)
    assert np.abs(np.subtract(pointed.colour_at(66, 31), OBJECTS[1])).max() <= 2
    pointed.page.click("#objects li > button >> nth=1")
    pointed.press("Delete")
    assert [o["key"] for o in pointed.state()["objects"]] == [2]
    pointed.press("Delete")  # nothing is chosen now, so that all are removed
    assert pointed.state()["objects"] == []
    pointed.press("Control+z")
    assert [o["key"] for o in pointed.state()["objects"]] == [2]


def test_the_right_button_takes_away_from_the_object_that_is_there(pointed, oracle):
    pointed.click(68, 31, button="right")
    oracle.click(2, 68.5, 31.5, label="background")
    np.testing.assert_array_equal(index(pointed), oracle.prediction.index)
    assert chosen(pointed) == []


def test_alt_chooses_the_object_whose_mask_is_clicked(pointed):
    pointed.page.keyboard.down("Alt")
    pointed.click(68, 31)
    pointed.page.keyboard.up("Alt")
    assert [text.split()[0] for text in chosen(pointed)] == ["2"]
    assert len(pointed.state()["objects"]) == 3


def test_where_there_is_no_object_the_right_button_says_so(pointing):
    pointing.click(60, 70, button="right")
    assert "no object here" in pointing.told()
    assert pointing.state()["objects"] == []


def test_the_masks_before_mending_are_shown_while_a_key_is_held(pointed):
    pointed.click(60, 25)
    pointed.click(60, 50)
    pointed.page.keyboard.down("c")
    pointed.page.wait_for_function(
        "() => document.querySelector('#hint').innerText.includes('points alone')"
    )
    pointed.page.keyboard.up("c")
    assert "object 2" in pointed.hint()


def test_coarse_masks_and_key_adaptation_are_asked_for_and_stay(pointed, scene, as_png):
    assert pointed.state()["finish"] == "network"
    pointed.page.uncheck("#finish")
    pointed.settle()
    pointed.page.click("#inference summary")
    pointed.page.fill("#adapt_keys", "1")
    pointed.press("Enter")
    told = pointed.state()
    assert (told["finish"], told["adapt_keys"], len(told["objects"])) == ("none", 1, 3)
    points = [(x + 0.5, y + 0.5) for x, y in PLACES]
    oracle = Objects(scene, points, adapt_keys=1, finish="none")
    np.testing.assert_array_equal(index(pointed), oracle.prediction.index)
    assert pointed.page.locator("#propagate").count() == 0  # the network has no place for it
    pointed.open("next.png", as_png(scene))
    pointed.page.wait_for_function("() => document.title.startsWith('next')")
    pointed.settle()
    told = pointed.state()
    assert (told["finish"], told["adapt_keys"], told["objects"]) == ("none", 1, [])


def test_500_points_are_shown_and_one_more_is_dropped(pointing, rng):
    pointing.page.uncheck("#finish")
    pointing.settle()
    key = pointing.page.evaluate("location.hash").removeprefix("#")
    places = rng.integers(0, (120, 80), (600, 2)) + 0.5
    places = places[np.hypot(*(places - (60, 70)).T) > 6][:500]  # no dot to choose at the click
    body = {"points": [{"x": x, "y": y} for x, y in places.tolist()]}
    url = f"{pointing.address}/api/v1/sessions/{key}/points"
    assert pointing.page.request.post(url, data=body).ok
    pointing.page.reload()
    pointing.page.wait_for_selector("#objects li >> nth=499")
    pointing.settle()
    pointing.click(60, 70)
    assert pointing.page.locator("#objects li").count() == 501
    assert "501 objects" in pointing.status()


OUTLINED = """async ([width, height, tiles, every]) => {
  const { Outlines } = await import("/js/outlines.js");
  const { pasted } = await import("/js/tiles.js");
  let plane = { width, height, data: new Uint8Array(width * height) };
  let [before, wrong] = [null, 0];
  for (const { x, y, side, data, count } of tiles) {
    plane = pasted(plane, { width: side, height: side, data: Uint8Array.from(data) }, { x, y });
    before = new Outlines(plane, count, before);
    for (let number = 1; number <= count; number++) {
      const context = new OffscreenCanvas(width, height).getContext("2d");
      context.fill(before.of(number, every).exact);
      const { data } = context.getImageData(0, 0, width, height);
      for (let y = 0; y < height; y++) {
        const row = Math.min(y - (y % every) + (every >> 1), height - 1) * width;
        for (let x = 0; x < width; x++) {
          const one = plane.data[row + Math.min(x - (x % every) + (every >> 1), width - 1)];
          wrong += (one === number) !== data[4 * (y * width + x) + 3] > 127;
        }
      }
    }
  }
  return wrong;
}"""


@pytest.mark.parametrize("every", [1, 2, 4])
def test_the_outlines_of_what_differs_are_those_of_the_whole_picture(person, rng, every):
    shown, tiles = np.zeros((23, 31), int), []
    for most in (3, 3, 5, 4, 1, 6):
        x, y = (int(one) for one in rng.integers(0, (31 - 12, 23 - 12)))
        tile = np.kron(rng.integers(0, most + 1, (4, 4)), np.ones((3, 3), int))
        shown[y : y + 12, x : x + 12] = tile
        tiles.append(
            {"x": x, "y": y, "side": 12, "data": tile.ravel().tolist(), "count": int(shown.max())}
        )
    assert person.page.evaluate(OUTLINED, [31, 23, tiles, every]) == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1280, 720), (680, 800)])
def test_everything_of_objects_can_be_reached_on_a_small_screen(pointed, scheme, size):
    page = pointed.page
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": size[0], "height": size[1]})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("document.querySelector('.bar').scrollWidth <= innerWidth")
    for selector in ("#object-label", "#objects li", "#file-png", "#finish", "#download"):
        page.locator(selector).first.scroll_into_view_if_needed()
        box = page.locator(selector).first.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= size[0]
        assert int(box["y"] + box["height"]) <= size[1]  # a part of a pixel is scrolled


def test_an_object_is_protected_and_set_free_in_the_list_and_by_key(pointed):
    pointed.click(60, 25)
    before = pointed.served()
    pointed.press("Shift+L")
    lock = pointed.page.locator("[aria-label='Protect object 2']")
    assert lock.get_attribute("aria-pressed") == "true"
    pointed.click(60, 50)
    assert "object 2 is protected" in pointed.told()
    assert pointed.served() == before
    lock.click()
    pointed.settle()
    assert [o["protected"] for o in pointed.state()["objects"]] == [False] * 3


def test_a_hidden_object_is_not_drawn_until_all_are_shown_and_stays_in_the_file(pointed):
    pointed.page.click("#view-alone")
    ground = pointed.colour_at(3, 75)
    shown = pointed.colour_at(66, 31)
    before = pointed.served()
    pointed.page.click("[aria-label='Hide object 2']")
    pointed.page.mouse.move(5, 300)
    assert pointed.colour_at(66, 31) == ground != shown
    assert pointed.colour_at(26, 31) != ground
    assert pointed.served() == before
    pointed.press("Shift+H")
    assert pointed.colour_at(66, 31) == shown
    pointed.click(20, 25)
    pointed.press("h")
    assert chosen(pointed) == []
    assert pointed.colour_at(26, 31) == ground


def test_the_list_tells_who_made_an_object(pointed):
    rows = pointed.page.locator("#objects li > button:first-child")
    assert "The network found it" in rows.nth(1).get_attribute("title")
    pointed.click(60, 25)
    pointed.click(60, 50)
    assert "Somebody corrected it" in rows.nth(1).get_attribute("title")
    assert "The network found it" in rows.nth(0).get_attribute("title")


def test_choices_that_an_older_page_kept_are_taken_with_those_it_did_not_have(pointed):
    pointed.page.add_init_script(
        """(() => {
          const kept = JSON.parse(sessionStorage.getItem("clickmend") ?? "null");
          for (const settings of Object.values(kept?.settings ?? {})) delete settings.hidden;
          if (kept) sessionStorage.setItem("clickmend", JSON.stringify(kept));
        })()"""
    )
    pointed.page.fill("#object-label", "cat")
    pointed.page.keyboard.press("Enter")
    pointed.page.reload()
    pointed.page.wait_for_selector("#objects li >> nth=2")
    pointed.settle()
    assert pointed.page.input_value("#object-label") == "cat"


def stage(page):
    """What the stage shows, once the next frame is drawn."""
    drawn = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
    page.evaluate(drawn)
    picture = Image.open(BytesIO(page.locator("#canvas").screenshot())).convert("L")
    return np.asarray(picture, dtype=float)


def test_a_preview_outlines_what_a_click_would_add_to_the_objects(pointing):
    pointing.hover(*PLACES[0])
    plain = stage(pointing.page)
    with pointing.page.expect_response(lambda answer: answer.url.endswith("/preview")) as answer:
        pointing.press("Shift+P")
    assert answer.value.ok
    assert (abs(stage(pointing.page) - plain) > 40).sum() > 100
    assert not index(pointing).any()
    pointing.page.mouse.click(*pointing.at(*PLACES[0]))
    pointing.settle()
    assert index(pointing)[PLACES[0][1], PLACES[0][0]] == 1


def test_arrows_move_the_marker_where_nothing_has_the_focus(pointing):
    assert pointing.page.evaluate("document.activeElement.dataset.task") == "instances"
    pointing.press("Shift+ArrowLeft")
    pointing.press("Shift+ArrowLeft")
    pointing.press("Enter")
    (only,) = pointing.state()["objects"]
    assert (only["x"], only["y"]) == (int(60 - 64 / pointing.zoom()) + 0.5, 40.5)


def test_escape_brings_the_keys_back_to_the_photo(pointing):
    pointing.page.focus("#tool-paint")
    pointing.press("Escape")
    assert pointing.page.evaluate("document.activeElement.id") == "canvas"


def test_an_object_that_is_chosen_comes_into_view_and_is_looked_at_from_near(pointed):
    pointed.page.mouse.move(*pointed.at(5, 75))
    for _ in range(8):
        pointed.page.mouse.wheel(0, -240)
    pointed.page.mouse.move(5, 300)
    far = pointed.page.screenshot()
    pointed.press("n")
    seen = pointed.page.evaluate("document.getElementById('zoom-level').textContent")
    assert any(pointed.page.screenshot() != far for _ in range(100))
    pointed.press("z")
    pointed.page.wait_for_function(
        "seen => document.getElementById('zoom-level').textContent !== seen", arg=seen
    )
    near = pointed.page.inner_text("#zoom-level")
    frame = pointed.page.locator("#canvas").bounding_box()
    rows, columns = np.nonzero(index(pointed) == 1)
    box = max(np.ptp(columns) + 1, 1), max(np.ptp(rows) + 1, 1)
    least = min(frame["width"] / box[0], frame["height"] / box[1]) / 1.25
    assert near == f"{round(100 * min(least, 40))} %"
    pointed.page.mouse.click(frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 2)
    pointed.settle()
    (mark,) = pointed.state()["objects"][0]["marks"]
    assert abs(mark["x"] - (columns.min() + columns.max() + 1) / 2) <= 1
    assert abs(mark["y"] - (rows.min() + rows.max() + 1) / 2) <= 1


def test_a_long_list_of_objects_is_narrowed_and_gone_through(pointing):
    places = [(5 + 10 * n, 40) for n in range(10)]
    for n, place in enumerate(places):
        pointing.page.fill("#object-label", "leaf" if n % 4 else "Stem")
        pointing.page.press("#object-label", "Enter")
        pointing.click(*place)
    rows = pointing.page.locator("#objects li:visible")
    pointing.page.fill("#object-find", "stem")
    assert rows.count() == 3
    assert pointing.page.inner_text("#object-count") == "3 of 10"
    pointing.page.press("#object-find", "Enter")
    numbers = []
    for _ in range(4):
        pointing.press("n")
        numbers.append(pointing.page.inner_text("#objects [aria-pressed=true] .number"))
    assert numbers == ["1", "5", "9", "1"]
    pointing.page.fill("#object-find", "leaf")
    pointing.page.press("#object-find", "Enter")
    pointing.press("h")
    assert rows.count() == 7
    pointing.press("Shift+H")
    assert rows.count() == 7
    pointing.page.fill("#object-find", "7")
    assert rows.count() == 1
    pointing.page.press("#object-find", "Escape")
    assert rows.count() == 10
    assert pointing.page.evaluate("document.activeElement.id") == "canvas"
