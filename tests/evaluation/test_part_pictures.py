"""The pictures of scenes: what their panels hold and where they go."""

import numpy as np
import pytest
from disk_points import CLICKED, SHIFT
from disk_scenes import Disks
from PIL import Image

from clickmend.core.errors import OutputError
from clickmend.data import ObjectSample
from clickmend.evaluation.benches.attentionshift import _scenes
from clickmend.evaluation.part_pictures import draw_scene, draw_scenes, over
from clickmend.evaluation.runs import ClickRuns, plan_runs
from clickmend.evaluation.scenes import read_scene
from clickmend.evaluation.sessions import Sessions


class Large(Disks):
    """The disks five times as large, so that the network sees something of them."""

    def read(self, name):
        sample = super().read(name)
        grown = {
            field: np.repeat(np.repeat(getattr(sample, field), 5, axis=0), 5, axis=1)
            for field in ("image", "ids", "ignore")
        }
        return ObjectSample(name, **grown)


def open_large(spec):
    return Large()


SESSIONS = Sessions("interactive", {"small": "interactive-s"}, "cpu")
CLICKS = ClickRuns("interactive", open_large, SESSIONS, 0)


def test_masks_are_colours_over_a_photo_that_is_dark_elsewhere():
    photo = np.full((4, 6, 3), 200, np.uint8)
    mask = np.zeros((4, 6), bool)
    mask[:2] = True
    shown = over(photo, [mask, np.roll(mask, 2, axis=0)])
    assert (shown[:2] == shown[0, 0]).all()
    assert (shown[2:] == shown[2, 0]).all()
    assert not (shown[0, 0] == shown[2, 0]).all()
    assert (over(photo, []) == 100).all()


@pytest.mark.slow
def test_a_scene_has_its_attention_its_parts_and_the_masks_of_each_setting():
    scene = read_scene(Large(), "made", "scene-06")
    figure = draw_scene(scene, [SHIFT, CLICKED], SESSIONS, seed=0)
    titles = [panel.get_title() for panel in figure.axes]
    assert titles == [
        "photo", "attention", *(f"parts, step {n}" for n in (0, 1, 3, 10)),
        "truth", "shift symmetric", "click", "", "", "",
    ]  # fmt: skip


def test_each_image_is_a_picture_named_by_set_image_and_points(tmp_path):
    runs = plan_runs(["made=x"], [CLICKED], ids=_scenes, open_dataset=open_large, limit=1)
    (file,) = draw_scenes(runs, CLICKS, seed=0, folder=tmp_path / "new" / "folder")
    assert file.name == f"made-{runs[0].image}-random.png"
    with Image.open(file) as picture:
        assert np.asarray(picture).std() > 5


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match=r"The folder .* cannot be made"):
        draw_scenes([], CLICKS, seed=0, folder=tmp_path / "file" / "pictures")
