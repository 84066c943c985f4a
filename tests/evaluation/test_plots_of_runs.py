"""The pictures of runs: what their panels hold and where they go."""

import io
from functools import partial

import numpy as np
import pytest
from disk_scenes import DATASETS, EMPTY, PaintSession, open_made
from PIL import Image

from clickmend.core.errors import OutputError
from clickmend.evaluation.benches.gbrs import draw_runs
from clickmend.evaluation.plots import as_colours, as_png, draw_run
from clickmend.evaluation.protocol import Setting
from clickmend.evaluation.runs import ClickRuns, plan_runs, subjects_in
from clickmend.evaluation.subjects import TASKS
from clickmend.feedback import Click

EVERY_TASK = pytest.mark.parametrize("task", list(TASKS))


def subject_of(task):
    return next(iter(TASKS[task].subjects(DATASETS[task]()[3]).values()))


def draw(task, folder, clicks=3):
    opener = partial(open_made, task=task)
    runs = plan_runs(
        ["set=there"],
        [Setting("sb", "annotator")],
        ids=subjects_in(task),
        open_dataset=opener,
        limit=1,
    )
    maker = ClickRuns(task, opener, partial(PaintSession, task=task), clicks)
    return draw_runs(runs, maker, folder=folder)


@EVERY_TASK
def test_each_run_is_a_picture_in_the_folder_named_by_set_image_and_layer(task, tmp_path):
    files = draw(task, tmp_path / "new")
    assert files
    for file in files:
        assert file.parent == tmp_path / "new"
        assert file.name.startswith("set-scene-")
        assert file.name.endswith("-sb.png")
        with Image.open(file) as picture:
            assert np.asarray(picture).std() > 5


@EVERY_TASK
def test_colours_are_a_picture_of_the_photos_size(task):
    subject = subject_of(task)
    for shown in (subject.truth, EMPTY[task]):
        picture = as_colours(subject, shown)
        assert picture.dtype == np.uint8
        assert picture.shape == subject.image.shape


def test_the_panels_are_photo_truth_before_and_some_clicks_with_radii():
    subject = subject_of("semantic")
    clicks = [Click(5, 5, label=1, radius_px=40.0), *(Click(9, 9, label=2) for _ in range(6))]
    panels = draw_run(subject, [EMPTY["semantic"]] * 8, clicks).axes
    assert [panel.get_title() for panel in panels] == [
        *("photo", "truth", "before", "click 1", "click 5", "click 7"),
    ]
    assert [len(panel.lines) for panel in panels] == [0, 0, 0, 1, 5, 7]
    (circle,) = panels[3].patches
    assert circle.center == (5, 5)
    assert circle.radius == 40.0
    assert {(panel.get_xlim(), panel.get_ylim()) for panel in panels} == {((0, 32), (24, 0))}


def test_what_needs_no_click_is_drawn_before_alone():
    subject = subject_of("semantic")
    figure = draw_run(subject, [subject.truth], [])
    assert [panel.get_title() for panel in figure.axes] == ["photo", "truth", "before"]
    assert Image.open(io.BytesIO(as_png(figure))).size[0] > 0


def test_unknown_depth_is_black_and_the_nearest_red():
    subject = subject_of("depth")
    picture = as_colours(subject, subject.truth)
    assert (picture[np.isnan(subject.truth)] == 0).all()
    red, _, blue = picture[12, 13].tolist()
    assert red > blue


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match=r"The folder .*pictures cannot be made"):
        draw("depth", tmp_path / "file" / "pictures")
