"""What a project has cost, counted from its log."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from clickmend.projects.labelling import open_project
from clickmend.projects.statistics import statistics
from clickmend.projects.store import Event, NewEvent, Query, Store


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "home")
    yield store
    store.close()


def test_clicks_are_counted_by_photo_and_by_class(store, photos):
    project = open_project(store, "cats", photos=[photos], task="instances")
    first, second, _ = store.images.listed(project.id, Query())[1]
    events = [
        NewEvent("points", {"points": [[1, 1], [2, 2]], "labels": ["cat", None]}),
        NewEvent("mend", {"key": 1, "label": "cat", "mark": {"type": "click", "x": 1, "y": 1}}),
        NewEvent("undo"),
    ]
    for image in (first, second):
        row = store.sessions.add(image, task="instances", options={}, start={})
        store.sessions.append(row.key, events, after=0)
    store.images.decide(second.id, version=0, status="done", seconds=12.5)
    found = statistics(store, project.id)
    assert found.counts == {"new": 1, "in_progress": 1, "done": 1}
    assert found.faulty == 0
    assert found.images[first.id].clicks == 3
    assert found.images[second.id].seconds == 12.5
    assert {name: (cost.clicks, cost.images) for name, cost in found.classes.items()} == {
        "cat": (4, 2),
        "object": (2, 2),
    }
    assert (found.total.clicks, found.total.images) == (6, 2)


def test_the_seconds_of_classes_share_those_that_the_page_has_told(store, photos):
    project = open_project(store, "cats", photos=[photos], task="instances")
    first = store.images.listed(project.id, Query())[1][0]
    row = store.sessions.add(first, task="instances", options={}, start={})
    for number, label in enumerate(["cat", "cat", "dog", "dog"]):
        event = NewEvent("points", {"points": [[1, 1]], "labels": [label]})
        store.sessions.append(row.key, [event], after=number)
        at = datetime(2026, 1, 1, second=10 * number, tzinfo=UTC)
        with store.database.writing() as session:
            session.execute(update(Event).where(Event.number == number + 1).values(at=at))
    known = statistics(store, project.id)
    assert {name: cost.seconds for name, cost in known.classes.items()} == {"cat": 10, "dog": 20}
    version = store.images.get(first.id).version
    store.images.decide(first.id, version=version, seconds=6.0)
    told = statistics(store, project.id)
    assert {name: cost.seconds for name, cost in told.classes.items()} == {"cat": 2, "dog": 4}
    assert told.total.seconds == 6


def test_photos_that_cannot_be_read_are_counted_whatever_their_status(store, photos):
    (photos / "a.png").write_bytes(b"no photo")
    project = open_project(store, "cats", photos=[photos], task="interactive")
    assert statistics(store, project.id).faulty == 1
    first = store.images.listed(project.id, Query(faulty=True))[1][0]
    store.images.decide(first.id, version=first.version, status="rejected")
    found = statistics(store, project.id)
    assert (found.faulty, found.counts) == (1, {"new": 2, "rejected": 1})


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ({"classes": ["soil", "crop"]}, {"soil": 1, "crop": 2, "erase": 1, "tidy": 1}),
        ({}, {"0": 1, "1": 1, "crop": 1, "erase": 1, "tidy": 1}),  # the network's classes
    ],
)
def test_classes_of_a_projects_own_are_counted_by_their_names(store, photos, options, found):
    classes = [{"name": name} for name in ("soil", "crop")]
    project = open_project(store, "field", photos=[photos], task="semantic", classes=classes)
    first = store.images.listed(project.id, Query())[1][0]
    events = [
        NewEvent("mark", {"type": "click", "x": 1, "y": 1, "label": 0}),
        NewEvent("mark", {"type": "stroke", "points": [[1, 1]], "label": "crop"}),
        NewEvent("mark", {"type": "stroke", "points": [[1, 1]], "label": "erase"}),
        NewEvent("mark", {"type": "tidy", "tool": "specks", "label": None}),
        NewEvent("mark", {"type": "click", "x": 1, "y": 1, "label": 1}),
    ]
    row = store.sessions.add(first, task="semantic", options=options, start={})
    store.sessions.append(row.key, events, after=0)
    costs = statistics(store, project.id).classes
    assert {name: cost.clicks for name, cost in costs.items()} == found
