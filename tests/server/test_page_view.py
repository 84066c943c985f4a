"""What the page shows, whatever the task, in a real Chromium: zoom, layout, lists, pictures."""

import base64

import matplotlib as mpl
import numpy as np
import pytest
from person import Person, opened

pytestmark = pytest.mark.browser


def test_question_mark_lists_the_keys_and_escape_closes_the_list(editing):
    editing.press("?")
    assert "Right click" in editing.page.inner_text("#shortcuts")
    editing.press("Escape")
    editing.page.wait_for_selector("#shortcuts", state="hidden")


def test_the_wheel_zooms_about_the_pointer_and_0_fits_again(editing):
    editing.page.mouse.move(*editing.at(75, 50))
    fitted = editing.page.inner_text("#zoom-level")
    for _ in range(4):
        editing.page.mouse.wheel(0, -120)
    editing.page.wait_for_function(
        "before => document.getElementById('zoom-level').textContent !== before", arg=fitted
    )
    editing.click(75, 50)  # where the pointer stayed
    editing.press("0")
    editing.click(200, 150)
    assert [(x, y) for x, y, _ in editing.marks()] == [(75, 50), (200, 150)]


def test_space_and_drag_moves_the_photo(editing):
    start, end = editing.at(100, 100), editing.at(130, 80)
    editing.page.mouse.move(*start)
    editing.page.keyboard.down("Space")
    editing.page.mouse.down()
    editing.page.mouse.move(*end, steps=3)
    editing.page.mouse.up()
    editing.page.keyboard.up("Space")
    editing.page.mouse.click(*end)
    editing.settle()
    ((x, y, _),) = editing.marks()
    assert abs(x - 100) <= 1
    assert abs(y - 100) <= 1


TRACE = """async ([width, height, pixels]) => {
  const { traceLoops, exactPath } = await import("/js/contour.js");
  const loops = traceLoops(Uint8Array.from(pixels), width, height);
  const context = new OffscreenCanvas(width, height).getContext("2d");
  context.fill(exactPath(loops));
  const { data } = context.getImageData(0, 0, width, height);
  return Array.from({ length: width * height }, (_, i) => (data[4 * i + 3] > 127 ? 1 : 0));
}"""


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 1.0])
def test_the_border_filled_is_the_mask_again(person, rng, share):
    mask = (rng.random((23, 31)) < share).astype(int)
    filled = person.page.evaluate(TRACE, [31, 23, mask.ravel().tolist()])
    assert np.array_equal(np.reshape(filled, mask.shape), mask)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1280, 720), (1024, 600)])
def test_nothing_is_cut_off_on_a_small_screen(browser, address, grey, scheme, size):
    page = browser.new_page(viewport={"width": size[0], "height": size[1]}, color_scheme=scheme)
    page.goto(address)
    page.wait_for_selector("#samples li")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    Person(page, address).open("grey.png", grey)
    page.wait_for_selector("body[data-phase=editing]")
    for id_ in ("tool-box", "compare", "opacity", "download", "help", "zoom-fit"):
        box = page.locator(f"#{id_}").bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= size[0]
        assert box["y"] + box["height"] <= size[1]
    assert page.evaluate("document.querySelector('.bar').scrollWidth <= innerWidth")
    page.close()


@pytest.mark.parametrize("size", [(640, 400), (740, 360), (500, 350), (320, 256)])
def test_a_photo_has_room_on_a_low_page_and_nothing_lies_beside_it(browser, address, grey, size):
    """A phone on its side, and a browser that zooms to 200 and 400 %."""
    page = browser.new_page(viewport={"width": size[0], "height": size[1]})
    page.goto(address)
    page.wait_for_selector("#samples li")
    opened(Person(page, address), "grey.png", grey)
    page.evaluate("document.querySelector('.film').hidden = false")  # as in a project
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator("#canvas").bounding_box()["height"] >= 220
    for id_ in ("tool-box", "compare", "opacity", "download", "zoom-fit"):
        page.locator(f"#{id_}").scroll_into_view_if_needed()
        box = page.locator(f"#{id_}").bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= size[0]
    page.close()


def test_what_is_chosen_is_seen_where_a_system_forces_its_colours(browser, address, grey):
    page = browser.new_page(forced_colors="active")
    page.goto(address)
    page.wait_for_selector("#samples li")
    opened(Person(page, address), "grey.png", grey)
    colour = "e => getComputedStyle(e).backgroundColor"
    chosen = page.locator("#tools [aria-pressed=true]").first.evaluate(colour)
    others = page.locator("#tools [aria-pressed=false]").first.evaluate(colour)
    assert chosen != others
    swatches = page.locator("#tools .swatch")
    assert swatches.nth(0).evaluate(colour) != swatches.nth(1).evaluate(colour)
    page.close()


def test_every_control_has_a_name_for_screen_readers(editing):
    unnamed = editing.page.evaluate(
        """() => [...document.querySelectorAll("button, input, canvas, dialog")]
          .filter((e) => !e.ariaLabel && !e.getAttribute("aria-labelledby") && !e.innerText?.trim())
          .filter((e) => ![...(e.labels ?? [])].some((label) => label.innerText.trim()))
          .map((e) => e.outerHTML)"""
    )
    assert unnamed == []


READ = """async (content) => {
  const { readGrey } = await import("/js/png.js");
  const bytes = Uint8Array.from(atob(content), (c) => c.charCodeAt(0));
  const { width, height, data } = await readGrey(new Blob([bytes]));
  return [width, height, ...data];
}"""


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_grey_pictures_are_read_to_the_last_bit(person, rng, as_png, dtype):
    smooth = np.add.outer(np.arange(40) * 90, np.arange(30) * 70)
    noise = rng.integers(0, np.iinfo(dtype).max, smooth.shape, endpoint=True)
    for pixels in (smooth.astype(dtype), noise.astype(dtype)):
        png = base64.b64encode(as_png(pixels)).decode()
        width, height, *data = person.page.evaluate(READ, png)
        assert (height, width) == pixels.shape
        assert np.array_equal(np.reshape(data, pixels.shape), pixels)


def test_a_picture_that_is_not_grey_is_no_prediction(person, as_png):
    png = base64.b64encode(as_png(np.zeros((4, 4, 3), np.uint8))).decode()
    assert "no grey PNG" in person.page.evaluate(f"({READ})('{png}').catch((e) => e.message)")


def test_the_colours_of_depth_are_those_of_viridis(person):
    shares = np.linspace(0, 1, 101)
    shown = person.page.evaluate(
        """async (shares) => {
          const { viridis } = await import("/js/colours.js");
          return shares.map(viridis);
        }""",
        shares.tolist(),
    )
    wanted = 255 * mpl.colormaps["viridis"](shares)[:, :3]
    assert np.abs(np.array(shown) - wanted).max() < 7


def test_before_and_after_are_compared_while_a_key_is_held(editing):
    editing.click(100, 80)
    editing.hover(5, 190)
    editing.page.keyboard.down("c")
    editing.page.wait_for_function(
        "() => document.querySelector('#hint').innerText.includes('before')"
    )
    assert not editing.shows_mask_at(100, 90)
    editing.page.keyboard.up("c")
    assert editing.shows_mask_at(100, 90)


def test_before_and_after_are_parted_by_a_slider(editing):
    editing.click(100, 80)
    editing.press("s")
    editing.page.fill("#split-at", "900")
    editing.hover(5, 190)
    assert not editing.shows_mask_at(100, 90)
    editing.page.fill("#split-at", "100")
    editing.hover(5, 190)
    assert editing.shows_mask_at(100, 90)
    editing.page.click("#split")
    assert editing.page.is_hidden("#split-at")


def test_the_radius_grows_and_shrinks_and_goes_with_the_click(editing):
    editing.hover(100, 80)
    assert editing.page.inner_text("#size-value") == ""
    editing.press("]")
    first = int(editing.page.inner_text("#size-value").removesuffix(" px"))
    editing.press("]")
    editing.page.keyboard.down("Alt")
    editing.page.mouse.wheel(0, -120)
    editing.page.keyboard.up("Alt")
    editing.page.wait_for_function(
        "first => parseInt(document.querySelector('#size-value').innerText) > first + 2", arg=first
    )
    radius = int(editing.page.inner_text("#size-value").removesuffix(" px"))
    editing.click(100, 80)
    editing.page.check("#size-auto")
    editing.click(120, 80)
    assert [mark["radius_px"] for mark in editing.state()["feedback"]] == [radius, None]


def test_one_task_alone_is_no_choice(editing):
    offers = '{"tasks": [{"name": "interactive", "models": ["interactive-s"], "in_browser": []}]}'
    editing.page.route("**/api/v1/tasks", lambda route: route.fulfill(body=offers))
    assert editing.page.is_visible(".bar .tasks")
    editing.page.reload()
    editing.page.wait_for_selector("body[data-phase=editing]")
    editing.settle()
    assert editing.page.is_hidden(".bar .tasks")


def test_a_task_that_is_gone_is_told_in_words_and_the_task_stays(editing):
    offers = '{"tasks": [{"name": "interactive", "models": ["interactive-s"], "in_browser": []}, '
    offers += '{"name": "depth", "models": ["depth-s"], "in_browser": []}]}'
    editing.page.route("**/api/v1/tasks", lambda route: route.fulfill(body=offers))
    editing.page.reload()
    editing.page.wait_for_selector("body[data-phase=editing]")
    editing.settle()
    editing.task("depth")
    assert "Depth cannot be opened" in editing.told()
    assert "The task 'depth' is not built" in editing.told()
    assert editing.page.get_attribute("body", "data-task") == "interactive"


PICTURES = """async () => {
  const { TASKS } = await import("/js/tasks/index.js");
  const [w, h] = [61, 40];
  const photo = await createImageBitmap(new ImageData(w, h));
  const plane = (f) => {
    const data = Uint8Array.from({ length: w * h }, (_, i) => f(i % w, Math.floor(i / w)));
    return { width: w, height: h, data };
  };
  const bytes = (picture, every) => {
    const canvas = picture.over.canvas(every);
    return canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.join();
  };
  const objects = [1, 2, 3].map((key) => ({ key, x: 1, y: 1, label: null, marks: [] }));
  const session = { classes: ["a", "b", "c", "d"], palette: [], objects };
  const wrong = [];
  const names = ["interactive", "semantic", "matting", "instances"];
  for (const [name, every] of names.flatMap((one) => [[one, 1], [one, 4]])) {
    const top = name === "semantic" || name === "instances" ? 3 : 255;
    const box = (x, y) => (x > 5 && x < 20 && y > 4 && y < 15 ? top : 0);
    const more = (x, y) => (y === 39 ? top - 1 : box(x, y));
    const planes = [() => 0, box, more, more, (x, y) => (x + y) % (top + 1), () => 0].map(plane);
    const anew = (plane) => TASKS[name].picture({ plane, other: plane, session, photo });
    let last = null;
    const pictures = planes.map((plane, i) => {
      last = TASKS[name].picture({ plane, other: plane, session, photo, last });
      if (i !== 3 && bytes(last, every) !== bytes(anew(plane), every)) wrong.push(`${name} ${i}`);
      return last; // the fourth is not asked for before others are there
    });
    pictures.forEach((picture, i) => {
      for (const other of [every, 2]) {
        const alike = bytes(picture, other) === bytes(anew(planes[i]), other);
        if (!alike) wrong.push(`${name} ${i}, asked again at ${other}`);
      }
    });
  }
  return wrong;
}"""


def test_a_picture_that_is_painted_in_part_is_the_one_that_is_painted_anew(person):
    assert person.page.evaluate(PICTURES) == []


COARSE = """async () => {
  const { painted, numberAt } = await import("/js/layers.js");
  const { everyAt } = await import("/js/detail.js");
  const [width, height, every] = [61, 41, 4];
  const data = Uint8Array.from({ length: width * height }, (_, i) => (7 * i + (i >> 3)) % 256);
  const [across, down] = [Math.ceil(width / every), Math.ceil(height / every)];
  const middle = (i, side) => Math.min(every * i + every / 2, side - 1);
  const seen = Uint8Array.from({ length: across * down }, (_, i) =>
    data[middle(Math.floor(i / across), height) * width + middle(i % across, width)]);
  const [plane, coarse] = [{ width, height, data }, { width, height, data: seen, every }];
  const table = Uint32Array.from({ length: 256 }, (_, i) => (0xff << 24) | i);
  const pixels = (one) => {
    const context = painted(one, table, every).getContext("2d");
    return context.getImageData(0, 0, across, down).data.join();
  };
  const places = [[0, 0], [3.9, 3.9], [4, 0], [60.5, 40.5]];
  const numbers = places.map(([x, y]) => numberAt(coarse, { x, y }));
  const wanted = [seen[0], seen[0], seen[1], seen[across * down - 1]];
  return [
    pixels(plane) === pixels(coarse),
    numbers.join() === wanted.join(),
    [2, 1, 0.6, 0.5, 0.3, 0.25, 0.1, 1e-9].map(everyAt).join() === "1,1,1,2,2,4,8,64",
  ];
}"""


def test_a_coarse_picture_is_painted_as_what_is_seen_of_the_whole(person):
    assert person.page.evaluate(COARSE) == [True, True, True]


BORDERS = """async ([width, height, pixels]) => {
  const { bordersOf } = await import("/js/outlines.js");
  const data = Uint8Array.from(pixels);
  const border = bordersOf({ width, height, data });
  return [1, 2, 4, 1].map((every) => {
    const context = new OffscreenCanvas(width, height).getContext("2d");
    context.fill(border(every).exact);
    const filled = context.getImageData(0, 0, width, height).data;
    const middle = (i, side) => Math.min(every * Math.floor(i / every) + (every >> 1), side - 1);
    return data.every((_, i) => {
      const [x, y] = [i % width, Math.floor(i / width)];
      return filled[4 * i + 3] === data[middle(y, height) * width + middle(x, width)];
    });
  });
}"""


def test_a_border_is_as_fine_as_the_screen_shows_it(person, rng):
    mask = rng.random((23, 31)) < 0.6
    given = [31, 23, (255 * mask).ravel().tolist()]
    assert person.page.evaluate(BORDERS, given) == [True] * 4
