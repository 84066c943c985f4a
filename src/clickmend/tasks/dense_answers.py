"""What stands after each mark on a class map, a matte or depth."""

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
        region: Which pixels the mark is about; ``None`` where what it says is left to the network.
        own: How it moved the network's answer over the photo.
        output: The network's answer over the view, natural space, ``(C, h, w)``.
        variables: The refinement variables behind it; empty is the identity.
        learned: Whether they moved for the newest mark that says something to the network; else
            they do before the next one is answered.
    """

    region: Region | None
    own: Patch | None
    output: FloatMap
    variables: State = field(default_factory=dict)
    learned: bool = True


def not_replaced(placed: Sequence[Placed]) -> list[Placed]:
    """The marks but those clicks whose own pixel, or the next, a later click speaks of.

    That has to be meant as far: where it has the smaller radius the earlier one holds around it. A
    click without a radius of its own is meant as far as any.
    """
    clicks = [(n, one.mark) for n, one in enumerate(placed) if isinstance(one.mark, Click)]
    kept = unreplaced(
        np.array([(int(c.x), int(c.y)) for _, c in clicks], np.float32).reshape(-1, 2),
        np.array([np.inf if c.radius_px is None else c.radius_px for _, c in clicks], np.float32),
    )
    gone = {n for (n, _), keep in zip(clicks, kept, strict=True) if not keep}
    return [one for n, one in enumerate(placed) if n not in gone]


def oldest_first(last: Answer | None) -> list[DenseAnswer]:
    """The answers up to one, in order."""
    return [] if last is None else [one for one in last.chain() if isinstance(one, DenseAnswer)]
