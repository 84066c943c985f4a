import re

import pytest
from fastapi.testclient import TestClient

from clickmend.server import app, runtime
from clickmend.server.networks import Networks
from clickmend.server.page import WEB

PAGE_FILES = sorted(
    path for path in WEB.rglob("*") if path.is_file() and runtime.FOLDER not in path.parents
)


@pytest.mark.parametrize("path", PAGE_FILES, ids=lambda path: path.relative_to(WEB).as_posix())
def test_every_file_of_the_page_is_served(client, path):
    answer = client.get(f"/{path.relative_to(WEB).as_posix()}")
    assert answer.status_code == 200
    assert answer.content == path.read_bytes()


@pytest.mark.parametrize("path", PAGE_FILES, ids=lambda path: path.relative_to(WEB).as_posix())
def test_no_file_of_the_page_names_a_place_elsewhere(path):
    namespace = "http://www.w3.org/2000/svg"
    assert not re.search(r"(https?:)?//[a-z]", path.read_text().replace(namespace, "")), path


def test_the_page_is_at_the_root(client):
    answer = client.get("/")
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.content == (WEB / "index.html").read_bytes()


@pytest.mark.parametrize("path", ["/../app.py", "/%2e%2e/app.py", "/js/..%2f..%2fapp.py"])
def test_no_file_beside_the_page_is_served(client, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("first_s", "known"), [(0.0, ["interactive", "instances"]), (1e6, [])], ids=["then", "before"]
)
def test_what_networks_offer_is_learned_after_the_page_and_before_a_photo(
    shipped, fake_session, monkeypatch, first_s, known
):
    asked = []

    def traits_of(options, networks):
        asked.append(options.task)

    monkeypatch.setattr(app, "PAGE_FIRST_S", first_s)
    monkeypatch.setattr(app, "traits_of", traits_of)
    with TestClient(app.create_app(session_factory=fake_session, networks=Networks(shipped))):
        pass  # a server that is stopped before does not wait for it
    assert asked == known


def test_the_interface_describes_itself_without_pages_from_elsewhere(client):
    described = client.get("/api/v1/openapi.json").json()["paths"]
    assert "/api/v1/sessions/{key}/clicks" in described
    for place in ("/docs", "/redoc"):
        assert client.get(place).status_code == 404
