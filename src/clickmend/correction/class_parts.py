"""The region of a click with a class that the network does not predict.

The evidence is then the displayed map itself, most of which is right: the colours it assigns to the
class of the click, against those of the class displayed at the click.
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
"""Reach of a click in a part that continues beyond its window, in distances to the nearest border
of the part."""

UNKNOWN = 2.0
"""Reach of a click where no class is displayed yet, in σ of the position."""

UNKNOWN_SLACK = 0.75
"""Tolerance of the colour evidence there, relative to the clicked pixel, in logits."""

SLACK = 0.25
"""Tolerance of the colour evidence of a pixel, relative to the clicked one, in logits."""

BESIDE = 1.5
"""The same tolerance within the distance to the nearest border of the part."""

WHOLE = 0.8
"""If a region covers this share of a part that ends within the window, it becomes the whole
part."""

FEWEST = 50
"""Minimum number of pixels for the colour histogram of a class."""

SAMPLE_PX = 250_000
"""Maximum number of pixels of a photo that are counted in histograms."""

BINS = 16
"""Bins of a histogram per colour channel."""

SPREAD_BINS = 1.0
"""σ of the smoothing of a histogram, in bins."""

RARE = 0.01
"""Pseudo-count added to each bin."""

MOST = 4.0
"""Bound of the colour evidence for or against a class, in logits."""

TINT = 0.15
"""σ of colour similarity where a class has no histogram, RGB in [0, 1]."""


@dataclass(frozen=True, slots=True)
class Sample:
    """The colours of a photo and the classes displayed on it, subsampled for histograms.

    Args:
        bins: The bin of each pixel's colour, ``(h, w)``.
        shown: The class displayed there, ``(h, w)``.
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
        """The log-density of the colours of a class, ``(BINS³,)``; ``None`` with too few pixels."""
        counts = np.bincount(self.bins[self.shown == label], minlength=BINS**3)
        number = int(counts.sum())
        if number < FEWEST:
            return None
        cube = counts.reshape(BINS, BINS, BINS).astype(np.float32)
        smooth = ndimage.gaussian_filter(cube, SPREAD_BINS, mode="nearest").ravel() + RARE
        density: FloatMap = np.log(smooth / smooth.sum())
        return density


def colour_evidence(photo: RGB, shown: Labels, window: Window, *, label: int, was: int) -> FloatMap:
    """Colour evidence for one class against another, in logits, ``(h, w)``.

    Histograms are taken over the pixels displayed as either class. If a class has too few pixels,
    similarity to the colour at the window's point is used instead.

    Args:
        photo: ``(H, W, 3)``.
        shown: ``(H, W)``.
        window: The pixels to evaluate.
        label: The class.
        was: The class it is compared with.
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
    """The region of a click without a radius, with a class that the network does not predict.

    It lies within the connected part that is displayed with the same class as the clicked pixel. In
    that part it holds the pixels whose colour evidence for the class is not much lower than the
    clicked one's; the tolerance is larger within the distance to the nearest border. If the part
    continues beyond the window, most of it may be right, so only near pixels are taken.

    Args:
        photo: ``(H, W, 3)``.
        shown: The classes shown, ``(H, W)``.
        label: The class of the click.
        window: Around the click; bounds the region.
        others: Where other classes were clicked.
        place_px: σ of the position, used where ``unknown`` is displayed, which has no borders.
        unknown: The value of pixels without a class.
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
    """Distance of a pixel to the nearest one outside a part; the photo's edge does not count."""
    if part.all():
        return float(max(part.shape))
    return float(cv2.distanceTransform(part.astype(np.uint8), cv2.DIST_L2, 5)[at])


def _leaves(part: Mask, window: Window, shape: tuple[int, ...]) -> bool:
    """Whether a part continues beyond the window inside the photo."""
    rows, columns = window.rows, window.columns
    return bool(
        (rows.start > 0 and part[0].any())
        or (rows.stop < shape[0] and part[-1].any())
        or (columns.start > 0 and part[:, 0].any())
        or (columns.stop < shape[1] and part[:, -1].any())
    )


def bins_of(photo: RGB) -> NDArray[np.int32]:
    """The bin of each pixel's denoised colour, ``(h, w)``."""
    blurred = cv2.GaussianBlur(photo, (0, 0), SMOOTH_PX)
    level = (blurred.astype(np.int32) * BINS) >> 8
    found: NDArray[np.int32] = (level[..., 0] * BINS + level[..., 1]) * BINS + level[..., 2]
    return found
