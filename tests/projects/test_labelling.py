"""Projects from folders, with priors paired by name."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from clickmend.core.errors import PriorError, ProjectError
from clickmend.projects.formats import FORMATS, PhotoLabels
from clickmend.projects.labelling import classes_of, open_project, pair, start_of, take_up
from clickmend.projects.opening import Options, start_session
from clickmend.projects.own_classes import options_for
from clickmend.projects.store import NewEvent, Query, Store


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "home")
    yield store
    store.close()


def listed(store, project):
    return store.images.listed(project.id, Query())[1]


def test_a_project_has_all_photos_with_their_sizes(store, photos):
    (photos / "notes.txt").write_text("no photo")
    (photos / ".hidden.png").write_bytes(b"")
    (photos / "broken.jpg").write_bytes(b"no photo either")
    project = open_project(store, "cats", photos=[photos], task="interactive")
    found = {one.name: (one.width, one.height) for one in listed(store, project)}
    size = (40, 30)
    assert found == {"a.png": size, "b.png": size, "below/c.png": size, "broken.jpg": (None, None)}


def test_a_project_opened_again_takes_up_new_photos(store, photos):
    project = open_project(store, "cats", photos=[photos], task="interactive")
    Image.new("RGB", (5, 5)).save(photos / "d.png")
    again = open_project(store, "cats", photos=[photos], task="interactive")
    assert again.id == project.id
    assert [one.name for one in listed(store, again)] == ["a.png", "b.png", "below/c.png", "d.png"]
    assert take_up(store, again) == 0


def test_priors_are_paired_with_photos_by_name(store, photos, tmp_path):
    priors = tmp_path / "priors"
    priors.mkdir()
    for name in ("A.png", "c.png"):
        Image.fromarray(np.zeros((30, 40), np.uint8)).save(priors / name)
    project = open_project(store, "cats", photos=[photos], task="interactive", priors=priors)
    found = {one.name: one.prior and Path(one.prior).name for one in listed(store, project)}
    assert found == {"a.png": "A.png", "b.png": None, "below/c.png": "c.png"}
    first, second, _ = listed(store, project)
    assert start_of(store, first, own=True).prior == (priors / "A.png").read_bytes()
    assert start_of(store, first, own=False).prior is None
    assert start_of(store, second, own=True).prior is None
    (priors / "A.png").unlink()
    with pytest.raises(PriorError, match=r"A\.png"):
        start_of(store, first, own=True)


@pytest.mark.parametrize(
    ("form", "units"), [(None, 1000), ("depth-png", 1000), ("depth-png-kitti", 256)]
)
def test_depth_begins_in_the_unit_of_the_format_that_is_named(store, photos, tmp_path, form, units):
    priors = tmp_path / "priors"
    priors.mkdir()
    Image.fromarray(np.full((30, 40), 512, np.uint16)).save(priors / "a.png")
    np.save(priors / "b.npy", np.full((30, 40), 2.5, np.float32))
    FORMATS["depth-png-tum"].write(
        priors,
        [
            PhotoLabels(
                file_name="below/c.png", size=(40, 30), plane=np.full((30, 40), 3, np.float32)
            )
        ],
    )
    project = open_project(
        store, "rooms", photos=[photos], task="depth", priors=priors, format=form
    )
    photo = np.zeros((30, 40, 3), np.uint8)
    for image, metres in zip(listed(store, project), (512 / units, 2.5, 3.0), strict=True):
        start = start_of(store, image, own=True)
        depth = start_session(photo, Options(task="depth"), start).prediction.depth_m
        np.testing.assert_allclose(depth, metres)


def test_class_maps_of_voc_begin_with_the_numbers_that_the_project_gives_their_names(
    store, photos, tmp_path
):
    plane = np.repeat(np.array([[0, 1, 2, 255]], np.uint8), 30, axis=0).repeat(10, axis=1)
    written = PhotoLabels(
        file_name="a.png", size=(40, 30), plane=plane, classes=("weed", "soil", "crop")
    )
    FORMATS["voc"].write(tmp_path / "priors", [written])
    options = {"photos": [photos], "task": "semantic", "priors": tmp_path / "priors"}
    names = [{"name": name} for name in ("soil", "crop", "weed")]
    project = open_project(store, "field", **options, classes=names, format="voc")
    start = start_of(store, listed(store, project)[0], own=True)
    labels = start_session(np.zeros((30, 40, 3), np.uint8), options_for(store, project), start)
    assert labels.prediction.labels[0, ::10].tolist() == [2, 0, 1, 255]
    with pytest.raises(PriorError, match=r"a\.png have the class 1, soil.*Allowed are crop, weed"):
        open_project(store, "other", **options, classes=names[1:], format="voc")


def test_eight_bits_are_not_taken_for_millimetres_where_a_format_is_named(store, photos, tmp_path):
    priors = tmp_path / "priors"
    priors.mkdir()
    Image.fromarray(np.full((30, 40), 200, np.uint8)).save(priors / "a.png")
    project = open_project(
        store, "rooms", photos=[photos], task="depth", priors=priors, format="depth-png"
    )
    start = start_of(store, listed(store, project)[0], own=True)
    with pytest.raises(PriorError, match="whose unit is not known"):
        start_session(np.zeros((30, 40, 3), np.uint8), Options(task="depth"), start)


@pytest.mark.parametrize(
    ("files", "names", "found"),
    [
        (["a.png", "A.png"], ["a.jpg", "A.jpg"], {"a.jpg": "a.png", "A.jpg": "A.png"}),
        (
            ["x/a.png", "y/a.png"],
            ["x/a.jpg", "y/a.jpg"],
            {"x/a.jpg": "x/a.png", "y/a.jpg": "y/a.png"},
        ),
        (["x/a.png", "y/a.png"], ["a.jpg"], {}),
        (["a.png"], ["x/a.jpg", "y/a.jpg"], {}),
        (["deep/er/a.npy"], ["a.jpg"], {"a.jpg": "deep/er/a.npy"}),
        (["a.txt", ".a.png"], ["a.jpg"], {}),
    ],
)
def test_a_prior_is_paired_only_where_its_name_is_clear(tmp_path, files, names, found):
    for file in files:
        path = tmp_path / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
    assert pair(tmp_path, names) == {name: tmp_path / file for name, file in found.items()}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": "loose"}, "needs a name, which is not 'loose'"),
        ({"name": " "}, "needs a name"),
        ({"photos": []}, "at least one folder"),
        ({"photos": [Path("no/where")]}, "is no folder. Give the one that holds the photos"),
        ({"priors": Path("no/where")}, "is not there. Give the folder, or the file"),
        ({"classes": [{"name": "cat"}, {"name": "cat"}]}, "The class 'cat' is there 2 times"),
    ],
)
def test_what_makes_no_project_is_refused(store, photos, change, message):
    given = {"name": "cats", "photos": [photos], "task": "interactive", **change}
    with pytest.raises(ProjectError, match=message):
        open_project(store, given.pop("name"), **given)
    assert store.projects.listed() == []


def test_a_folder_without_photos_is_refused(store, tmp_path):
    with pytest.raises(ProjectError, match="There are no photos in"):
        open_project(store, "cats", photos=[tmp_path / "home"], task="interactive")


def test_a_project_that_is_continued_takes_more_classes_and_keeps_the_looks_of_its_own(
    store, photos
):
    red = {"name": "soil", "colour": "#ff0000", "key": "S"}
    given = {"photos": [photos], "task": "semantic"}
    open_project(store, "field", classes=[red], **given)
    assert open_project(store, "field", **given).classes == [red]
    more = [{"name": name, "colour": None, "key": None} for name in ("soil", "crop")]
    project = open_project(store, "field", classes=more, **given)
    assert project.classes == [red, more[1]]
    image = store.images.listed(project.id, Query())[1][0]
    row = store.sessions.add(image, task="semantic", options={"classes": ["soil"]}, start={})
    store.sessions.append(row.key, [NewEvent("undo")], after=0)
    with pytest.raises(ProjectError, match=r"the places of soil, crop\. These stay"):
        open_project(store, "field", classes=more[1:], **given)


LONGER_THAN_A_FILE_NAME = [f"species {number}" for number in range(40)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("soil, crop,weed", ["soil", "crop", "weed"]),
        ("classes.txt", ["soil", "crop"]),
        (",".join(LONGER_THAN_A_FILE_NAME), LONGER_THAN_A_FILE_NAME),
    ],
)
def test_classes_are_typed_or_in_a_file(text, found, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("classes.txt").write_text("soil\n\ncrop\t#00ff00\n")
    assert [one["name"] for one in classes_of(text)] == found


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("soil,,crop", "'soil,,crop' has an empty name. Write names between commas"),
        ("soil,soil", "The class 'soil' is there 2 times"),
        ("no.txt", "The classes cannot be read from no.txt"),
    ],
)
def test_classes_that_are_none_are_refused(text, reason):
    with pytest.raises(ProjectError, match=reason):
        classes_of(text)


def test_another_task_in_a_project_that_is_there_is_refused(store, photos):
    open_project(store, "cats", photos=[photos], task="interactive")
    with pytest.raises(ProjectError, match="'cats' is there already, of the task 'interactive'"):
        open_project(store, "cats", photos=[photos], task="depth")
