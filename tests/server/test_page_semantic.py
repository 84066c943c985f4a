"""Class maps on the page, in a real Chromium, on a small network of four classes."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from clickmend.session import Session

pytestmark = pytest.mark.browser


def labels(person):
    return np.asarray(Image.open(BytesIO(person.served())))


@pytest.fixture
def classing(visitor):
    visitor.task("semantic")
    return visitor


def test_the_palette_names_the_classes_and_shows_their_colours(classing):
    names = classing.page.locator(".palette .name").all_inner_texts()
    assert names == ["road", "car", "tree", "sky"]
    classing.page.click("#view-alone")
    classing.hover(2, 2)
    row = labels(classing)[40]
    seen = {}
    for x in range(10, 110, 10):
        seen.setdefault(int(row[x]), set()).add(classing.colour_at(x, 40))
    assert all(len(colours) == 1 for colours in seen.values())


def test_a_class_of_the_palette_is_clicked_into_the_map_and_undone(classing):
    before = labels(classing)
    other = int(before[30, 60] + 1) % 4
    classing.page.click(f".palette .choose >> nth={other}")
    classing.click(60, 30)
    assert classing.marks() == [(60, 30, other)]
    after = labels(classing)
    assert after[30, 60] == other
    classing.page.click("#undo")
    classing.settle()
    assert np.array_equal(labels(classing), before)


def test_a_switch_makes_a_click_mend_the_parts_like_its_own_and_is_off_at_first(classing):
    assert not classing.page.is_checked("#similar")
    classing.click(60, 30)
    classing.page.check("#similar")
    classing.click(90, 50)
    spreads = [mark["spread"] for mark in classing.state()["feedback"]]
    assert spreads == [None, "similar"]


def test_a_number_chooses_a_class_and_alt_or_a_key_takes_one_up(classing):
    classing.press("3")
    assert classing.page.get_attribute(".palette .choose >> nth=2", "aria-pressed") == "true"
    assert "“tree”" in classing.hint()
    here = f".palette .choose >> nth={int(labels(classing)[10, 10])}"
    classing.page.keyboard.down("Alt")
    classing.click(10, 10)
    classing.page.keyboard.up("Alt")
    assert classing.page.get_attribute(here, "aria-pressed") == "true"
    classing.press("3")
    classing.hover(10, 10)
    classing.press("i")
    assert classing.page.get_attribute(here, "aria-pressed") == "true"
    assert classing.marks() == []


def test_the_right_button_puts_back_the_class_that_was_there(classing):
    was = int(labels(classing)[30, 60])
    classing.press(str((was + 1) % 4 + 1))
    classing.click(60, 30)
    classing.page.reload()
    classing.page.wait_for_selector("body[data-phase=editing]")
    classing.settle()
    classing.click(60, 30, button="right")
    assert [label for *_, label in classing.marks()][-1] == was
    assert labels(classing)[30, 60] == was


def test_the_class_under_the_pointer_is_told(classing):
    here = ["road", "car", "tree", "sky"][labels(classing)[50, 90]]
    classing.hover(90, 50)
    assert f"here: {here}" in classing.status()


def test_the_brush_paints_the_chosen_class_along_a_line(classing):
    classing.press("2")
    classing.press("b")
    classing.drag((20, 60), (90, 60))
    (stroke,) = classing.state()["feedback"]
    assert stroke["type"] == "stroke"
    assert stroke["label"] == 1
    assert stroke["points"][0] == [20.5, 60.5]
    assert stroke["points"][-1] == [90.5, 60.5]


def test_the_download_is_the_index_map_of_the_interface(classing, tmp_path):
    classing.press("1")
    classing.click(60, 30)
    name, saved = classing.downloaded()
    assert name == "scene-classes.png"
    assert saved == classing.served()


def test_a_class_map_is_loaded_and_stays_where_nothing_was_clicked(classing, as_png):
    prior = np.zeros((80, 120), np.uint8)
    prior[:, 60:] = 2
    classing.choose_file("prior", "old.png", as_png(prior))
    classing.page.wait_for_function("() => document.querySelector('#undo').disabled")
    classing.settle()
    assert np.array_equal(labels(classing), prior)
    classing.press("2")
    classing.click(20, 20)
    assert np.array_equal(labels(classing)[:, 70:], prior[:, 70:])


def test_what_was_done_in_a_task_is_there_when_it_is_chosen_again(classing):
    classing.click(60, 30)
    classing.task("interactive")
    assert classing.state()["feedback"] == []
    classing.click(40, 40)
    classing.task("semantic")
    assert len(classing.state()["feedback"]) == 1
    assert classing.state()["task"] == "semantic"


def test_a_session_of_the_package_gives_the_same_map(classing):
    photo = classing.page.request.get(classing.address + classing.state()["photo"]).body()
    session = Session(photo, task="semantic")
    assert np.array_equal(labels(classing), session.prediction.labels)


def test_a_photo_of_no_project_has_classes_of_ones_own_and_so_has_the_next(classing, as_png, grey):
    classing.page.click("#other-classes")
    classing.page.fill("#own-classes", "soil\nsoil")
    classing.page.click("#project-go")
    classing.page.wait_for_selector("#project .problem:has-text('soil')")
    classing.page.fill("#own-classes", "soil\ncrop\nweed")
    classing.page.click("#project-go")
    classing.page.wait_for_selector(".palette button:has-text('weed')")
    classing.settle()
    assert classing.state()["classes"] == ["soil", "crop", "weed"]
    prior = np.zeros((80, 120), np.uint8)
    prior[:, 60:] = 1
    classing.choose_file("prior", "old.png", as_png(prior))
    classing.page.wait_for_function("() => document.querySelector('#undo').disabled")
    classing.settle()
    classing.press("3")
    classing.click(20, 20)
    assert classing.marks() == [(20, 20, 2)]
    assert labels(classing)[20, 20] == 2
    classing.open("next.png", grey)
    classing.page.wait_for_function("() => document.title.startsWith('next')")
    classing.settle()
    assert classing.state()["classes"] == ["soil", "crop", "weed"]


def test_of_many_classes_one_is_found_by_its_name(classing):
    page = classing.page
    assert page.is_hidden("#class-find") == (len(classing.state()["classes"]) <= 9)
    page.click("#other-classes")
    page.fill("#own-classes", "\n".join(["street", "tree", *(f"class {n}" for n in range(40))]))
    page.click("#project-go")
    page.wait_for_selector(".palette button:has-text('class 39')")
    classing.settle()
    classing.press("l")
    page.keyboard.type("s 37")
    assert page.locator(".palette .choose:visible").all_inner_texts() == ["class 37"]
    page.keyboard.press("Enter")
    assert page.locator(".palette .choose:visible").count() == 42
    classing.click(20, 20)
    assert classing.marks() == [(20, 20, 39)]
    classing.press("l")
    page.keyboard.type("Tree")
    assert page.locator(".palette .choose:visible .name").all_inner_texts() == [
        "street",
        "tree",
    ]
    page.keyboard.press("Enter")
    assert page.inner_text(".palette .choose[aria-pressed=true] .name") == "tree"
