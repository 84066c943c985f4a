"""Requests to the interactive network, and its outputs."""

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
"""A patch that differs from the network's output in a larger share of its pixels is stored as it
is."""

MOST_PX = 1_000_000
"""Maximum number of pixels for finding the object's extent, to choose the next view."""


@dataclass(frozen=True, kw_only=True, eq=False)
class InteractiveAnswer(Answer):
    """What stands after a mark.

    Args:
        crop: The latest view.
        variables: The refinement variables behind it; empty is the identity.
    """

    crop: Crop
    variables: State = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Question:
    """The input of an answer besides photo, network and view.

    ``previous`` returns the probability of the displayed mask over a view, ``(h, w)``; ``refine``
    allows optimisation.
    """

    marks: tuple[Placed, ...] = ()
    previous: Callable[[Crop], FloatMap] | None = None
    last: InteractiveAnswer | None = None
    refine: bool = True

    @property
    def clicks(self) -> list[tuple[Click, float]]:
        """The clicks, including those that stand for strokes, with their radii."""
        return [(click, one.radius_px) for one in self.marks for click in clicks_of(one.mark)]

    @property
    def box(self) -> Box | None:
        """The box, if any."""
        return next((one.mark for one in self.marks if isinstance(one.mark, Box)), None)


@dataclass(frozen=True)
class Look:
    """The network's output for one view, and the report of the optimisation."""

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
        """The same, with fewer pixels on large photos, ``(h, w)``."""
        width, height = self.crop.x1 - self.crop.x0, self.crop.y1 - self.crop.y0
        step = math.ceil(math.sqrt(width * height / MOST_PX))
        if step <= 1:
            return self.spread
        return resize(self.logits, math.ceil(width / step), math.ceil(height / step))


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """A compact form of a patch that is mostly the network's output for a view.

    Args:
        place: The rectangle of the patch.
        crop: The view.
        logits: The output over the view, ``(h, w)``.
        beyond: The value outside the view.
        at: The pixels that differ, in row order, ``(n,)``.
        values: Their values, ``(n,)``.
    """

    place: Place
    crop: Crop
    logits: FloatMap
    beyond: float
    at: NDArray[np.uint32]
    values: NDArray[np.float32]

    @classmethod
    def of(cls, patch: Patch, *, look: Look, beyond: float) -> Spread | None:
        """The compact form of a patch; ``None`` if too many pixels differ."""
        nothing = np.zeros(0, np.uint32)
        plain = cls(patch.place, look.crop, look.logits, beyond, nothing, nothing.view(np.float32))
        differ = plain().view(np.uint32) != np.ascontiguousarray(patch.values).view(np.uint32)
        at = np.flatnonzero(differ).astype(np.uint32)
        if len(at) > OTHERWISE * differ.size:
            return None
        return replace(plain, at=at, values=patch.values.ravel()[at])

    def __call__(self) -> FloatMap:
        """The values of the patch, ``(h, w)``, bit for bit."""
        crop, (rows, columns) = self.crop, self.place
        spread = resize(self.logits, crop.x1 - crop.x0, crop.y1 - crop.y0)
        shape = rows.stop - rows.start, columns.stop - columns.start
        values = np.full(shape, self.beyond, np.float32)
        inner = common(self.place, crop.place)
        values[seen_from(self.place, inner)] = spread[seen_from(crop.place, inner)]
        values.ravel()[self.at] = self.values
        return values


def soft_jaccard(one: FloatMap, other: FloatMap) -> float | None:
    """Soft Jaccard distance of two probability maps, ``(h, w)``; ``None`` if both are empty."""
    union = float(np.maximum(one, other).sum())
    return float(np.abs(one - other).sum()) / union if union > 0 else None
