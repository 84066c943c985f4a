import pytest
from fastapi.testclient import TestClient
from starlette.applications import Starlette

from clickmend.core.errors import ClickError, ClickmendError, OutputError
from clickmend.server.app import create_app
from clickmend.server.errors import UNFORESEEN
from clickmend.server.networks import Networks

ADDRESS = "http://127.0.0.1"


def raising(error: Exception) -> TestClient:
    """An application whose sessions fail with ``error``."""

    def start(photo, options, prior):
        raise error

    app = create_app(session_factory=start, networks=Networks(dict))
    assert isinstance(app, Starlette)
    return TestClient(app, base_url=ADDRESS, raise_server_exceptions=False)


def open_sample(client: TestClient):
    return client.post("/api/v1/sessions", data={"sample": "cat"})


@pytest.mark.parametrize("kind", [ClickError, OutputError, ClickmendError])
def test_every_clickmend_error_is_told_with_its_name_and_message(kind):
    answer = open_sample(raising(kind("Fact, allowed, remedy.")))
    assert answer.status_code == 400
    told = {"type": kind.__name__, "message": "Fact, allowed, remedy."}
    assert answer.json() == {"error": told}


def test_an_unforeseen_error_is_told_without_its_traceback():
    answer = open_sample(raising(RuntimeError("secret detail")))
    assert answer.status_code == 500
    assert answer.json() == {"error": {"type": "InternalError", "message": UNFORESEEN}}


def test_an_unknown_place_is_named(client):
    answer = client.get("/api/v1/nowhere")
    assert answer.status_code == 404
    told = {"type": "NotFoundError", "message": "There is nothing at /api/v1/nowhere."}
    assert answer.json() == {"error": told}


def test_a_method_that_a_route_does_not_have_is_named(client):
    answer = client.delete("/api/v1/health")
    assert answer.status_code == 405
    assert answer.json()["error"]["type"] == "MethodError"
    assert "DELETE is not possible at /api/v1/health" in answer.json()["error"]["message"]
    assert answer.headers["Allow"] == "GET"
    assert client.head("/api/v1/health").status_code == 405  # it is there, but not so
    assert client.get("/api/v1/sessions").headers["Allow"] == "POST"
    assert client.get("/api/v1/sessions/none/").status_code == 404


def test_of_many_faults_in_a_body_the_first_are_told_and_the_others_counted(client):
    points = [["left", "right"]] * 10_000
    answer = client.post("/api/v1/sessions/none/strokes", json={"points": points})
    assert answer.status_code == 422
    message = answer.json()["error"]["message"]
    assert "points.0.0: Input should be a valid number" in message
    assert message.endswith("; and 19995 more.")
    assert len(message) < 1000


def test_a_body_that_does_not_fit_is_told_by_field(client):
    opened = client.post("/api/v1/sessions", data={"sample": "cat"}).json()
    place = f"/api/v1/sessions/{opened['id']}/clicks"
    answer = client.post(place, json={"x": "four", "size": 3})
    assert answer.status_code == 422
    error = answer.json()["error"]
    assert error["type"] == "RequestError"
    for said in ("x: Input should be a valid number", "y: Field required", "size: Extra inputs"):
        assert said in error["message"]


def test_a_body_that_is_no_json_is_told_in_the_same_shape(client):
    opened = client.post("/api/v1/sessions", data={"sample": "cat"}).json()
    place = f"/api/v1/sessions/{opened['id']}/clicks"
    answer = client.post(place, content=b"{", headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["error"]["type"] == "RequestError"


@pytest.mark.parametrize("what", ["prior", "trimap", "protect"])
def test_who_goes_away_in_the_middle_of_a_file_is_no_failure_of_the_server(client, what):
    opened = client.post("/api/v1/sessions", data={"sample": "cat"}).json()
    pieces = [
        {"type": "http.request", "body": b"\x89PNG", "more_body": True},
        {"type": "http.disconnect"},
    ]
    statuses = []

    async def receive():
        return pieces.pop(0)

    async def send(message):
        statuses.append(message.get("status"))

    scope = {
        "type": "http",
        "method": "PUT",
        "path": f"/api/v1/sessions/{opened['id']}/{what}",
        "query_string": b"",
        "headers": [(b"host", b"127.0.0.1")],
    }
    client.portal.call(client.app, scope, receive, send)
    assert statuses[0] == 400
