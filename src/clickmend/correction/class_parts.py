"""Which pixels a mark with a class is about, where no network knows the class.

The witness is then the map that is shown, for most of it is right: what colours it gives to the
class of the mark, and what colours to the class that is shown at the mark.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from clickmend.core.types import RGB, FloatMap, Labels, Mask
from clickmend.correction.connected import part_at
from clickmend.correction.values import SMOOTH_PX, Point, Region, Window, unlike

NEAR = 3.0
"""In a part that goes on beyond its window a click reaches so many times as far as from it to the
nearest border of the part."""

UNKNOWN = 2.0
"""So many times the σ of a place a click reaches where nothing is shown yet."""

UNKNOWN_SLACK = 0.75
"""By how much colours may differ there from the clicked one, logits."""

SLACK = 0.25
"""By how much the colour of a pixel may speak less for a class than the clicked one, logits."""

BESIDE = 1.5
"""The same within the distance to the nearest border of the part."""

WHOLE = 0.8
"""A click that is about so much of a part that ends within its window is about all of it."""

FEWEST = 50
"""Of fewer pixels no colours of a class are learned."""

SAMPLE_PX = 250_000
"""From so many pixels of a photo colours are learned, at most."""

BINS = 16
"""Of a histogram, along each colour."""

SPREAD_BINS = 1.0
"""σ by which a histogram is smoothed."""

RARE = 0.01
"""What is added to each of its bins, pixels."""

MOST = 4.0
"""The most that a colour speaks for or against a class, logits."""

TINT = 0.15
"""How far colours are alike where none of a class are known, RGB in [0, 1]."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A photo and the classes that are shown on it, made small enough to count colours.

    Args:
        bins: The bin of each pixel's colour, ``(h, w)``.
        shown: The class that is shown there, ``(h, w)``.
    """

    bins: NDArray[np.int32]
    shown: Labels

    @classmethod
    def of(cls, photo: RGB, shown: Labels) -> Sample:
        """The sample of a photo, ``(H, W, 3)``, and a class map, ``(H, W)``."""
        height, width = shown.shape
        scale = min(1.0, (SAMPLE_PX / shown.size) ** 0.5)
        if scale == 1:
            return cls(bins_of(photo), shown)
        size = max(1, round(scale * width)), max(1, round(scale * height))
        small = cv2.resize(photo, size, interpolation=cv2.INTER_AREA).astype(np.uint8)
        classes = cv2.resize(shown, size, interpolation=cv2.INTER_NEAREST)
        return cls(bins_of(small), classes.astype(np.int32))

    def log_density(self, label: int) -> FloatMap | None:
        """The log-density of the colours of a class, ``(BINS³,)``; ``None`` of too few pixels."""
        counts = np.bincount(self.bins[self.shown == label], minlength=BINS**3)
        number = int(counts.sum())
        if number < FEWEST:
            return None
        cube = counts.reshape(BINS, BINS, BINS).astype(np.float32)
        smooth = ndimage.gaussian_filter(cube, SPREAD_BINS, mode="nearest").ravel() + RARE
        density: FloatMap = np.log(smooth / smooth.sum())
        return density


def colour_evidence(photo: RGB, shown: Labels, window: Window, *, label: int, was: int) -> FloatMap:
    """By how much colours speak for one class and against another, logits, ``(h, w)``.

    They are counted over what is shown as either. Where nothing yet is shown as the class, the
    colour of the window's point speaks for it.

    Args:
        photo: ``(H, W, 3)``.
        shown: ``(H, W)``.
        window: Where it is asked.
        label: The class.
        was: The other.
    """
    sample = Sample.of(photo, shown)
    for_it, against = sample.log_density(label), sample.log_density(was)
    here = photo[window.place]
    if for_it is None or against is None:
        return -unlike(here, window.centre) / (2 * TINT**2)
    evidence: FloatMap = np.clip(for_it - against, -MOST, MOST)[bins_of(here)]
    return evidence


def part_region(
    photo: RGB,
    shown: Labels,
    label: int,
    window: Window,
    others: Iterable[Point],
    *,
    place_px: float,
    unknown: int,
) -> Region:
    """The region of a click without a radius, with a class that no network knows.

    Only what is shown as the clicked pixel is may be wrong with it, and of that the part that is
    connected with the click. Of the part it is the pixels whose colours speak for the class hardly
    less than the clicked one's, or somewhat less no farther away than its nearest border. If the
    part goes on beyond the window, so that most of it may be right, they have to lie near.

    Args:
        photo: ``(H, W, 3)``.
        shown: The classes shown, ``(H, W)``.
        label: The class of the click.
        window: Around the click; nothing beyond it is reached.
        others: Where other classes were clicked.
        place_px: σ of a place, for what is ``unknown``, which says nothing of borders.
        unknown: What is shown where there is no class.
    """
    at = window.centre
    seen = shown[window.place]
    was = int(seen[at])
    part = part_at(seen == was, at)
    distance = window.distance_to(window.x, window.y)
    evidence = colour_evidence(photo, shown, window, label=label, was=was)
    clicked = min(float(evidence[at]), 0.0)
    like = evidence >= clicked - (UNKNOWN_SLACK if was == unknown else SLACK)
    border = 0.0 if was == unknown else _to_border(part, at)
    if was == unknown:
        like &= distance <= UNKNOWN * place_px
    elif _leaves(part, window, shown.shape):
        like &= distance <= NEAR * border
    like |= (evidence >= clicked - BESIDE) & (distance <= border)
    free = part & window.nearer_than(others) & like
    free[at] = True
    region = part_at(free, at)
    whole = not _leaves(part, window, shown.shape) and region.sum() >= WHOLE * part.sum()
    return Region(window, part & window.nearer_than(others) if whole else region)


def _to_border(part: Mask, at: tuple[int, int]) -> float:
    """The distance of a pixel to the nearest one outside a part; the photo's edge is no border."""
    if part.all():
        return float(max(part.shape))
    return float(cv2.distanceTransform(part.astype(np.uint8), cv2.DIST_L2, 5)[at])


def _leaves(part: Mask, window: Window, shape: tuple[int, ...]) -> bool:
    """Whether a part goes on beyond the window, and not beyond the photo."""
    rows, columns = window.rows, window.columns
    return bool(
        (rows.start > 0 and part[0].any())
        or (rows.stop < shape[0] and part[-1].any())
        or (columns.start > 0 and part[:, 0].any())
        or (columns.stop < shape[1] and part[:, -1].any())
    )


def bins_of(photo: RGB) -> NDArray[np.int32]:
    """The bin of each pixel's colour, freed from grain, ``(h, w)``."""
    blurred = cv2.GaussianBlur(photo, (0, 0), SMOOTH_PX)
    level = (blurred.astype(np.int32) * BINS) >> 8
    found: NDArray[np.int32] = (level[..., 0] * BINS + level[..., 1]) * BINS + level[..., 2]
    return found
