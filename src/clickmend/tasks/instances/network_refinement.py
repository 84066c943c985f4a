"""Network refinement of masks from points: the interactive network asked for each object alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from clickmend.core.arrays import to_numpy
from clickmend.core.types import RGB, FloatMap, Labels
from clickmend.correction.rectangles import all_of, box_of
from clickmend.feedback.marks import Click
from clickmend.feedback.pointing import Point, clicks_of
from clickmend.networks import Model
from clickmend.parts import Instances, without_specks
from clickmend.tasks.interactive.engine import InteractiveEngine
from clickmend.tasks.patches import Patch
from clickmend.tasks.places import pixel
from clickmend.tasks.refine import Refine

HINT_SHARE = 0.1
"""How much an object's logit in the features counts beside the network's: they help where it is
unsure."""

LEAST_SOFT = 1e-3
"""Features are never surer than this of what is no object's, or one's."""

KEPT_BYTES = 256_000_000
"""Of the answers to the newest questions, so that undo and another point ask few again."""

HOPELESS = -1.0
"""No hint lifts a logit as low as this above 0: the surest one adds 0.7."""


@dataclass(frozen=True, slots=True, eq=False)
class Claim:
    """What one object claims.

    Args:
        number: Of the object, from 1.
        point: (x, y) in it; that pixel it has whatever others claim.
        logits: The smallest patch with all that are above 0, ``(h, w)``.
    """

    number: int
    point: Point
    logits: Patch

    def holds(self, point: Point) -> bool:
        """Whether the pixel of a point, inside the photo, is claimed."""
        return _at(self.logits, point) > 0


class NetworkRefinement:
    """Refines all objects of one photo; what was answered is kept for the next set of points.

    Args:
        photo: ``(H, W, 3)``.
        model: An interactive network and its card.
        refine: G-BRS refinement of each answer.

    Raises:
        ModelError: The network is not an interactive one.
    """

    def __init__(self, photo: RGB, model: Model, refine: Refine) -> None:
        self._engine = InteractiveEngine(photo, model, refine)
        self._size = photo.shape[0], photo.shape[1]
        self._kept: dict[tuple[Click, ...], Patch] = {}
        self._bytes = 0

    def refined(
        self, found: Instances, points: Sequence[Point]
    ) -> tuple[Labels, tuple[float, ...]]:
        """The index with each object refined, without specks, and how sure each mask is.

        Where two objects meet, the surer one has the pixel; that of its own point it always has.

        Args:
            found: The masks from features.
            points: (x, y) of all objects.

        Returns:
            ``(H, W)``, and the mean probability in each mask, 0 of an empty one.
        """
        index, surest = laid(self.claims(found, points), self._size)
        index = without_specks(index)
        probability = 1 / (1 + np.exp(-surest))
        masks = (index == number for number in range(1, len(points) + 1))
        scores = tuple(float(probability[mask].mean()) if mask.any() else 0.0 for mask in masks)
        return index, scores

    def claims(self, found: Instances, points: Sequence[Point]) -> list[Claim]:
        """What each object claims that has a mask from features.

        An object that the network does not see at its own point keeps the mask that it had.

        Args:
            found: The masks from features.
            points: (x, y) of all objects.
        """
        counts = np.bincount(to_numpy(found.labels).ravel())
        claims = []
        for number, point in enumerate(points[: len(counts) - 1], start=1):
            if not counts[number]:
                continue
            seen, hint = self._seen(clicks_of(point, points)), self._hint(found, number)
            if _at(seen, point) > 0:
                logits = Patch(*seen.place, seen.values + HINT_SHARE * hint[seen.place])
            else:
                logits = Patch(*all_of(self._size), hint)
            claims.append(Claim(number, point, _above(logits, 0.0)))
        return claims

    def claim(self, number: int, points: Sequence[Point]) -> Claim | None:
        """What an object claims by the network alone; ``None`` if it is not seen at its own point.

        Args:
            number: Of the object, from 1.
            points: (x, y) of all objects that it is told of, its own among them.
        """
        point = points[number - 1]
        claim = Claim(number, point, _above(self._seen(clicks_of(point, points)), 0.0))
        return claim if claim.holds(point) else None

    def _seen(self, clicks: tuple[Click, ...]) -> Patch:
        """The network's logits of an object, wherever they are not hopeless.

        Args:
            clicks: On the others, then in the object, see ``clicks_of``.
        """
        kept = self._kept.pop(clicks, None)
        if kept is None:
            answer = self._engine.answer(clicks, None)
            nothing = Patch(slice(0, 0), slice(0, 0), np.empty((0, 0), np.float32))
            kept = _above(answer.patch or nothing, HOPELESS)
            self._bytes += kept.values.nbytes
        self._kept[clicks] = kept
        while self._bytes > KEPT_BYTES:
            self._bytes -= self._kept.pop(next(iter(self._kept))).values.nbytes
        return kept

    def _hint(self, found: Instances, number: int) -> FloatMap:
        """What the features say of an object, ``(H, W)``."""
        soft = to_numpy(found.soft[number - 1]).clip(LEAST_SOFT, 1 - LEAST_SOFT)
        height, width = self._size
        hint = cv2.resize(np.log(soft / (1 - soft)), (width, height))
        return np.asarray(hint, np.float32)


def laid(claims: Sequence[Claim], size: tuple[int, int]) -> tuple[Labels, FloatMap]:
    """The number of each pixel's object, ``(H, W)``, and the logit by which it has it.

    Args:
        claims: Where two meet, the surer one has the pixel.
        size: H and W.
    """
    index, surest = np.zeros(size, np.int32), np.zeros(size, np.float32)
    for claim in claims:
        place, logits = claim.logits.place, claim.logits.values
        wins = logits > surest[place]
        index[place][wins] = claim.number
        surest[place][wins] = logits[wins]
    for claim in claims:
        index[pixel(*claim.point, size)] = claim.number
    return index, surest


def _above(logits: Patch, least: float) -> Patch:
    """The smallest part of a patch that has all logits above one."""
    rows, columns = box_of(logits.values > least)
    part = Patch(rows, columns, logits.values[rows, columns].copy())
    return part.moved(logits.rows.start, logits.columns.start)


def _at(logits: Patch, point: Point) -> float:
    """The logit of a point's pixel; below 0 outside of the patch."""
    row, column = int(point[1]) - logits.rows.start, int(point[0]) - logits.columns.start
    height, width = logits.values.shape
    inside = 0 <= row < height and 0 <= column < width
    return float(logits.values[row, column]) if inside else -np.inf
