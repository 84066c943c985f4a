"""What a click or stroke changes of an object mask.

A click only adds ("foreground") or only removes ("background") pixels, and only a part connected
with it. The network, given the mask and all marks, predicts which pixels those are. Near the click
its prediction is used as it is. Farther away only thick parts are used, because a seam one pixel
wide along the rest of the contour is due to the network's blur and not to the click. If the whole
contour is off, it is moved as a whole, see :mod:`clickmend.correction.reach`.

All computations are limited to the rectangle that a mark reaches, however large the photo is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, inf, sqrt

import cv2
import numpy as np

from clickmend.core.types import FloatMap, Mask
from clickmend.correction.connected import Parts, part_at
from clickmend.correction.ground import APART, ground_px, meets_border
from clickmend.correction.reach import (
    Seen,
    Shift,
    distance_at,
    distance_to_end,
    find_shift,
    most_distant,
)
from clickmend.correction.rectangles import Place, box_of, common, grown, seen_from
from clickmend.correction.values import Window, window_around
from clickmend.feedback.marks import Click

NEAR = 2.0
"""Radius in which the network's prediction is used as it is, in distances to the nearest border
…"""

FINE_PX = 1.5
"""… less this, so that a click on an error one pixel wide changes its own pixel only."""

SURE = 0.5
"""Minimum confidence of the network for a pixel near the click, logits …"""

SURER_FAR = 1.0
"""… and for one farther away."""

FAR = 8.0
"""Maximum reach of a local correction, in the same unit."""

COARSE = 0.04
"""Errors at least this deep are followed beyond the near radius, as a share of the root of the
mask's area; in finer ones the network is no better than the mask."""

THICK = 0.35
"""Minimum thickness of a wrong part beyond the near radius, as a share of the same distance."""

LEFTOVER = 0.1
"""A remainder that a patch cuts off is included if it is smaller than this share of the patch."""

HELD_PX = 3.0
"""Maximum radius that an earlier click of the other label keeps."""

SLACK = 0.75
"""Tolerance of a pixel's logit, relative to the clicked pixel."""

BAND = 0.5
"""Width of the band in which the network may move a shifted contour, as a share of the shift."""


@dataclass(frozen=True, slots=True)
class Correction:
    """What one mark changes of a mask.

    Args:
        place: The affected rectangle of the photo.
        changed: The pixels that change, ``(h, w)``.
        reach: The pixels that could have changed, ``(h, w)``.
        adds: Whether changed pixels become object.
    """

    place: Place
    changed: Mask
    reach: Mask
    adds: bool

    @classmethod
    def none(cls, adds: bool) -> Correction:
        """The correction of a mark that agrees with the mask."""
        nothing = np.zeros((0, 0), np.bool_)
        return cls((slice(0, 0), slice(0, 0)), nothing, nothing, adds)

    def write(self, shown: Mask) -> Mask:
        """The mask after the mark, ``(H, W)``."""
        mended = shown.copy()
        mended[self.place][self.changed] = self.adds
        return mended


def mend(
    shown: Mask,
    seen: Seen,
    edges: Callable[[Place], FloatMap],
    click: Click,
    *,
    speaks_px: float = inf,
    earlier: Sequence[Click] = (),
) -> Correction:
    """What a click changes of a mask.

    Args:
        shown: The mask before the click, ``(H, W)``.
        seen: What the network sees, given the mask and all clicks.
        edges: Gives the strength of the photo's edges in a rectangle, see
            :class:`clickmend.correction.reach.Edges`.
        click: The newest click, in the photo. Its radius, if given, is the reach.
        speaks_px: Its radius on ground, see :mod:`clickmend.correction.ground`.
        earlier: The clicks before it.
    """
    height, width = shown.shape
    at = min(int(click.y), height - 1), min(int(click.x), width - 1)
    adds = click.is_foreground
    if shown[at] == adds:
        return Correction.none(adds)
    if click.radius_px is not None:
        window = _window(click, click.radius_px, shown.shape)
        wrong = _wrong(shown[window.place], window.place, click, earlier)
        reach = window.distance_to(click.x, click.y) <= click.radius_px
        reach[window.centre] = wrong[window.centre] = True
        object_ = seen.within(window.place) > 0
        part = part_at(wrong & reach & (object_ == adds), window.centre)
        return Correction(window.place, _closed(part, wrong, reach, window.centre), reach, adds)
    border = distance_at(shown, at)
    shift = find_shift(shown, seen, edges, at, border_px=border)
    if shift is not None:
        return _moved(shift, shown, seen, click, at, earlier=earlier)
    area = int(np.count_nonzero(shown))
    coarse = border >= COARSE * sqrt(area)
    window = _window(click, FAR * border if coarse else NEAR * border, shown.shape)
    distance = window.distance_to(click.x, click.y)
    near = distance <= NEAR * border - FINE_PX
    reach = distance <= FAR * border if coarse else near.copy()
    wrong = _wrong(shown[window.place], window.place, click, earlier)
    reach[window.centre] = near[window.centre] = wrong[window.centre] = True
    logits = seen.within(window.place)
    sure = _more(logits, SURER_FAR, adds) | (near & _more(logits, SURE, adds))
    enclosed = _enclosed(wrong, near, window.centre)
    if enclosed is not None:
        far = border > APART * sqrt(area)
        if not (far and meets_border(enclosed, window.place, shown.shape)):
            return Correction(window.place, enclosed, reach, adds)
    part = _local(wrong & reach & sure, near, border, window.centre)
    part = _closed(part, wrong, reach, window.centre)
    bound_px = None
    if adds:
        bound_px = ground_px(
            part,
            window.place,
            edges,
            shape=shown.shape,
            area=area,
            border_px=border,
            speaks_px=speaks_px,
        )
    if bound_px is not None:
        reach &= distance <= bound_px
        reach[window.centre] = True
        part = part_at(part & reach, window.centre)
    return Correction(window.place, part, reach, adds)


def mend_along(
    shown: Mask,
    seen: Seen,
    painted: Mask,
    place: Place,
    *,
    adds: bool,
    earlier: Sequence[Click] = (),
) -> Correction:
    """The correction by a stroke: all painted pixels, and the wrong parts near them.

    Args:
        shown: The mask before the stroke, ``(H, W)``.
        seen: What the network sees, given the mask and all marks.
        painted: The pixels under the brush, ``(h, w)`` of a rectangle.
        place: The rectangle, the smallest that holds them.
        adds: Whether the stroke is foreground.
        earlier: The clicks before it.
    """
    if not (painted & (shown[place] != adds)).any():
        return Correction(place, np.zeros_like(painted), painted, adds)
    border = most_distant(shown, not adds, painted, place)
    far = max(0.0, NEAR * border - FINE_PX)
    outer = grown(place, int(far) + 2, shown.shape)
    under = np.zeros(shown[outer].shape, np.bool_)
    under[seen_from(outer, place)] = painted
    reach = distance_to_end((~under).astype(np.uint8)) <= far
    reach |= under
    wrong = shown[outer] != adds
    free = wrong & reach & ((seen.within(outer) > 0) == adds)
    for other in earlier:
        if other.is_foreground != adds:
            _leave(free, outer, other, HELD_PX)
    free |= under
    _, labels = cv2.connectedComponents(free.astype(np.uint8))
    touched = np.zeros(int(labels.max()) + 1, np.bool_)
    touched[labels[under]] = True
    touched[0] = False
    return Correction(outer, touched[labels] & wrong, reach, adds)


def hold(
    logits: Callable[[Place], FloatMap],
    click: Click,
    radius_px: float,
    *,
    shape: tuple[int, ...],
    earlier: Sequence[Click] = (),
) -> Correction:
    """The pixels that have to change for a click that the network's output contradicts.

    These are connected with the clicked pixel, and their logits agree with the click not much less
    than that pixel's.

    Args:
        logits: Returns the network's logits in a rectangle, which are displayed.
        click: Inside the photo.
        radius_px: Reach of the click.
        shape: (H, W) of the photo.
        earlier: The clicks before it.
    """
    window = _window(click, radius_px, shape)
    at, place, adds = window.centre, window.place, click.is_foreground
    reach = window.distance_to(click.x, click.y) <= radius_px
    reach[at] = True
    there = logits(place)
    shown = there > 0
    if shown[at] == adds:
        return Correction(place, np.zeros_like(shown), reach, adds)
    evidence = there if adds else -there
    free = reach & (evidence >= min(float(evidence[at]), 0.0) - SLACK)
    free &= _wrong(shown, place, click, earlier)
    return Correction(place, part_at(free, at), reach, adds)


def _window(click: Click, radius_px: float, shape: tuple[int, ...]) -> Window:
    return window_around(click.x, click.y, radius_px, height=shape[0], width=shape[1])


def _more(logits: FloatMap, than: float, adds: bool) -> Mask:
    """Where the network agrees with a click by more than the given logit."""
    more: Mask = logits > than if adds else logits < -than
    return more


def _wrong(shown: Mask, place: Place, click: Click, earlier: Sequence[Click]) -> Mask:
    """Where a rectangle contradicts a click and no earlier click of the other label applies."""
    wrong: Mask = shown != click.is_foreground
    for other in earlier:
        if other.label != click.label:
            apart = float(np.hypot(other.x - click.x, other.y - click.y))
            _leave(wrong, place, other, min(apart / 2, HELD_PX))
    return wrong


def _leave(free: Mask, place: Place, click: Click, radius_px: float) -> None:
    """Remove the pixels within a radius of a click from a mask over a rectangle, in place."""
    row, column, rim = int(click.y), int(click.x), ceil(radius_px) + 1
    around = slice(row - rim, row + rim + 1), slice(column - rim, column + rim + 1)
    near = common(around, place)
    distance = Window(click.x, click.y, *near).distance_to(click.x, click.y)
    free[seen_from(place, near)] &= distance > radius_px


def _enclosed(wrong: Mask, near: Mask, at: tuple[int, int]) -> Mask | None:
    """The wrong part at the click, if it ends within the near radius."""
    enclosed = part_at(wrong & near, at)
    rim = cv2.dilate(enclosed.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    return None if (rim & wrong & ~near).any() else enclosed


def _local(candidates: Mask, near: Mask, border: float, at: tuple[int, int]) -> Mask:
    """The candidate part at the click: all of it near the click, and its thick parts beyond."""
    radius = max(2, round(THICK * border))
    part = part_at(candidates, at)
    # What lies farther away can neither be a core that is near enough nor end one.
    place = grown(box_of(part), 3 * radius + 2, part.shape)
    there = candidates[place]
    core = distance_to_end(there.astype(np.uint8)) > radius
    free = there & near[place]
    if core.any():
        free |= there & (distance_to_end((~core).astype(np.uint8)) <= 2 * radius)
    found = np.zeros_like(part)
    found[place] = part_at(free, (at[0] - place[0].start, at[1] - place[1].start))
    return found


def _moved(
    shift: Shift,
    shown: Mask,
    seen: Seen,
    click: Click,
    at: tuple[int, int],
    *,
    earlier: Sequence[Click],
) -> Correction:
    """The correction that moves the whole contour."""
    place, adds = shift.place, click.is_foreground
    here = at[0] - place[0].start, at[1] - place[1].start
    wrong = _wrong(shown[place], place, click, earlier)
    wrong[here] = True
    apart = shift.depth - (shift.by_px - 0.5)
    reach = wrong & (np.abs(shift.depth) <= (1 + BAND) * abs(shift.by_px))
    score = np.clip(apart / (BAND * abs(shift.by_px) + 1), -1, 1)
    score += np.clip(seen.within(place) / 3, -1, 1)
    changed = reach & ((score > 0) == adds)
    changed[here] = True
    return Correction(place, changed, reach | changed, adds)


def _closed(part: Mask, wrong: Mask, reach: Mask, at: tuple[int, int]) -> Mask:
    """The part together with small remainders that it would cut off."""
    part[at] = True
    rest = Parts.of(part_at(wrong, at) & ~part)
    if len(rest) <= 1:
        return part
    # A reach is convex, so a run that leaves it does so at an end.
    leaves = ~(reach[rest.row, rest.start] & reach[rest.row, rest.stop - 1])
    small = rest.areas <= LEFTOVER * np.count_nonzero(part)
    closed = part.copy()
    rest.draw(small & rest.without(leaves), closed)
    return closed
