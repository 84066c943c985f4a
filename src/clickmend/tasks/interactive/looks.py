"""What the network is asked about an object, and what it says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from clickmend.core.types import FloatMap
from clickmend.feedback.crop import Crop, resize
from clickmend.feedback.marks import Box, Click
from clickmend.tasks.engine import Answer, Placed
from clickmend.tasks.inference import Inferred
from clickmend.tasks.interactive.told import clicks_of

if TYPE_CHECKING:
    from clickmend.refinement import State


@dataclass(frozen=True, kw_only=True, eq=False)
class InteractiveAnswer(Answer):
    """What stands after a mark.

    Args:
        crop: The view that the network was given last.
        variables: The refinement variables behind it; empty is the identity.
    """

    crop: Crop
    variables: State = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Question:
    """What an answer depends on, besides photo, network and view.

    ``previous`` gives the previous mask's probability over a view, ``(h, w)``.
    """

    marks: tuple[Placed, ...] = ()
    previous: Callable[[Crop], FloatMap] | None = None
    last: InteractiveAnswer | None = None

    @property
    def clicks(self) -> list[tuple[Click, float]]:
        """The clicks, and those that stand for strokes, with their radii."""
        return [(click, one.radius_px) for one in self.marks for click in clicks_of(one.mark)]

    @property
    def box(self) -> Box | None:
        """The box, if there is one."""
        return next((one.mark for one in self.marks if isinstance(one.mark, Box)), None)


@dataclass(frozen=True)
class Look:
    """What the network says of one view, and how variables were moved for it."""

    crop: Crop
    logits: FloatMap
    variables: State
    inferred: Inferred | None

    @cached_property
    def spread(self) -> FloatMap:
        """The logits over the pixels of the photo that the view shows, ``(h, w)``."""
        return resize(self.logits, self.crop.x1 - self.crop.x0, self.crop.y1 - self.crop.y0)


def soft_jaccard(one: FloatMap, other: FloatMap) -> float | None:
    """How far two maps of probabilities, ``(h, w)``, are apart; ``None`` where both are empty."""
    union = float(np.maximum(one, other).sum())
    return float(np.abs(one - other).sum()) / union if union > 0 else None
