"""Mattes on the page, in a real Chromium, on a small network."""

from io import BytesIO

import numpy as np
import pytest
from person import serving, sit_down, until
from PIL import Image

from clickmend.projects.labelling import open_project
from clickmend.projects.store import Store
from clickmend.server.app import create_app

pytestmark = pytest.mark.browser

TRIMAP = np.full((80, 120), 128, np.uint8)
TRIMAP[:, :15] = 0
TRIMAP[30:50, 50:70] = 255

OLD = {number: np.tile(np.arange(0, 240, 2, np.uint8), (80, 1)) + number for number in range(2)}
"""Mattes that some photos have already, by the number of the photo."""


@pytest.fixture
def corrector(browser, tmp_path, small_networks, as_png):
    """A person in front of a project of three mattes, of which the third is not there."""
    photos, old = tmp_path / "photos", tmp_path / "old"
    for folder in (photos, old):
        folder.mkdir()
    for number in range(3):
        (photos / f"{number}.png").write_bytes(as_png(np.full((80, 120, 3), 90, np.uint8)))
    for number, matte in OLD.items():
        (old / f"{number}.png").write_bytes(as_png(matte))
    store = Store(tmp_path / "home")
    open_project(
        store, "Cats", photos=[photos], task="matting", priors=old, out=tmp_path / "labels"
    )
    for address in serving(create_app(store=store)):
        for person in sit_down(browser, address):
            person.page.click("#projects li button")
            person.page.wait_for_selector("body[data-phase=editing]")
            person.settle()
            yield person


def place(person, told):
    person.page.wait_for_function(
        "place => document.querySelector('#film-place').textContent === place", arg=told
    )
    person.settle()


def shown_alpha(person):
    """The matte of the photo of a project that is open."""
    project, image = person.page.evaluate("location.hash").strip("#").split("/")
    images = f"{person.address}/api/v1/projects/{project}/images/{image}"
    url = person.page.request.post(f"{images}/session").json()["prediction"]["url"]
    return np.asarray(Image.open(BytesIO(person.page.request.get(person.address + url).body())))


def test_an_old_matte_is_what_a_photo_of_a_project_begins_with(corrector, tmp_path):
    for number, told in ((0, "1 / 3"), (1, "2 / 3")):
        place(corrector, told)
        assert corrector.page.get_attribute("body", "data-task") == "matting"
        np.testing.assert_array_equal(shown_alpha(corrector), OLD[number])
        corrector.press("a")
    place(corrector, "3 / 3")
    assert corrector.page.get_attribute("body", "data-task") == "trimap"
    assert until((tmp_path / "labels" / "1.png").is_file)
    np.testing.assert_array_equal(np.asarray(Image.open(tmp_path / "labels" / "1.png")), OLD[1])


def test_a_matte_beside_the_task_of_a_project_is_found_again(corrector):
    place(corrector, "1 / 3")
    corrector.press("f")
    place(corrector, "2 / 3")
    corrector.task("interactive")
    corrector.press("d")
    place(corrector, "1 / 3")
    corrector.task("matting")
    assert corrector.page.get_attribute("body", "data-task") == "matting"


def alpha(person):
    return np.asarray(Image.open(BytesIO(person.served())))


@pytest.fixture
def sketching(visitor):
    """A person who has chosen the matte, and paints what it starts from."""
    visitor.task("matting")
    visitor.page.wait_for_selector("body[data-task=trimap]")
    return visitor


@pytest.fixture
def matting(sketching, as_png):
    """A person who has opened a trimap."""
    sketching.choose_file("trimap", "trimap.png", as_png(TRIMAP))
    sketching.page.wait_for_selector("body[data-task=matting]")
    sketching.settle()
    return sketching


def test_a_trimap_is_painted_and_made_into_a_matte(sketching):
    assert sketching.page.is_disabled("#finish")
    assert "Paint roughly" in sketching.hint()
    sketching.drag((50, 40), (70, 40))
    sketching.press("2")
    sketching.drag((5, 5), (5, 70))
    sketching.page.click("#finish")
    sketching.page.wait_for_selector("body[data-task=matting]")
    sketching.settle()
    assert sketching.state()["task"] == "matting"
    shown = alpha(sketching)
    assert shown[40, 60] == 255
    assert (shown[10:60, 5] == 0).all()


def test_painting_is_undone_and_kept_while_another_task_is_looked_at(sketching):
    sketching.drag((50, 40), (70, 40))
    sketching.press("Control+z")
    assert "0 marks" in sketching.status()
    sketching.press("Control+y")
    assert "1 mark" in sketching.status()
    sketching.task("interactive")
    sketching.task("matting")
    assert "1 mark" in sketching.status()


def test_the_painted_trimap_can_be_downloaded(sketching):
    sketching.drag((50, 40), (70, 40))
    name, saved = sketching.downloaded()
    assert name == "scene-trimap.png"
    pixels = np.asarray(Image.open(BytesIO(saved)).convert("L"))
    assert pixels[40, 60] == 255
    assert pixels[70, 100] == 128


def test_a_trimap_begins_with_the_object_mask(sketching, as_png):
    sketching.page.click("#from-mask")
    assert "There is no mask yet" in sketching.told()
    sketching.task("interactive")
    mask = np.zeros((80, 120), np.uint8)
    mask[20:60, 30:80] = 255
    sketching.choose_file("prior", "mask.png", as_png(mask))
    sketching.page.wait_for_function(
        "() => document.querySelector('#hint').innerText.includes('missing')"
    )
    sketching.task("matting")
    sketching.page.click("#from-mask")
    sketching.settle()
    pixels = np.asarray(Image.open(BytesIO(sketching.downloaded()[1])).convert("L"))
    assert [pixels[40, x] for x in (10, 30, 55)] == [0, 128, 255]


def test_a_matte_is_loaded_in_place_of_a_trimap(sketching, as_png):
    matte = np.tile(np.linspace(0, 255, 120).astype(np.uint8), (80, 1))
    sketching.choose_file("prior", "old.png", as_png(matte))
    sketching.page.wait_for_selector("body[data-task=matting]")
    sketching.settle()
    assert np.array_equal(alpha(sketching), matte)


def test_a_trimap_of_another_size_is_told_and_the_sketch_stays(sketching, as_png):
    sketching.choose_file("trimap", "small.png", as_png(TRIMAP[:40]))
    assert "This trimap cannot be used" in sketching.told()
    assert sketching.page.get_attribute("body", "data-task") == "trimap"


def test_a_push_up_and_down_moves_alpha_where_it_is_clicked(matting):
    start = alpha(matting).astype(int)
    y, x = np.unravel_index(np.abs(start - 128).argmin(), start.shape)
    matting.press("2")
    matting.click(x, y)
    assert alpha(matting)[y, x] > start[y, x] + 5
    matting.press("3")
    matting.click(x, y)
    matting.click(x, y)
    assert alpha(matting)[y, x] < start[y, x] - 5
    matting.click(x, y, button="right")
    pushes = matting.state()["feedback"]
    assert {push["type"] for push in pushes} == {"push"}
    assert [push["direction"] for push in pushes] == ["up", "down", "down", "up"]
    for _ in pushes:
        matting.press("Control+z")
    assert np.array_equal(alpha(matting), start)


def test_the_slider_says_what_a_click_means_and_the_right_button_the_opposite(matting):
    matting.page.fill("#alpha", "0.25")
    matting.click(100, 60)
    matting.click(20, 60, button="right")
    assert [click["value"] for click in matting.state()["feedback"]] == [0.25, 0.75]
    shown = alpha(matting)[40, 60] / 255
    matting.hover(60, 40)
    matting.press("i")
    assert matting.page.inner_text("#alpha-value") == f"{shown:.2f}"
    matting.hover(60, 40)
    assert f"alpha {shown:.2f}" in matting.status()


def test_the_cut_out_lies_over_a_checkerboard(matting):
    matting.hover(118, 78)
    squares = {matting.colour_at(x, 40) for x in np.linspace(1, 12, 23)}
    assert {(255, 255, 255), (201, 206, 214)} <= squares
    matting.page.click("#view-alone")
    matting.hover(118, 78)
    assert matting.colour_at(5, 40) == (0, 0, 0)
    assert matting.colour_at(60, 40) == (255, 255, 255)


def test_the_download_is_the_matte_of_the_interface(matting):
    matting.click(100, 60)
    name, saved = matting.downloaded()
    assert name == "scene-alpha.png"
    assert saved == matting.served()


def test_another_trimap_throws_marks_away_only_when_that_is_agreed(matting, as_png):
    matting.click(100, 60)
    matting.page.click("#again")
    matting.page.wait_for_selector("body[data-task=trimap]")
    matting.choose_file("trimap", "trimap.png", as_png(255 - TRIMAP))
    matting.page.click("#question .primary")
    matting.page.wait_for_selector("body[data-task=matting]")
    matting.settle()
    assert matting.state()["feedback"] == []
    assert alpha(matting)[40, 5] == 255
