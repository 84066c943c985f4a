"""Views of objects: cut from a photo, set into another photo, recoloured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from clickmend.core.types import RGB, Mask
from clickmend.training.colour import recolour
from clickmend.training.window import Window


@dataclass(frozen=True, slots=True)
class View:
    """A picture, the object in it and the pixels that count.

    ``image`` is ``(H, W, 3)``, ``truth`` and ``counted`` are ``(H, W)``, and so is ``others``: a
    number for each other object and 0 elsewhere, or ``None`` where nobody knows of any.
    """

    image: RGB
    truth: Mask
    counted: Mask
    others: NDArray[Any] | None = None


def crop_view(photo: View, rng: np.random.Generator, size_px: int, *, zoom: bool = True) -> View:
    """A random window of the photo, mirrored and turned a little, as a square view.

    Half of the windows show (nearly) the whole photo; the others zoom in until the object takes
    30 to 85 % of the window's longer side. What the turn brings in from outside does not count.
    """
    height, width = photo.truth.shape
    rows = np.flatnonzero(photo.truth.any(axis=1))
    columns = np.flatnonzero(photo.truth.any(axis=0))
    if zoom and rows.size and rng.random() < 0.5:
        extent = max(rows[-1] - rows[0], columns[-1] - columns[0]) + 1
        side = max(48.0, extent / float(np.exp(rng.uniform(np.log(0.3), np.log(0.85)))))
        squeeze = float(np.exp(rng.uniform(-0.2, 0.2)))
        w, h = min(width, side * squeeze), min(height, side / squeeze)
        cx = (columns[0] + columns[-1]) / 2 + rng.uniform(-0.2, 0.2) * w
        cy = (rows[0] + rows[-1]) / 2 + rng.uniform(-0.2, 0.2) * h
    else:
        w, h = width * float(rng.uniform(0.8, 1)), height * float(rng.uniform(0.8, 1))
        cx, cy = float(rng.uniform(w / 2, width - w / 2)), float(rng.uniform(h / 2, height - h / 2))
    cx = min(max(cx, w / 2), width - w / 2)
    cy = min(max(cy, h / 2), height - h / 2)
    mirrored = rng.random() < 0.5
    window = Window(cx, cy, w, h, mirrored=mirrored, turn=float(rng.normal(0, 0.12)))
    shape = (size_px, size_px)
    return View(
        window.read(photo.image, shape),
        window.read_mask(photo.truth, shape),
        window.read_mask(photo.counted, shape),
        None if photo.others is None else window.read_nearest(photo.others, shape, outside=0),
    )


def paste(background: View, fronts: Sequence[View], *, wanted: int) -> View:
    """The objects of ``fronts`` set before a background, one after the other, with soft borders.

    Args:
        background: Gives the picture only.
        fronts: The farthest first; all of the background's size.
        wanted: Which of them is the object of the new view.
    """
    image, truth = background.image, np.zeros_like(background.truth)
    others = np.zeros(truth.shape, np.uint16)
    for number, front in enumerate(fronts):
        soft = cv2.GaussianBlur(front.truth.astype(np.float32), (0, 0), 0.8)[..., None]
        image = (image * (1 - soft) + front.image * soft).astype(np.uint8)
        truth = front.truth if number == wanted else truth & ~front.truth
        others[front.truth] = 0 if number == wanted else 1 + number
    return View(image, truth, np.ones_like(truth), others)


def vary_colour(view: View, rng: np.random.Generator) -> View:
    """The view with its picture recoloured."""
    return replace(view, image=recolour(view.image, rng))
