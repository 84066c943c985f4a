"""Network refinement of masks from points: the interactive network asked for each object alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from clickmend.core.arrays import to_numpy
from clickmend.core.types import RGB, FloatMap, Labels
from clickmend.correction.rectangles import all_of, box_of
from clickmend.feedback.crop import Crop
from clickmend.feedback.marks import Click
from clickmend.feedback.pointing import Point, clicks_of
from clickmend.networks import Model
from clickmend.parts import Instances, without_specks
from clickmend.tasks.instances.claims import Claim, Layers, logit_at
from clickmend.tasks.interactive.engine import InteractiveEngine
from clickmend.tasks.patches import Patch
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
class _Seen:
    """What the network says of an object, wherever that is not hopeless, and in which view."""

    logits: Patch
    crop: Crop


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
        self._kept: dict[tuple[tuple[Click, ...], Crop | None], _Seen] = {}
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
        laid = Layers(self._size)
        laid.lay(self.claims(found, points))
        index = without_specks(laid.index)
        probability = 1 / (1 + np.exp(-laid.surest))
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
            if logit_at(seen.logits, point) > 0:
                place, crop = seen.logits.place, seen.crop
                logits = Patch(*place, seen.logits.values + HINT_SHARE * hint[place])
            else:
                logits, crop = Patch(*all_of(self._size), hint), None
            claims.append(Claim(number, point, _above(logits, 0.0), crop))
        return claims

    def claim(
        self, number: int, points: Sequence[Point], *, within: Crop | None = None
    ) -> Claim | None:
        """What an object claims by the network alone; ``None`` if it is not seen at its own point.

        Args:
            number: Of the object, from 1.
            points: (x, y) of all objects that it is told of, its own among them.
            within: The view in which it was seen before; one is looked for when left out.
        """
        point = points[number - 1]
        seen = self._seen(clicks_of(point, points), within)
        if logit_at(seen.logits, point) <= 0:
            return None
        return Claim(number, point, _above(seen.logits, 0.0), seen.crop)

    def _seen(self, clicks: tuple[Click, ...], within: Crop | None = None) -> _Seen:
        """What the network says of an object.

        Args:
            clicks: On the others, then in the object, see ``clicks_of``.
            within: See ``claim``.
        """
        asked = clicks, within
        kept = self._kept.pop(asked, None)
        if kept is None:
            patch, crop = self._engine.seen(clicks, within=within)
            nothing = Patch(slice(0, 0), slice(0, 0), np.empty((0, 0), np.float32))
            kept = _Seen(_above(patch or nothing, HOPELESS), crop)
            self._bytes += kept.logits.values.nbytes
        self._kept[asked] = kept
        while self._bytes > KEPT_BYTES:
            self._bytes -= self._kept.pop(next(iter(self._kept))).logits.values.nbytes
        return kept

    def _hint(self, found: Instances, number: int) -> FloatMap:
        """What the features say of an object, ``(H, W)``."""
        soft = to_numpy(found.soft[number - 1]).clip(LEAST_SOFT, 1 - LEAST_SOFT)
        height, width = self._size
        hint = cv2.resize(np.log(soft / (1 - soft)), (width, height))
        return np.asarray(hint, np.float32)


def _above(logits: Patch, least: float) -> Patch:
    """The smallest part of a patch that has all logits above one."""
    rows, columns = box_of(logits.values > least)
    part = logits.values[rows, columns]
    kept = Patch(rows, columns, part if part.shape == logits.values.shape else part.copy())
    return kept.moved(logits.rows.start, logits.columns.start)
