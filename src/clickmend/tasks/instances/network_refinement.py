"""Network refinement of masks from points: the interactive network asked for each object alone."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from clickmend.core.arrays import to_numpy
from clickmend.core.types import RGB, FloatMap, Labels
from clickmend.feedback.marks import Click
from clickmend.feedback.pointing import Point, clicks_of
from clickmend.networks import Model
from clickmend.parts import Instances, without_specks
from clickmend.tasks.interactive.engine import InteractiveEngine
from clickmend.tasks.interactive.looks import InteractiveAnswer
from clickmend.tasks.refine import Refine

HINT_SHARE = 0.1
"""How much an object's logit in the features counts beside the network's: they help where it is
unsure."""

LEAST_SOFT = 1e-3
"""Features are never surer than this of what is no object's, or one's."""


class NetworkRefinement:
    """Refines all objects of one photo; the answers to one set of points are kept for the next.

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
        self._kept: dict[tuple[Click, ...], InteractiveAnswer] = {}

    def refined(
        self, found: Instances, points: Sequence[Point]
    ) -> tuple[Labels, tuple[float, ...]]:
        """The index with each object refined, without specks, and how sure each mask is.

        An object that the network does not see at its own point keeps the mask that it had. Where
        two objects meet, the surer one has the pixel; that of its own point it always has.

        Args:
            found: The masks from features.
            points: (x, y) of all objects.

        Returns:
            ``(H, W)``, and the mean probability in each mask, 0 of an empty one.
        """
        surest = np.zeros(self._size, np.float32)
        index = np.zeros(self._size, np.int32)
        answers: dict[tuple[Click, ...], InteractiveAnswer] = {}
        numbers = [number for number in np.unique(to_numpy(found.labels)).tolist() if number > 0]
        for number in numbers:
            clicks = clicks_of(points[number - 1], points)
            answers[clicks] = self._kept.get(clicks) or self._engine.answer(clicks, None)
            logits = self._logits(found, number)
            seen = self._engine.render(answers[clicks])
            x, y = points[number - 1]
            if seen[int(y), int(x)] > 0:
                logits = seen + HINT_SHARE * logits
            wins = logits > surest
            index[wins] = number
            surest[wins] = logits[wins]
        for number in numbers:
            x, y = points[number - 1]
            index[int(y), int(x)] = number
        self._kept = answers
        index = without_specks(index)
        probability = 1 / (1 + np.exp(-surest))
        masks = (index == number for number in range(1, len(points) + 1))
        scores = tuple(float(probability[mask].mean()) if mask.any() else 0.0 for mask in masks)
        return index, scores

    def _logits(self, found: Instances, number: int) -> FloatMap:
        """What the features say of an object, ``(H, W)``."""
        soft = to_numpy(found.soft[number - 1]).clip(LEAST_SOFT, 1 - LEAST_SOFT)
        height, width = self._size
        hint = cv2.resize(np.log(soft / (1 - soft)), (width, height))
        return np.asarray(hint, np.float32)
