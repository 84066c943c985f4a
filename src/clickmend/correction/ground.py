"""The reach of a foreground click on ground, such as sky or road.

A click far from its object may lie on another part of it, which has a boundary in the photo.
Uniform ground (sky, road) has none: it ends at the photo's border, or where the network becomes
unsure although the photo has no edge. How much of it is meant is then unknown, so such a click only
adds pixels near it.
"""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt

import cv2
import numpy as np

from clickmend.core.types import FloatMap, Mask
from clickmend.correction.connected import part_at
from clickmend.correction.reach import AROUND, Seen, distance_at
from clickmend.correction.rectangles import Place, box_of
from clickmend.feedback.marks import Click

APART = 0.5
"""A click is far from its object beyond this distance, as a share of the root of the object's
area."""

NEAR = 2.0
"""Reach of a near click on ground larger than the object, in distances to the object."""

SHARPER = 1.2
"""Ratio of edge strength on the rim of a part to that inside, above which the rim is a boundary."""


def ground_px(
    part: Mask,
    place: Place,
    edges: Callable[[Place], FloatMap],
    *,
    shape: tuple[int, ...],
    area: int,
    border_px: float,
    speaks_px: float,
) -> float | None:
    """The radius within which a click on ground adds pixels; ``None`` if it is not on ground.

    Args:
        part: The pixels it would add, ``(h, w)`` of a rectangle.
        place: The rectangle.
        edges: Gives the strength of the photo's edges in a rectangle, see
            :class:`clickmend.correction.reach.Edges`.
        shape: (H, W) of the photo.
        area: Number of pixels of the object.
        border_px: Distance of the click to the object.
        speaks_px: Attention radius of the click.
    """
    far = border_px > APART * sqrt(area)
    larger = np.count_nonzero(part) > area > 0
    if not area or not (far or larger):
        return None
    if not meets_border(part, place, shape) and not (far and larger and _fades(part, place, edges)):
        return None
    return speaks_px if far else NEAR * border_px


def ground_at(
    click: Click, seen: Seen, edges: Callable[[Place], FloatMap], *, speaks_px: float
) -> float | None:
    """The same for a foreground click after which the network's output is displayed as it is.

    Args:
        click: Inside what the network sees.
        seen: The network's output with the click, and the mask displayed before it.
        edges: See ``ground_px``.
        speaks_px: Attention radius of the click.
    """
    shown, place = seen.shown, seen.place
    at = int(click.y), int(click.x)
    area = int(np.count_nonzero(shown))
    if not area or shown[at]:
        return None
    part = part_at(
        (seen.logits > 0) & ~shown[place], (at[0] - place[0].start, at[1] - place[1].start)
    )
    return ground_px(
        part,
        place,
        edges,
        shape=shown.shape,
        area=area,
        border_px=distance_at(shown, at),
        speaks_px=speaks_px,
    )


def meets_border(part: Mask, place: Place, shape: tuple[int, ...]) -> bool:
    """Whether a part of a rectangle reaches the photo's border."""
    rows, columns = place
    return bool(
        (rows.start == 0 and part[0].any())
        or (rows.stop == shape[0] and part[-1].any())
        or (columns.start == 0 and part[:, 0].any())
        or (columns.stop == shape[1] and part[:, -1].any())
    )


def _fades(part: Mask, place: Place, edges: Callable[[Place], FloatMap]) -> bool:
    """Whether the photo's edges along the rim of a part are no stronger than inside it."""
    rows, columns = box_of(part)
    strength = edges(
        (
            slice(place[0].start + rows.start, place[0].start + rows.stop),
            slice(place[1].start + columns.start, place[1].start + columns.stop),
        )
    )
    inside = part[rows, columns]
    strongest = cv2.dilate(strength, np.ones((5, 5), np.uint8))  # an end may be a pixel or two off
    core = cv2.erode(inside.astype(np.uint8), AROUND, borderValue=0) > 0
    rim = inside & ~core
    if not core.any():
        return False
    return bool(np.median(strongest[rim]) <= SHARPER * np.median(strongest[core]))
