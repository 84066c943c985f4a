"""What a project can be made of, over HTTP: folders within the roots, and formats."""

import os
from pathlib import Path

import numpy as np
import pytest
from fastapi.testclient import TestClient
from PIL import Image

from clickmend.core.settings import Settings
from clickmend.projects.formats import FORMATS, limits_of
from clickmend.projects.store import Store
from clickmend.server.app import create_app
from clickmend.server.networks import Networks

FOLDERS = "/api/v1/folders"


@pytest.fixture
def root(tmp_path):
    root = tmp_path / "data"
    for name in ("photos/below", "Empty", ".hidden"):
        (root / name).mkdir(parents=True)
    for name in ("a.png", "B.PNG", "below/c.png"):
        Image.fromarray(np.zeros((4, 4, 3), np.uint8)).save(root / "photos" / name, "PNG")
    (root / "photos" / "notes.txt").write_text("none")
    (tmp_path / "outside").mkdir()
    (root / "link").symlink_to(tmp_path / "outside")
    return root


@pytest.fixture
def client(root, tmp_path, fake_session, shipped):
    app = create_app(
        session_factory=fake_session,
        networks=Networks(shipped),
        limits=Settings(),
        store=Store(tmp_path / "home"),
        roots=[root],
    )
    with TestClient(app, base_url="http://127.0.0.1") as client:
        yield client


def test_the_roots_are_told_and_the_folders_in_them(client, root):
    told = client.get(FOLDERS).json()
    whole = {"name": str(root), "path": str(root), "photos": 0}
    assert told == {"path": None, "above": None, "photos": 0, "folders": [whole]}
    inside = client.get(FOLDERS, params={"path": str(root)}).json()
    assert [(one["name"], one["photos"]) for one in inside["folders"]] == [
        ("Empty", 0),
        ("photos", 2),
    ]
    assert inside["above"] is None
    photos = client.get(FOLDERS, params={"path": inside["folders"][1]["path"]}).json()
    assert (photos["photos"], photos["above"]) == (2, str(root))
    assert [one["name"] for one in photos["folders"]] == ["below"]


@pytest.mark.parametrize("path", ["..", "{root}/..", "{root}/link", "/", "photos"])
def test_no_folder_outside_the_roots_is_looked_into(client, root, path):
    answer = client.get(FOLDERS, params={"path": path.format(root=root)})
    assert answer.status_code == 400
    message = answer.json()["error"]["message"]
    assert "none that this server may use" in message
    assert str(root) in message


@pytest.mark.parametrize("path", ["{root}/gone", "{root}/photos/a.png"])
def test_what_is_no_folder_is_told(client, root, path):
    answer = client.get(FOLDERS, params={"path": path.format(root=root)})
    assert answer.json()["error"]["type"] == "ProjectError"
    assert "There is no folder" in answer.json()["error"]["message"]


def test_a_folder_that_cannot_be_read_is_told(client, root, monkeypatch):
    scandir = os.scandir

    def refuse(path):
        if Path(path) == root:
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr("clickmend.server.folder_routes.os.scandir", refuse)
    answer = client.get(FOLDERS, params={"path": str(root)})
    assert "cannot be looked into (Permission denied)" in answer.json()["error"]["message"]
    assert client.get(FOLDERS).json()["folders"][0]["photos"] == 0


def test_the_formats_are_told_with_their_tasks(client):
    told = {one["name"]: one for one in client.get("/api/v1/formats").json()["formats"]}
    assert list(told) == list(FORMATS)
    assert "instances" in told["coco"]["tasks"]
    assert told["coco"]["usual"] == ["instances"]
    yolo = told["yolo-seg"]
    assert yolo["limits"]["instances"] == limits_of(FORMATS["yolo-seg"], "instances")
    assert sorted(yolo["limits"]) == yolo["tasks"]
