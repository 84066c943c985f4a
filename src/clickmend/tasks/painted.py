"""The pixels that strokes paint, and which of them later marks may not change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from math import ceil

import cv2
import numpy as np

from clickmend.core.errors import ClickError
from clickmend.core.types import Mask
from clickmend.data.rle import fill_polygons
from clickmend.feedback.marks import ERASE, Click, Mark, Push, Stroke, Tidy
from clickmend.feedback.outlines import LEAST_CORNERS, Points, simplified
from clickmend.tasks.patches import Patch

KEPT = 512
"""Number of strokes whose pixels are cached."""


def paints_alone(mark: Mark) -> bool:
    """Whether a mark sets its pixels without the network."""
    if isinstance(mark, Tidy):
        return True
    return isinstance(mark, Stroke) and (mark.exact or mark.label == ERASE)


@lru_cache(maxsize=KEPT)
def painted(stroke: Stroke, *, height: int, width: int) -> Patch:
    """The pixels of a stroke: those whose centre is within its radius; not to be changed.

    The pixels on the line always belong to it. An outline has the pixels inside it, and those on
    the line only if there are none inside.

    Args:
        stroke: The stroke, in pixels of the map.
        height: Height of the map.
        width: Width of the map.
    """
    points = stroke.points
    if stroke.filled:
        if stroke.simplify_px is not None:
            points = simplified(points, tolerance_px=stroke.simplify_px)
        inside = _inside(points, height=height, width=width)
        if inside is not None:
            return inside
    line = np.array(points, np.float64).clip(0, [width - 1, height - 1]).astype(np.int32)
    radius_px = 0.0 if stroke.filled else stroke.radius_px
    rim = ceil(radius_px) + 1
    left, top = np.maximum(line.min(axis=0) - rim, 0)
    right, bottom = np.minimum(line.max(axis=0) + rim + 1, [width, height])
    canvas = np.ones((bottom - top, right - left), np.uint8)
    line -= [left, top]
    cv2.polylines(canvas, [line], isClosed=False, color=0)
    canvas[line[:, 1], line[:, 0]] = 0
    distance = cv2.distanceTransform(canvas, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return Patch.where(distance <= radius_px).moved(int(top), int(left))


def middle(stroke: Stroke) -> tuple[float, float]:
    """(x, y) of the painted pixel's centre that is farthest from the border of the stroke."""
    right, bottom = np.ceil(np.max(stroke.points, axis=0)).astype(int) + 1
    patch = painted(replace(stroke, radius_px=0.5), height=int(bottom), width=int(right))
    depth = cv2.distanceTransform(
        np.pad(patch.values, 1).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE
    )[1:-1, 1:-1]
    row, column = np.unravel_index(int(depth.argmax()), depth.shape)
    return patch.columns.start + int(column) + 0.5, patch.rows.start + int(row) + 0.5


def _inside(points: Points, *, height: int, width: int) -> Patch | None:
    """The pixels inside an outline; ``None`` if there are none."""
    if len(points) < LEAST_CORNERS:
        return None
    corners = np.array(points, np.float64).clip(0, [width, height])
    left, top = np.floor(corners.min(axis=0)).astype(int)
    right, bottom = np.ceil(corners.max(axis=0)).astype(int)
    size = max(int(right - left), 1), max(int(bottom - top), 1)
    mask = fill_polygons([(corners - [left, top]).ravel().tolist()], size=size)
    return Patch.where(mask).moved(int(top), int(left)) if mask.any() else None


def held_from(
    newest: Mark, earlier: Sequence[Mark], protected: Mask | None, *, shape: tuple[int, ...]
) -> Mask | None:
    """The pixels that a mark cannot change, ``(H, W)``; ``None`` if there are none.

    These are the protected ones, and those painted exactly unless a later stroke covers them. A
    click or a push on an exactly painted pixel releases all pixels of its stroke.

    Args:
        newest: The mark.
        earlier: The marks before it, in order.
        protected: The protected pixels, ``(H, W)``; not to be changed.
        shape: (H, W) of the map.
    """
    height, width = shape
    strokes: list[tuple[Stroke, Patch]] = []
    for mark in (*earlier, newest):
        if isinstance(mark, Stroke):
            strokes.append((mark, painted(mark, height=height, width=width)))
        elif isinstance(mark, Click | Push) and strokes:
            at = int(mark.y), int(mark.x)
            strokes = [one for one in strokes if not (one[0].exact and one[1].holds(*at))]
    if not any(stroke.exact and stroke is not newest for stroke, _ in strokes):
        return protected
    held = np.zeros(shape, np.bool_)
    for stroke, patch in strokes:
        under = held[patch.place]
        under[patch.values] = stroke.exact and stroke is not newest
    return held if protected is None else held | protected


def check_free(mark: Mark, protected: Mask | None, *, number: int) -> None:
    """Check that a mark is not at a protected pixel, where it would have no effect.

    Args:
        mark: The mark.
        protected: Bool ``(H, W)``, or ``None``.
        number: Its number in error messages, from 1.

    Raises:
        ClickError: The pixel of a click or a push is protected.
    """
    if protected is None or not isinstance(mark, Click | Push):
        return
    if protected[int(mark.y), int(mark.x)]:
        raise ClickError(
            f"{type(mark).__name__.lower()} {number} is at (x={mark.x}, y={mark.y}), which is "
            "protected. Marks change only unprotected pixels; remove the protection first, or mark "
            "another place."
        )
