"""What a bench looks like: photo, truth, and the prediction before and after some clicks.

The photos are those of the datasets, so the pictures go into a folder that is not published.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic

import numpy as np
from numpy.typing import NDArray

from clickmend.core.types import RGB
from clickmend.data.files import make_folder, write_atomically
from clickmend.evaluation.curves import as_png
from clickmend.evaluation.datasets import dataset_name
from clickmend.evaluation.protocol import ClickSession, PredictionT, Subject, simulate
from clickmend.evaluation.runs import ClickRuns, Run
from clickmend.evaluation.subjects import DepthSubject
from clickmend.feedback.marks import Click

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

DRAWN_CLICKS = (1, 5, 20)
"""After which clicks a prediction is drawn, and after the last one that was made."""

OBJECT_COLOUR = (0, 114, 178)


class Recorder(Generic[PredictionT]):
    """A session that keeps what it shows.

    Attributes:
        seen: The prediction before any click and after each.
    """

    def __init__(self, session: ClickSession[PredictionT]) -> None:
        self._session = session
        self.seen = [session.prediction]

    @property
    def prediction(self) -> PredictionT:
        """What the session shows now."""
        return self.seen[-1]

    def click(
        self,
        x: float,
        y: float,
        *,
        label: str | int | None,
        value: float | None,
        radius_px: float | None,
    ) -> PredictionT:
        """What it shows after one more click."""
        shown = self._session.click(x, y, label=label, value=value, radius_px=radius_px)
        self.seen.append(shown)
        return shown


def draw_pictures(runs: Sequence[Run], click_runs: ClickRuns, *, folder: Path) -> list[Path]:
    """Make the runs again and draw each; ``folder/DATASET-IMAGE-SETTING.png``.

    Returns:
        The files written.

    Raises:
        OutputError: The folder or a file cannot be written.
        ClickmendError: Whatever a dataset or a session refuses.
    """
    make_folder(folder)
    files: list[Path] = []
    for run in runs:
        subject = click_runs.subject(run)
        recorder = Recorder(click_runs.make_session(subject.start(), run.setting))
        trace = simulate(recorder, subject, clicks=click_runs.clicks, radius=run.setting.radius)
        shown = [subject.pixels(prediction) for prediction in recorder.seen]
        words = [dataset_name(run.dataset), run.image, run.object_id, run.setting.refine]
        name = "-".join(str(word).replace("/", "_") for word in words if word is not None)
        files.append(folder / f"{name}.png")
        write_atomically(files[-1], as_png(draw_run(subject, shown, trace.clicks)))
    return files


def draw_run(
    subject: Subject[Any, Any], shown: Sequence[NDArray[Any]], clicks: Sequence[Click]
) -> Figure:
    """One row of panels: photo, truth, before, and after some clicks with their radii.

    Args:
        subject: The photo and its truth.
        shown: The prediction before any click and after each, ``(H, W)``.
        clicks: The clicks between them.
    """
    from matplotlib.figure import Figure

    after = [click for click in DRAWN_CLICKS if click < len(clicks)]
    after += [len(clicks)] if clicks else []
    pictures = [
        ("photo", subject.image, ()),
        ("truth", as_colours(subject, subject.truth), ()),
        ("before", as_colours(subject, shown[0]), ()),
        *(
            (f"click {number}", as_colours(subject, shown[number]), clicks[:number])
            for number in after
        ),
    ]
    height, width = subject.truth.shape
    figure = Figure(figsize=(3.2 * len(pictures), 3.2 * height / width + 0.3), layout="constrained")
    panels = figure.subplots(1, len(pictures), squeeze=False)[0]
    for panel, (title, picture, made) in zip(panels, pictures, strict=True):
        panel.imshow(picture, extent=(0, width, height, 0))
        panel.set_title(title, fontsize=9)
        panel.set_axis_off()
        _draw_clicks(panel, made)
        panel.set_xlim(0, width)  # A radius may reach beyond the photo.
        panel.set_ylim(height, 0)
    return figure


def as_colours(subject: Subject[Any, Any], shown: NDArray[Any]) -> RGB:
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


def _draw_clicks(panel: Axes, clicks: Sequence[Click]) -> None:
    from matplotlib.patches import Circle

    for click in clicks:
        panel.plot(click.x, click.y, "o", markersize=3, markeredgecolor="white", color="#d55e00")
        if click.radius_px is not None:
            panel.add_patch(
                Circle((click.x, click.y), click.radius_px, fill=False, color="#d55e00", lw=0.7)
            )
