"""The finish of masks from points: a look of the interactive network at each object by itself."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch.nn.functional as F

from clickmend.core.types import RGB, FloatMap, Labels
from clickmend.feedback.marks import Click
from clickmend.feedback.pointing import Point, clicks_of
from clickmend.networks import Model
from clickmend.parts import Instances, without_specks
from clickmend.tasks.interactive.engine import InteractiveAnswer, InteractiveEngine
from clickmend.tasks.refine import Refine

HINT_SHARE = 0.1
"""How much an object's logit in the features counts beside the network's: they help where it is
unsure."""

LEAST_SOFT = 1e-3
"""Features are never surer than this of what is no object's, or one's."""


class Looks:
    """Looks at the objects of one photo; those of the last set of points are kept for the next.

    Args:
        photo: ``(H, W, 3)``.
        model: An interactive network and its card.
        refine: The G-BRS refinement of a look.

    Raises:
        ModelError: The network is not an interactive one.
    """

    def __init__(self, photo: RGB, model: Model, refine: Refine) -> None:
        self._engine = InteractiveEngine(photo, model, refine)
        self._size = photo.shape[0], photo.shape[1]
        self._kept: dict[tuple[Click, ...], InteractiveAnswer] = {}

    def finished(
        self, found: Instances, points: Sequence[Point]
    ) -> tuple[Labels, tuple[float, ...]]:
        """The index after a look at each object, without specks, and how sure each mask is.

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
        looks: dict[tuple[Click, ...], InteractiveAnswer] = {}
        numbers = [number for number in np.unique(found.labels.cpu()).tolist() if number > 0]
        for number in numbers:
            told = clicks_of(points[number - 1], points)
            looks[told] = self._kept.get(told) or self._engine.answer(told, None)
            logits = self._logits(found, number)
            seen = self._engine.render(looks[told])
            x, y = points[number - 1]
            if seen[int(y), int(x)] > 0:
                logits = seen + HINT_SHARE * logits
            wins = logits > surest
            index[wins] = number
            surest[wins] = logits[wins]
        for number in numbers:
            x, y = points[number - 1]
            index[int(y), int(x)] = number
        self._kept = looks
        index = without_specks(index)
        probability = 1 / (1 + np.exp(-surest))
        masks = (index == number for number in range(1, len(points) + 1))
        scores = tuple(float(probability[mask].mean()) if mask.any() else 0.0 for mask in masks)
        return index, scores

    def _logits(self, found: Instances, number: int) -> FloatMap:
        """What the features say of an object, ``(H, W)``."""
        soft = found.soft[None, None, number - 1].logit(eps=LEAST_SOFT)
        hint = F.interpolate(soft, self._size, mode="bilinear", align_corners=False)[0, 0]
        logits: FloatMap = hint.cpu().numpy()
        return logits
