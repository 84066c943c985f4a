"""Whoever watches a project hears of each image that changes."""

import asyncio
import json

import pytest

from clickmend.projects.labelling import open_project
from clickmend.projects.store import Query, Store
from clickmend.server import changes as module
from clickmend.server.changes import changes


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "home")
    yield store
    store.close()


@pytest.fixture
def image(store, tmp_path, photo, as_png):
    (tmp_path / "a.png").write_bytes(as_png(photo))
    project = open_project(store, "cats", photos=[tmp_path], task="interactive")
    return store.images.listed(project.id, Query())[1][0]


def test_a_change_is_told_to_who_watches_and_to_who_comes_back(store, image, monkeypatch):
    monkeypatch.setattr(module, "EVERY_S", 0.01)
    monkeypatch.setattr(module, "BEAT_S", 0.0)

    async def run():
        stream = changes(store, image.project_id, after=0, problems={image.id: "Full."})
        assert (await anext(stream)).startswith("retry:")
        assert (await anext(stream)).startswith(": still here")
        store.images.decide(image.id, version=0, status="done", by="Ada")
        told = await anext(stream)
        number, data = told.strip().split("\n")
        assert number == "id: 1"
        assert json.loads(data.removeprefix("data: ")) == {
            "image": image.id,
            "version": 1,
            "status": "done",
            "clicks": 0,
            "comment": "",
            "uncertainty": None,
            "by": "Ada",
            "done_by": "Ada",
            "problem": "Full.",
            "fault": None,
        }
        again = changes(store, image.project_id, after=0, problems={image.id: "Full."})
        await anext(again)
        assert await anext(again) == told
        for one in (stream, again):
            await one.aclose()

    asyncio.run(run())
