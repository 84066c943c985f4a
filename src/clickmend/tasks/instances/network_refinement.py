"""Network refinement of masks from points: the interactive network asked for each object alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np

from clickmend.core.arrays import to_numpy
from clickmend.core.types import RGB, FloatMap, Labels
from clickmend.correction.rectangles import all_of, box_of
from clickmend.feedback.crop import Crop
from clickmend.feedback.marks import Click
from clickmend.feedback.pointing import Point, clicks_of
from clickmend.networks import Model
from clickmend.networks.weights.graph import threads
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


_Question: TypeAlias = tuple[tuple[Click, ...], Crop | None]
"""Clicks on the others, then in the object, see ``clicks_of``, and its view, if that is known."""


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
        self._kept: dict[_Question, _Seen] = {}
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
            (seen,) = self._seen([(clicks_of(point, points), None)])
            hint = self._hint(found, number)
            if logit_at(seen.logits, point) > 0:
                place, crop = seen.logits.place, seen.crop
                logits = Patch(*place, seen.logits.values + HINT_SHARE * hint[place])
            else:
                logits, crop = Patch(*all_of(self._size), hint), None
            claims.append(Claim(number, point, _above(logits, 0.0), crop))
        return claims

    def asked(
        self, numbers: Mapping[int, Crop | None], points: Sequence[Point]
    ) -> list[Claim | None]:
        """What objects claim by the network alone, each asked for by itself.

        Two are looked at side by side, each on a core of its own.

        Args:
            numbers: Of the objects, from 1, each with the view in which it was seen before; one is
                looked for where that is ``None``.
            points: (x, y) of all objects that they are told of, their own among them.

        Returns:
            The claims in this order; ``None`` of an object that is not seen at its own point.
        """
        own = {number: points[number - 1] for number in numbers}
        views = numbers.values()
        questions = [
            (clicks_of(point, points), view)
            for point, view in zip(own.values(), views, strict=True)
        ]
        return [
            Claim(number, point, _above(seen.logits, 0.0), seen.crop)
            if logit_at(seen.logits, point) > 0
            else None
            for (number, point), seen in zip(own.items(), self._seen(questions), strict=True)
        ]

    def _seen(self, questions: Sequence[_Question]) -> list[_Seen]:
        """What the network says of objects; what it said of them before is not asked again."""
        new = [question for question in questions if question not in self._kept]
        answers = dict(zip(new, self._looked(new), strict=True))
        found = []
        for question in questions:
            kept = self._kept.pop(question, None)
            if kept is None:
                kept = answers[question]
                self._bytes += kept.logits.values.nbytes
            self._kept[question] = kept
            found.append(kept)
        while self._bytes > KEPT_BYTES:
            self._bytes -= self._kept.pop(next(iter(self._kept))).logits.values.nbytes
        return found

    def _looked(self, questions: Sequence[_Question]) -> list[_Seen]:
        """Ask the network."""
        if len(questions) < 2 or threads() == 1 or not self._engine.is_stateless:
            return [self._look(question) for question in questions]
        with ThreadPoolExecutor(len(questions)) as pool:
            return list(pool.map(self._look, questions))

    def _look(self, question: _Question) -> _Seen:
        clicks, within = question
        patch, crop = self._engine.seen(clicks, within=within)
        nothing = Patch(slice(0, 0), slice(0, 0), np.empty((0, 0), np.float32))
        return _Seen(_above(patch or nothing, HOPELESS), crop)

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
