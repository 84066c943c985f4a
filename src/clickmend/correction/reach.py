"""Whether a click on an object mask corrects a local error or a shift of the whole contour.

A click that contradicts the mask lies in an error, and the distance to the mask's nearest border is
the only scale it gives. Whether the error is local or the whole contour is off follows from two
cues. If the whole contour is off, the network, given the mask and the click, moves it everywhere by
the same amount; otherwise only near the click. And a true contour follows edges of the photo, which
one that is too wide or too tight does not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from clickmend.core.types import RGB, FloatMap, Mask
from clickmend.correction.rectangles import (
    Place,
    all_of,
    box_of,
    common,
    grown,
    seen_from,
)

FARTHEST_SHARE = 0.16
"""Maximum shift of a contour, as a share of the root of the mask's area."""

SURER = 1.02
"""Minimum ratio of the network's overlap with the shifted mask to that with the mask itself."""

SHARPER = 1.15
"""Minimum ratio of the photo's edge strength along the shifted contour to that along the
contour."""

SMOOTH_PX = 1.0
"""σ of the blur before edges are computed."""

RIM_PX = 4
"""Radius of the photo that the strength of an edge depends on."""

TILE_PX = 512
"""Side of the tiles in which edges are computed."""

FEW = 20
"""Contours of fewer pixels are ignored."""

FIRST_PX = 32
"""Initial search radius for the nearest border."""

CERTAIN = 20.0
"""Absolute logit of pixels that the network has not seen."""

AROUND = np.ones((3, 3), np.uint8)
"""A pixel and its 8 neighbours."""


@dataclass(frozen=True)
class Seen:
    """The network's logits over its view; outside it, the displayed mask stands in.

    Args:
        logits: Logits over the view's rectangle in pixels of the photo, ``(h, w)``.
        place: The rectangle.
        shown: The mask, ``(H, W)``.
    """

    logits: FloatMap
    place: Place
    shown: Mask

    @classmethod
    def everywhere(cls, logits: FloatMap, shown: Mask) -> Seen:
        """From logits of the whole photo, ``(H, W)``."""
        return cls(logits, all_of(logits.shape), shown)

    def within(self, place: Place) -> FloatMap:
        """The logits of a rectangle, ``(h, w)``; not to be changed."""
        inner = common(self.place, place)
        if inner == place:
            return self.logits[seen_from(self.place, place)]
        found = np.where(self.shown[place], np.float32(CERTAIN), np.float32(-CERTAIN))
        found[seen_from(place, inner)] = self.logits[seen_from(self.place, inner)]
        return found

    @cached_property
    def sizes(self) -> tuple[int, int, int]:
        """Numbers of pixels of the mask, of the network's mask, and of their intersection."""
        shown, object_ = self.shown[self.place], self.logits > 0
        area = int(np.count_nonzero(self.shown))
        beyond = area - int(np.count_nonzero(shown))
        both = int(np.count_nonzero(shown & object_))
        return area, beyond + int(np.count_nonzero(object_)), beyond + both


@dataclass(frozen=True, slots=True)
class Shift:
    """A whole contour that is off.

    Args:
        by_px: Distance of the true contour inward; negative if it lies outward.
        place: The rectangle that the shift can change.
        depth: Signed distance of its pixels to the displayed contour, ``(h, w)``.
    """

    by_px: float
    place: Place
    depth: FloatMap


class Edges:
    """The colour gradient of a photo, computed in tiles on demand.

    Args:
        photo: ``(H, W, 3)``.
    """

    def __init__(self, photo: RGB) -> None:
        self._photo = photo
        self._tiles: dict[tuple[int, int], FloatMap] = {}

    def within(self, place: Place) -> FloatMap:
        """The strength of the edges in a rectangle, ``(h, w)``."""
        rows, columns = place
        found = np.empty((rows.stop - rows.start, columns.stop - columns.start), np.float32)
        for top in range(rows.start - rows.start % TILE_PX, rows.stop, TILE_PX):
            for left in range(columns.start - columns.start % TILE_PX, columns.stop, TILE_PX):
                tile = slice(top, top + TILE_PX), slice(left, left + TILE_PX)
                inner = common(tile, place)
                found[seen_from(place, inner)] = self._tile(tile)[seen_from(tile, inner)]
        return found

    def _tile(self, tile: Place) -> FloatMap:
        key = tile[0].start, tile[1].start
        if key not in self._tiles:
            tile = common(tile, all_of(self._photo.shape))
            outer = grown(tile, RIM_PX, self._photo.shape)
            smooth = cv2.GaussianBlur(self._photo[outer], (0, 0), SMOOTH_PX)
            across = cv2.Sobel(smooth, cv2.CV_32F, 1, 0)
            along = cv2.Sobel(smooth, cv2.CV_32F, 0, 1)
            squares = across * across + along * along  # whole numbers, whatever their order
            strength = np.sqrt(squares[..., 0] + squares[..., 1] + squares[..., 2])
            self._tiles[key] = strength[seen_from(outer, tile)].copy()
        return self._tiles[key]


def depth_in(mask: Mask) -> FloatMap:
    """Signed distance to the border of a mask inside the photo, positive inside the mask."""
    inside = mask.astype(np.uint8)
    depth = distance_to_end(inside) - distance_to_end(1 - inside)
    signed: FloatMap = depth - np.sign(depth) * 0.5
    return signed


def distance_to_end(inside: NDArray[np.uint8]) -> FloatMap:
    """Distance to the nearest pixel that is 0, ``(H, W)``; the photo's border does not count."""
    if inside.all():
        return np.full(inside.shape, float(max(inside.shape)), np.float32)
    return cv2.distanceTransform(inside, cv2.DIST_L2, cv2.DIST_MASK_5).astype(np.float32)


def distance_at(mask: Mask, pixel: tuple[int, int]) -> float:
    """Distance of a pixel (row, column) to the nearest of the opposite value in a mask."""
    row, column = pixel
    place = slice(row, row + 1), slice(column, column + 1)
    return most_distant(mask, bool(mask[pixel]), np.ones((1, 1), np.bool_), place)


def most_distant(mask: Mask, value: bool, some: Mask, place: Place) -> float:
    """The largest distance of some pixels to the nearest one whose mask is not ``value``.

    The search radius doubles until the pixel is found, see ``distance_to_end``.

    Args:
        mask: ``(H, W)``.
        value: The value of the region.
        some: The pixels, ``(h, w)`` of a rectangle.
        place: The rectangle.
    """
    far_px = FIRST_PX
    while True:
        outer = grown(place, far_px, mask.shape)
        distance = distance_to_end((mask[outer] == value).astype(np.uint8))
        most = float(distance[seen_from(outer, place)][some].max())
        # An end that lies beyond is farther away than this.
        if most <= far_px + 1 or outer == all_of(mask.shape):
            return most
        far_px *= 2


def find_shift(
    shown: Mask,
    seen: Seen,
    edges: Callable[[Place], FloatMap],
    at: tuple[int, int],
    *,
    border_px: float,
) -> Shift | None:
    """The shift of the whole contour that a click calls for, if both cues support one.

    Args:
        shown: The mask, ``(H, W)``.
        seen: The network's logits, given the mask and the click.
        edges: Returns the strength of the photo's edges in a rectangle, see :class:`Edges`.
        at: Row and column of the clicked pixel.
        border_px: Its distance to the displayed contour, see :func:`distance_at`.
    """
    area, found, both = seen.sizes
    most, least = int(FARTHEST_SHARE * np.sqrt(area)), int(np.ceil(border_px - 0.5))
    inward = bool(shown[at])
    agrees = both / max(found + area - both, 1)
    # Upper bound of the overlap after any shift: inward the intersection cannot grow, outward it
    # holds at best all of the network's mask.
    at_best = both / max(found, 1) if inward else found / max(found + area - both, 1)
    if least > most or at_best <= SURER * agrees:
        return None
    place = grown(box_of(shown), 1 if inward else most + 2, shown.shape)
    # Levels 0 … 2m: the shown contour lies between m - 1 and m, one shifted by t before m + t.
    middle = most + 2
    level = _levels(shown[place], middle, inward=inward)
    both_counts = np.bincount(
        (2 * level + (seen.within(place) > 0)).ravel(), minlength=4 * middle + 2
    ).reshape(-1, 2)
    pixels, kept = both_counts.sum(axis=1), both_counts[:, 1]
    inside, both_in = pixels[::-1].cumsum()[::-1], kept[::-1].cumsum()[::-1]
    agreement = both_in / np.maximum(found + inside - both_in, 1)
    shifts = np.arange(least, most + 1) * (1 if inward else -1)
    places = middle + shifts
    if (agreement[places] <= SURER * agrees).all():
        return None
    strength = np.bincount(level.ravel(), edges(place).ravel(), minlength=2 * middle + 1)
    crossed = pixels[1:] + pixels[:-1]
    sharpness = np.zeros(len(pixels))
    sharpness[1:] = np.where(
        crossed >= FEW, (strength[1:] + strength[:-1]) / np.maximum(crossed, 1), 0
    )
    best = int(np.argmax(agreement[places] * np.sqrt(sharpness[places])))
    chosen = places[best]
    if agreement[chosen] <= SURER * agrees or sharpness[chosen] <= SHARPER * sharpness[middle]:
        return None
    place = grown(box_of(shown), 2 * most + 2, shown.shape)
    return Shift(float(shifts[best]), place, depth_in(shown[place]))


def _levels(shown: Mask, middle: int, *, inward: bool) -> NDArray[np.intp]:
    """Integer depth of each pixel, ``(h, w)``; ``middle`` and above inside the mask.

    Only the side that the contour is shifted to, and one pixel beyond the contour, is resolved.
    """
    mask = shown.astype(np.uint8)
    if inward:
        depth = np.floor(distance_to_end(mask) - 0.5).astype(np.intp)
        beyond = np.where(cv2.dilate(mask, AROUND) > 0, middle - 1, 0)
        return np.where(shown, np.minimum(depth, middle) + middle, beyond)
    depth = np.floor(0.5 - distance_to_end(1 - mask)).astype(np.intp)
    beyond = np.where(cv2.erode(mask, AROUND) > 0, 2 * middle, middle)
    return np.where(shown, beyond, np.maximum(depth, -middle) + middle)
