"""Networks that a server is started with, beside those that have weights here."""

import re

import numpy as np
import pytest
from fastapi.testclient import TestClient
from small_networks import RANGE_M, save_network

import clickmend as cm
from clickmend.core.errors import ModelError
from clickmend.data.codecs import read_index
from clickmend.networks.weights.cards import card_files
from clickmend.projects import labelling
from clickmend.projects.opening import Options
from clickmend.projects.store import Store
from clickmend.server.app import create_app
from clickmend.server.networks import Networks

SESSIONS = "/api/v1/sessions"
CROPS = ("soil", "maize", "weed", "stone")


@pytest.fixture(scope="module")
def photo():
    return np.random.default_rng(3).integers(0, 256, (60, 80, 3)).astype(np.uint8)


@pytest.fixture(scope="module")
def card(tmp_path_factory):
    """Of class maps, with other classes than the network that has them by default."""
    folder = tmp_path_factory.mktemp("mine")
    return save_network(folder, "semantic", seed=5, name="crops", labels=CROPS)


@pytest.fixture
def serve(tmp_path, small_networks):
    """Starts the application on one folder; called again, it is a server that was restarted."""

    def start(*given):
        app = create_app(store=Store(tmp_path / "home"), networks=Networks(given=given))
        return TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False)

    return start


def open_on(client, photo, as_png, **data):
    files = {"photo": ("field.png", as_png(photo))}
    return client.post(SESSIONS, files=files, data={"task": "semantic"} | data).json()


def served(client, state):
    return read_index(client.get(f"{SESSIONS}/{state['id']}/prediction.png").content)


def expected(photo, model):
    return cm.Session(photo, task="semantic", model=model).prediction.pixels


def test_a_given_network_answers_in_its_task_and_is_called_by_its_name(serve, card, photo, as_png):
    with serve(str(card)) as client:
        state = open_on(client, photo, as_png)
        assert (state["model"], tuple(state["classes"])) == ("crops", CROPS)
        np.testing.assert_array_equal(served(client, state), expected(photo, card))
        tasks = {one["name"]: one["models"] for one in client.get("/api/v1/tasks").json()["tasks"]}
        assert tasks["semantic"][0] == "crops"
        assert tasks["semantic"][1] == "semantic-l0"


def test_the_other_networks_can_be_asked_for_still(serve, card, photo, as_png):
    with serve(str(card)) as client:
        state = open_on(client, photo, as_png, model="semantic-l0")
        assert state["model"] == "semantic-l0"
        np.testing.assert_array_equal(served(client, state), expected(photo, "semantic-l0"))
        refused = open_on(client, photo, as_png, model=str(card))["error"]
    assert refused["type"] == "ModelError"
    assert "crops" in refused["message"]


def test_a_session_keeps_its_network_when_the_server_is_started_without_it(
    serve, card, photo, as_png
):
    with serve(str(card)) as client:
        state = open_on(client, photo, as_png)
        before = served(client, state)
    with serve() as client:
        np.testing.assert_array_equal(served(client, state), before)
        told = client.get(f"{SESSIONS}/{state['id']}").json()
        assert (told["model"], tuple(told["classes"])) == ("crops", CROPS)
        assert open_on(client, photo, as_png)["model"] is None


def test_a_project_is_worked_on_with_the_given_network(serve, card, photo, as_png, tmp_path):
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "a.png").write_bytes(as_png(photo))
    store = Store(tmp_path / "home")
    found = labelling.open_project(store, "Fields", photos=[folder], task="semantic")
    store.close()
    with serve(str(card)) as client:
        images = client.get(f"/api/v1/projects/{found.id}/images").json()["images"]
        place = f"/api/v1/projects/{found.id}/images/{images[0]['id']}/session"
        assert client.post(place).json()["model"] == "crops"


def test_a_network_is_given_by_name_card_or_folder(small_networks, card):
    cards = [
        Networks(given=[one]).card(Options("semantic")) for one in map(str, (card, card.parent))
    ]
    assert [one.name for one in cards] == ["crops", "crops"]
    networks = Networks(given=["interactive-s"])
    assert networks.chosen(Options()).model == "interactive-s"
    assert networks.chosen(Options("depth")).model is None
    assert networks.chosen(Options("instances")).model == "interactive-s"
    assert networks.by_task()["interactive"][0] == "interactive-s"


def test_a_network_of_another_library_is_mended_as_ours(serve, photo, as_png, tmp_path):
    from transformers import SegformerConfig, SegformerForSemanticSegmentation
    from transformers import SegformerImageProcessor as Processor

    sizes = {"hidden_sizes": [8, 8, 16, 16], "depths": [1] * 4, "decoder_hidden_size": 16}
    heads = {"num_attention_heads": [1, 1, 2, 2], "id2label": dict(enumerate(CROPS))}
    config = SegformerConfig(**sizes, **heads, label2id={name: i for i, name in enumerate(CROPS)})
    SegformerForSemanticSegmentation(config).save_pretrained(tmp_path / "segformer")
    Processor(size={"height": 64, "width": 64}).save_pretrained(tmp_path / "segformer")
    with serve(str(tmp_path / "segformer")) as client:
        state = open_on(client, photo, as_png)
        assert (tuple(state["classes"]), state["infers"]) == (CROPS, [])
        assert "bmsb" in state["layers"]
        click = {"x": 20.5, "y": 30.5, "label": "weed"}
        state = client.post(f"{SESSIONS}/{state['id']}/clicks", json=click).json()
        assert served(client, state)[30, 20] == CROPS.index("weed")
        assert client.get("/api/v1/models").status_code == 200


def test_what_a_given_network_hides_is_the_one_of_its_name(small_networks, tmp_path):
    mine = save_network(tmp_path, "depth", seed=7, name="depth-l0", range_m=RANGE_M)
    networks = Networks(given=[str(mine)])
    assert networks.source("depth-l0") == str(mine)
    assert networks.file("depth-l0") == mine
    assert Networks().file("depth-l0") == card_files()["depth-l0"]


def test_two_networks_of_one_name_are_refused(small_networks, tmp_path):
    mine = []
    for task in ("semantic", "depth"):
        (tmp_path / task).mkdir()
        mine.append(str(save_network(tmp_path / task, task, name="mine")))
    with pytest.raises(ModelError, match="are both called 'mine'"):
        Networks(given=mine)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (["interactive-s", "interactive-l0"], "both of the task 'interactive'"),
        (["interactive-xl"], "no weights named 'interactive-xl'"),
        (["nowhere/mine.json"], "no card mine.json"),
    ],
)
def test_networks_that_cannot_be_given_are_refused(small_networks, given, reason):
    with pytest.raises(ModelError, match=re.escape(reason)):
        Networks(given=given)
