import re
import subprocess
import sys
import threading

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


def test_what_networks_offer_is_looked_up_once_at_the_start(shipped, fake_session, monkeypatch):
    asked, all_asked = [], threading.Event()

    def traits_of(options, networks):
        asked.append(options.task)
        if len(asked) == 2:
            all_asked.set()

    monkeypatch.setattr(app, "traits_of", traits_of)
    application = app.create_app(session_factory=fake_session, networks=Networks(shipped))
    with TestClient(application, base_url="http://127.0.0.1") as client:
        assert client.get("/").is_success
        assert all_asked.wait(timeout=60)
    assert asked == ["interactive", "instances"]


def test_a_server_stops_while_networks_are_looked_up(shipped, fake_session, monkeypatch):
    begun, let_go = threading.Event(), threading.Event()

    def traits_of(options, networks):
        begun.set()
        assert let_go.wait(timeout=60)

    monkeypatch.setattr(app, "traits_of", traits_of)
    try:
        with TestClient(app.create_app(session_factory=fake_session, networks=Networks(shipped))):
            assert begun.wait(timeout=60)
    finally:
        let_go.set()


STOPPED_WHILE_LOOKING = """
import threading
from fastapi.testclient import TestClient
from clickmend.server import app

begun = threading.Event()

def traits_of(options, networks):
    begun.set()
    threading.Event().wait()

app.traits_of = traits_of
with TestClient(app.create_app()):
    begun.wait()
"""


def test_a_process_ends_though_networks_are_looked_into(tmp_path, monkeypatch):
    monkeypatch.setenv("CLICKMEND_HOME", str(tmp_path))
    subprocess.run([sys.executable, "-c", STOPPED_WHILE_LOOKING], check=True, timeout=60)


def test_the_interface_describes_itself_without_pages_from_elsewhere(client):
    described = client.get("/api/v1/openapi.json").json()["paths"]
    assert "/api/v1/sessions/{key}/clicks" in described
    for place in ("/docs", "/redoc"):
        assert client.get(place).status_code == 404
