"""Asking the network about an object that is expected somewhere."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from clickmend.core.types import RGB, FloatMap, Mask
from clickmend.feedback.annotator import distance_inside
from clickmend.feedback.crop import Crop, whole_image
from clickmend.feedback.marks import BACKGROUND, FOREGROUND, Click
from clickmend.networks import Model
from clickmend.networks.inputs import as_planes
from clickmend.tasks.interactive.prediction import sigmoid
from clickmend.tasks.interactive.view import choose_view


class Asking:
    """One frame and the network.

    Args:
        photo: The frame, ``(H, W, 3)``.
        model: Network and card.
        margin: How many times the object's extent is looked at.
    """

    def __init__(self, photo: RGB, model: Model, *, margin: float) -> None:
        self.photo, self._model, self._margin = photo, model, margin

    @cached_property
    def _whole(self) -> Crop:
        height, width = self.photo.shape[:2]
        return whole_image(width, height, long_side=self._model.card.view_px)

    def view(self, expected: Mask) -> Crop:
        """The view in which an object is asked about."""
        return choose_view(
            (),
            expected,
            whole=self._whole,
            view_px=self._model.card.view_px,
            margin=self._margin,
        )

    def ask(
        self, clicks: tuple[Click, ...], view: Crop, previous: FloatMap | None = None
    ) -> FloatMap:
        """The probability of the object, ``(H, W)``; 0 outside the view."""
        told = None if previous is None else view.read(previous)
        marks = self._model.encoding(clicks, None, told, view)
        logits = self._model.answer(as_planes(view.read(self.photo)), marks)[0, 0]
        return view.write(sigmoid(logits), np.zeros(self.photo.shape[:2], np.float32))


def clicks_in(area: Mask, label: str, *, most: int) -> list[Click]:
    """Clicks that lie deep in an area and far from each other.

    Args:
        area: Where, ``(H, W)``.
        label: What they are.
        most: So many, fewer where the area is small.
    """
    rows, columns = np.flatnonzero(area.any(axis=1)), np.flatnonzero(area.any(axis=0))
    if not len(rows):
        return []
    top, left = int(rows[0]), int(columns[0])
    part = area[top : rows[-1] + 1, left : columns[-1] + 1]
    depth = distance_inside(part).astype(np.float32)
    y, x = np.ogrid[: part.shape[0], : part.shape[1]]
    clicks: list[Click] = []
    value = depth.copy()
    for _ in range(most):
        row, column = divmod(int(value.argmax()), part.shape[1])
        if value[row, column] < 1:
            break
        clicks.append(Click(left + column + 0.5, top + row + 0.5, label=label))
        away = (y - row) ** 2 + (x - column) ** 2
        value = np.minimum(value, 0.5 * np.sqrt(away, dtype=np.float32))
    return clicks


def object_and_around(
    expected: FloatMap, view: Crop, *, inside: int, outside: int, apart: float
) -> tuple[Click, ...]:
    """Clicks where the object surely is and where it surely is not.

    Args:
        expected: The probability that the object is there, ``(H, W)``.
        view: Where clicks are of use.
        inside: At most so many on the object.
        outside: At most so many beside it.
        apart: How far from its border those are, as a share of the root of its area.
    """
    core = expected > 0.7
    found = clicks_in(core if core.any() else expected > 0.5, FOREGROUND, most=inside)
    margin = apart * float(np.sqrt(np.count_nonzero(expected > 0.5)))
    beside = distance_inside(expected < 0.2) > margin
    seen = np.zeros_like(beside)
    seen[view.y0 : view.y1, view.x0 : view.x1] = True
    found += clicks_in(beside & seen, BACKGROUND, most=outside)
    return tuple(found)
