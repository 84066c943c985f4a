"""Figures of results, and pictures of runs, as PNG and SVG.

Figures are drawn without pyplot, so no backend is chosen for the process, and the same rows give
the same bytes: no date, and ids from a fixed salt.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from clickmend.core.files import make_folder, write_atomically
from clickmend.core.types import RGB
from clickmend.evaluation.measures import IOU, Measure
from clickmend.evaluation.protocol import RADII
from clickmend.evaluation.subjects import DepthSubject, Subject
from clickmend.evaluation.summary import best_of, setting_in
from clickmend.feedback.marks import Click

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLOURS = ("#444444", "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
"""Distinguishable to colour-blind readers; the first, grey, is the row without refinement."""

MARK_COLOUR = "#d55e00"

DRAWN_CLICKS = (1, 5, 20)
"""The clicks after which a prediction is drawn, in addition to the last one."""

OBJECT_COLOUR = (0, 114, 178)


def panels_of(
    rows: int, columns: int, *, size: tuple[float, float], **shared: Any
) -> tuple[Figure, NDArray[Any]]:
    """A figure without pyplot and its panels, each of a size in inches."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(size[0] * columns, size[1] * rows), layout="constrained")
    return figure, figure.subplots(rows, columns, squeeze=False, **shared)


def draw_curves(frame: pd.DataFrame, measure: Measure = IOU) -> Figure:
    """One panel per dataset (columns) and radius, or corruption if there is one (rows).

    For each refinement the setting with the best AUC is drawn, with its worst tenth dashed.
    """
    datasets, refines = (list(frame[name].unique()) for name in ("dataset", "setting.refine"))
    by = "spoil" if "setting.spoil" in frame else "radius"
    there = list(frame[f"setting.{by}"].unique())
    kinds = [kind for kind in RADII if kind in there] if by == "radius" else there
    figure, panels = panels_of(len(kinds), len(datasets), size=(4.6, 3.4), sharex=True, sharey=True)
    for kind, line in zip(kinds, panels, strict=True):
        for dataset, panel in zip(datasets, line, strict=True):
            here = frame[(frame["dataset"] == dataset) & (frame[f"setting.{by}"] == kind)]
            for refine, colour in zip(refines, cycle(COLOURS), strict=False):
                best = best_of(here[here["setting.refine"] == refine], measure)
                if best is not None:
                    _draw_row(panel, here.loc[best].to_dict(), colour, measure)
            _label_curve(panel, f"{dataset}, {by} = {kind}", measure)
    return figure


def as_png(figure: Figure) -> bytes:
    """The figure as PNG, 150 dots per inch."""
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=150, metadata={"Software": None})
    return file.getvalue()


def write_pictures(folder: Path, pictures: Iterable[tuple[Iterable[object], Figure]]) -> list[Path]:
    """Write figures as ``folder/WORD-WORD.png``; a word that is None is left out.

    Raises:
        OutputError: The folder or a file cannot be written.
    """
    make_folder(folder)
    files = []
    for words, figure in pictures:
        name = "-".join(str(word).replace("/", "_") for word in words if word is not None)
        files.append(folder / f"{name}.png")
        write_atomically(files[-1], as_png(figure))
    return files


def as_svg(figure: Figure) -> bytes:
    """The figure as SVG."""
    from matplotlib import rc_context

    file = io.BytesIO()
    with rc_context({"svg.hashsalt": "clickmend"}):
        figure.savefig(file, format="svg", metadata={"Date": None})
    return file.getvalue()


def _draw_row(panel: Axes, row: Mapping[Any, Any], colour: str, measure: Measure) -> None:
    for part, style, width in (("scores", "-", 1.6), ("worst", "--", 1.0)):
        curve = row.get(f"{part}.curve")
        if curve is not None:
            clicks = [measure.first_click + point for point in range(len(curve))]
            heights = [measure.shown_times * height for height in curve]
            label = setting_in(row).title if part == "scores" else None
            panel.plot(clicks, heights, color=colour, label=label, linewidth=width, linestyle=style)


def _label_curve(panel: Axes, title: str, measure: Measure) -> None:
    panel.set_title(title, fontsize=10)
    panel.set_xlabel("clicks")
    label_axis(panel, f"mean {measure.label} (dashed: worst 10 %)")
    if measure.sign > 0:
        panel.set_ylim(top=1)
    if measure.first_click:
        panel.set_ylim(bottom=0)
    if panel.lines:
        panel.legend(fontsize=8, loc="lower right" if measure.sign > 0 else "upper right")


def label_axis(panel: Axes, title: str) -> None:
    """A curve over clicks: its axis, whole numbers and a grid."""
    panel.set_ylabel(title, fontsize=8)
    panel.locator_params(axis="x", integer=True)
    panel.grid(alpha=0.3)


class Picture(NamedTuple):
    """One panel: its title, the picture, and the clicks in it."""

    title: str
    picture: NDArray[np.uint8]
    marks: Iterable[Click] = ()


def draw_pictures(
    lines: Sequence[Sequence[Picture]], shape: tuple[int, ...], *, width_in: float
) -> Figure:
    """Pictures of one photo ``(H, W)`` in lines, with their clicks and these clicks' radii."""
    from matplotlib.patches import Circle

    height, width = shape[:2]
    columns = max(map(len, lines))
    size = (width_in, width_in * height / width + 0.3)
    figure, panels = panels_of(len(lines), columns, size=size)
    for line, pictures in zip(panels, lines, strict=True):
        for panel in line:
            panel.set_axis_off()
        for panel, shown in zip(line, pictures, strict=False):
            panel.imshow(shown.picture, extent=(0, width, height, 0))
            panel.set_title(shown.title, fontsize=9)
            for click in shown.marks:
                style = {"markersize": 3, "markeredgecolor": "white", "color": MARK_COLOUR}
                panel.plot(click.x, click.y, "o", **style)
                if click.radius_px is not None:
                    where, colour = (click.x, click.y), MARK_COLOUR
                    panel.add_patch(
                        Circle(where, click.radius_px, fill=False, color=colour, lw=0.7)
                    )
            panel.set_xlim(0, width)  # A radius may reach beyond the photo.
            panel.set_ylim(height, 0)
    return figure


def draw_run(
    subject: Subject[Any], shown: Sequence[NDArray[Any]], clicks: Sequence[Click]
) -> Figure:
    """One line of panels: photo, truth, before, and after some clicks with their radii.

    Args:
        subject: The photo and its truth.
        shown: The prediction before any click and after each, ``(H, W)``.
        clicks: The clicks between them.
    """
    after = [click for click in DRAWN_CLICKS if click < len(clicks)]
    after += [len(clicks)] if clicks else []
    pictures = [
        Picture("photo", subject.image),
        Picture("truth", as_colours(subject, subject.truth)),
        Picture("before", as_colours(subject, shown[0])),
        *(Picture(f"click {n}", as_colours(subject, shown[n]), clicks[:n]) for n in after),
    ]
    return draw_pictures([pictures], subject.truth.shape, width_in=3.2)


def as_colours(subject: Subject[Any], shown: NDArray[Any]) -> RGB:
    """A prediction or truth as a picture, ``(H, W, 3)``.

    An object lies over its photo; classes get colours; alpha is grey; depth runs from the nearest
    (red) to the farthest of the truth (blue), black where it is unknown.
    """
    from matplotlib import colormaps

    if shown.dtype == np.bool_:
        over = np.where(shown[:, :, None], OBJECT_COLOUR, subject.image)
        return (0.5 * subject.image + 0.5 * over).astype(np.uint8)
    if shown.dtype.kind == "i":
        colours = colormaps["tab20"](shown % 20)
        if shown is subject.truth and subject.ignore is not None:
            colours[subject.ignore] = 0
    elif isinstance(subject, DepthSubject):
        near, far = float(np.nanmin(subject.truth)), float(np.nanmax(subject.truth))
        known = np.where(np.isnan(shown), far, shown)
        colours = colormaps["turbo"](((far - known) / max(far - near, 1e-6)).clip(0, 1))
        colours[np.isnan(shown)] = 0
    else:
        colours = colormaps["gray"](shown)
    picture: RGB = (255 * colours[:, :, :3]).astype(np.uint8)
    return picture
