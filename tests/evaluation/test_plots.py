"""The figure: what is drawn, and that it is the same bytes every time."""

import io
import subprocess
import sys

import numpy as np
from made_rows import frame, row
from PIL import Image

from clickmend.evaluation.measures import MSE
from clickmend.evaluation.plots import as_png, as_svg, draw_curves
from clickmend.evaluation.protocol import Setting

EASY, HARD = [[0.4, 0.6, 0.9]], [[0.1, 0.2, 0.3]]
ROWS = frame(
    row("voc99", Setting("none", "default"), EASY, HARD),
    row("voc99", Setting("sb", "default"), HARD),
    row("davis10", Setting("sb", "annotator"), HARD),
)


def test_there_is_a_panel_for_each_dataset_and_radius():
    titles = [panel.get_title() for panel in draw_curves(ROWS).axes]
    assert titles == [
        "voc99, radius = annotator",
        "davis10, radius = annotator",
        "voc99, radius = default",
        "davis10, radius = default",
    ]


def test_lines_are_the_curves_from_click_1_with_the_worst_tenth_dashed():
    panel = draw_curves(ROWS).axes[2]
    drawn = [(line.get_linestyle(), line.get_xydata().tolist()) for line in panel.lines]
    assert drawn == [
        ("-", [[1, 0.4], [2, 0.6], [3, 0.9]]),
        ("--", [[1, 0.1], [2, 0.2], [3, 0.3]]),
        ("-", [[1, 0.1], [2, 0.2], [3, 0.3]]),
    ]


def test_of_the_settings_of_one_layer_the_best_is_drawn():
    one, two = Setting("sb", "default", "clicks", 1), Setting("sb", "default", "consistency", 2)
    rows = frame(row("d", one, HARD), row("d", two, EASY))
    (line,) = draw_curves(rows).axes[0].lines
    assert line.get_label() == "sb L2"
    assert line.get_ydata().tolist() == [0.4, 0.6, 0.9]


def test_an_error_is_drawn_from_click_0_in_its_unit_and_the_lowest_is_the_best():
    rows = frame(
        row("d", Setting("sb", "default", "clicks", 1), [[0.02, 0.015]], measure=MSE),
        row("d", Setting("sb", "default", "clicks", 2), [[0.02, 0.01]], measure=MSE),
        measure=MSE,
    )
    panel = draw_curves(rows, MSE).axes[0]
    assert panel.lines[0].get_xydata().tolist() == [[0, 20], [1, 10]]
    assert panel.get_ylabel().startswith("mean MSE·10³")


def test_a_setting_has_one_colour_in_all_panels():
    axes = draw_curves(ROWS).axes
    assert axes[2].lines[-1].get_color() == axes[1].lines[0].get_color()


def test_the_same_rows_give_the_same_bytes():
    assert as_svg(draw_curves(ROWS)) == as_svg(draw_curves(ROWS))
    assert as_png(draw_curves(ROWS)) == as_png(draw_curves(ROWS))


def test_the_svg_carries_no_date():
    assert b"dc:date" not in as_svg(draw_curves(ROWS))


def test_the_png_is_a_picture_with_something_on_it():
    with Image.open(io.BytesIO(as_png(draw_curves(ROWS)))) as picture:
        assert np.asarray(picture).std() > 5


def test_drawing_leaves_pyplot_and_its_backend_alone():
    code = (
        "import sys; from clickmend.evaluation.plots import draw_curves, as_svg; "
        "assert 'matplotlib' not in sys.modules; "
        "from clickmend.evaluation.summary import frame_of, score; "
        "row = {'dataset': 'd', 'scores': score([[0.5]]), "
        "'setting': {'refine': 'none', 'radius': 'default'}}; "
        "as_svg(draw_curves(frame_of([row]))); "
        "assert 'matplotlib.pyplot' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
