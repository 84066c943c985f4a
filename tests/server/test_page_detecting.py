"""Objects that a network finds by itself, on the page in a real Chromium."""

from io import BytesIO

import numpy as np
import pytest
from person import opened, serving, sit_down
from PIL import Image
from small_networks import save_detector

import clickmend as cm
from clickmend.objects.objects import Objects
from clickmend.projects.store import Store
from clickmend.server.app import create_app
from clickmend.server.networks import Networks

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def card(tmp_path_factory):
    return save_detector(tmp_path_factory.mktemp("detector"))


@pytest.fixture
def scene(rng):
    """A bright square on dark noise, 120×80."""
    scene = rng.integers(0, 40, (80, 120, 3)).astype(np.uint8)
    scene[20:60, 30:80] += 150
    return scene


@pytest.fixture
def finder(browser, small_networks, card, scene, as_png, tmp_path):
    """A person with a photo of many objects, in front of a server that has a detector."""
    app = create_app(store=Store(tmp_path / "home"), networks=Networks(given=[str(card)]))
    for address in serving(app):
        for person in sit_down(browser, address):
            opened(person, "scene.png", as_png(scene))
            person.task("instances")
            yield person


def shown(person):
    return np.asarray(Image.open(BytesIO(person.served())))


def makers(person):
    return [one.get_attribute("title") for one in person.page.locator("#objects li > button").all()]


def test_objects_are_found_in_one_step_and_told_as_the_networks(finder, scene, card):
    page = finder.page
    assert "Find objects" in finder.hint()
    page.fill("#find-sure", "30")
    page.click("#find-objects")
    finder.settle()
    found, oracle = cm.detect(scene, model=card, least_score=0.3), Objects(scene)
    keys = oracle.add_masks(found.masks, found.labels)
    np.testing.assert_array_equal(shown(finder), oracle.prediction.index)
    assert finder.told().startswith(f"{len(keys)} object")
    assert len(makers(finder)) == len(keys)
    assert all("The network found it" in one for one in makers(finder))
    finder.press("Control+z")
    assert finder.state()["objects"] == []
    finder.press("Shift+F")
    np.testing.assert_array_equal(shown(finder), oracle.prediction.index)


@pytest.mark.parametrize("finish", ["none", "propagation"])
def test_masks_are_made_as_is_chosen_also_on_the_next_photo(finder, scene, card, as_png, finish):
    page = finder.page
    page.fill("#find-sure", "30")
    page.select_option("#find-finish", finish)
    assert page.get_attribute("#find-finish", "title")
    for place in (scene, scene[:, ::-1]):
        opened(finder, "scene.png", as_png(place))
        page.click("#find-objects")
        finder.settle()
        found, oracle = cm.detect(place, model=card, least_score=0.3, finish=finish), Objects(place)
        oracle.add_masks(found.masks, found.labels)
        np.testing.assert_array_equal(shown(finder), oracle.prediction.index)
        usual = cm.detect(place, model=card, least_score=0.3)
        assert len(usual.masks)
        assert not np.array_equal(usual.masks, found.masks)


def test_objects_that_are_there_stay_and_what_is_not_new_is_told(finder):
    finder.click(55, 40)
    finder.press("n")
    finder.press("Shift+L")
    finder.press("Escape")
    before = shown(finder) == 1
    finder.page.fill("#find-sure", "0")
    finder.press("Enter")
    assert len(finder.state()["objects"]) > 1
    np.testing.assert_array_equal(shown(finder) == 1, before)
    finder.press("Shift+F")
    finder.page.wait_for_selector(".toast:has-text('Nothing was found that is not there already')")
    assert finder.state()["prediction"]["version"] == 3


def test_nothing_is_offered_where_the_server_has_no_detector(visitor):
    visitor.task("instances")
    assert visitor.page.is_hidden("#find-objects")
    assert visitor.page.is_hidden("#find-finish")
    assert "Find objects" not in visitor.hint()
    visitor.press("Shift+F")
    assert visitor.state()["objects"] == []
