"""Projects from folders, with priors paired by name."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from clickmend.core.errors import DataError, ImageError, PriorError, ProjectError
from clickmend.projects.formats import FORMATS, LabelObject, PhotoLabels
from clickmend.projects.labelling import classes_of, open_project, take_up
from clickmend.projects.opening import Options, start_session
from clickmend.projects.own_classes import options_for
from clickmend.projects.photos import Photos
from clickmend.projects.priors import start_of
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
    ("change", "message"),
    [
        ({"name": "loose"}, "needs a name, which is not 'loose'"),
        ({"name": " "}, "needs a name"),
        ({"photos": []}, "at least one folder"),
        ({"photos": [Path("no/where")]}, "is no folder. Give the one that holds the photos"),
        ({"priors": Path("no/where")}, "is not there. Give the folder, or the file"),
        ({"classes": [{"name": "cat"}, {"name": "cat"}]}, "The class 'cat' appears 2 times"),
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
        ("soil,soil", "The class 'soil' appears 2 times"),
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


def test_photos_that_cannot_be_read_are_known_until_they_can(store, photos):
    (photos / "b.png").rename(photos / "kept")
    (photos / "broken.png").write_bytes(b"no photo")
    (photos / "b.png").write_bytes(b"no photo")

    def faults():
        project = open_project(store, "cats", photos=[photos], task="interactive")
        return {one.name: one.fault for one in store.images.listed(project.id, Query())[1]}

    found = faults()
    assert [name for name, fault in found.items() if fault] == ["b.png", "broken.png"]
    assert "broken.png" in found["broken.png"]
    (photos / "kept").replace(photos / "b.png")
    (photos / "a.png").rename(photos / "kept")
    found = faults()
    assert [name for name, fault in found.items() if fault] == ["a.png", "broken.png"]
    sizes = {
        one.name: (one.width, one.height) for one in listed(store, store.projects.named("cats"))
    }
    assert sizes["b.png"] == (40, 30)
    (photos / "kept").rename(photos / "a.png")
    assert [name for name, fault in faults().items() if fault] == ["broken.png"]


def test_a_photo_that_is_cut_short_is_looked_at_as_a_whole_again(store, photos):
    project = open_project(store, "cats", photos=[photos], task="interactive")
    whole = (photos / "b.png").read_bytes()
    (photos / "b.png").write_bytes(whole[:200])
    image = store.images.listed(project.id, Query(name="b.png"))[1][0]
    with pytest.raises(ImageError):
        Photos(store).pixels(image)
    for content, faulty in ((whole[:200], True), (whole, False)):
        (photos / "b.png").write_bytes(content)
        open_project(store, "cats", photos=[photos], task="interactive")
        assert (store.images.get(image.id).fault is not None) is faulty


def priors_of(store, project):
    return {one.name: one.prior and Path(one.prior).name for one in listed(store, project)}


def put_prior(folder, name, level=255):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.full((30, 40), level, np.uint8)).save(path)


@pytest.mark.parametrize("form", ["mask-png", "coco"])
def test_a_photo_without_a_prior_may_be_added_later(store, photos, tmp_path, form):
    mask = np.ones((30, 40), bool)
    written = PhotoLabels(file_name="a.png", size=(40, 30), objects=(LabelObject(mask=mask),))
    FORMATS[form].write(tmp_path / "priors", [written])
    given = {"photos": [photos], "task": "interactive", "format": form}
    open_project(store, "cats", **given, priors=tmp_path / "priors")
    Image.new("RGB", (5, 5)).save(photos / "d.png")
    project = open_project(store, "cats", **given, priors=tmp_path / "priors")
    assert [name for name, prior in priors_of(store, project).items() if prior] == ["a.png"]
    assert len(listed(store, project)) == 4


def test_priors_that_are_given_later_are_begun_with_where_nobody_has_marked(
    store, photos, tmp_path
):
    given = {"photos": [photos], "task": "interactive"}
    first, second, _ = listed(store, open_project(store, "cats", **given))
    opened = [
        store.sessions.add(image, task="interactive", options={}, start={})
        for image in (first, second)
    ]
    store.sessions.append(opened[0].key, [NewEvent("undo")], after=0)
    for name in ("a.png", "b.png"):
        put_prior(tmp_path / "priors", name)
    project = open_project(store, "cats", **given, priors=tmp_path / "priors")
    assert priors_of(store, project) == {"a.png": None, "b.png": "b.png", "below/c.png": None}
    assert store.sessions.on([first.id, second.id]) == {
        first.id: {"interactive": opened[0].key},
        second.id: {},
    }
    put_prior(photos, "d.png")
    put_prior(tmp_path / "priors", "d.png")
    assert priors_of(store, open_project(store, "cats", **given))["d.png"] == "d.png"
    put_prior(tmp_path / "other", "z.png")
    with pytest.raises(DataError, match="named like a photo"):
        open_project(store, "cats", **given, priors=tmp_path / "other")


def test_labels_go_on_in_the_format_that_they_are_written_in(store, photos):
    given = {"photos": [photos], "task": "interactive"}
    open_project(store, "cats", **given)
    for form in (None, "mask-png"):
        assert open_project(store, "cats", **given, format=form).format is None
    with pytest.raises(ProjectError, match=r"as mask-png, not as coco.*clickmend export writes"):
        open_project(store, "cats", **given, format="coco")


def test_labels_go_on_in_their_folder_and_follow_it_when_all_of_it_was_moved(photos, tmp_path):
    given = {"photos": [photos], "task": "interactive"}
    store = Store(tmp_path / "labels" / ".clickmend")
    open_project(store, "cats", **given, out=tmp_path / "labels")
    with pytest.raises(ProjectError, match=r"writes its labels to .*labels, not to .*other"):
        open_project(store, "cats", **given, out=tmp_path / "other")
    store.close()
    (tmp_path / "labels").rename(tmp_path / "moved")
    store = Store(tmp_path / "moved" / ".clickmend")
    project = open_project(store, "cats", **given, out=tmp_path / "moved")
    assert project.out == str(tmp_path / "moved")
    store.close()


def test_photos_whose_labels_would_be_one_file_are_refused(store, photos, tmp_path):
    Image.new("RGB", (40, 30)).save(photos / "a.jpg")
    given = {"photos": [photos], "task": "interactive", "out": tmp_path / "labels"}
    with pytest.raises(ProjectError, match=r"photos a\.jpg and a\.png would have one file"):
        open_project(store, "cats", **given)
    assert store.projects.listed() == []
    open_project(store, "cats", **given, format="coco")
