"""What is shown of a session: its file, and the value or the class at one place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from clickmend.core.errors import OptionError, OutputError
from clickmend.feedback.mark_checks import check_click
from clickmend.feedback.marks import Click
from clickmend.tasks.prediction import Prediction

PNG = "png"

MEDIA_TYPES: Mapping[str, str] = {
    PNG: "image/png",
    "npy": "application/octet-stream",
    "json": "application/json",
}


@dataclass(frozen=True)
class Reading:
    """What is shown at a place, in the words of a click there; ``None`` where it is unknown.

    Of many objects ``value`` is the number of the one that is there, 0 for the background.
    """

    x: float
    y: float
    label: str | None = None
    value: float | None = None


def encoded(prediction: Prediction, task: str, kind: str) -> bytes:
    """The content of a file of the prediction.

    Args:
        prediction: What is shown.
        task: Of the session.
        kind: One of ``MEDIA_TYPES``.

    Raises:
        OptionError: Predictions of the task are not written as such files.
        OutputError: A picture cannot hold the values, such as depth beyond 65.535 m.
    """
    if f".{kind}" not in prediction.suffixes:
        # The picture first: it is what the page shows.
        files = sorted((suffix[1:] for suffix in prediction.suffixes), key=PNG.__ne__)
        raise OptionError(
            f"The task {task!r} has no {kind.upper()} file. Available: "
            f"{', '.join(name.upper() for name in files)}; ask for prediction.{files[0]}."
        )
    if kind != PNG:
        return prediction.encoded(f".{kind}")
    try:
        return prediction.drawn()
    except OutputError as error:
        raise OutputError(
            f"{error} Undo the mark that is too much for a picture, or fetch prediction.npy, which "
            "holds every value."
        ) from error


def reading_at(prediction: Prediction, x: float, y: float) -> Reading:
    """What is shown at (x, y), pixels of the original image.

    Raises:
        ClickError: The place is outside the image.
    """
    height, width = prediction.pixels.shape
    check_click(Click(x, y), width=width, height=height, number=1)
    shown = prediction.at(x, y)
    return Reading(x, y, shown.label, shown.value)
