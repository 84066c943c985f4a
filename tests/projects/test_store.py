"""What is kept: on SQLite and on PostgreSQL alike."""

import threading
from itertools import count

import pytest
import sqlalchemy
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import delete, select

from clickmend.core.errors import ClickmendError, ConflictError, NotFoundError, ProjectError
from clickmend.projects.store import Conflict, Image, NewEvent, Project, Query, Store
from clickmend.projects.store.database import Database, upgrade
from clickmend.projects.store.tables import Base


def new_project(store, name="cats", images=3):
    project = store.projects.add(
        Project(name=name, task="interactive", classes=[], folders=["/photos"])
    )
    fields = {"project_id": project.id, "folder": 0}
    store.images.add([{**fields, "name": f"{number:03}.jpg"} for number in range(images)])
    return project


@pytest.fixture
def project(store):
    return new_project(store)


@pytest.fixture
def image(store, project):
    return store.images.listed(project.id, Query())[1][0]


@pytest.fixture
def session(store, image):
    return store.sessions.add(image, task="interactive", options={}, start={})


def test_the_migrations_make_the_tables_that_are_mapped(store):
    with store.database.writing() as session:
        context = MigrationContext.configure(session.connection())
        assert compare_metadata(context, Base.metadata) == []


def test_photos_of_an_older_database_come_in_the_order_of_their_numbers(tmp_path, url):
    address = url or f"sqlite:///{tmp_path}/projects.sqlite"
    old = sqlalchemy.create_engine(address.replace("postgresql:", "postgresql+psycopg:"))
    with old.begin() as connection:
        upgrade(connection, to="0002")
        connection.execute(
            sqlalchemy.text(
                "INSERT INTO project (id, name, task, classes, folders, changes, created) VALUES "
                "(1, 'cats', 'interactive', '[]', '[]', 0, '2026-01-01 00:00:00')"
            )
        )
        for number, name in enumerate(("10.jpg", "b/2.jpg", "9.jpg", "B/1.jpg", "_.jpg"), 101):
            connection.execute(
                sqlalchemy.text(
                    "INSERT INTO image (id, project_id, name, status, comment, seconds, clicks, "
                    "version, changed, updated, by) VALUES "
                    "(:id, 1, :name, 'new', '', 0, 0, 0, 0, '2026-01-01 00:00:00', '')"
                ),
                {"id": number, "name": name},
            )
    old.dispose()
    store = Store(tmp_path, url=address)
    store.images.add([{"project_id": 1, "folder": 0, "name": "11.jpg"}])
    listed = [one.name for one in store.images.listed(1, Query())[1]]
    assert listed == ["9.jpg", "10.jpg", "11.jpg", "_.jpg", "B/1.jpg", "b/2.jpg"]
    store.close()


def test_tables_that_are_up_to_date_stay_as_they_are(store, project):
    with store.database.writing() as session:
        upgrade(session.connection())
    assert store.projects.get(project.id).name == "cats"


def test_a_second_store_on_the_same_database_sees_everything(store, project, url):
    other = Store(store.home, url=url)
    assert [one.name for one in other.projects.listed()] == ["cats"]
    other.close()


def test_two_projects_of_one_name_are_refused(store, project):
    with pytest.raises(ProjectError, match="There is a project 'cats' already"):
        new_project(store)


def test_what_is_not_there_is_refused(store, project, image):
    with pytest.raises(NotFoundError, match="There is no project 77"):
        store.projects.get(77)
    with pytest.raises(NotFoundError, match="There is no image 77"):
        store.images.get(77)
    with pytest.raises(NotFoundError, match="There is no image"):
        store.images.get(image.id, project_id=project.id + 1)
    with pytest.raises(NotFoundError, match="There is no image"):
        store.images.decide(image.id, version=0, project_id=project.id + 1)
    with pytest.raises(NotFoundError, match="no longer open"):
        store.sessions.get("nonsense")


def test_the_loose_project_is_made_once_and_not_listed(store, url):
    other = Store(store.home, url=url)
    assert store.projects.loose().id == other.projects.loose().id
    assert store.projects.listed() == []
    other.close()


def test_images_are_listed_by_status_name_and_page(store, project):
    first, second, _ = store.images.listed(project.id, Query())[1]
    store.images.decide(second.id, version=0, status="done")
    store.images.note(first.id, uncertainty=0.5)

    def listed(**query):
        total, images = store.images.listed(project.id, Query(**query))
        return total, [one.name for one in images]

    assert listed(statuses=["done"]) == (1, ["001.jpg"])
    assert listed(statuses=["new"]) == (2, ["000.jpg", "002.jpg"])
    assert listed(name="01.J") == (1, ["001.jpg"])
    assert listed(name="%") == (0, [])
    assert listed(offset=1, limit=1) == (3, ["001.jpg"])
    assert listed(sort="updated")[1][0] == "001.jpg"
    assert listed(sort="uncertainty")[1][0] == "000.jpg"
    assert store.projects.counts() == {project.id: {"new": 2, "done": 1}}


@pytest.mark.parametrize("query", [{}, {"statuses": ["new"]}, {"name": "2.j"}, {"name": "none"}])
@pytest.mark.parametrize("sort", ["name", "uncertainty", "updated"])
def test_the_place_of_an_image_is_where_the_list_has_it(store, project, query, sort):
    images = store.images.listed(project.id, Query())[1]
    for image, uncertainty in zip(images[:2], (0.25, 0.75), strict=True):
        store.images.measured(image.id, uncertainty=uncertainty)
    store.images.decide(images[1].id, version=0, status="done")
    wanted = Query(**query, sort=sort)
    listed = [one.id for one in store.images.listed(project.id, wanted)[1]]
    places = [store.images.place(one.id, project.id, wanted) for one in images]
    assert places == [listed.index(one.id) if one.id in listed else None for one in images]


def test_pages_have_the_photos_in_the_order_of_their_numbers(store):
    project = store.projects.add(
        Project(name="dogs", task="interactive", classes=[], folders=["/photos"])
    )
    fields = {"project_id": project.id, "folder": 0}
    store.images.add([{**fields, "name": f"IMG {number}.jpg"} for number in (1, 10, 11, 2, 20, 3)])
    pages = [
        store.images.listed(project.id, Query(offset=offset, limit=2))[1] for offset in (0, 2, 4)
    ]
    numbers = [int(one.name[4:-4]) for page in pages for one in page]
    assert numbers == [1, 2, 3, 10, 11, 20]


def test_a_decision_on_an_old_version_is_refused_and_changes_nothing(store, image):
    store.images.decide(image.id, version=0, status="done", by="Ada")
    with pytest.raises(ConflictError, match=r"changed meanwhile by Ada: it is at version 1, and 0"):
        store.images.decide(image.id, version=0, status="rejected")
    kept = store.images.get(image.id)
    assert (kept.status, kept.version, kept.by) == ("done", 1, "Ada")


def test_somebody_else_accepts_what_is_done_and_nobody_what_is_not(store, image):
    with pytest.raises(ProjectError, match=r"is new, and accepted is what somebody else has done"):
        store.images.decide(image.id, version=0, status="accepted", by="Bob")
    store.images.decide(image.id, version=0, status="done", by="Ada")
    with pytest.raises(
        ProjectError, match=r"Ada has done .*, and the second look is somebody else"
    ):
        store.images.decide(image.id, version=1, status="accepted", by="Ada")
    accepted = store.images.decide(image.id, version=1, status="accepted", by="Bob")
    assert (accepted.status, accepted.done_by, accepted.by) == ("accepted", "Ada", "Bob")


def test_who_gives_no_name_may_accept(store, image):
    store.images.decide(image.id, version=0, status="done")
    assert store.images.decide(image.id, version=1, status="accepted").status == "accepted"


def test_what_others_have_done_is_listed_for_a_second_look(store, project):
    images = store.images.listed(project.id, Query())[1]
    for image, by in zip(images, ("Ada", "Bob", ""), strict=True):
        store.images.decide(image.id, version=0, status="done", by=by)
    queue = store.images.listed(project.id, Query(statuses=["done"], not_by="Ada"))[1]
    assert [one.id for one in queue] == [images[1].id, images[2].id]
    assert store.images.place(images[2].id, project.id, Query(("done",), not_by="Ada")) == 1


def test_a_mark_on_what_was_accepted_wants_another_second_look(store, image, session):
    store.images.decide(image.id, version=0, status="done", by="Ada")
    store.images.decide(image.id, version=1, status="accepted", by="Bob")
    mark = NewEvent("mark", {"type": "click", "x": 1, "y": 1}, by="Bob")
    store.sessions.append(session.key, [mark], after=0)
    kept = store.images.get(image.id)
    assert (kept.status, kept.done_by) == ("done", "Bob")


def test_of_many_decisions_at_once_on_one_version_exactly_one_is_kept(store, image):
    refused = []

    def decide(number):
        try:
            store.images.decide(image.id, version=0, comment=str(number))
        except ConflictError:
            refused.append(number)

    threads = [threading.Thread(target=decide, args=[number]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 7
    kept = store.images.get(image.id)
    assert kept.version == 1
    assert {int(kept.comment), *refused} == set(range(8))


def test_events_are_kept_in_order_and_the_image_is_in_progress(store, image, session):
    marks = [NewEvent("mark", {"x": 1}, by="Ada"), NewEvent("mark", {"x": 2}, made_by="ai")]
    assert store.sessions.append(session.key, marks, after=0, clicks=2) == 2
    assert store.sessions.append(session.key, [NewEvent("undo", by="Ada")], after=2, clicks=1) == 3
    events = store.sessions.events(session.key)
    assert [(one.number, one.kind, one.body) for one in events] == [
        (1, "mark", {"x": 1}),
        (2, "mark", {"x": 2}),
        (3, "undo", {}),
    ]
    assert [(one.by, one.made_by) for one in events[:2]] == [("Ada", "human"), ("", "ai")]
    assert events[0].at.tzinfo is not None
    assert [one.number for one in store.sessions.events(session.key, after=2)] == [3]
    kept = store.images.get(image.id)
    assert (kept.status, kept.clicks, kept.version, kept.by) == ("in_progress", 1, 0, "Ada")


def test_events_after_an_old_head_are_refused(store, session):
    store.sessions.append(session.key, [NewEvent("reset")], after=0)
    with pytest.raises(Conflict):
        store.sessions.append(session.key, [NewEvent("reset")], after=0)
    assert store.sessions.head(session.key) == 1


def test_events_of_many_writers_are_all_kept_and_numbered_without_a_gap(store, image, session):
    def write(number):
        while True:
            after = store.sessions.head(session.key)
            try:
                store.sessions.append(session.key, [NewEvent("mark", {"x": number})], after=after)
            except Conflict:
                continue
            return

    threads = [threading.Thread(target=write, args=[number]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    events = store.sessions.events(session.key)
    assert [one.number for one in events] == list(range(1, 9))
    assert {one.body["x"] for one in events} == set(range(8))
    assert store.images.get(image.id).changed == store.projects.get(image.project_id).changes == 8


def test_marks_and_decisions_on_one_image_at_once_are_all_kept(store, image, session):
    failed = []

    def told(work):
        try:
            for number in range(40):
                work(number)
        except ClickmendError as error:
            failed.append(error)

    def mark(number):
        store.sessions.append(session.key, [NewEvent("mark", {"x": number})], after=number)

    def decide(number):
        store.images.decide(image.id, version=number, by="Ada", seconds=float(number))

    threads = [threading.Thread(target=told, args=[work]) for work in (mark, decide)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    kept = store.images.get(image.id)
    assert (kept.version, store.sessions.head(session.key)) == (40, 40)
    assert kept.changed == store.projects.get(image.project_id).changes == 80


def test_a_project_is_removed_while_somebody_marks_its_images(store, image, session):
    failed, marking = [], threading.Event()

    def mark():
        try:
            for number in count():
                store.sessions.append(session.key, [NewEvent("mark", {"x": 1})], after=number)
                marking.set()
        except ClickmendError as error:
            failed.append(error)

    marker = threading.Thread(target=mark)
    marker.start()
    marking.wait(timeout=60)
    store.projects.remove(image.project_id)
    marker.join()
    assert [type(one) for one in failed] == [NotFoundError]
    assert store.sessions.events(session.key) == []


def test_who_marks_waits_for_a_project_that_is_being_removed(store, image, session):
    """Both locked what the other one needed next, and PostgreSQL ended one of them."""
    failed = []

    def mark():
        try:
            store.sessions.append(session.key, [NewEvent("mark")], after=0)
        except Exception as error:  # noqa: BLE001  # whatever the database raises
            failed.append(error)

    marker = threading.Thread(target=mark)
    with store.database.writing() as removing:
        removing.execute(select(Project).where(Project.id == image.project_id).with_for_update())
        marker.start()
        marker.join(timeout=1)  # it waits here, with a lock of the session in its hands or without
        assert marker.is_alive()
        removing.execute(delete(Project).where(Project.id == image.project_id))
    marker.join()
    assert [type(one) for one in failed] == [NotFoundError]


def test_what_is_found_out_about_an_image_that_is_gone_is_dropped(store, image, session):
    store.projects.remove(image.project_id)
    store.images.measured(image.id, uncertainty=0.5)
    store.images.faulty(image.id, "no photo")
    store.images.told(image.id)
    with pytest.raises(NotFoundError, match="no image"):
        store.images.decide(image.id, version=0)
    with pytest.raises(NotFoundError, match="no image"):
        store.sessions.add(image, task="depth", options={}, start={})


def test_a_closed_session_takes_no_events_and_keeps_those_it_has(store, image, session):
    store.sessions.append(session.key, [NewEvent("reset")], after=0)
    store.sessions.close(session.key)
    with pytest.raises(NotFoundError, match="no longer open"):
        store.sessions.append(session.key, [NewEvent("reset")], after=1)
    assert store.sessions.head(session.key) is None
    assert store.sessions.on([image.id]) == {image.id: {}}
    assert len(store.sessions.events(session.key)) == 1


def test_more_images_are_looked_up_than_one_query_takes(store, project, monkeypatch):
    monkeypatch.setattr("clickmend.projects.store.sessions._ASKED_AT_ONCE", 2)
    images = store.images.listed(project.id, Query())[1]
    keys = {
        one.id: store.sessions.add(one, task="depth", options={}, start={}).key for one in images
    }
    assert store.sessions.on(list(keys)) == {at: {"depth": key} for at, key in keys.items()}


def test_an_image_can_have_one_session_of_a_task_only(store, image, session):
    same = store.sessions.add(image, task="interactive", options={}, start={}, only=True)
    assert same.key == session.key
    other = store.sessions.add(image, task="depth", options={}, start={}, only=True)
    assert store.sessions.on([image.id])[image.id] == {
        "interactive": session.key,
        "depth": other.key,
    }


def test_a_session_brings_its_new_image(store):
    upload = Image(project_id=store.projects.loose().id, name="a.png", blob="ab")
    row = store.sessions.add(upload, task="interactive", options={}, start={})
    assert store.images.get(row.image_id).name == "a.png"


def test_what_changed_after_a_count_is_told_in_order(store, project):
    first, second, _ = store.images.listed(project.id, Query())[1]
    store.images.decide(second.id, version=0, status="done")
    store.images.decide(first.id, version=0, status="done")
    assert [one.id for one in store.images.changed_after(project.id, 0)] == [second.id, first.id]
    assert [one.id for one in store.images.changed_after(project.id, 1)] == [first.id]


def test_the_same_prediction_is_kept_once(store, session):
    for _ in range(2):
        store.sessions.keep_prediction(session.key, number=1, kind="png", sha256="ab")
    with store.database.reading() as reading:
        count = reading.scalar(sqlalchemy.text("SELECT count(*) FROM prediction"))
    assert count == 1


def test_a_changed_project_is_kept(store, project):
    assert store.projects.change(project.id, out="/labels").out == "/labels"
    assert store.projects.get(project.id).out == "/labels"


@pytest.mark.parametrize("url", ["nonsense", "sqlite://", "sqlite:///:memory:", "mysql://a/b"])
def test_a_url_of_no_database_is_refused(url):
    with pytest.raises(ProjectError, match="is no database of projects"):
        Database(url)


def test_no_other_run_of_pytest_closes_the_folder_that_postgresql_works_in(
    postgres_folder, tmp_path_factory
):
    assert not postgres_folder.is_relative_to(tmp_path_factory.getbasetemp().parent)
    assert all(above.stat().st_mode & 0o001 for above in postgres_folder.parents)


def test_postgresql_without_its_driver_is_told(monkeypatch):
    monkeypatch.setattr("clickmend.projects.store.database.find_spec", lambda _: None)
    with pytest.raises(ProjectError, match="psycopg, which is not installed"):
        Database("postgresql://here/there")


def test_a_database_that_cannot_be_opened_is_told(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/missing/projects.sqlite")
    with pytest.raises(ProjectError, match="cannot be opened"), database.reading():
        pass


def test_a_blob_is_kept_once_and_checked(store):
    name = store.blobs.put(b"pixels")
    assert store.blobs.put(b"pixels") == name
    assert store.blobs.get(name) == b"pixels"
    store.blobs.path(name).write_bytes(b"other")
    with pytest.raises(ProjectError, match="was changed"):
        store.blobs.get(name)
    store.blobs.path(name).unlink()
    with pytest.raises(ProjectError, match="is missing"):
        store.blobs.get(name)
