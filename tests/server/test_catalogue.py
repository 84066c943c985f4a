from importlib import metadata
from io import BytesIO

import pytest
from PIL import Image
from small_networks import CLASSES, RANGE_M

from clickmend.networks import cards
from clickmend.projects.opening import Options
from clickmend.server.abilities import abilities_of
from clickmend.server.catalogue import traits_of
from clickmend.server.networks import Networks, shipped_cards


def test_the_shipped_network_is_among_the_cards():
    assert "interactive-l0" in shipped_cards()


def test_health_names_the_version_and_the_limits(client):
    assert client.get("/api/v1/health").json() == {
        "status": "ok",
        "version": metadata.version("clickmend"),
        "limits": {"upload_megabytes": 1.0, "image_megapixels": 1.0},
    }


def test_models_are_the_cards(client):
    (card,) = client.get("/api/v1/models").json()["models"]
    assert (card["name"], card["task"]) == ("interactive-l0", "interactive")
    assert card["infers"] == ["adapt_keys"]


def test_every_listed_sample_is_served_and_can_be_opened(client):
    for sample in client.get("/api/v1/samples").json()["samples"]:
        served = client.get(sample["url"])
        assert served.headers["Content-Type"].startswith("image/")
        state = client.post("/api/v1/sessions", data={"sample": sample["name"]}).json()
        assert tuple(state["size"]) == Image.open(BytesIO(served.content)).size


def test_an_unknown_sample_is_named_with_those_there_are(client):
    answer = client.get("/api/v1/samples/dog")
    assert answer.status_code == 404
    assert "Available: cat" in answer.json()["error"]["message"]


def test_only_tasks_with_a_model_are_listed(client):
    told = client.get("/api/v1/tasks").json()["tasks"]
    assert [(one["name"], one["models"]) for one in told] == [
        (task, ["interactive-l0"]) for task in ("interactive", "instances")
    ]


def test_all_tasks_are_listed_once_their_models_are_there(dense_client):
    told = {one["name"]: one["models"] for one in dense_client.get("/api/v1/tasks").json()["tasks"]}
    assert {task: models[0] for task, models in told.items()} == {
        "interactive": "interactive-l0",
        "instances": "interactive-l0",
        "semantic": "semantic-l0",
        "matting": "matting-l0",
        "depth": "depth-l0",
    }


def test_the_default_model_of_a_task_comes_first(small_networks):
    card = cards()["depth-l0"]
    found = {name: card.model_copy(update={"name": name}) for name in ("a", "depth-l0", "z")}
    assert Networks(lambda: found).by_task() == {"depth": ["depth-l0", "a", "z"]}
    del found["depth-l0"]
    assert Networks(lambda: found).by_task() == {"depth": ["a", "z"]}


@pytest.mark.parametrize("model", [None, "semantic-l0"])
def test_a_session_has_the_classes_of_its_model(small_networks, model):
    traits = traits_of(Options("semantic", model), Networks())
    assert (traits.classes, traits.range_m, traits.radius_share) == (CLASSES, None, 0.05)


def test_a_session_has_the_range_of_its_model(small_networks):
    assert traits_of(Options("depth"), Networks()).range_m == RANGE_M


def test_the_radius_of_an_object_click_depends_on_the_place():
    assert traits_of(Options(), Networks()).radius_share is None


def test_a_model_without_a_card_says_nothing():
    traits = traits_of(Options("semantic", "gone"), Networks(dict))
    assert (traits.classes, traits.layers, traits.infers) == ((), (), ())


def test_the_refinements_are_those_that_the_card_knows(small_networks):
    assert traits_of(Options("depth"), Networks()).layers == ("none", "region", "bmsb")
    layers = ("none", "sb", "bmsb", "bmsb-m", "bmconv")
    assert traits_of(Options("interactive"), Networks()).layers == layers
    assert traits_of(Options("instances"), Networks()).layers == layers


@pytest.mark.parametrize(
    ("options", "places"),
    [
        ({"attention_blocks": 0}, ()),
        ({"attention_blocks": 1}, ("adapt_keys",)),
        ({"attention_blocks": 0, "classifier": "axial"}, ("propagate",)),
        ({"classifier": "axial"}, ("adapt_keys", "propagate")),
    ],
)
def test_what_a_network_infers_online_is_what_it_has_a_place_for(options, places):
    card = cards()["interactive-l0"]
    assert (
        abilities_of(card.model_copy(update={"options": card.options | options})).infers == places
    )
