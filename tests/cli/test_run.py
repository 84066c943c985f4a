import pytest
from PIL import Image

from clickmend.cli.main import main
from clickmend.cli.run import complete_tool
from clickmend.core.settings import settings
from clickmend.projects.store import Query, Store


@pytest.fixture
def calls(monkeypatch, tmp_path):
    """What the server was started with, each time."""
    calls = []
    monkeypatch.setenv("CLICKMEND_HOME", str(tmp_path / "home"))
    settings.cache_clear()
    monkeypatch.setattr(
        "clickmend.server.serve.serve", lambda *places, **options: calls.append((places, options))
    )
    yield calls
    for _, options in calls:
        options["store"].close()
    settings.cache_clear()


@pytest.fixture
def photos(tmp_path):
    folder = tmp_path / "cats"
    folder.mkdir()
    for name in ("a.png", "b.png"):
        Image.new("RGB", (8, 6)).save(folder / name)
    return folder


def run(*words):
    with pytest.raises(SystemExit, match="0"):
        main(["run", *map(str, words)])


def test_run_serves_on_this_machine_with_what_was_asked(calls, tmp_path):
    run()
    run("--host", "::1", "--port", "0", "--no-browser", "--root", tmp_path)
    (first, given), (second, asked) = calls
    assert (first, given["open_browser"], given["roots"]) == (("127.0.0.1", 8765), True, [])
    assert (second, asked["open_browser"], asked["roots"]) == (("::1", 0), False, [tmp_path])
    assert given["store"].home == tmp_path / "home"


def test_other_tools_are_passed_on_and_completed(calls, photos):
    run("--interop", "cvat", "--interop", "cvat")
    run(photos, "--interop", "cvat")
    assert [list(given["interop"]) for _, given in calls] == [["cvat", "cvat"], ["cvat"]]
    assert complete_tool("cv") == ["cvat"]


def test_several_processes_are_passed_on_and_no_process_is_refused(calls, photos, capsys):
    run("--workers", "3")
    run(photos, "--workers", "2")
    run()
    assert [given["workers"] for _, given in calls] == [3, 2, 1]
    for number in ("0", "65", "two"):
        with pytest.raises(SystemExit, match="2"):
            main(["run", "--workers", number])
        assert "--workers" in capsys.readouterr().err


def test_a_folder_of_photos_is_a_project_that_is_continued(calls, photos, capsys, tmp_path):
    run(photos)
    assert "Project 'cats': 2 photos" in (told := capsys.readouterr().out)
    assert "were there before" not in told
    Image.new("RGB", (8, 6)).save(photos / "c.png")
    run(photos)
    assert "Project 'cats': 3 photos" in capsys.readouterr().out
    assert calls[0][1]["project_id"] == calls[1][1]["project_id"]
    store = Store(tmp_path / "cats-labels" / ".clickmend")
    (project,) = store.projects.listed()
    store.close()
    assert (project.task, project.out) == ("interactive", str(tmp_path / "cats-labels"))


def test_photos_that_cannot_be_read_are_said_at_the_start(calls, photos, capsys):
    for number in range(7):
        (photos / f"broken {number}.png").write_bytes(b"no photo")
    run(photos)
    told = capsys.readouterr().out
    assert "9 photos" in told
    assert "7 photos cannot be read; the page shows why" in told
    assert "  broken 4.png: " in told
    assert "  and 2 more" in told


def test_photos_that_were_moved_are_followed_and_the_task_is_remembered(
    calls, photos, tmp_path, capsys
):
    run(photos, "--task", "instances", "--project", "pets")
    there, labels = photos.rename(tmp_path / "dogs"), tmp_path / "cats-labels"
    capsys.readouterr()
    with pytest.raises(SystemExit, match="2"):
        main(["run", str(photos)])
    told = "".join(capsys.readouterr().err.replace("│", "").split())
    assert f"--out{labels}".replace(" ", "") in told
    run(there, "--out", labels)
    told = capsys.readouterr().out
    assert "Project 'pets': 2 photos" in told
    assert f"Its photos were in {photos}; they are the same." in told
    (_, first), (_, second) = calls
    assert first["project_id"] == second["project_id"]
    assert second["store"].projects.listed()[0].task == "instances"


def test_a_project_is_made_as_it_was_asked_for(calls, photos, tmp_path, capsys):
    priors, classes = tmp_path / "old", tmp_path / "classes.txt"
    priors.mkdir()
    Image.new("L", (8, 6)).save(priors / "b.png")
    classes.write_text("cat\t#ff8800\ndog\n")
    asked = ("--task", "semantic", "--format", "npy", "--project", "pets", "--classes", classes)
    run(photos, "--priors", priors, "--out", tmp_path / "labels", *asked)
    assert "'pets': 2 photos, 1 with an old prediction, labels in" in capsys.readouterr().out
    store = calls[0][1]["store"]
    (project,) = store.projects.listed()
    assert (project.name, project.task, project.format) == ("pets", "semantic", "npy")
    assert [(one["name"], one["colour"]) for one in project.classes] == [
        ("cat", "#ff8800"),
        ("dog", None),
    ]
    images = store.images.listed(project.id, Query())[1]
    assert [one.prior is not None for one in images] == [False, True]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--port", "70000"], "65535"),
        (["no/where"], "is no folder"),
        (["--out", "labels"], "belongs to a folder of photos"),
    ],
)
def test_what_cannot_be_run_is_a_wrong_use(calls, capsys, words, message):
    with pytest.raises(SystemExit, match="2"):
        main(["run", *words])
    assert message in " ".join(capsys.readouterr().err.split())
    assert calls == []


def test_networks_are_passed_on_and_a_wrong_one_is_told_before_anything_is_made(
    calls, photos, capsys, tmp_path
):
    run("--model", "interactive-s")
    run(photos, "--model", "interactive-s", "--model", "depth-s")
    first = [given["networks"].by_task() for _, given in calls]
    assert [one["interactive"][0] for one in first] == ["interactive-s", "interactive-s"]
    assert [one["depth"][0] for one in first] == ["depth-l0", "depth-s"]
    with pytest.raises(SystemExit, match="1"):
        main(["run", str(photos), "--out", str(tmp_path / "new"), "--model", "mine.json"])
    assert "There is no card mine.json" in capsys.readouterr().err
    assert not (tmp_path / "new").exists()
