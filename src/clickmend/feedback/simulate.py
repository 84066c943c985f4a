"""Simulated feedback for training: random clicks, corrective clicks, noisy boxes."""

from __future__ import annotations

import cv2
import numpy as np

from clickmend.core.types import FloatMap, Mask
from clickmend.feedback.annotator import distance_inside
from clickmend.feedback.marks import BACKGROUND, FOREGROUND, Box, Click


def click_inside(
    region: Mask, label: str, rng: np.random.Generator, *, depth: float
) -> Click | None:
    """A click inside ``region`` (H, W).

    Args:
        region: Where the click may fall.
        label: What the click says.
        rng: The source of randomness.
        depth: 0 takes any pixel of the region; 1 only those at the peak of the distance to its
            border; between, those at least that fraction of the peak away from it.

    Returns:
        The click at a pixel centre, or ``None`` when the region is empty.
    """
    return _click_at_depth(distance_inside(region), label, rng, depth=depth)


def _click_at_depth(
    distance: FloatMap, label: str, rng: np.random.Generator, *, depth: float
) -> Click | None:
    peak = float(distance.max())
    if peak == 0:
        return None
    candidates = np.flatnonzero((distance >= depth * peak) & (distance > 0))
    row, column = divmod(int(candidates[rng.integers(candidates.size)]), distance.shape[1])
    return Click(column + 0.5, row + 0.5, label=label)


def random_clicks(truth: Mask, rng: np.random.Generator, *, most: int) -> list[Click]:
    """1 to ``most`` foreground and 0 to ``most`` background clicks (task 2 of the curriculum).

    A third of the background clicks keeps close to the object, where users put them.
    """
    clicks = [
        click_inside(truth, FOREGROUND, rng, depth=float(rng.uniform(0, 0.9)))
        for _ in range(int(rng.integers(1, most + 1)))
    ]
    near = truth
    if rng.random() < 1 / 3:
        size = 2 * (min(truth.shape) // 12) + 1
        near = cv2.dilate(truth.astype(np.uint8), np.ones((size, size), np.uint8)) > 0
    outside = near & ~truth if near is not truth else ~truth
    clicks += [
        click_inside(outside, BACKGROUND, rng, depth=float(rng.uniform(0, 0.5)))
        for _ in range(int(rng.integers(0, most + 1)))
    ]
    return [c for c in clicks if c is not None]


def corrective_click(
    prediction: Mask, truth: Mask, ignore: Mask | None, rng: np.random.Generator
) -> Click | None:
    """A click in the larger of the two errors, not always at its centre (task 3)."""
    missed, excess = truth & ~prediction, prediction & ~truth
    if ignore is not None:
        missed, excess = missed & ~ignore, excess & ~ignore
    inside_missed, inside_excess = distance_inside(missed), distance_inside(excess)
    foreground = float(inside_missed.max()) >= float(inside_excess.max())
    distance = inside_missed if foreground else inside_excess
    label = FOREGROUND if foreground else BACKGROUND
    return _click_at_depth(distance, label, rng, depth=(0.3, 0.6, 1.0)[int(rng.integers(3))])


def noisy_box(truth: Mask, rng: np.random.Generator, *, noise: float = 0.15) -> Box | None:
    """The object's bounding box with every side moved by up to ``noise`` of the box's size."""
    rows, columns = np.flatnonzero(truth.any(axis=1)), np.flatnonzero(truth.any(axis=0))
    if rows.size == 0:
        return None
    x0, x1 = float(columns[0]), float(columns[-1] + 1)
    y0, y1 = float(rows[0]), float(rows[-1] + 1)
    dx, dy = noise * (x1 - x0), noise * (y1 - y0)
    shift = rng.uniform(-1, 1, size=4) * (dx, dy, dx, dy)
    height, width = truth.shape
    left, right = max(0.0, x0 + shift[0]), min(float(width), x1 + shift[2])
    top, bottom = max(0.0, y0 + shift[1]), min(float(height), y1 + shift[3])
    return Box(left, top, max(right, left + 1), max(bottom, top + 1))
