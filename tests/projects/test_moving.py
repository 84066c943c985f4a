"""Projects whose folders were moved go on, and others are not taken for them."""

import shutil

import numpy as np
import pytest
from PIL import Image

from clickmend.core.errors import ImageError, ProjectError
from clickmend.projects.labelling import move_photos, open_project
from clickmend.projects.moving import project_at
from clickmend.projects.photos import Photos
from clickmend.projects.priors import start_of
from clickmend.projects.store import Project, Query, Store


@pytest.fixture
def job(tmp_path, photos):
    """A folder of photos, old predictions and labels beside each other."""
    job = tmp_path / "job"
    job.mkdir()
    photos.rename(job / "photos")
    (job / "old").mkdir()
    for name in ("a.png", "b.png"):
        Image.new("L", (40, 30), 255).save(job / "old" / name)
    return job


def begun(job, store=None, **given):
    given = {"priors": job / "old", "out": job / "labels", **given}
    store = store or Store(job / "labels" / ".clickmend")
    project = open_project(store, "cats", photos=[job / "photos"], task="interactive", **given)
    return store, project


def listed(store, project):
    return store.images.listed(project.id, Query())[1]


def test_a_project_that_was_moved_as_a_whole_goes_on_with_all_that_was_done(job, tmp_path):
    store, project = begun(job)
    image = listed(store, project)[0]
    Photos(store).pixels(image)  # its content is known since somebody has opened it
    store.images.decide(image.id, version=0, status="done", comment="fine")
    store.close()
    there = job.rename(tmp_path / "elsewhere")
    store, found = begun(there, priors=None)
    assert found.id == project.id
    assert found.folders == [str(there / "photos")]
    assert (found.priors, found.out) == (str(there / "old"), str(there / "labels"))
    images = listed(store, found)
    assert (images[0].id, images[0].status, images[0].comment) == (image.id, "done", "fine")
    assert images[0].prior == str(there / "old" / "a.png")
    assert start_of(store, images[1], own=True).prior == (there / "old" / "b.png").read_bytes()
    Photos(store).pixels(images[0])
    store.close()


def test_photos_under_another_name_and_new_ones_among_them_are_taken_up(job, rng):
    store, project = begun(job)
    (job / "photos").rename(job / "pictures")
    pixels = rng.integers(0, 256, (30, 40, 3), np.uint8)
    Image.fromarray(pixels).save(job / "pictures" / "new.png")
    found = open_project(store, "cats", photos=[job / "pictures"], task="interactive")
    assert found.id == project.id
    assert [one.name for one in listed(store, found)] == [
        "a.png",
        "b.png",
        "below/c.png",
        "new.png",
    ]
    assert found.priors == str(job / "old")
    store.close()


def test_an_untouched_photo_that_did_not_come_along_is_said_to_be_gone(job):
    store, _ = begun(job)
    (job / "photos").rename(job / "pictures")
    (job / "pictures" / "b.png").unlink()
    found = open_project(store, "cats", photos=[job / "pictures"], task="interactive")
    faults = {one.name: one.fault for one in listed(store, found)}
    assert [name for name, fault in faults.items() if fault] == ["b.png"]
    store.close()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda folder: (folder / "a.png").unlink(), r"1 of its photos are .* a.png \(missing\)"),
        (
            lambda folder: Image.new("RGB", (40, 30)).save(folder / "a.png"),
            r"1 of its photos are .* a.png \(another photo\)",
        ),
        (
            lambda folder: Image.new("RGB", (7, 7)).save(folder / "b.png"),
            r"1 of its photos are .* b.png \(another photo\)",
        ),
        (
            lambda folder: [
                shutil.move(file, file.with_suffix(".jpg"))
                for file in (folder / "a.png", folder / "b.png", folder / "below" / "c.png")
            ],
            r"1 of its photos are .* a.png \(missing\)",
        ),
    ],
)
def test_other_photos_do_not_continue_a_project(job, tmp_path, change, told):
    store, project = begun(job)
    image = listed(store, project)[0]
    Photos(store).pixels(image)
    store.images.decide(image.id, version=0, status="done")
    other = shutil.copytree(job / "photos", tmp_path / "other")
    change(other)
    with pytest.raises(ProjectError, match=told):
        open_project(store, "cats", photos=[other], task="interactive")
    assert store.projects.get(project.id).folders == [str(job / "photos")]
    store.close()


def test_a_folder_with_none_of_the_photos_does_not_continue_a_project(job, tmp_path):
    store, _ = begun(job)
    (tmp_path / "empty").mkdir()
    with pytest.raises(ProjectError, match="none of its photos is as they were, such as a"):
        open_project(store, "cats", photos=[tmp_path / "empty"], task="interactive")
    with pytest.raises(ProjectError, match=r"does not continue it: of 1 folders"):
        open_project(store, "cats", photos=[job / "photos", job], task="interactive")
    store.close()


def test_photos_of_a_folder_that_is_gone_say_how_the_project_goes_on(job):
    store, project = begun(job)
    (job / "photos").rename(job / "pictures")
    told = set()
    for image in listed(store, project):
        with pytest.raises(ImageError) as refused:
            Photos(store).pixels(image)
        told.add(str(refused.value))
    (once,) = told
    assert f"clickmend run NEW --project cats --out {job / 'labels'}" in once
    store.close()


def test_a_project_is_found_by_its_folder_or_where_its_folder_is_gone(job):
    store, _ = begun(job)
    assert project_at(store, job / "photos") == "cats"
    assert project_at(store, job / "pictures") == "pictures"
    (job / "photos").rename(job / "pictures")
    assert project_at(store, job / "pictures") == "cats"
    store.close()


def test_a_folder_with_other_photos_is_a_project_of_its_own(job, rng):
    store, project = begun(job)
    (job / "photos").rename(job / "pictures")
    (job / "dogs").mkdir()
    Image.fromarray(rng.integers(0, 256, (50, 60, 3), np.uint8)).save(job / "dogs" / "a.png")
    assert project_at(store, job / "dogs") == "dogs"
    open_project(store, "dogs", photos=[job / "dogs"], task="interactive")
    (job / "dogs").rename(job / "more")
    assert project_at(store, job / "more") == "dogs"  # of two that are gone, that with its photos
    assert project_at(store, job / "pictures") == "cats"
    (job / "pictures" / "b.png").unlink()
    assert (
        project_at(store, job / "pictures") == "cats"
    )  # what is missing is told when it is opened
    assert store.projects.get(project.id).folders == [str(job / "photos")]
    store.close()


def test_what_lay_beside_moved_photos_is_followed_only_to_where_it_may_be_used(job, tmp_path):
    store, project = begun(job)
    there = job.rename(tmp_path / "elsewhere")
    photos = there / "photos"
    moved = move_photos(
        store, project, [photos], may_use=lambda place: place.is_relative_to(photos)
    )
    assert moved.folders == [str(photos)]
    assert (moved.priors, moved.out) == (str(job / "old"), str(job / "labels"))
    assert listed(store, moved)[0].prior == str(job / "old" / "a.png")
    store.close()


def test_a_project_that_has_no_photos_yet_takes_those_of_another_folder(job, tmp_path):
    store = Store(job / "labels" / ".clickmend")
    fields = {"task": "interactive", "classes": [], "folders": [str(tmp_path / "gone")]}
    project = store.projects.add(Project(name="cats", **fields))
    found = open_project(store, "cats", photos=[job / "photos"], task="interactive")
    assert (found.id, found.folders) == (project.id, [str(job / "photos")])
    assert listed(store, found)
    store.close()
