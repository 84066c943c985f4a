"""What a click on an object mask says of the pixels around it.

A click only adds ("foreground") or only removes ("background"), and only the part that is connected
with it. The network, given the mask and all marks, says which pixels those are. How far it is
believed depends on what is wrong, see :mod:`clickmend.correction.reach`: without limit near the
click, farther away only where the wrong part is thick, for a seam one pixel wide along the rest of
the contour is the network's blur and not what the click is about. Where the whole contour is off,
it is moved as a whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from clickmend.core.types import FloatMap, Mask
from clickmend.correction.reach import Shift, depth_in, distance_to_end, find_shift
from clickmend.feedback.marks import Click

NEAR = 2.0
"""Within so many times the distance to the nearest border the network is simply believed …"""

FINE_PX = 1.5
"""… less this, so that a click on an error one pixel wide is about its own pixel."""

SURE = 0.5
"""So sure the network has to be of a pixel near the click, logits …"""

SURER_FAR = 1.0
"""… and so sure of one farther away."""

FAR = 8.0
"""No local error is believed to end farther away, in the same unit."""

COARSE = 0.04
"""Errors are followed beyond what is near from this depth on, as a share of the root of the mask's
area; what is finer than that the network knows no better than the mask."""

THICK = 0.35
"""How thick a wrong part has to be beyond, as a share of the same distance."""

LEFTOVER = 0.1
"""A remainder that a patch cuts off is taken along below this share of the patch."""

HELD_PX = 3.0
"""An earlier click of the other label holds no more than this far around itself."""

SLACK = 0.75
"""How much less like a click than its own pixel a pixel may be, logits."""

BAND = 0.5
"""How far the network may move a shifted contour, as a share of the shift."""


@dataclass(frozen=True, slots=True)
class Correction:
    """What one mark changes of a mask.

    Args:
        changed: The pixels that change to what the mark says, ``(H, W)``.
        reach: The pixels that it could have changed, ``(H, W)``; outside nothing is touched.
        adds: Whether they become object.
    """

    changed: Mask
    reach: Mask
    adds: bool

    def write(self, shown: Mask) -> Mask:
        """The mask after the mark, ``(H, W)``."""
        mended = shown.copy()
        mended[self.changed] = self.adds
        return mended


def mend(
    shown: Mask,
    answer: FloatMap,
    edges: FloatMap,
    click: Click,
    *,
    earlier: Sequence[Click] = (),
) -> Correction:
    """What a click changes of a mask.

    Args:
        shown: The mask when the click came, ``(H, W)``.
        answer: The network's logits for it, given the mask and all clicks, ``(H, W)``.
        edges: Of the photo, see :func:`clickmend.correction.reach.edges_of`, ``(H, W)``.
        click: The newest click, in the photo. Its radius, where it has one, is the reach.
        earlier: The clicks before it.
    """
    height, width = shown.shape
    at = min(int(click.y), height - 1), min(int(click.x), width - 1)
    adds = click.is_foreground
    wrong = shown != adds
    if not wrong[at]:
        return Correction(np.zeros_like(shown), np.zeros_like(shown), adds)
    wrong &= _not_contradicted(click, earlier, shown.shape)
    wrong[at] = True
    if click.radius_px is None:
        depth = depth_in(shown)
        shift = find_shift(depth, answer, edges, at)
        if shift is not None:
            return _moved(shift, wrong, answer, at, adds=adds)
        border = max(1.0, abs(float(depth[at])) + 0.5)
        distance = _distance_to(click, shown.shape)
        near = distance <= NEAR * border - FINE_PX
        coarse = border >= COARSE * float(np.sqrt(np.count_nonzero(shown)))
        reach = distance <= FAR * border if coarse else near.copy()
        reach[at] = near[at] = True
        sure = (answer if adds else -answer) > np.where(near, SURE, SURER_FAR)
        part = _local(wrong & reach & sure, wrong, near, border, at)
    else:
        reach = _distance_to(click, shown.shape) <= click.radius_px
        reach[at] = True
        part = _part_at(wrong & reach & ((answer > 0) == adds), at)
    return Correction(_closed(part, wrong, reach, at), reach, adds)


def mend_along(
    shown: Mask, answer: FloatMap, painted: Mask, *, adds: bool, earlier: Sequence[Click] = ()
) -> Correction:
    """What a stroke changes of a mask: all that it paints, and what is wrong with it near by.

    Args:
        shown: The mask when the stroke came, ``(H, W)``.
        answer: The network's logits for it, given the mask and all marks, ``(H, W)``.
        painted: The pixels under the brush, ``(H, W)``.
        adds: Whether they are object.
        earlier: The clicks before it.
    """
    wrong = shown != adds
    if not (painted & wrong).any():
        return Correction(np.zeros_like(shown), painted, adds)
    border = float(distance_to_end(wrong.astype(np.uint8))[painted].max())
    reach = distance_to_end((~painted).astype(np.uint8)) <= max(0.0, NEAR * border - FINE_PX)
    reach |= painted
    free = wrong & reach & ((answer > 0) == adds)
    for other in earlier:
        if other.is_foreground != adds:
            free &= _distance_to(other, shown.shape) > HELD_PX
    free |= painted
    _, labels = cv2.connectedComponents(free.astype(np.uint8))
    touched = np.zeros(int(labels.max()) + 1, np.bool_)
    touched[labels[painted]] = True
    touched[0] = False
    return Correction(touched[labels] & wrong, reach, adds)


def hold(
    shown: Mask, answer: FloatMap, click: Click, radius_px: float, *, earlier: Sequence[Click] = ()
) -> Correction:
    """The pixels that have to change for a click to be granted, where the network does not.

    Those are what is connected with the clicked pixel and hardly less like the click to the network
    than that pixel itself.

    Args:
        shown: The mask, ``(H, W)``.
        answer: The network's logits, ``(H, W)``.
        click: Inside the photo.
        radius_px: How far around the click it speaks.
        earlier: The clicks before it.
    """
    at = min(int(click.y), shown.shape[0] - 1), min(int(click.x), shown.shape[1] - 1)
    reach = _distance_to(click, shown.shape) <= radius_px
    reach[at] = True
    adds = click.is_foreground
    if shown[at] == adds:
        return Correction(np.zeros_like(shown), reach, adds)
    evidence = answer if adds else -answer
    free = (shown != adds) & reach & (evidence >= min(float(evidence[at]), 0.0) - SLACK)
    return Correction(
        _part_at(free & _not_contradicted(click, earlier, shown.shape), at), reach, adds
    )


def _local(candidates: Mask, wrong: Mask, near: Mask, border: float, at: tuple[int, int]) -> Mask:
    """The wrong part at the click: all that is near, and what is thick beyond."""
    radius = max(2, round(THICK * border))
    core = distance_to_end(candidates.astype(np.uint8)) > radius
    thick = candidates & (distance_to_end((~core).astype(np.uint8)) <= 2 * radius)
    free = (candidates & near) | thick
    enclosed = _part_at(wrong & near, at)
    if np.count_nonzero(enclosed) == np.count_nonzero(_part_at(wrong, at)):
        return enclosed
    return _part_at(free, at)


def _moved(
    shift: Shift, wrong: Mask, answer: FloatMap, at: tuple[int, int], *, adds: bool
) -> Correction:
    """The patch that moves the whole contour."""
    apart = shift.depth - (shift.by_px - 0.5)
    reach = wrong & (np.abs(shift.depth) <= (1 + BAND) * abs(shift.by_px))
    score = np.clip(apart / (BAND * abs(shift.by_px) + 1), -1, 1) + np.clip(answer / 3, -1, 1)
    changed = reach & ((score > 0) == adds)
    changed[at] = True
    return Correction(changed, reach | changed, adds)


def _closed(part: Mask, wrong: Mask, reach: Mask, at: tuple[int, int]) -> Mask:
    """The part with the small remainders that it would cut off from the rest."""
    part[at] = True
    rest = _part_at(wrong, at) & ~part
    count, labels, stats, _ = cv2.connectedComponentsWithStats(rest.astype(np.uint8))
    if count <= 2:
        return part
    area = stats[:, cv2.CC_STAT_AREA]
    small = area <= LEFTOVER * np.count_nonzero(part)
    small[0] = False
    small[np.unique(labels[~reach])] = False
    closed: Mask = part | small[labels]
    return closed


def _not_contradicted(click: Click, earlier: Sequence[Click], shape: tuple[int, ...]) -> Mask:
    """The pixels that no earlier click of the other label holds, ``(H, W)``."""
    free = np.ones(shape, np.bool_)
    for other in earlier:
        if other.label != click.label:
            apart = float(np.hypot(other.x - click.x, other.y - click.y))
            free &= _distance_to(other, shape) > min(apart / 2, HELD_PX)
    return free


def _distance_to(click: Click, shape: tuple[int, ...]) -> FloatMap:
    dx = np.arange(shape[1], dtype=np.float32) + 0.5 - click.x
    dy = np.arange(shape[0], dtype=np.float32) + 0.5 - click.y
    distance: FloatMap = np.sqrt(dy[:, None] ** 2 + dx**2)
    return distance


def _part_at(mask: Mask, pixel: tuple[int, int]) -> Mask:
    """The connected part of a mask (8 neighbours) that holds a pixel of it."""
    seeded = mask.copy()
    seeded[pixel] = True
    _, labels = cv2.connectedComponents(seeded.astype(np.uint8))
    part: Mask = labels == labels[pixel]
    return part
