"""What is shown of a session: its file, and the value or the class at one place."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from clickmend.core.errors import OptionError
from clickmend.feedback.marks import BACKGROUND, FOREGROUND, Click, check_click

PNG, NPY, JSON = "png", "npy", "json"

MEDIA_TYPES: Mapping[str, str] = {
    PNG: "image/png",
    NPY: "application/octet-stream",
    JSON: "application/json",
}

INSTANCES = "instances"
"""The task with many objects."""


class Prediction(Protocol):
    """What the server asks of a prediction."""

    def save(self, path: Path) -> object:
        """Write it as a file of the kind that the name ends in."""


@dataclass(frozen=True)
class Kind:
    """How a task's predictions are read: the name of their pixels, and the files they write."""

    pixels: str
    files: tuple[str, ...] = (PNG, NPY)


KINDS: Mapping[str, Kind] = {
    "interactive": Kind("mask", (PNG,)),
    "semantic": Kind("labels"),
    "matting": Kind("alpha"),
    "depth": Kind("depth_m"),
    INSTANCES: Kind("index", (PNG, JSON)),
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


def saved(prediction: Prediction, task: str, kind: str) -> bytes:
    """The bytes that ``prediction.save`` writes.

    Args:
        prediction: What is shown.
        task: Of the session.
        kind: ``PNG``, ``NPY`` or ``JSON``.

    Raises:
        OptionError: Predictions of the task are not written as such files.
    """
    files = KINDS[task].files
    if kind not in files:
        raise OptionError(
            f"The task {task!r} has no {kind.upper()} file. Available: "
            f"{', '.join(name.upper() for name in files)}; ask for prediction.{files[0]}."
        )
    with tempfile.TemporaryDirectory(prefix="clickmend-") as folder:
        path = Path(folder) / f"prediction.{kind}"
        prediction.save(path)
        return path.read_bytes()


def reading_at(prediction: Any, task: str, x: float, y: float) -> Reading:
    """What is shown at (x, y), pixels of the original image.

    Raises:
        ClickError: The place is outside the image.
    """
    pixels = getattr(prediction, KINDS[task].pixels)
    height, width = pixels.shape
    check_click(Click(x, y), width=width, height=height, number=1)
    here = pixels[int(y), int(x)].item()
    if task == "interactive":
        return Reading(x, y, label=FOREGROUND if here else BACKGROUND)
    if task == "semantic":
        classes = prediction.classes
        return Reading(x, y, label=classes[here] if here < len(classes) else None)
    if task == INSTANCES:
        label = prediction.labels[here - 1] if here and prediction.labels else None
        return Reading(x, y, label=label, value=here)
    return Reading(x, y, value=None if math.isnan(here) else here)
