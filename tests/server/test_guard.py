import pytest
from fastapi.testclient import TestClient

from clickmend.core.settings import Settings
from clickmend.server.app import create_app
from clickmend.server.guard import is_loopback
from clickmend.server.networks import Networks

HEALTH = "/api/v1/health"


@pytest.mark.parametrize(
    ("host", "answer"),
    [
        ("127.0.0.1", True),
        ("127.8.9.10", True),
        ("::1", True),
        ("localhost", True),
        ("LOCALHOST", True),
        ("0.0.0.0", False),
        ("192.168.1.4", False),
        ("localhost.example.org", False),
        ("", False),
    ],
)
def test_only_this_machine_is_loopback(host, answer):
    assert is_loopback(host) is answer


@pytest.mark.parametrize("host", ["127.0.0.1:8765", "localhost:1", "[::1]:8765", "127.0.0.1"])
def test_a_loopback_host_is_answered(client, host):
    assert client.get(HEALTH, headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8765", "10.0.0.7", "", "[::1"])
def test_a_foreign_host_is_refused_and_named(client, host):
    answer = client.get(HEALTH, headers={"Host": host})
    assert answer.status_code == 421
    assert answer.json()["error"]["type"] == "HostError"
    assert repr(host) in answer.json()["error"]["message"]


def test_any_host_is_answered_where_the_server_was_opened_to_others(limits, fake_session):
    app = create_app(
        session_factory=fake_session, networks=Networks(dict), limits=limits, host="0.0.0.0"
    )
    with TestClient(app, base_url="http://machine.example") as client:
        assert client.get(HEALTH).status_code == 200


def test_a_page_from_elsewhere_is_refused(client):
    answer = client.post(
        "/api/v1/sessions", data={"sample": "cat"}, headers={"Origin": "http://evil.example"}
    )
    assert answer.status_code == 403
    assert answer.json()["error"]["type"] == "ForbiddenError"


def test_the_own_page_is_answered(client):
    assert client.get(HEALTH, headers={"Origin": "http://127.0.0.1"}).status_code == 200


@pytest.mark.parametrize("address", ["/api/v1/projects/1/images?q=a%00b", "/samples/a%00b"])
def test_an_address_with_a_character_that_is_not_stored_is_refused(client, address):
    answer = client.get(address)
    assert answer.status_code == 400
    assert "U+0000" in answer.json()["error"]["message"]


def test_a_declared_body_over_the_limit_is_refused_unread(client):
    answer = client.post("/api/v1/sessions", files={"photo": ("a.png", bytes(1_100_000))})
    assert answer.status_code == 413
    assert answer.json()["error"]["type"] == "TooLargeError"
    assert "CLICKMEND_MAX_UPLOAD_MEGABYTES" in answer.json()["error"]["message"]


def test_a_body_without_length_is_stopped_at_the_limit(client, photo, as_png):
    opened = client.post("/api/v1/sessions", files={"photo": ("a.png", as_png(photo))}).json()
    chunks = (bytes(100_000) for _ in range(50))
    answer = client.put(f"/api/v1/sessions/{opened['id']}/prior", content=chunks)
    assert answer.status_code == 413
    assert answer.json()["error"]["type"] == "TooLargeError"


def test_the_limit_is_the_one_of_the_settings(fake_session):
    app = create_app(
        session_factory=fake_session,
        networks=Networks(dict),
        limits=Settings(max_upload_megabytes=0.001),
    )
    with TestClient(app, base_url="http://127.0.0.1") as client:
        answer = client.post("/api/v1/sessions", files={"photo": ("a.png", bytes(70_000))})
    assert answer.status_code == 413


@pytest.mark.parametrize("place", ["/", HEALTH, "/nowhere"])
def test_every_answer_tells_the_browser_to_load_nothing_from_elsewhere(client, place):
    headers = client.get(place).headers
    assert headers["Content-Security-Policy"].startswith("default-src 'self'")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-cache"
    assert "Access-Control-Allow-Origin" not in headers


def test_where_others_reach_the_server_only_those_with_the_token_are_answered(fake_session, limits):
    app = create_app(
        session_factory=fake_session,
        networks=Networks(dict),
        limits=limits,
        host="0.0.0.0",
        token="secret",
    )
    with TestClient(app, base_url="http://machine.example") as client:
        for asked in ({}, {"params": {"token": "guess"}}, {"headers": {"Cookie": "other=secret"}}):
            answer = client.get("/api/v1/health", **asked)
            assert answer.status_code == 401
            assert answer.json()["error"]["type"] == "TokenError"
        assert client.post("/api/v1/sessions?token=secret").status_code == 401
        bearer = {"Authorization": "Bearer secret"}
        assert client.get("/api/v1/health", headers=bearer).status_code == 200
        opened = client.get("/?token=secret", follow_redirects=False)
        assert (opened.status_code, opened.headers["Location"]) == (303, "/")
        assert "HttpOnly" in opened.headers["Set-Cookie"]
        assert client.get("/api/v1/health").status_code == 200


@pytest.mark.parametrize(
    "asked", ["bytes=0-3", "bytes=", "bytes=9-2", "bytes=99999999-", "lines=1"]
)
def test_a_part_that_is_asked_for_is_answered_with_the_whole_file(client, asked):
    answer = client.get("/js/main.js", headers={"Range": asked})
    assert answer.status_code == 200
    assert answer.headers["Accept-Ranges"] == "none"
    assert answer.content == client.get("/js/main.js").content
