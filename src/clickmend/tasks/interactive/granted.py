"""Whether the network's output already satisfies the clicks, so that no optimisation is needed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from clickmend.core.types import FloatMap, Mask
from clickmend.tasks.places import spoken

STOP = 0.8
"""Refinement stops when no click's residual max(1 − l·f, 0) reaches this.

The paper has |l − f|, by which a correct and confident output such as f = 5 never stops.
"""


@dataclass(frozen=True)
class Request:
    """The clicks in a view, as constraints on its logits.

    Args:
        points: (x, y) in the view, the newest last.
        radii_px: Radii of their areas, pixels of the view.
        says: Their labels, 1 for foreground and 0 for background.
        reach_px: The attention radius of the newest.
        shown: The mask over the view before the newest click, ``(h, w)``.
    """

    points: Sequence[tuple[float, float]]
    radii_px: Sequence[float]
    says: Sequence[int]
    reach_px: float
    shown: Mask

    @cached_property
    def areas(self) -> Mask:
        """The area of each click, ``(K, h, w)``."""
        return spoken(self.points, self.radii_px, self.says, shown=self.shown)

    def residuals(self, logits: FloatMap) -> list[NDArray[np.float32]]:
        """max(1 − l·f, 0) over the area of each click."""
        return [
            np.maximum(1 - (2 * says - 1) * logits[area], 0)
            for says, area in zip(self.says, self.areas, strict=True)
        ]

    def granted(self, logits: FloatMap) -> float | None:
        """L_r of logits ``(h, w)`` that satisfy every click; ``None`` if they do not.

        Before the optimisation this is the whole energy.
        """
        residuals = self.residuals(logits)
        if any(one.mean() >= STOP for one in residuals):
            return None
        return float(sum(np.square(one).mean() for one in residuals))
