"""What the network is asked about an object, and what it says."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from clickmend.core.types import FloatMap
from clickmend.correction.rectangles import Place, common, seen_from
from clickmend.feedback.crop import Crop, resize
from clickmend.feedback.marks import Box, Click
from clickmend.tasks.engine import Answer, Placed
from clickmend.tasks.inference import Inferred
from clickmend.tasks.interactive.told import clicks_of
from clickmend.tasks.patches import Patch

if TYPE_CHECKING:
    from clickmend.refinement import State

OTHERWISE = 0.25
"""A patch of which a larger share is not what the network says is kept as it is."""

MOST_PX = 1_000_000
"""Where an object ends is looked for in so many pixels at most, to choose the next view."""


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

    ``previous`` gives the previous mask's probability over a view, ``(h, w)``; ``refine`` says
    whether variables may move for it.
    """

    marks: tuple[Placed, ...] = ()
    previous: Callable[[Crop], FloatMap] | None = None
    last: InteractiveAnswer | None = None
    refine: bool = True

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

    @cached_property
    def coarse(self) -> FloatMap:
        """The same, with fewer pixels where those of the photo are many, ``(h, w)``."""
        width, height = self.crop.x1 - self.crop.x0, self.crop.y1 - self.crop.y0
        step = math.ceil(math.sqrt(width * height / MOST_PX))
        if step <= 1:
            return self.spread
        return resize(self.logits, math.ceil(width / step), math.ceil(height / step))


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """The values of a patch that are, nearly all, what the network says of a view.

    Args:
        place: The rectangle of the patch.
        crop: The view.
        logits: What is said there, ``(h, w)`` of the view.
        beyond: What stands beyond it.
        at: The pixels that are otherwise, in row order, ``(n,)``.
        values: What stands at these, ``(n,)``.
    """

    place: Place
    crop: Crop
    logits: FloatMap
    beyond: float
    at: NDArray[np.uint32]
    values: NDArray[np.float32]

    @classmethod
    def of(cls, patch: Patch, *, look: Look, beyond: float) -> Spread | None:
        """How a patch is made again; ``None`` where too much of it is otherwise."""
        nothing = np.zeros(0, np.uint32)
        plain = cls(patch.place, look.crop, look.logits, beyond, nothing, nothing.view(np.float32))
        differ = plain().view(np.uint32) != np.ascontiguousarray(patch.values).view(np.uint32)
        at = np.flatnonzero(differ).astype(np.uint32)
        if len(at) > OTHERWISE * differ.size:
            return None
        return replace(plain, at=at, values=patch.values.ravel()[at])

    def __call__(self) -> FloatMap:
        """The values once more, ``(h, w)``, to the bit."""
        crop, (rows, columns) = self.crop, self.place
        spread = resize(self.logits, crop.x1 - crop.x0, crop.y1 - crop.y0)
        shape = rows.stop - rows.start, columns.stop - columns.start
        values = np.full(shape, self.beyond, np.float32)
        inner = common(self.place, crop.place)
        values[seen_from(self.place, inner)] = spread[seen_from(crop.place, inner)]
        values.ravel()[self.at] = self.values
        return values


def soft_jaccard(one: FloatMap, other: FloatMap) -> float | None:
    """How far two maps of probabilities, ``(h, w)``, are apart; ``None`` where both are empty."""
    union = float(np.maximum(one, other).sum())
    return float(np.abs(one - other).sum()) / union if union > 0 else None
