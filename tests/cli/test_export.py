import pytest
from PIL import Image

from clickmend.cli.main import main
from clickmend.projects.labelling import open_project
from clickmend.projects.store import Store


def test_a_folder_without_a_project_is_a_wrong_use(tmp_path, capsys):
    with pytest.raises(SystemExit, match="2"):
        main(["export", str(tmp_path)])
    told = capsys.readouterr().err.replace("│", " ")
    assert "is no folder of labels" in " ".join(told.split())


def test_labels_that_are_of_no_project_are_said_to_be(tmp_path, capsys):
    (tmp_path / ".clickmend" / "label").mkdir(parents=True)
    with pytest.raises(SystemExit, match="1"):
        main(["export", str(tmp_path), "--format", "coco", "--out", str(tmp_path / "out")])
    assert "There is no project in" in capsys.readouterr().err


def test_which_of_several_projects_is_meant_has_to_be_said(tmp_path, capsys):
    photos = tmp_path / "photos"
    photos.mkdir()
    Image.new("RGB", (8, 6)).save(photos / "a.png")
    labels = tmp_path / "labels"
    store = Store(labels / ".clickmend")
    for name in ("cats", "dogs"):
        open_project(store, name, photos=[photos], task="interactive", out=labels)
    store.close()
    with pytest.raises(SystemExit, match="1"):
        main(["export", str(labels)])
    assert "there are: dogs, cats" in " ".join(capsys.readouterr().err.split())
    with pytest.raises(SystemExit, match="0"):
        main(["export", str(labels), "--project", "cats", "--status", "done"])
    assert "Written: 0 files" in " ".join(capsys.readouterr().err.split())


def test_a_photo_that_is_left_out_is_told_and_fails_the_command(tmp_path, capsys):
    photos, old = tmp_path / "photos", tmp_path / "old"
    for folder in (photos, old):
        folder.mkdir()
        for name in "ab":
            Image.new("L", (8, 6), 255).save(folder / f"{name}.png")
    labels = tmp_path / "labels"
    store = Store(labels / ".clickmend")
    open_project(store, "cats", photos=[photos], task="interactive", priors=old, out=labels)
    store.close()
    (photos / "b.png").write_bytes(b"no photo")
    with pytest.raises(SystemExit, match="1"):
        main(["export", str(labels)])
    told = " ".join(capsys.readouterr().err.split())
    assert "Written: 1 files" in told
    assert "Old predictions among them that nobody has touched: 1; --status done" in told
    assert "Left out: 1 × The picture" in told
    assert told.endswith(" b.png")


def test_another_format_does_not_go_among_the_labels_of_the_project(tmp_path, capsys):
    photos, old = tmp_path / "photos", tmp_path / "old"
    for folder in (photos, old):
        folder.mkdir()
        Image.new("L", (8, 6), 255).save(folder / "a.png")
    labels = tmp_path / "labels"
    store = Store(labels / ".clickmend")
    open_project(store, "cats", photos=[photos], task="interactive", priors=old, out=labels)
    store.close()
    moved = labels.rename(tmp_path / "moved")
    with pytest.raises(SystemExit, match="0"):
        main(["export", str(moved), "--format", "npy"])
    assert f"Written: 1 files in {tmp_path / 'moved-npy'}" in capsys.readouterr().err
    assert [file.name for file in (tmp_path / "moved-npy").iterdir()] == ["a.npy"]
    assert [file.name for file in moved.iterdir()] == [".clickmend"]
    assert not labels.exists()
