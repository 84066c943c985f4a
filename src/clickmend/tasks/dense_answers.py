"""The state after each mark on a class map, a matte or a depth map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from clickmend.core.types import FloatMap
from clickmend.correction.values import Region, unreplaced
from clickmend.feedback.marks import Click
from clickmend.tasks.engine import Answer, Placed
from clickmend.tasks.patches import Patch

if TYPE_CHECKING:
    from clickmend.refinement import State


@dataclass(frozen=True, kw_only=True, eq=False)
class DenseAnswer(Answer):
    """What stands after a mark.

    Args:
        region: The region of the mark; ``None`` if it is left to the network.
        own: Its change of the network's output over the photo.
        output: The network's output over the view, natural space, ``(C, h, w)``.
        variables: The refinement variables behind it; empty is the identity.
        learned: Whether they were optimised for the newest mark; if not, they are before the next
            one is answered.
    """

    region: Region | None
    own: Patch | None
    output: FloatMap
    variables: State = field(default_factory=dict)
    learned: bool = True


def not_replaced(placed: Sequence[Placed]) -> list[Placed]:
    """The marks but those clicks whose own pixel, or the next, a later click speaks of.

    A later click within a pixel supersedes an earlier one unless its radius is smaller. A click
    without a radius counts as one with the largest.
    """
    clicks = [(n, one.mark) for n, one in enumerate(placed) if isinstance(one.mark, Click)]
    kept = unreplaced(
        np.array([(int(c.x), int(c.y)) for _, c in clicks], np.float32).reshape(-1, 2),
        np.array([np.inf if c.radius_px is None else c.radius_px for _, c in clicks], np.float32),
    )
    gone = {n for (n, _), keep in zip(clicks, kept, strict=True) if not keep}
    return [one for n, one in enumerate(placed) if n not in gone]


def oldest_first(last: Answer | None) -> list[DenseAnswer]:
    """The answers up to the given one, in order."""
    return [] if last is None else [one for one in last.chain() if isinstance(one, DenseAnswer)]
