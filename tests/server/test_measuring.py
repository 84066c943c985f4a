"""Images are measured in the background, each once, and who asks is kept with what they do."""

import asyncio
import sqlite3

import numpy as np
import pytest
from fastapi.testclient import TestClient

from clickmend.core.errors import DatabaseError, PriorError
from clickmend.projects import labelling
from clickmend.projects.photos import Photos
from clickmend.projects.results import Results
from clickmend.projects.store import Query, Store
from clickmend.server.app import create_app
from clickmend.server.measuring import Measuring
from clickmend.server.networks import Networks
from clickmend.server.sessions import SessionStore


@pytest.fixture
def home(tmp_path, as_png):
    photos = tmp_path / "photos"
    photos.mkdir()
    for name, level in (("a", 51), ("b", 204), ("c", 0), ("d", 102), ("e", 7)):
        (photos / f"{name}.png").write_bytes(as_png(np.full((8, 9, 3), level, np.uint8)))
    return tmp_path


@pytest.fixture
def store(home):
    store = Store(home / "home")
    labelling.open_project(store, "greys", photos=[home / "photos"], task="interactive")
    yield store
    store.close()


@pytest.fixture
def begin(fake_session):
    """Starts sessions that are as uncertain as their photo is bright; black says nothing."""

    def begun(photo, options, start):
        level = int(photo[0, 0, 0])
        if level == 7:
            raise PriorError("No. Nothing. Leave it out.")
        session = fake_session(photo, options, start)
        session.uncertainty = lambda: level / 255 if level else None
        return session

    return begun


def test_all_that_can_be_is_measured_once_and_told_and_sorted(store, begin):
    opened = []

    def counting(photo, options, start):
        opened.append(photo[0, 0, 0])
        return begin(photo, options, start)

    desk = SessionStore(counting, store=store, photos=Photos(store), results=Results(store))
    project = store.projects.named("greys")

    async def measure():
        measuring = Measuring(desk)
        lefts = [await measuring.begin(project)]
        while await measuring.begin(project):
            await asyncio.sleep(0.01)
        await measuring.close()
        return lefts

    assert asyncio.run(measure()) == [5]
    assert sorted(opened) == [0, 7, 51, 102, 204]
    images = store.images.listed(project.id, Query(sort="uncertainty"))[1]
    assert [(one.name, one.uncertainty) for one in images][:3] == [
        ("b.png", 0.8),
        ("d.png", 0.4),
        ("a.png", 0.2),
    ]
    assert [one.uncertainty for one in images[3:]] == [None, None]
    told = store.images.changed_after(project.id, 0)
    assert {one.name for one in told} == {"a.png", "b.png", "d.png"}
    assert store.images.listed(project.id, Query(sort="updated"))[1][0].changed == 0


def test_who_follows_hears_of_each_image_until_all_are_known(store, begin):
    desk = SessionStore(begin, store=store, photos=Photos(store), results=Results(store))
    project = store.projects.named("greys")

    async def follow():
        measuring, heard = Measuring(desk), []
        both = [measuring.follow(project, lambda *told: heard.append(told)) for _ in range(2)]
        return await asyncio.gather(*both), heard

    lefts, heard = asyncio.run(follow())
    assert lefts == [0, 0]
    assert sorted(heard) == sorted(2 * [(done, 5) for done in range(6)])


def test_who_follows_waits_for_images_that_are_added_meanwhile_too(store, begin, home, as_png):
    """Both while the others are measured and after them, by whoever comes later."""
    project = store.projects.named("greys")

    def add(name):
        (home / "photos" / f"{name}.png").write_bytes(as_png(np.full((8, 9, 3), 90, np.uint8)))
        labelling.open_project(store, "greys", photos=[home / "photos"], task="interactive")

    def adding(photo, options, start):
        if photo[0, 0, 0] == 51:
            add("f")
        return begin(photo, options, start)

    desk = SessionStore(adding, store=store, photos=Photos(store), results=Results(store))

    async def follow():
        measuring, heard, late = Measuring(desk), [], []
        joined = []

        def tell(done, of):
            heard.append((done, of))
            if done == 3:
                follower = measuring.follow(project, lambda *told: late.append(told))
                joined.append(asyncio.ensure_future(follower))

        lefts = [await measuring.follow(project, tell), await joined[0]]
        return lefts, heard, late

    lefts, heard, late = asyncio.run(follow())
    assert lefts == [0, 0]
    assert heard == [*((done, 5) for done in range(6)), (6, 6)]
    assert late[0][0] >= 3
    assert late == heard[-len(late) :]
    names = {one.name for one in store.images.changed_after(project.id, 0)}
    assert "f.png" in names


def test_who_follows_hears_that_nothing_can_be_kept_and_that_the_server_stops(
    store, begin, monkeypatch
):
    desk = SessionStore(begin, store=store, photos=Photos(store), results=Results(store))
    project = store.projects.named("greys")

    def broken(*_, **__):
        raise DatabaseError("The disk is full.")

    async def follow(tell):
        measuring = Measuring(desk)
        task = asyncio.ensure_future(measuring.follow(project, lambda *told: tell(measuring, told)))
        return await task

    def stop(measuring, told):
        if told == (2, 5):
            closing.append(asyncio.ensure_future(measuring.close()))

    closing = []
    assert asyncio.run(follow(stop)) == 5
    monkeypatch.setattr(store.images, "measured", broken)
    with pytest.raises(DatabaseError, match="The disk is full"):
        asyncio.run(follow(lambda *_: None))


def test_what_fails_unforeseen_is_logged_and_the_others_are_measured(store, begin, caplog):
    def failing(photo, options, start):
        if photo[0, 0, 0] == 51:
            raise RuntimeError("broken")
        return begin(photo, options, start)

    desk = SessionStore(failing, store=store, photos=Photos(store), results=Results(store))
    project = store.projects.named("greys")

    async def measure():
        measuring = Measuring(desk)
        while await measuring.begin(project):
            await asyncio.sleep(0.01)

    asyncio.run(measure())
    assert "a.png of greys cannot be measured" in caplog.text
    assert sum(one.uncertainty is not None for one in store.images.unmeasured(project.id)) == 0


def test_a_database_that_fails_is_told_as_such_and_comes_back(store, begin, shipped):
    app = create_app(session_factory=begin, networks=Networks(shipped), store=store)
    with TestClient(app, base_url="http://127.0.0.1") as client:
        rename(store, "project", "gone")
        answer = client.get("/api/v1/projects")
        assert answer.status_code == 503
        error = answer.json()["error"]
        assert error["type"] == "DatabaseError"
        assert "The database does not answer (no such table: project)" in error["message"]
        rename(store, "gone", "project")
        assert client.get("/api/v1/projects").status_code == 200


def rename(store, table, name):
    with sqlite3.connect(store.home / "projects.sqlite") as connection:
        connection.execute(f"ALTER TABLE {table} RENAME TO {name}")
    connection.close()


def test_who_asks_is_kept_with_marks_and_decisions(store, begin, shipped):
    app = create_app(session_factory=begin, networks=Networks(shipped), store=store)
    project = store.projects.named("greys")
    with TestClient(app, base_url="http://127.0.0.1") as client:
        place = f"/api/v1/projects/{project.id}/images"
        image = client.get(place).json()["images"][0]
        key = client.post(f"{place}/{image['id']}/session").json()["id"]
        zoe = {"Clickmend-By": "Zo%C3%AB%0A "}
        click = {"x": 3, "y": 4}
        client.post(f"/api/v1/sessions/{key}/clicks", json=click, headers=zoe)
        assert client.get(f"{place}/{image['id']}").json()["by"] == "Zoë"
        client.post(f"/api/v1/sessions/{key}/clicks", json=click)
        assert [event.by for event in store.sessions.events(key)] == ["Zoë", ""]
        decision = {"version": 0, "status": "done"}
        ann = {"Clickmend-By": "Ann"}
        client.patch(f"{place}/{image['id']}", json=decision, headers=ann)
        stale = client.patch(f"{place}/{image['id']}", json=decision, headers=zoe)
        assert "changed meanwhile by Ann" in stale.json()["error"]["message"]
        left = client.post(f"/api/v1/projects/{project.id}/uncertainty")
        assert (left.status_code, left.json()) == (202, {"left": 4})
