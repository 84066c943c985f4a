"""Projects over HTTP: made, listed, opened, decided upon."""

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import numpy as np
import pytest
from fastapi.testclient import TestClient
from PIL import Image

from clickmend.core.settings import Settings
from clickmend.data.codecs import read_mask
from clickmend.projects.export import Written
from clickmend.projects.store import Store
from clickmend.server import project_routes
from clickmend.server.app import create_app
from clickmend.server.networks import Networks

PROJECTS = "/api/v1/projects"


@pytest.fixture
def folder(tmp_path, rng):
    photos, priors = tmp_path / "photos", tmp_path / "priors"
    photos.mkdir()
    priors.mkdir()
    for number in range(3):
        pixels = rng.integers(0, 256, (60, 80, 3), np.uint8)
        Image.fromarray(pixels).save(photos / f"{number}.png")
    mask = np.zeros((60, 80), np.uint8)
    mask[10:30, 20:50] = 255
    Image.fromarray(mask).save(priors / "1.png")
    return tmp_path


@pytest.fixture
def serve(folder, fake_session, shipped):
    """Starts the application on one folder; called again, it is a server that was restarted."""

    def start():
        app = create_app(
            session_factory=fake_session,
            networks=Networks(shipped),
            limits=Settings(max_upload_megabytes=1.0),
            store=Store(folder / "home"),
            roots=[folder],
        )
        return TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False)

    return start


@pytest.fixture
def client(serve):
    with serve() as client:
        yield client


@pytest.fixture
def project(client, folder):
    body = {
        "name": "cats",
        "photos": [str(folder / "photos")],
        "priors": str(folder / "priors"),
        "task": "interactive",
        "classes": [{"name": "cat", "colour": "#ff0000", "key": "KeyC"}],
    }
    answer = client.post(PROJECTS, json=body)
    assert answer.status_code == 201
    return answer.json()


@pytest.fixture
def place(project):
    return f"{PROJECTS}/{project['id']}"


def images(client, place, **query):
    return client.get(f"{place}/images", params=query).json()


def refusal(answer, status, kind):
    assert answer.status_code == status
    assert answer.json()["error"]["type"] == kind
    return answer.json()["error"]["message"]


def test_a_new_project_is_listed_with_its_counts(client, project, place):
    counts = {
        "new": 3,
        "in_progress": 0,
        "needs_review": 0,
        "done": 0,
        "accepted": 0,
        "rejected": 0,
    }
    assert project["counts"] == counts
    assert project["classes"] == [{"name": "cat", "colour": "#ff0000", "key": "KeyC"}]
    assert client.get(place).json() == project
    short = {name: project[name] for name in ("id", "name", "task", "format", "images", "counts")}
    assert client.get(PROJECTS).json() == {"projects": [short]}


def test_images_are_listed_in_pages(client, place):
    page = images(client, place, offset=1, limit=1)
    assert page["total"] == 3
    (image,) = page["images"]
    assert (image["name"], image["size"], image["status"]) == ("1.png", [80, 60], "new")
    assert image["session"] is None
    assert client.get(f"{place}/images/{image['id']}").json() == image
    assert images(client, place, status=["done", "rejected"])["total"] == 0
    assert images(client, place, q="2.p")["total"] == 1


def test_the_page_that_holds_an_image_is_told_with_where_it_begins(client, place):
    listed = f"{place}/images"
    ids = [one["id"] for one in client.get(listed).json()["images"]]
    for number, image in enumerate(ids):
        told = client.get(listed, params={"holding": image, "limit": 2}).json()
        assert told["offset"] == number - number % 2
        assert image in [one["id"] for one in told["images"]]
    elsewhere = {"holding": ids[2], "status": "done", "offset": 1}
    assert client.get(listed, params=elsewhere).json() == {"total": 0, "offset": 1, "images": []}


def test_an_image_is_opened_with_its_prior_and_opened_again_with_its_marks(client, place):
    image = images(client, place)["images"][1]
    state = client.post(f"{place}/images/{image['id']}/session").json()
    assert (state["project"], state["image"]) == (int(place.rpartition("/")[2]), image["id"])
    mask = read_mask(client.get(state["prediction"]["url"]).content)
    assert mask[10:30, 20:50].all()
    assert mask.sum() == 600
    session = f"/api/v1/sessions/{state['id']}"
    marked = client.post(f"{session}/clicks", json={"x": 5, "y": 5}).json()
    again = client.post(f"{place}/images/{image['id']}/session", json={}).json()
    assert again == marked
    listed = images(client, place)["images"][1]
    assert (listed["session"], listed["status"], listed["clicks"]) == (
        state["id"],
        "in_progress",
        1,
    )


def test_a_photo_that_was_opened_needs_its_old_prediction_no_more(client, place, folder):
    image = images(client, place)["images"][1]["id"]
    opened = client.post(f"{place}/images/{image}/session").json()
    (folder / "priors" / "1.png").unlink()
    assert client.post(f"{place}/images/{image}/session").json() == opened


def test_an_old_prediction_that_does_not_fit_is_named(client, place, folder):
    Image.new("L", (5, 5)).save(folder / "priors" / "1.png")
    image = images(client, place)["images"][1]["id"]
    answer = client.post(f"{place}/images/{image}/session")
    assert answer.status_code == 400
    told = answer.json()["error"]["message"]
    assert told.startswith(f"1.png cannot begin from its old prediction {folder}/priors/1.png. The")


def test_after_a_restart_everything_is_there_under_the_same_key(serve, folder):
    body = {"name": "cats", "photos": [str(folder / "photos")], "task": "interactive"}
    with serve() as client:
        place = f"{PROJECTS}/{client.post(PROJECTS, json=body).json()['id']}"
        image = images(client, place)["images"][0]["id"]
        key = client.post(f"{place}/images/{image}/session").json()["id"]
        for x in (5, 9):
            client.post(f"/api/v1/sessions/{key}/clicks", json={"x": x, "y": 5})
        before = client.post(f"/api/v1/sessions/{key}/undo").json()
        png = client.get(before["prediction"]["url"]).content
    with serve() as client:
        after = client.get(f"/api/v1/sessions/{key}").json()
        assert after | {"timings": before["timings"]} == before
        assert client.get(after["prediction"]["url"]).content == png
        assert client.post(f"/api/v1/sessions/{key}/redo").json()["prediction"]["version"] == 4


def test_labels_are_written_as_marks_come_and_after_a_restart(serve, folder):
    body = {
        "name": "cats",
        "photos": [str(folder / "photos")],
        "task": "interactive",
        "out": str(folder / "labels"),
    }
    written = folder / "labels" / "0.png"
    with serve() as client:
        place = f"{PROJECTS}/{client.post(PROJECTS, json=body).json()['id']}"
        image = images(client, place)["images"][0]["id"]
        key = client.post(f"{place}/images/{image}/session").json()["id"]
        client.post(f"/api/v1/sessions/{key}/clicks", json={"x": 5, "y": 5})
        state = client.post(f"/api/v1/sessions/{key}/clicks", json={"x": 40, "y": 30}).json()
        png = client.get(state["prediction"]["url"]).content
        assert images(client, place)["images"][0]["problem"] is None
    assert written.read_bytes() == png
    # A server that was killed between the answer and the file: the next one writes it.
    written.unlink()
    store = Store(folder / "home")
    store.images.note(image, written=None)
    store.close()
    with serve() as client:
        for _ in range(200):
            if written.is_file():
                break
            time.sleep(0.02)
    assert written.read_bytes() == png


def test_a_photo_that_is_accepted_without_a_mark_has_labels_too(serve, folder):
    body = {
        "name": "cats",
        "photos": [str(folder / "photos")],
        "priors": str(folder / "priors"),
        "task": "interactive",
        "out": str(folder / "labels"),
    }
    names = ("0.png", "1.png")
    with serve() as client:
        place = f"{PROJECTS}/{client.post(PROJECTS, json=body).json()['id']}"
        for image in images(client, place)["images"][:2]:
            answer = client.patch(
                f"{place}/images/{image['id']}", json={"version": 0, "status": "done"}
            )
            assert answer.json()["session"] is not None
        written = images(client, place)["images"][0]["id"]
    assert sorted(file.name for file in (folder / "labels").glob("*.png")) == [*names]
    masks = [read_mask(folder / "labels" / name) for name in names]
    assert not masks[0].any()
    assert np.array_equal(masks[1], read_mask(folder / "priors" / "1.png"))
    # A server that was killed between the answer and the file: the next one writes it.
    (folder / "labels" / "0.png").unlink()
    store = Store(folder / "home")
    store.images.note(written, written=None)
    store.close()
    with serve():
        for _ in range(200):
            if (folder / "labels" / "0.png").is_file():
                break
            time.sleep(0.02)
    assert np.array_equal(read_mask(folder / "labels" / "0.png"), masks[0])


def test_labels_that_cannot_be_written_are_told_at_their_image(client, folder):
    (folder / "labels").write_text("a file where the folder should be")
    body = {
        "name": "dogs",
        "photos": [str(folder / "photos")],
        "task": "interactive",
        "out": str(folder / "labels"),
    }
    place = f"{PROJECTS}/{client.post(PROJECTS, json=body).json()['id']}"
    image = images(client, place)["images"][0]["id"]
    key = client.post(f"{place}/images/{image}/session").json()["id"]
    client.post(f"/api/v1/sessions/{key}/clicks", json={"x": 5, "y": 5})
    for _ in range(200):
        problem = client.get(f"{place}/images/{image}").json()["problem"]
        if problem:
            break
        time.sleep(0.02)
    assert "labels cannot be made" in problem


def events(answer):
    """The names and the data of a stream that has ended."""
    pieces = [piece.split("\n") for piece in answer.text.strip().split("\n\n")]
    return [(name[len("event: ") :], json.loads(data[len("data: ") :])) for name, data in pieces]


def test_an_export_tells_how_far_it_is_where_events_are_asked_for(client, place, folder):
    body = {"out": str(folder / "delivery")}
    plain = client.post(f"{place}/export", json=body)
    told = client.post(f"{place}/export", json=body, headers={"Accept": "text/event-stream"})
    assert told.headers["content-type"].startswith("text/event-stream")
    *progress, result = events(told)
    assert progress == [("progress", {"done": done, "of": 3}) for done in range(4)]
    assert result == ("result", plain.json())


def test_an_export_tells_the_photos_that_are_not_in_it(client, place, folder):
    for image in images(client, place)["images"][:2]:
        client.post(f"{place}/images/{image['id']}/session")
    first = images(client, place)["images"][0]
    client.patch(f"{place}/images/{first['id']}", json={"version": 0, "status": "done"})
    (folder / "photos" / "1.png").write_bytes(b"no photo")
    told = client.post(f"{place}/export", json={"out": str(folder / "rest")}).json()
    assert (told["files"], told["untouched"]) == (1, 0)
    assert [one["name"] for one in told["refused"]] == ["1.png"]
    assert "file has changed" in told["refused"][0]["problem"]


@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
def test_an_export_that_is_refused_says_so_in_its_status_and_when_to_ask_again(
    client, place, folder, monkeypatch, accept
):
    body, headers = {"out": "/nowhere"}, {"Accept": accept}
    answer = client.post(f"{place}/export", json=body, headers=headers)
    assert "none that this server may use" in refusal(answer, 400, "ProjectError")
    begun, go = threading.Event(), threading.Event()

    def slow(*_, **__):
        begun.set()
        assert go.wait(20)
        return Written([], folder, [])

    monkeypatch.setattr(project_routes, "export", slow)
    with ThreadPoolExecutor() as pool:
        first = pool.submit(client.post, f"{place}/export", json={})
        assert begun.wait(20)
        answer = client.post(f"{place}/export", json={}, headers=headers)
        go.set()
        assert first.result().status_code == 200
    assert "exported already" in refusal(answer, 503, "BusyError")
    assert answer.headers["Retry-After"] == "10"


def test_a_photo_that_cannot_be_read_is_told_and_rejected_but_not_done(client, place, folder):
    photo = folder / "photos" / "0.png"
    whole = photo.read_bytes()
    photo.write_bytes(b"no photo")
    image = images(client, place)["images"][0]
    assert image["fault"] is None
    url = f"{place}/images/{image['id']}"
    told = refusal(client.post(f"{url}/session"), 400, "ImageError")
    assert client.get(url).json()["fault"] == told
    assert [one["name"] for one in images(client, place, faulty=True)["images"]] == ["0.png"]
    assert images(client, place, faulty=False)["total"] == 2
    done = client.patch(url, json={"version": 0, "status": "done"})
    assert "Reject it, or put a photo that can be read" in refusal(done, 400, "ProjectError")
    assert client.get(url).json()["status"] == "new"
    rejected = client.patch(url, json={"version": 0, "status": "rejected"}).json()
    assert (rejected["status"], rejected["fault"]) == ("rejected", told)
    photo.write_bytes(whole)
    assert client.post(f"{url}/session").status_code == 200
    assert client.get(url).json()["fault"] is None


def test_a_thumbnail_that_cannot_be_made_says_so_of_its_photo(client, place, folder):
    (folder / "photos" / "0.png").write_bytes(b"no photo")
    image = images(client, place)["images"][0]
    told = refusal(client.get(image["thumbnail"]), 400, "ImageError")
    assert client.get(f"{place}/images/{image['id']}").json()["fault"] == told


def test_a_photo_that_turns_out_to_be_none_when_it_is_said_to_be_done_is_not(client, folder):
    body = {
        "name": "dogs",
        "photos": [str(folder / "photos")],
        "task": "interactive",
        "out": str(folder / "labels"),
    }
    place = f"{PROJECTS}/{client.post(PROJECTS, json=body).json()['id']}"
    (folder / "photos" / "0.png").write_bytes(b"no photo")
    url = f"{place}/images/{images(client, place)['images'][0]['id']}"
    refusal(client.patch(url, json={"version": 0, "status": "done"}), 400, "ImageError")
    assert client.get(url).json()["status"] == "new"


def test_a_status_is_decided_once(client, place):
    image = images(client, place)["images"][0]
    url = f"{place}/images/{image['id']}"
    body = {"version": 0, "status": "done", "comment": "fine", "seconds": 12.5}
    decided = client.patch(url, json=body).json()
    assert (decided["status"], decided["comment"], decided["seconds"]) == ("done", "fine", 12.5)
    assert decided["version"] == 1
    answer = client.patch(url, json={"version": 0, "status": "rejected"})
    assert "was changed meanwhile" in refusal(answer, 409, "ConflictError")
    assert client.patch(url, json={"version": 1, "status": "rejected"}).status_code == 200
    refusal(client.patch(url, json={"version": 2, "status": "lost"}), 422, "RequestError")


def test_a_text_that_one_of_the_databases_does_not_store_is_refused_by_its_field(client, place):
    [first, *_] = client.get(f"{place}/images").json()["images"]
    told = {"version": first["version"], "comment": "here\0and there"}
    answer = client.patch(f"{place}/images/{first['id']}", json=told)
    assert answer.status_code == 422
    assert "comment has the character U+0000" in answer.json()["error"]["message"]


def test_a_second_look_is_somebody_elses_and_has_a_queue(client, place):
    ada, bob = ({"Clickmend-By": name} for name in ("Ada", "Bob"))
    found = images(client, place)["images"]
    for image, who in zip(found[:2], (ada, bob), strict=True):
        url = f"{place}/images/{image['id']}"
        client.patch(url, json={"version": 0, "status": "done"}, headers=who)
    listed = client.get(f"{place}/images?status=done&others=true", headers=bob).json()["images"]
    assert [(one["name"], one["done_by"]) for one in listed] == [(found[0]["name"], "Ada")]
    url, accept = f"{place}/images/{found[0]['id']}", {"version": 1, "status": "accepted"}
    assert "somebody else's" in refusal(
        client.patch(url, json=accept, headers=ada), 400, "ProjectError"
    )
    assert client.patch(url, json=accept, headers=bob).json()["status"] == "accepted"


def test_a_thumbnail_is_a_small_jpeg(client, place):
    image = images(client, place)["images"][0]
    answer = client.get(image["thumbnail"])
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert Image.open(BytesIO(answer.content)).size == (80, 60)


def test_an_image_is_prepared_in_the_background(client, place):
    image = images(client, place)["images"][1]
    assert client.post(f"{place}/images/{image['id']}/prepare").status_code == 202
    for _ in range(200):
        listed = images(client, place)["images"][1]
        if listed["session"]:
            break
        time.sleep(0.02)
    state = client.post(f"{place}/images/{image['id']}/session").json()
    assert state["id"] == listed["session"]
    assert listed["status"] == "new"


def test_classes_are_changed_together(client, place):
    classes = [{"name": "cat", "colour": None, "key": None}, {"name": "dog"}]
    changed = client.put(f"{place}/classes", json=classes).json()
    assert [one["name"] for one in changed["classes"]] == ["cat", "dog"]
    answer = client.put(f"{place}/classes", json=[{"name": "cat"}, {"name": "cat"}])
    assert "The class 'cat' appears 2 times" in refusal(answer, 400, "ProjectError")


def test_a_project_goes_on_with_the_folder_that_its_photos_were_moved_to(client, place, folder):
    image = images(client, place)["images"][1]["id"]
    session = client.post(f"{place}/images/{image}/session").json()
    mark = {"x": 3.5, "y": 4.5, "label": "foreground"}
    client.post(f"/api/v1/sessions/{session['id']}/clicks", json=mark)
    assert client.get(place).json()["gone"] == []
    photos = folder / "photos"
    photos.rename(folder / "pictures")
    assert client.get(place).json()["gone"] == [str(photos)]
    (folder / "others").mkdir()
    for number in range(3):
        Image.new("RGB", (80, 60)).save(folder / "others" / f"{number}.png")
    (folder / "others" / "1.png").rename(folder / "others" / "4.png")

    def put(*folders):
        return client.put(f"{place}/photos", json={"photos": list(map(str, folders))})

    for folders, words in [
        (["/etc"], "is none that this server may use"),
        ([folder / "photos"], "is no folder"),
        ([folder / "others"], "such as 1.png (missing)"),
        ([folder / "pictures", folder], "of 1 folders"),
    ]:
        assert words in refusal(put(*folders), 400, "ProjectError")
        assert client.get(place).json()["photos"] == [str(photos)]
    moved = put(folder / "pictures").json()
    assert (moved["photos"], moved["gone"]) == ([str(folder / "pictures")], [])
    again = client.post(f"{place}/images/{image}/session").json()
    assert (again["id"], len(again["feedback"])) == (session["id"], 1)


@pytest.mark.parametrize("folder_name", ["/etc", "relative", "{root}/photos/../../..", "{root}/no"])
def test_only_folders_below_those_of_the_server_are_used(client, folder, folder_name):
    body = {
        "name": "dogs",
        "photos": [folder_name.format(root=folder)],
        "task": "interactive",
    }
    refusal(client.post(PROJECTS, json=body), 400, "ProjectError")
    for what in ("priors", "out"):
        whole = {**body, "photos": [str(folder / "photos")], what: "/etc"}
        assert "is none that this server may use" in refusal(
            client.post(PROJECTS, json=whole), 400, "ProjectError"
        )


def test_a_task_without_a_model_is_refused(client, folder):
    body = {"name": "dogs", "photos": [str(folder / "photos")], "task": "depth"}
    answer = client.post(PROJECTS, json=body)
    assert "There is no task 'depth'" in refusal(answer, 400, "ProjectError")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/77", None),
        ("PUT", "/77/classes", []),
        ("GET", "/77/images", None),
        ("GET", "/77/images/1", None),
        ("GET", "/{id}/images/77", None),
        ("GET", "/{id}/images/99999999999999999999", None),
        ("PATCH", "/{id}/images/77", {"version": 0}),
        ("GET", "/{id}/images/77/thumbnail.jpg", None),
        ("POST", "/{id}/images/77/session", None),
        ("POST", "/{id}/images/77/prepare", None),
    ],
)
def test_what_is_not_there_is_refused_by_every_route(client, project, method, path, body):
    url = PROJECTS + path.format(id=project["id"])
    refusal(client.request(method, url, json=body), 404, "NotFoundError")


def test_a_session_of_a_project_tells_its_classes(client, place):
    image = images(client, place)["images"][0]
    state = client.post(f"{place}/images/{image['id']}/session").json()
    assert state["palette"] == [{"name": "cat", "colour": "#ff0000", "key": "KeyC"}]
    client.put(f"{place}/classes", json=[{"name": "dog"}])
    again = client.post(f"{place}/images/{image['id']}/session").json()
    assert again["palette"] == [{"name": "dog", "colour": None, "key": None}]
