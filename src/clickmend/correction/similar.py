"""The other parts of a class map that are wrong as a marked part is.

A tool that takes one weed for soil takes many. The part that a click mends shows what such an error
looks like, and the rest of what is shown as the same class what right looks like: a part elsewhere
is of the same kind where its colours are much likelier in the marked part than in that rest, and
where a network that knows both classes believes in the clicked one no less.
"""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np

from clickmend.core.types import RGB, FloatMap, Labels, Mask
from clickmend.correction.class_parts import MOST, Sample, bins_of
from clickmend.correction.values import Point

SURE = 1.5
"""By how much a part has to look like the marked one rather than like the rest, logits, mean."""

LIKE = 0.5
"""The same of each pixel, freed from grain."""

RIM = 0.0
"""The same of the pixels around a part, whose colours are mixed."""

GRAIN_PX = 1.5
"""σ of the blur that frees what pixels say from grain."""

AROUND = np.ones((3, 3), np.uint8)
"""A pixel and its 8 neighbours."""

SIZES = 6.0
"""A part is at most so many times as large, or as small, as the marked one."""

LEAST_PX = 20
"""Smaller parts are left alone."""


def similar_parts(
    photo: RGB,
    shown: Labels,
    marked: Mask,
    at: tuple[int, int],
    others: Iterable[Point],
    *,
    lead: FloatMap | None = None,
) -> Mask:
    """The parts elsewhere that are wrong as a marked one is, ``(H, W)``.

    They are shown as the clicked pixel is. A part in which another class was clicked is none.

    Args:
        photo: ``(H, W, 3)``.
        shown: The classes before the mark, ``(H, W)``.
        marked: The pixels that the mark is about already, ``(H, W)``.
        at: Row and column of the mark.
        others: Where other classes were clicked.
        lead: By how much a network prefers the class of the mark to the one that is shown at it,
            logits, ``(H, W)``; ``None`` where none knows both.
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
    """How much likelier a colour is in the marked part than in the rest, logits, ``(H, W)``.

    ``None`` where either has too few pixels to tell.
    """
    sample = Sample.of(photo, same.astype(np.int32) + marked)
    inside, rest = sample.log_density(2), sample.log_density(1)
    if inside is None or rest is None:
        return None
    likeness: FloatMap = (inside - rest).clip(-MOST, MOST)[bins_of(photo)]
    return likeness
