"""The region of a click with a class."""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np
from numpy.typing import NDArray

from clickmend.core.shapes import Float
from clickmend.core.types import RGB, FloatMap, Labels, Mask
from clickmend.correction.connected import part_at
from clickmend.correction.values import Point, Region, Window, unlike

BELIEF = 0.7
"""σ of the similarity of class probabilities, as the distance of their square roots."""

TINT = 0.3
"""σ of colour similarity, RGB in [0, 1]."""

MARGIN = 1.0
"""Lead of the clicked class at the click, in logits."""

LEAST = 0.02
"""Minimum raise that counts where no other class leads, in logits."""

SLACK = 0.75
"""Tolerance of the evidence at a pixel, relative to the clicked one, in logits."""


def label_region(
    same: Mask,
    evidence: FloatMap,
    window: Window,
    radius_px: float,
    others: Iterable[Point],
    *,
    core: float = 0.1,
) -> Region:
    """The region of a click with a class and a radius.

    A connected part with the class displayed at the click that ends within the radius is corrected
    as a whole. If the part continues beyond the radius, only those of its pixels are taken at which
    the network prefers the click's class, or does so not much less than at the clicked pixel.

    Args:
        same: Pixels displayed with the class of the clicked one, ``(h, w)`` of the window.
        evidence: Preference of the network for the click's class over the displayed one, in logits,
            ``(h, w)``.
        window: Around the click.
        radius_px: Attention radius.
        others: Where other classes were clicked.
        core: Share of the radius within which the evidence is ignored.
    """
    at = window.centre
    shown = part_at(same, at)
    distance = window.distance_to(window.x, window.y)
    within = distance <= radius_px
    within[at] = True
    free = shown & within & window.nearer_than(others)
    free[at] = True
    if (shown & ~within).any():
        free &= (evidence >= min(float(evidence[at]), 0.0) - SLACK) | (distance <= core * radius_px)
        free[at] = True
    return Region(window, part_at(free, at))


def class_region(
    shown: Labels,
    scores: Float[NDArray[np.float32], "C h w"],
    photo: RGB,
    label: int,
    window: Window,
    others: Iterable[Point],
    *,
    place_px: float,
) -> Region:
    """The region of a click without a radius: as far as its class is likely to hold.

    The click raises the score of its class at its pixel until it leads the displayed class by
    ``MARGIN``, and around it by a share k of that, which falls with differences in position, colour
    and predicted class probabilities:

        k = exp(−½ (|p − p₀|² / place² + |√s − √s₀|² / BELIEF² + |c − c₀|² / TINT²)),

    where s is the softmax of the scores. The region is where the class then leads, connected
    through pixels that have or get the class.

    Args:
        shown: The displayed classes, ``(h, w)`` of the window; values outside 0…C − 1 are no class.
        scores: The network's logits.
        photo: The photo's window, ``(h, w, 3)``.
        label: The class of the click.
        window: Around the click; bounds the region.
        others: Where other classes were clicked.
        place_px: σ of the position.
    """
    at = window.centre
    belief = scores - scores.max(axis=0)
    np.exp(belief, out=belief)
    belief /= belief.sum(axis=0)
    np.sqrt(belief, out=belief)
    belief -= belief[:, at[0], at[1]].copy()[:, None, None]
    apart = np.square(belief, out=belief).sum(axis=0) / BELIEF**2
    apart += unlike(photo, at) / TINT**2
    apart += (window.distance_to(window.x, window.y) / place_px) ** 2
    classed = (shown >= 0) & (shown < len(scores))
    stands = np.take_along_axis(scores, np.where(classed, shown, 0)[None], axis=0)[0]
    lead = np.maximum(np.where(classed, stands, scores.max(axis=0)) - scores[label], 0)
    turns = (lead[at] + MARGIN) * np.exp(apart / -2) >= np.maximum(lead, LEAST)
    turns &= window.nearer_than(others)
    turns[at] = True
    part = part_at(turns | (shown == label), at)
    return Region(window, part & turns & (shown != label) | _only(at, turns.shape))


def _only(pixel: tuple[int, int], shape: tuple[int, ...]) -> Mask:
    alone = np.zeros(shape, dtype=bool)
    alone[pixel] = True
    return alone


def scores_in(
    output: Float[NDArray[np.float32], "C h w"],
    window: Window,
    *,
    height: int,
    width: int,
    first: tuple[int, int] = (0, 0),
    step: int = 1,
) -> Float[NDArray[np.float32], "C H W"]:
    """The scores of a view, resampled over a window of the photo (bilinear).

    Args:
        output: The scores over the view of the whole photo.
        window: Of the photo.
        height: Height of the photo.
        width: Width of the photo.
        first: (column, row) of the first sampled pixel of the window.
        step: Distance of the sampled pixels.
    """
    down, across = output.shape[1] / height, output.shape[2] / width
    left, top = window.columns.start + first[0], window.rows.start + first[1]
    way = np.array(
        [
            [across * step, 0, (left + 0.5) * across - 0.5],
            [0, down * step, (top + 0.5) * down - 0.5],
        ]
    )
    size = (-(-(window.columns.stop - left) // step), -(-(window.rows.stop - top) // step))
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.stack(
        [
            cv2.warpAffine(one, way, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
            for one in output
        ]
    )
