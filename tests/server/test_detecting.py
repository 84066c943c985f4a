"""Objects that a network finds by itself, on a small detector that was saved to disk."""

import numpy as np
import pytest
from fastapi.testclient import TestClient
from small_networks import save_detector

import clickmend as cm
from clickmend.data.codecs import read_index
from clickmend.networks import cards
from clickmend.networks.weights.cards import read_card
from clickmend.objects.objects import Objects
from clickmend.projects.store import Store
from clickmend.server.app import create_app
from clickmend.server.detecting import Detectors
from clickmend.server.networks import Networks

SESSIONS = "/api/v1/sessions"


@pytest.fixture(scope="module")
def scene():
    """A red and a blue square on dark noise."""
    scene = np.random.default_rng(0).integers(0, 40, (60, 80, 3)).astype(np.uint8)
    scene[18:44, 14:38] += np.array([190, 60, 20], np.uint8)
    scene[18:44, 48:72] += np.array([30, 90, 190], np.uint8)
    return scene


@pytest.fixture(scope="module")
def card(tmp_path_factory):
    return save_detector(tmp_path_factory.mktemp("detector"))


@pytest.fixture
def serve(tmp_path, small_networks):
    """Starts the application on one folder; called again, it is a server that was restarted."""

    def start(*given):
        app = create_app(store=Store(tmp_path / "home"), networks=Networks(given=given))
        return TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False)

    return start


@pytest.fixture
def client(serve, card):
    with serve(str(card)) as client:
        yield client


@pytest.fixture
def place(client, scene, as_png):
    files = {"photo": ("crowd.png", as_png(scene))}
    state = client.post(SESSIONS, files=files, data={"task": "instances", "refine": "none"}).json()
    return f"{SESSIONS}/{state['id']}"


def served(client, place):
    return read_index(client.get(f"{place}/prediction.png").content)


def refusal(answer, kind):
    assert (answer.status_code, answer.json()["error"]["type"]) == (400, kind)
    return answer.json()["error"]["message"]


def test_what_a_detector_finds_comes_in_as_objects_made_by_ai_in_one_step(
    client, place, scene, card
):
    oracle, found = Objects(scene), cm.detect(scene, model=card, least_score=0.3)
    keys = oracle.add_masks(found.masks, found.labels)
    assert keys
    state = client.post(f"{place}/detect", json={"least_score": 0.3}).json()
    assert [one["key"] for one in state["objects"]] == list(keys)
    assert [one["label"] for one in state["objects"]] == [one.label for one in oracle.entries]
    assert {one["made_by"] for one in state["objects"]} == {"ai"}
    np.testing.assert_array_equal(served(client, place), oracle.prediction.index)
    assert client.post(f"{place}/undo").json()["objects"] == []
    client.post(f"{place}/redo")
    np.testing.assert_array_equal(served(client, place), oracle.prediction.index)
    click = {"x": 2.5, "y": 2.5, "radius_px": 2.0}
    state = client.post(f"{place}/objects/{keys[0]}/clicks", json=click).json()
    assert state["objects"][0]["made_by"] == "human"


def test_objects_that_are_there_stay_and_nothing_new_is_no_step(client, place):
    client.post(f"{place}/points", json={"points": [{"x": 25.5, "y": 30.5, "label": "cat"}]})
    client.patch(f"{place}/objects/1", json={"protected": True})
    before = served(client, place) == 1
    state = client.post(f"{place}/detect", json={"least_score": 0}).json()
    assert len(state["objects"]) > 1
    np.testing.assert_array_equal(served(client, place) == 1, before)
    again = client.post(f"{place}/detect", json={"least_score": 0}).json()
    assert again["objects"] == state["objects"]
    assert again["prediction"]["version"] == state["prediction"]["version"]


def test_found_objects_are_there_after_a_restart_without_the_detector(serve, card, scene, as_png):
    with serve(str(card)) as client:
        files = {"photo": ("crowd.png", as_png(scene))}
        state = client.post(SESSIONS, files=files, data={"task": "instances"}).json()
        place = f"{SESSIONS}/{state['id']}"
        told = client.post(f"{place}/detect", json={"least_score": 0}).json()["objects"]
        shown = served(client, place)
    with serve() as client:
        assert client.get(place).json()["objects"] == told
        np.testing.assert_array_equal(served(client, place), shown)
        message = refusal(client.post(f"{place}/detect", json={}), "NotAvailableError")
    assert "no network that finds objects" in message


def test_the_tasks_say_which_networks_find_objects(client, serve):
    def told(client):
        tasks = client.get("/api/v1/tasks").json()["tasks"]
        return {one["name"]: one["detectors"] for one in tasks}

    assert told(client) == {
        name: ["made-up"] if name == "instances" else [] for name in told(client)
    }
    with serve() as other:
        assert told(other)["instances"] == []


def test_a_session_of_one_object_and_an_unknown_network_are_refused(client, place, scene, as_png):
    alone = client.post(SESSIONS, files={"photo": ("crowd.png", as_png(scene))}).json()
    message = refusal(client.post(f"{SESSIONS}/{alone['id']}/detect", json={}), "OptionError")
    assert "has no objects" in message
    answer = client.post(f"{place}/detect", json={"model": "yolo"})
    assert "Available: made-up" in refusal(answer, "NotAvailableError")
    answer = client.post(f"{place}/detect", json={"finish": "best"})
    assert "Available: none, network, propagation" in refusal(answer, "OptionError")


@pytest.mark.parametrize("finish", ["none", "propagation"])
def test_masks_of_what_is_found_are_made_as_asked(finish, client, place, scene, card):
    oracle = Objects(scene)
    found = cm.detect(scene, model=card, least_score=0.3, finish=finish)
    oracle.add_masks(found.masks, found.labels)
    client.post(f"{place}/detect", json={"least_score": 0.3, "finish": finish})
    np.testing.assert_array_equal(served(client, place), oracle.prediction.index)


def test_a_card_among_the_models_counts_after_those_that_were_given(card):
    known = {**cards(), "mine": read_card(card)}
    assert Detectors(Networks(lambda: known)).names() == ["mine"]
    assert Detectors(Networks(lambda: known, [str(card)])).names() == ["made-up", "mine"]
