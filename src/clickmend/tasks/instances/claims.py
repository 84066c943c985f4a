"""Claims of objects on the pixels of a photo, and how overlaps are resolved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from clickmend.correction.rectangles import Place, around_all, common, seen_from
from clickmend.feedback.crop import Crop
from clickmend.feedback.pointing import Point
from clickmend.tasks.patches import Patch
from clickmend.tasks.places import pixel


@dataclass(frozen=True, slots=True, eq=False)
class Claim:
    """The logits of one object.

    Args:
        number: Number of the object, from 1.
        point: (x, y) in it; this pixel always belongs to the object.
        logits: The smallest patch that holds all logits above 0, ``(h, w)``.
        crop: The view in which the network predicted it; ``None`` if it did not.
    """

    number: int
    point: Point
    logits: Patch
    crop: Crop | None = None

    def at(self, point: Point) -> float:
        """The logit at a point inside the photo."""
        return logit_at(self.logits, point)


class Layers:
    """Claims combined; an overlap goes to the claim with the highest logit.

    Attributes:
        index: The number of the object at each pixel, 0 for the background, ``(H, W)``.
        surest: Its logit, 0 for the background, ``(H, W)``.

    Args:
        size: H and W.
    """

    def __init__(self, size: tuple[int, int]) -> None:
        self._size = size
        self._claims: dict[int, Claim] = {}
        self.index, self.surest = np.zeros(size, np.int32), np.zeros(size, np.float32)

    def lay(self, claims: Sequence[Claim]) -> None:
        """Combine these claims, in place; only differences to the last claims are recomputed.

        Args:
            claims: In the order of their numbers. Each object gets the pixel of its own point.
        """
        before, self._claims = self._claims, {claim.number: claim for claim in claims}
        newest = max(before, default=0)
        for number in sorted({*before, *self._claims}):
            was, now = before.get(number), self._claims.get(number)
            if now is not None and number > newest:
                self._put(now, now.logits.place)
            elif was is not now:
                self._lay_again(around_all(_reach(one) for one in (was, now) if one is not None))
        for claim in claims:
            self.index[pixel(*claim.point, self._size)] = claim.number

    def _lay_again(self, place: Place) -> None:
        """Recompute a rectangle from all claims."""
        self.index[place], self.surest[place] = 0, 0
        for claim in self._claims.values():
            self._put(claim, common(claim.logits.place, place))

    def _put(self, claim: Claim, place: Place) -> None:
        """Combine one more claim, in a rectangle of its patch."""
        logits = claim.logits.values[seen_from(claim.logits.place, place)]
        surest = self.surest[place]
        np.copyto(self.index[place], claim.number, where=logits > surest)
        np.maximum(surest, logits, out=surest)


def logit_at(logits: Patch, point: Point) -> float:
    """The logit at a point, -inf outside the patch."""
    row, column = int(point[1]) - logits.rows.start, int(point[0]) - logits.columns.start
    height, width = logits.values.shape
    inside = 0 <= row < height and 0 <= column < width
    return float(logits.values[row, column]) if inside else -np.inf


def _reach(claim: Claim) -> Place:
    """The rectangle of all pixels that a claim can affect."""
    row, column = int(claim.point[1]), int(claim.point[0])
    return around_all((claim.logits.place, (slice(row, row + 1), slice(column, column + 1))))
