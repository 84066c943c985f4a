import cv2
import numpy as np
import pytest
from PIL import Image

from clickmend.core.errors import ImageError
from clickmend.data.frames import frame_files, read_frames


def picture(grey, size=(16, 12)):
    return np.full((size[1], size[0], 3), grey, np.uint8)


def film(path, greys, size=(64, 48)):
    video = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"MJPG"), 10, size)
    assert video.isOpened()
    for grey in greys:
        video.write(picture(grey, size))
    video.release()
    return path


def test_frames_of_a_folder_come_in_the_order_of_their_numbers(tmp_path):
    for number in (10, 9, 1):
        Image.fromarray(picture(number)).save(tmp_path / f"f{number}.png")
    (tmp_path / "notes.txt").write_text("no frame")
    Image.fromarray(picture(7)).save(tmp_path / ".hidden.png")
    shots = list(read_frames(tmp_path))
    assert [one.name for one in shots] == ["f1.png", "f9.png", "f10.png"]
    assert [int(one.photo[0, 0, 0]) for one in shots] == [1, 9, 10]


def test_names_that_differ_only_in_zeros_have_an_order_that_stays(tmp_path):
    for name in ("a1.png", "a01.png", "b.png", "1.png"):
        Image.fromarray(picture(1)).save(tmp_path / name)
    assert [one.name for one in frame_files(tmp_path)] == ["1.png", "a01.png", "a1.png", "b.png"]


def test_arrays_and_paths_are_frames_too(tmp_path):
    Image.fromarray(picture(3)).save(tmp_path / "x.png")
    shots = list(read_frames([picture(2), tmp_path / "x.png"]))
    assert [one.name for one in shots] == ["000000", "x.png"]


def test_a_video_is_read_frame_by_frame(tmp_path):
    shots = list(read_frames(film(tmp_path / "film.avi", (10, 120, 240))))
    assert [one.name for one in shots] == ["000000", "000001", "000002"]
    assert [round(float(one.photo.mean()), -1) for one in shots] == [10, 120, 240]


def test_a_video_that_was_cut_off_is_told(tmp_path):
    whole = film(tmp_path / "film.avi", range(0, 250, 5)).read_bytes()
    (tmp_path / "cut.avi").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(
        ImageError,
        match=r"declares \d+ frames, but only \d+ can be read|no frames|"
        "cannot be read as a video",
    ):
        list(read_frames(tmp_path / "cut.avi"))


def test_a_video_without_frames_is_refused(tmp_path):
    empty = film(tmp_path / "none.avi", ())
    with pytest.raises(ImageError, match=r"has no frames|cannot be read as a video"):
        list(read_frames(empty))


def test_what_is_no_video_is_refused(tmp_path):
    (tmp_path / "a.mp4").write_text("nothing")
    with pytest.raises(ImageError, match="cannot be read as a video"):
        list(read_frames(tmp_path / "a.mp4"))
    with pytest.raises(ImageError, match="There is no "):
        list(read_frames(tmp_path / "b.mp4"))


def test_a_folder_without_frames_is_refused(tmp_path):
    with pytest.raises(ImageError, match="There are no frames in "):
        list(read_frames(tmp_path))
    with pytest.raises(ImageError, match="cannot be read "):
        frame_files(tmp_path / "nowhere")


def test_no_frames_at_all_are_refused():
    with pytest.raises(ImageError, match="A sequence needs at least one; give more"):
        list(read_frames([]))
    with pytest.raises(ImageError, match="Frames cannot be read from a int"):
        list(read_frames(3))


def test_frames_of_different_sizes_are_refused_and_named(tmp_path):
    with pytest.raises(ImageError, match="The frame 000001 has 8×12 pixels, and the first one 16"):
        list(read_frames([picture(1), picture(1, (8, 12))]))


def test_what_is_bad_behind_the_first_frame_is_told_where_somebody_listens(tmp_path):
    for name, size in (("1", (12, 16)), ("2", (12, 16)), ("3", (8, 12)), ("4", (12, 16))):
        Image.new("RGB", size).save(tmp_path / f"{name}.png")
    (tmp_path / "2.png").write_bytes(b"no picture")
    bad = {}
    shots = list(read_frames(tmp_path, bad=lambda name, error: bad.update({name: str(error)})))
    assert [shot.name for shot in shots] == ["1.png", "4.png"]
    assert list(bad) == ["2.png", "3.png"]
    assert "has 8×12 pixels" in bad["3.png"]
    (tmp_path / "1.png").write_bytes(b"no picture")
    with pytest.raises(ImageError, match=r"1\.png is not a picture"):
        next(read_frames(tmp_path, bad=lambda *_: None))
