from pathlib import Path

import pytest
import typer

from clickmend.cli.places import is_many, make_folders, output_places, place_of, refuse_sharing
from clickmend.core.errors import OutputError

A, B = Path("in/a.jpg"), Path("in/b.jpg")


@pytest.mark.parametrize(
    ("target", "place"),
    [
        ("mask.png", "mask.png"),
        ("masks/", "masks/a.png"),
        ("masks", "masks/a.png"),
        ("masks/{name}-mask.png", "masks/a-mask.png"),
        ("{name}/mask.png", "a/mask.png"),
    ],
)
def test_a_target_is_a_file_a_folder_or_a_pattern(target, place):
    assert place_of(A, target) == Path(place)
    assert is_many(target) == (target != "mask.png")


def test_a_folder_that_exists_may_have_a_dot_in_its_name(tmp_path):
    folder = tmp_path / "run.1"
    folder.mkdir()
    assert place_of(A, str(folder)) == folder / "a.png"


def test_each_photo_gets_a_file_of_its_own():
    assert output_places([A, B], "masks/", option="-o") == [
        Path("masks/a.png"),
        Path("masks/b.png"),
    ]


def test_several_photos_cannot_share_a_file():
    with pytest.raises(
        typer.BadParameter, match=r"2 photos cannot share the file 'mask.png'.*folder"
    ):
        output_places([A, B], "mask.png", option="-o")


def test_results_are_png_files():
    with pytest.raises(typer.BadParameter, match=r"'mask.jpg' does not end with .png"):
        output_places([A], "mask.jpg", option="-o")


def test_photos_of_one_name_are_refused_before_one_mask_replaces_the_other():
    with pytest.raises(typer.BadParameter, match=r"2 results would be written to 'masks/a.png'"):
        output_places([A, Path("other/a.jpg")], "masks/", option="-o")


def test_a_photo_is_never_written_over():
    photo = Path("in/a.png")
    with pytest.raises(typer.BadParameter, match=r"'in/a.png' is one of the photos"):
        output_places([photo], "in/", option="-o")


def test_mask_and_overlay_need_different_files():
    with pytest.raises(typer.BadParameter, match="2 results would be written"):
        refuse_sharing([A], [Path("x.png"), Path("x.png")], option="--overlay")


def test_missing_folders_are_made(tmp_path):
    make_folders([tmp_path / "deep" / "down" / "a.png"])
    assert (tmp_path / "deep" / "down").is_dir()


def test_a_folder_that_cannot_be_made_is_an_output_error(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match=r"folder .*file/masks cannot be made: .* choose"):
        make_folders([tmp_path / "file" / "masks" / "a.png"])
