"""Which pixels a mark with a class is about."""

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
"""How far the network's beliefs are alike, as the distance of the roots of two distributions."""

TINT = 0.3
"""How far colours are alike, RGB in [0, 1]."""

MARGIN = 1.0
"""By how much the clicked class leads at the click, logits."""

LEAST = 0.02
"""So much of the raise must be left, logits, where nothing speaks against the class."""

SLACK = 0.75
"""By how much the witness of a class may believe a pixel less than the clicked one, logits."""


def label_region(
    same: Mask,
    evidence: FloatMap,
    window: Window,
    radius_px: float,
    others: Iterable[Point],
    *,
    core: float = 0.1,
) -> Region:
    """The region of a click that says a class.

    What is shown as the click's own pixel is, is connected with it and ends before the radius, is
    wrong as a whole. Of what goes on beyond, the pixels belong to the region for which the witness
    prefers the click's class, or does so hardly less than at the click's own pixel.

    Args:
        same: What is shown as the clicked pixel is, ``(h, w)`` of the window.
        evidence: By how much the witness prefers the class of the click to what is shown, in
            logits, ``(h, w)``.
        window: Around the click.
        radius_px: Attention radius.
        others: Where other classes were clicked.
        core: The share of the radius within which the evidence is not asked.
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
    """The region of a click without a radius: as far as what it says is likely to hold.

    The click raises the score of its class at its pixel until it leads what is shown there by
    ``MARGIN``, and around it by a share k that falls with place, with colour and with what the
    network makes of a pixel:

        k = exp(−½ (|p − p₀|² / place² + |√s − √s₀|² / BELIEF² + |c − c₀|² / TINT²)),

    s the softmax of the scores. Where the class then leads, connected over pixels that are shown as
    it or become it, is the region.

    Args:
        shown: The classes shown, ``(h, w)`` of the window; others than 0…C − 1 have none.
        scores: The network's logits.
        photo: The photo's window, ``(h, w, 3)``.
        label: The class of the click.
        window: Around the click; nothing beyond it is reached.
        others: Where other classes were clicked.
        place_px: σ of the place.
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
    """The scores of a view over the window of a photo, bilinear.

    Args:
        output: Over the view, which shows the whole photo.
        window: Of the photo.
        height: The photo's.
        width: Likewise.
        first: (column, row) of the first pixel of the window that is asked for.
        step: To the next one.
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
