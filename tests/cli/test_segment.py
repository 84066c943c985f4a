import json
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from clickmend.cli.main import main
from clickmend.data import decode_rle
from clickmend.feedback import Box, Click


def run(*words):
    with pytest.raises(SystemExit) as end:
        main(["segment", *map(str, words)])
    return end.value.code


def test_clicks_and_a_box_become_a_mask_file(sessions, photo, tmp_path, capsys):
    mask = tmp_path / "mask.png"
    clicks = ["--click", "2,1", "--click", "7.5,5:background"]
    assert run(photo, *clicks, "--box", "3,2,5,4", "-o", mask) == 0
    assert sessions[0].feedback == (
        Box(3, 2, 5, 4),
        Click(2, 1, label="foreground"),
        Click(7.5, 5, label="background"),
    )
    expected = np.zeros((6, 8), bool)
    expected[1, 2] = expected[2:4, 3:5] = True
    np.testing.assert_array_equal(np.asarray(Image.open(mask)) == 255, expected)
    assert capsys.readouterr() == ("", "")


def test_a_mask_waits_for_no_module_that_is_for_other_work(tmp_path):
    Image.new("RGB", (32, 24), "teal").save(tmp_path / "photo.jpg")
    others = {
        *("torch", "jaxtyping", "rich", "fastapi", "asyncio", "unittest", "scipy"),
        *("PIL.PdfParser", "clickmend.data.sets", "clickmend.cli.overlay"),
    }
    program = (
        "import sys, importlib.metadata\nfrom clickmend.cli.main import main\n"
        "importlib.metadata.entry_points = None  # nobody looks for plugins\n"
        "try: main(['segment', 'photo.jpg', '--click', '9,9', '-o', 'mask.png'])\n"
        f"except SystemExit as end: print(end.code, sorted({others} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, check=True, capture_output=True, text=True
    )
    assert done.stdout == "0 []\n"


def test_prior_model_refinement_and_device_reach_the_session(sessions, photo, tmp_path):
    options = ["--prior", "old.png", "--model", "m", "--refine", "sb", "--device", "cpu"]
    assert run(photo, "--click", "1,1", *options, "-o", tmp_path / "mask.png") == 0
    (session,) = sessions
    assert str(session.prior) == "old.png"
    assert session.options == {
        "task": "interactive",
        "model": "m",
        "refine": "sb",
        "device": "cpu",
    }


def test_a_prior_alone_is_taken_and_comes_out(sessions, photo, tmp_path):
    assert run(photo, "--prior", "old.png", "-o", tmp_path / "mask.png") == 0
    (session,) = sessions
    assert (str(session.prior), session.feedback) == ("old.png", ())
    assert (tmp_path / "mask.png").is_file()


def test_json_is_one_line_with_rle_size_and_clicks_and_nothing_else_on_stdout(
    sessions, photo, capsys
):
    assert run(photo, "--click", "2,1", "--click", "7,5:background", "--json") == 0
    (line,) = capsys.readouterr().out.splitlines()
    told = json.loads(line)
    mask = decode_rle(told.pop("rle"))
    assert np.argwhere(mask).tolist() == [[1, 2]]
    assert told == {
        "photo": str(photo),
        "size": [8, 6],
        "box": None,
        "clicks": [
            {"x": 2.0, "y": 1.0, "label": "foreground"},
            {"x": 7.0, "y": 5.0, "label": "background"},
        ],
        "mask": None,
    }


def test_the_overlay_tints_the_object_only(sessions, photo, tmp_path):
    look = tmp_path / "look.png"
    assert run(photo, "--box", "3,2,5,4", "--overlay", look) == 0
    changed = (np.asarray(Image.open(look)) != np.asarray(Image.open(photo))).any(axis=2)
    expected = np.zeros((6, 8), bool)
    expected[2:4, 3:5] = True
    np.testing.assert_array_equal(changed, expected)


def test_online_inference_is_a_matter_of_the_session(sessions, photo, tmp_path):
    words = ["--adapt-keys", "1", "--propagate", "5"]
    assert run(photo, "--click", "1,1", *words, "-o", tmp_path / "mask.png") == 0
    assert run(photo, "--click", "1,1", "-o", tmp_path / "mask.png") == 0
    asked = [(one.more["adapt_keys"], one.more["propagate"]) for one in sessions]
    assert asked == [(1, 5), (0, 0)]


def test_what_a_network_has_no_place_for_fails_in_one_line(photo, tmp_path, capsys):
    assert run(photo, "--click", "1,1", "--propagate", "1", "-o", tmp_path / "mask.png") == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "no corrective self-attention classifier" in line


def test_one_bad_photo_does_not_stop_the_rest_and_is_told_at_the_end(
    sessions, photos, tmp_path, capsys
):
    folder = tmp_path / "masks"
    assert run(*photos, "--click", "1,1", "-o", f"{folder}/") == 1
    assert sorted(path.name for path in folder.iterdir()) == ["a.png", "c.png"]
    first, second = capsys.readouterr().err.splitlines()
    assert first == "clickmend: 1 of 3 photos failed:"
    assert second.startswith(f"  {photos[1]}: ")


def test_each_of_several_photos_starts_from_its_own_prior(sessions, photos, tmp_path):
    good = [photos[0], photos[2]]
    assert run(*good, "--click", "1,1", "--prior", "last/", "-o", tmp_path / "{name}-m.png") == 0
    assert [str(session.prior) for session in sessions] == ["last/a.png", "last/c.png"]
    assert (tmp_path / "c-m.png").is_file()


def test_what_is_wrong_with_every_photo_is_told_once(sessions, photos, tmp_path, capsys):
    assert run(*photos, "--click", "1,1", "--model", "unknown", "-o", tmp_path / "masks") == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("clickmend: There are no weights named 'unknown'.")


@pytest.mark.parametrize("click", ["8,3", "nan,3", "-1,2"])
def test_a_click_outside_the_photo_fails_in_one_line_and_writes_nothing(
    click, sessions, photo, tmp_path, capsys
):
    assert run(photo, "--click", click, "-o", tmp_path / "mask.png") == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("clickmend: click 1 is at ")
    assert [path.name for path in tmp_path.iterdir()] == [photo.name]


def test_a_place_that_cannot_be_written_fails_in_one_line(sessions, photo, tmp_path, capsys):
    assert run(photo, "--click", "1,1", "-o", tmp_path / "nowhere" / "mask.png") == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "cannot be written" in line
    assert run(photo, "--click", "1,1", "-o", photo / "masks/") == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "cannot be made" in line


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["-o", "mask.png"], "nothing says where the object is"),
        (["--click", "1,1"], "the result would go nowhere"),
        (["--click", "1,1", "--adapt-keys", "-1", "-o", "m.png"], "greater than or equal to 0"),
        (["--click", "1", "-o", "mask.png"], "'1' is no mark of the task 'interactive'"),
        (["--box", "1", "-o", "mask.png"], "'1' is no box"),
        (["--click", "1,1", "-o", "m.png", "--overlay", "m.png"], "2 results would be written"),
    ],
)
def test_a_wrong_use_has_code_2_and_says_why(words, reason, sessions, photo, capsys):
    assert run(photo, *words) == 2
    shown = " ".join(capsys.readouterr().err.replace("│", " ").split())
    assert reason in shown
    assert sessions == []


WITHOUT_TORCH = """
import sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("torch", "timm", "torchvision", "scipy"):
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Absent())
from clickmend.cli.main import main
main(sys.argv[1:])
"""


def test_what_moves_no_variables_needs_neither_torch_nor_scipy(tmp_path):
    pixels = np.full((90, 120, 3), 40, np.uint8)
    pixels[30:60, 40:80] = (220, 60, 60)
    Image.fromarray(pixels).save(tmp_path / "photo.png")
    mask = np.zeros((90, 120), np.uint8)
    mask[32:60, 40:80] = 255
    Image.fromarray(mask).save(tmp_path / "old.png")
    words = ["segment", "photo.png", "--click", "50,31", "-o", "new.png", "--device", "cpu"]
    for more in (["--prior", "old.png"], ["--refine", "none"]):
        ended = subprocess.run(
            [sys.executable, "-c", WITHOUT_TORCH, *words, *more],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.returncode == 0, ended.stderr
        assert np.asarray(Image.open(tmp_path / "new.png"))[31, 50] == 255
