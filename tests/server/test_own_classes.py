"""Class maps with the user's own classes, over HTTP and in projects, on small networks."""

from io import BytesIO

import numpy as np
import pytest
from fastapi.testclient import TestClient
from PIL import Image

from clickmend.core.settings import Settings
from clickmend.projects.formats import FORMATS
from clickmend.projects.opening import Options
from clickmend.projects.store import Store
from clickmend.server.app import create_app
from clickmend.server.catalogue import traits_of
from clickmend.server.networks import Networks
from clickmend.session import Session

API = "/api/v1"
OWN = ["soil", "crop", "weed"]


@pytest.fixture
def prior():
    prior = np.zeros((60, 80), np.uint8)
    prior[10:40, 10:50] = 1
    prior[15:25, 20:30] = 2
    return prior


@pytest.fixture
def folder(tmp_path, photo, prior):
    for name in ("photos", "old"):
        (tmp_path / name).mkdir()
    for name in ("a", "b"):
        Image.fromarray(photo).save(tmp_path / "photos" / f"{name}.png")
        Image.fromarray(prior).save(tmp_path / "old" / f"{name}.png")
    return tmp_path


@pytest.fixture
def serve(folder, small_networks):
    """Starts the application on one folder; called again, it is a server that was restarted."""

    def start():
        app = create_app(limits=Settings(), store=Store(folder / "home"), roots=[folder])
        return TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False)

    return start


@pytest.fixture
def client(serve):
    with serve() as client:
        yield client


@pytest.fixture
def make(client, folder):
    """Makes a project of class maps with some classes; its address."""

    def project(*names, **more):
        body = {
            "name": "field",
            "photos": [str(folder / "photos")],
            "task": "semantic",
            "classes": [{"name": name, "colour": "#112233"} for name in names],
            "out": str(folder / "labels"),
            **more,
        }
        answer = client.post(f"{API}/projects", json=body)
        assert answer.status_code == 201, answer.text
        return f"{API}/projects/{answer.json()['id']}"

    return project


def put(client, project, *names):
    body = [{"name": name, "colour": "#445566"} for name in names]
    return client.put(f"{project}/classes", json=body)


def opened(client, project, number=0):
    image = client.get(f"{project}/images").json()["images"][number]
    answer = client.post(f"{project}/images/{image['id']}/session")
    assert answer.status_code == 200, answer.text
    return answer.json()


def click(client, state, **mark):
    answer = client.post(f"{API}/sessions/{state['id']}/clicks", json=mark)
    assert answer.status_code == 200, answer.text
    return answer.json()


def labels(client, state):
    content = client.get(f"{API}/sessions/{state['id']}/prediction.png").content
    return np.asarray(Image.open(BytesIO(content)))


def refusal(answer, kind):
    assert answer.status_code == 400
    assert answer.json()["error"]["type"] == kind
    return answer.json()["error"]["message"]


def test_a_session_is_opened_with_own_classes_and_is_there_after_a_restart(
    serve, photo, prior, as_png
):
    files = {"photo": ("a.png", as_png(photo)), "prior": ("old.png", as_png(prior))}
    with serve() as client:
        given = {"task": "semantic", "classes": OWN}
        state = client.post(f"{API}/sessions", files=files, data=given).json()
        assert state["classes"] == OWN
        assert state["layers"] == ["none", "region"]
        state = click(client, state, x=25, y=20, label="crop")
        client.put(f"{API}/sessions/{state['id']}/inference", json={"refine": "region"})
    oracle = Session(photo, task="semantic", classes=OWN, prior=prior)
    oracle.click(25, 20, label="crop")
    with serve() as client:
        again = client.get(f"{API}/sessions/{state['id']}").json()
        assert (again["classes"], again["can_undo"]) == (OWN, True)
        assert np.array_equal(labels(client, again), oracle.prediction.labels)
        assert click(client, again, x=60, y=50, label=2)["feedback"][1]["label"] == 2


@pytest.mark.parametrize(
    ("task", "classes", "reason"),
    [
        ("semantic", ["soil", "soil"], "The class 'soil' appears 2 times"),
        ("semantic", ["soil", "2"], "class 1 has the name '2'"),
        ("semantic", [f"c{number}" for number in range(256)], "There are 256 classes"),
        ("depth", OWN, "classes is an option of the task 'semantic'"),
        ("instances", OWN, "classes belongs to class maps"),
    ],
)
def test_classes_that_a_session_cannot_have_are_refused(
    client, photo, as_png, task, classes, reason
):
    given = {"task": task, "classes": classes}
    answer = client.post(f"{API}/sessions", files={"photo": ("a.png", as_png(photo))}, data=given)
    assert reason in refusal(answer, "OptionError")


def test_layers_are_offered_where_the_network_knows_every_class(small_networks):
    known = traits_of(Options("semantic", classes=["sky", "road"]), Networks())
    assert (known.classes, known.layers) == (("sky", "road"), ("none", "region", "bmsb"))
    assert traits_of(Options("semantic", classes=OWN), Networks()).layers == ("none", "region")
    assert traits_of(Options("semantic", "gone", classes=OWN), Networks(dict)).classes == tuple(OWN)


def test_a_project_opens_its_photos_with_its_classes_and_writes_their_numbers(
    client, make, folder, prior
):
    project = make(*OWN, priors=str(folder / "old"))
    state = opened(client, project)
    assert state["classes"] == OWN
    assert [one["name"] for one in state["palette"]] == OWN
    assert np.array_equal(labels(client, state), prior)
    state = click(client, state, x=25, y=20, label=1)
    shown = labels(client, state)
    assert (shown[15:25, 20:30] == 1).any()
    photos = {"a.png": (80, 60), "b.png": (80, 60)}
    for name in ("index-png", "npy", "voc"):
        out = folder / f"out-{name}"
        answer = client.post(f"{project}/export", json={"format": name, "out": str(out)})
        assert answer.status_code == 200, answer.text
        found = {one.file_name: one for one in FORMATS[name].read(out, photos=photos)}
        assert np.array_equal(found["a.png"].plane, shown)
        assert np.array_equal(found["b.png"].plane, prior)


def test_a_project_takes_more_classes_behind_those_that_labels_have(client, make, folder):
    project = make(*OWN, priors=str(folder / "old"))
    state = click(client, opened(client, project), x=25, y=20, label=1)
    before = labels(client, state)
    assert put(client, project, *OWN, "stone").status_code == 200
    again = opened(client, project)
    assert (again["id"], again["classes"]) == (state["id"], [*OWN, "stone"])
    assert np.array_equal(labels(client, again), before)
    assert click(client, again, x=60, y=50, label="stone")["feedback"][1]["label"] == 3
    for names in (OWN, ["dock", *OWN], [*OWN[:2], "dock", "stone"]):
        told = refusal(put(client, project, *names), "ProjectError")
        assert "the numbers in their class maps are the places of soil, crop, weed, stone" in told


def test_before_anything_is_labelled_classes_may_be_any(client, make):
    project = make()
    first = opened(client, project)
    assert first["classes"] != OWN
    assert put(client, project, *OWN).status_code == 200
    assert opened(client, project)["classes"] == OWN
    assert put(client, project, "weed").status_code == 200
    again = opened(client, project)
    assert again["classes"] == ["weed"]
    assert (labels(client, again) == 255).all()


def test_labels_with_the_classes_of_the_network_stay_so(client, make):
    project = make()
    state = click(client, opened(client, project), x=25, y=20, label=1)
    told = refusal(put(client, project, "weed"), "ProjectError")
    assert "labelled with the network's classes, and 'weed' is none of them" in told
    assert put(client, project, "sky").status_code == 200
    for number in (0, 1):
        again = opened(client, project, number)
        assert again["classes"] == state["classes"]
    assert again["palette"][0]["colour"] == "#445566"


def test_a_project_of_class_maps_refuses_classes_that_no_map_can_have(client, folder):
    body = {
        "name": "field",
        "photos": [str(folder / "photos")],
        "task": "semantic",
        "classes": [{"name": "1"}],
    }
    answer = client.post(f"{API}/projects", json=body)
    assert "class 0 has the name '1'" in refusal(answer, "OptionError")
    body |= {"task": "instances"}
    assert client.post(f"{API}/projects", json=body).status_code == 201
