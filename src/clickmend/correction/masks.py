"""What a click on an object mask says of the pixels around it.

A click only adds ("foreground") or only removes ("background"), and only the part that is connected
with it. The network, given the mask and all marks, says which pixels those are. How far it is
believed depends on what is wrong, see :mod:`clickmend.correction.reach`: without limit near the
click, farther away only where the wrong part is thick, for a seam one pixel wide along the rest of
the contour is the network's blur and not what the click is about. Where the whole contour is off,
it is moved as a whole.

Everything is looked for in the rectangle that a mark reaches, however large the photo is.
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
        place: The rectangle of the photo that it is about.
        changed: The pixels of it that change to what the mark says, ``(h, w)``.
        reach: Those that could have changed, ``(h, w)``; nothing else is touched.
        adds: Whether they become object.
    """

    place: Place
    changed: Mask
    reach: Mask
    adds: bool

    @classmethod
    def none(cls, adds: bool) -> Correction:
        """A mark that says what is shown."""
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
        shown: The mask when the click came, ``(H, W)``.
        seen: What the network sees, given the mask and all clicks.
        edges: Gives the strength of the photo's edges in a rectangle, see
            :class:`clickmend.correction.reach.Edges`.
        click: The newest click, in the photo. Its radius, where it has one, is the reach.
        speaks_px: How far around itself it speaks where it is on ground, see
            :mod:`clickmend.correction.ground`.
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
    """What a stroke changes of a mask: all that it paints, and what is wrong with it near by.

    Args:
        shown: The mask when the stroke came, ``(H, W)``.
        seen: What the network sees, given the mask and all marks.
        painted: The pixels of a rectangle that are under the brush, ``(h, w)``.
        place: The rectangle, the smallest that holds them.
        adds: Whether they are object.
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
    """The pixels that have to change for a click to be granted, where the network does not.

    Those are what is connected with the clicked pixel and hardly less like the click to the network
    than that pixel itself.

    Args:
        logits: Gives the network's logits in a rectangle, which are what is shown.
        click: Inside the photo.
        radius_px: How far around the click it speaks.
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
    """Where the network is surer than so many logits that a click is right."""
    more: Mask = logits > than if adds else logits < -than
    return more


def _wrong(shown: Mask, place: Place, click: Click, earlier: Sequence[Click]) -> Mask:
    """Where a rectangle shows what a click denies and no earlier click of the other label holds."""
    wrong: Mask = shown != click.is_foreground
    for other in earlier:
        if other.label != click.label:
            apart = float(np.hypot(other.x - click.x, other.y - click.y))
            _leave(wrong, place, other, min(apart / 2, HELD_PX))
    return wrong


def _leave(free: Mask, place: Place, click: Click, radius_px: float) -> None:
    """Take what is within a radius of a click out of a mask over a rectangle, in place."""
    row, column, rim = int(click.y), int(click.x), ceil(radius_px) + 1
    around = slice(row - rim, row + rim + 1), slice(column - rim, column + rim + 1)
    near = common(around, place)
    distance = Window(click.x, click.y, *near).distance_to(click.x, click.y)
    free[seen_from(place, near)] &= distance > radius_px


def _enclosed(wrong: Mask, near: Mask, at: tuple[int, int]) -> Mask | None:
    """The wrong part at the click, if it ends within what is near."""
    enclosed = part_at(wrong & near, at)
    rim = cv2.dilate(enclosed.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    return None if (rim & wrong & ~near).any() else enclosed


def _local(candidates: Mask, near: Mask, border: float, at: tuple[int, int]) -> Mask:
    """Of what the network sees wrong at the click all that is near, and what is thick beyond."""
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
    """The patch that moves the whole contour."""
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
    """The part with the small remainders that it would cut off from the rest."""
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
