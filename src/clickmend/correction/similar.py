"""Parts of a class map with the same error as a marked part.

A network that takes one weed for soil takes many. The marked part is a sample of such errors, and
the remaining pixels of the displayed class are a sample of correct ones. A part elsewhere is
similar if its colours are much likelier in the first sample than in the second and, if the network
predicts both classes, it prefers the clicked one no less there.
"""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np

from clickmend.core.types import RGB, FloatMap, Labels, Mask
from clickmend.correction.class_parts import MOST, Sample, bins_of
from clickmend.correction.values import Point

SURE = 1.5
"""Minimum mean evidence of a part, logits."""

LIKE = 0.5
"""Minimum smoothed evidence of a pixel, logits."""

RIM = 0.0
"""Minimum evidence of the pixels around a part, whose colours are mixed."""

GRAIN_PX = 1.5
"""σ of the smoothing of the evidence."""

AROUND = np.ones((3, 3), np.uint8)
"""A pixel and its 8 neighbours."""

SIZES = 6.0
"""Maximum ratio of the areas of a part and the marked one, either way."""

LEAST_PX = 20
"""Minimum area of a part."""


def similar_parts(
    photo: RGB,
    shown: Labels,
    marked: Mask,
    at: tuple[int, int],
    others: Iterable[Point],
    *,
    lead: FloatMap | None = None,
) -> Mask:
    """The parts elsewhere with the same error as a marked one, ``(H, W)``.

    They have the displayed class of the clicked pixel. A part in which another class was clicked is
    left out.

    Args:
        photo: ``(H, W, 3)``.
        shown: The classes before the mark, ``(H, W)``.
        marked: The region of the mark itself, ``(H, W)``.
        at: Row and column of the mark.
        others: Where other classes were clicked.
        lead: Preference of the network for the class of the mark over the one displayed there,
            logits, ``(H, W)``; ``None`` unless it predicts both.
    """
    same = shown == shown[at]
    marked = marked & same
    marked[at] = True
    likeness = _likeness(photo, same, marked)
    if likeness is None:
        return np.zeros(shown.shape, np.bool_)
    if lead is not None:
        likeness += (lead - float(lead[marked].mean())).clip(-MOST, 0)
    evidence = np.asarray(cv2.GaussianBlur(likeness, (0, 0), GRAIN_PX))
    area = int(marked.sum())
    free = same & ~marked & (evidence > LIKE)
    count, number, stats, _ = cv2.connectedComponentsWithStats(free.astype(np.uint8))
    pixels = stats[:, cv2.CC_STAT_AREA]
    mean = np.bincount(number.ravel(), evidence.ravel(), count) / np.maximum(pixels, 1)
    alike = (mean > SURE) & (pixels >= max(LEAST_PX, area / SIZES)) & (pixels <= SIZES * area)
    for x, y in others:
        alike[number[int(y), int(x)]] = False
    alike[0] = False
    found = alike[number]
    rim = cv2.dilate(found.astype(np.uint8), AROUND) > 0
    grown: Mask = found | (rim & same & ~marked & (evidence > RIM))
    return grown


def _likeness(photo: RGB, same: Mask, marked: Mask) -> FloatMap | None:
    """Log-likelihood ratio of colours in the marked part and in the rest, ``(H, W)``.

    ``None`` if either has too few pixels.
    """
    sample = Sample.of(photo, same.astype(np.int32) + marked)
    inside, rest = sample.log_density(2), sample.log_density(1)
    if inside is None or rest is None:
        return None
    likeness: FloatMap = (inside - rest).clip(-MOST, MOST)[bins_of(photo)]
    return likeness
