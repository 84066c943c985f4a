"""A project made on the page, with its own classes, in a real Chromium."""

from io import BytesIO

import numpy as np
import pytest
from person import serving, sit_down
from PIL import Image

from clickmend.projects.store import Store
from clickmend.server.app import create_app

pytestmark = pytest.mark.browser


@pytest.fixture
def data(tmp_path, as_png):
    photos = tmp_path / "data" / "street"
    photos.mkdir(parents=True)
    for number in range(2):
        pixels = np.full((80, 120, 3), 90 + 50 * number, np.uint8)
        (photos / f"{number}.png").write_bytes(as_png(pixels))
    return tmp_path / "data"


@pytest.fixture
def newcomer(browser, data, tmp_path, small_networks):
    """A person in front of a server that may use a folder, and has no project yet."""
    app = create_app(store=Store(tmp_path / "home"), roots=[data])
    for address in serving(app):
        yield from sit_down(browser, address)


def project(person):
    number = person.page.evaluate("location.hash").strip("#").split("/")[0]
    return person.page.request.get(f"{person.address}/api/v1/projects/{number}").json()


def state(person):
    """The session on the image that is open, as the server tells it."""
    number, image = person.page.evaluate("location.hash").strip("#").split("/")
    url = f"{person.address}/api/v1/projects/{number}/images/{image}/session"
    return person.page.request.post(url).json()


def test_a_project_is_made_with_classes_that_are_changed_later(newcomer, data):
    page = newcomer.page
    page.click("#new-project")
    page.wait_for_selector("#project-photos:focus")
    page.click("#project .folder button >> nth=0")
    page.click(f"#project .folders button[title='{data}']")
    page.click("#project .folders button[title$='street']")
    page.wait_for_selector("#project .folders button:text('↑ up')")
    assert page.get_attribute("#project-name", "placeholder") == "street"
    page.select_option("#project-task", "semantic")
    page.click("#project summary")
    page.fill("#class-paste", "car\t#0a0b0c\ntree")
    page.click("#class-use")
    page.fill(".class-rows li:nth-child(2) .key", "T")
    page.click("#project-go")
    page.wait_for_selector("body[data-phase=editing]")
    newcomer.settle()
    made = project(newcomer)
    assert (made["name"], made["task"], made["images"]) == ("street", "semantic", 2)
    assert made["out"] == f"{data / 'street'}-labels"
    assert made["classes"][0] == {"name": "car", "colour": "#0a0b0c", "key": None}
    assert made["classes"][1]["key"] == "T"
    newcomer.press("t")
    assert page.inner_text("#task-controls .palette [aria-pressed=true]").startswith("tree")

    page.click("#film-classes")
    page.fill(".class-rows li:nth-child(2) .key", "a")
    assert not page.eval_on_selector("#project form", "form => form.checkValidity()")
    page.fill(".class-rows li:nth-child(2) .key", "Y")
    page.click("#project-go")
    page.wait_for_selector("#task-controls .palette kbd:text('Y')")
    newcomer.settle()
    assert page.locator(".palette .name").all_inner_texts() == ["car", "tree"]
    newcomer.press("1")
    newcomer.press("y")
    assert page.inner_text("#task-controls .palette [aria-pressed=true]").startswith("tree")
    canvas = page.locator("#canvas").bounding_box()
    page.mouse.click(canvas["x"] + canvas["width"] / 2, canvas["y"] + canvas["height"] / 2)
    newcomer.settle()
    (mark,) = state(newcomer)["feedback"]
    assert mark["label"] == 1  # the place of the tree in this project
    url = newcomer.address + state(newcomer)["prediction"]["url"]
    shown = np.asarray(Image.open(BytesIO(page.request.get(url).body())))
    assert shown[int(mark["y"]), int(mark["x"])] == 1
    assert set(np.unique(shown)) <= {0, 1, 255}

    page.click("#film-classes")
    page.click("#class-add")
    page.fill(".class-rows li:nth-child(3) input[aria-label=Name]", "tram")
    page.click("#project-go")
    page.wait_for_selector("#task-controls .palette .name:text('tram')")
    newcomer.settle()
    assert state(newcomer)["feedback"] == [mark]


def test_objects_without_a_label_are_told_when_their_photo_is_done(newcomer, data, as_png):
    index = np.zeros((80, 120), np.uint8)
    index[20:40, 20:40], index[50:70, 60:90] = 1, 2
    (data / "old").mkdir()
    for number in range(2):
        (data / "old" / f"{number}.png").write_bytes(as_png(index))
    body = {
        "name": "Street",
        "photos": [str(data / "street")],
        "priors": str(data / "old"),
        "task": "instances",
        "classes": [{"name": "car"}, {"name": "tree"}],
    }
    page = newcomer.page
    assert page.request.post(f"{newcomer.address}/api/v1/projects", data=body).status == 201
    page.reload()
    page.click("#projects li button")
    page.wait_for_selector("#objects li[data-key='2']")
    newcomer.settle()
    newcomer.press("a")
    page.wait_for_selector(".toast:has-text('0.png: 2 objects have no label.')")
    page.wait_for_function("() => document.title.startsWith('1.png')")
    newcomer.settle()
    for _ in range(2):
        newcomer.press("n")
        newcomer.press("2")
    newcomer.press("a")
    page.wait_for_selector(".toast:has-text('That was the last photo of the list.')")
    assert "1.png: " not in " ".join(page.locator(".toast").all_inner_texts())
    assert {one["label"] for one in state(newcomer)["objects"]} == {"tree"}


def test_what_cannot_be_made_is_told_in_the_dialog(newcomer):
    page = newcomer.page
    page.click("#new-project")
    page.fill("#project-photos", "/nowhere")
    page.keyboard.press("Tab")
    page.click("#project-go")
    page.wait_for_selector("#project .problem:visible")
    assert "none that this server may use" in page.inner_text("#project .problem")
    assert page.is_visible("#project")
