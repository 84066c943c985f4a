import numpy as np
import onnxruntime as ort
import pytest

from clickmend.networks import load
from clickmend.server import runtime
from clickmend.server.networks import Networks

NETWORK = "/api/v1/models/interactive-l0/network"


@pytest.fixture
def with_runtime(monkeypatch, tmp_path):
    """A runtime that is there."""
    (tmp_path / runtime.SCRIPT).touch()
    monkeypatch.setattr(runtime, "FOLDER", tmp_path)


@pytest.fixture
def without_runtime(monkeypatch, tmp_path):
    monkeypatch.setattr(runtime, "FOLDER", tmp_path)


def offers(client):
    return {one["name"]: one["in_browser"] for one in client.get("/api/v1/tasks").json()["tasks"]}


def test_without_the_runtime_the_page_answers_nothing_itself(client, without_runtime):
    assert offers(client) == {"interactive": [], "instances": []}


def test_with_the_runtime_it_answers_clicks_on_an_object(dense_client, with_runtime):
    told = offers(dense_client)
    assert told.pop("interactive")[0] == "interactive-l0"
    assert set(map(tuple, told.values())) == {()}


def test_a_network_without_its_graph_is_not_offered(client, with_runtime, monkeypatch, tmp_path):
    monkeypatch.setattr(Networks, "file", lambda *_: tmp_path / "interactive-l0.json")
    assert offers(client)["interactive"] == []


def test_a_page_is_told_how_a_network_is_asked(client):
    told = client.get(NETWORK).json()
    card, encoding = load("interactive-l0").card, load("interactive-l0").encoding
    assert told["encoding"] == {
        "kind": "disk",
        "radius_px": encoding.radius_px,
        "previous": True,
    }
    assert (told["view_px"], told["overview_px"], told["margin"]) == (
        card.view_px,
        card.overview_px,
        card.margin,
    )


def test_the_file_of_a_network_answers_as_the_network(client):
    url = client.get(NETWORK).json()["onnx"]
    answer = client.get(url)
    assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    session = ort.InferenceSession(answer.content, providers=["CPUExecutionProvider"])
    rng = np.random.default_rng(0)
    image, marks = (rng.random((1, channels, 64, 96), np.float32) for channels in (3, 4))
    (own,) = session.run(["answer"], {"image": image, "beside": marks})
    assert np.allclose(own, load("interactive-l0").answer(image, marks), atol=1e-4)


def test_a_file_under_another_version_is_not_kept(client):
    assert client.get(f"{NETWORK}.onnx?v=older").headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    ("name", "words"),
    [("nobody", "There is no model 'nobody'"), ("depth-l0", "no network that a browser runs")],
)
def test_a_network_that_no_page_runs_is_refused(dense_client, name, words):
    for path in ("network", "network.onnx"):
        answer = dense_client.get(f"/api/v1/models/{name}/{path}")
        assert answer.status_code == 404
        assert words in answer.json()["error"]["message"]
