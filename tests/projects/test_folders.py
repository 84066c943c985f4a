"""Photos in the folders of a project, and where labels may go."""

from pathlib import Path

import pytest

from clickmend.core.errors import DataError, ProjectError
from clickmend.projects.folders import check_apart, keep_earlier, photos_in, place_of_priors
from clickmend.projects.formats import FORMATS


@pytest.fixture
def data(tmp_path):
    """Two photos, and pictures of labels in a folder among them and in one beside them."""
    for name in ("photos/a.jpg", "photos/below/b.PNG", "photos/labels/a.png", "labels/a.png"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    return tmp_path


@pytest.mark.parametrize(
    ("hidden", "also"),
    [
        (["photos/labels"], []),
        (["photos/labels", "labels", "photos", "."], []),
        ([], ["labels/a.png"]),
        (["photos/labels/a.png"], []),
    ],
)
def test_photos_are_found_but_in_folders_of_labels_inside_theirs(data, hidden, also):
    found = photos_in([data / "photos"], hidden=[data / one for one in hidden])
    assert found == [(0, name) for name in ("a.jpg", "below/b.PNG", *also)]


def check(folders, found, form="mask-png", out="labels"):
    check_apart(folders, found, out=folders[0].parent / out, form=FORMATS[form])


@pytest.mark.parametrize("form", ["labelme", "coco", "yolo-seg", "exr-depth"])
def test_labels_that_are_no_pictures_may_lie_beside_their_photos(data, form):
    check([data / "photos"], [(0, "a.jpg"), (0, "b.jpg")], form, out="photos")


@pytest.mark.parametrize("form", ["mask-png", "voc", "tiff-depth"])
def test_labels_that_are_pictures_do_not_lie_among_the_photos(data, form):
    with pytest.raises(ProjectError, match=r"would lie among the photos in .*another folder"):
        check([data / "photos"], [(0, "a.jpg")], form, out="photos")


def test_labels_that_are_pictures_do_not_lie_where_links_to_photos_lead(data):
    (data / "links").mkdir()
    (data / "links" / "a.png").symlink_to(data / "labels" / "a.png")
    check([data / "links"], [(0, "a.png")], "coco")
    check([data / "links"], [(0, "a.png")], out="elsewhere")
    with pytest.raises(ProjectError, match=r"a\.png is a link to .* might be written over it"):
        check([data / "links"], [(0, "a.png")])


def test_labels_of_two_photos_are_two_files(data):
    folders = [data / "photos", data / "more"]
    check(folders, [(0, "a.jpg"), (0, "below/a.png"), (0, "A.jpg"), (1, "c.jpg")])
    check(folders, [(0, "a.jpg"), (0, "a.png")], "coco")
    with pytest.raises(ProjectError, match=r"a\.jpg and a\.png would have one file.*Rename one"):
        check(folders, [(0, "a.jpg"), (0, "a.png")])
    for form in ("coco", "mask-png"):
        with pytest.raises(ProjectError, match=r"a photo a\.jpg in .*photos and in .*more, and"):
            check(folders, [(0, "a.jpg"), (1, "a.jpg")], form)


def test_priors_that_are_not_there_are_told(data):
    assert place_of_priors(data / "labels" / ".." / "labels") == data / "labels"
    with pytest.raises(ProjectError, match=r"is not there\. Give the folder, or the file"):
        place_of_priors(data / "nowhere")


def test_label_files_that_are_there_already_are_kept(data):
    for name in ("labels/below/b.png", "labels/classes.txt", "labels/notes.md", "labels/.x.png"):
        (data / name).parent.mkdir(parents=True, exist_ok=True)
        (data / name).write_text(name)
    kept = data / "home"
    given = {"folders": [data / "photos"], "form": FORMATS["mask-png"], "to": kept}
    assert keep_earlier(data / "labels", **given) == 3
    (data / "labels" / "below" / "new.png").write_text("new")
    (data / "labels" / "below" / "new.png").replace(data / "labels" / "below" / "b.png")
    found = {file.relative_to(kept).as_posix() for file in kept.rglob("*") if file.is_file()}
    assert found == {"a.png", "below/b.png", "classes.txt"}
    assert (kept / "below" / "b.png").read_text() == "labels/below/b.png"
    assert keep_earlier(data / "nowhere", **given) == 0


def test_label_files_are_copied_where_there_are_no_links(data, monkeypatch):
    def refuse(*_):
        raise OSError

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    given = {"folders": [data / "labels"], "form": FORMATS["mask-png"], "to": data / "home"}
    assert keep_earlier(data, **given) == 2  # of photos that lie inside it nothing is kept
    assert (data / "home" / "photos" / "labels" / "a.png").is_file()


def test_a_photo_whose_name_is_not_utf_8_is_refused_and_named(tmp_path):
    try:
        (tmp_path / "a\udcff.png").touch()
    except OSError:
        pytest.skip("The file system holds no such name.")  # macOS
    with pytest.raises(DataError, match=r"'a.udcff\.png' is not valid UTF-8.*Rename it"):
        photos_in([tmp_path], hidden=[])
