"""Matting: how much of each pixel belongs to the foreground."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, cast

from clickmend.feedback.marks import Mark
from clickmend.tasks.base import TASKS, Option, Task, Written
from clickmend.tasks.grammar import value_mark
from clickmend.tasks.matting.prediction import MattingPrediction
from clickmend.tasks.refine import REGION

if TYPE_CHECKING:
    from clickmend.core.types import RGB
    from clickmend.data.planes import PixelSource
    from clickmend.networks import Card, Model
    from clickmend.tasks.engine import Engine
    from clickmend.tasks.refine import Refine

_log = logging.getLogger("clickmend")

OUTSIDE_ALPHA = 0.1
"""An output that leaves [0, 1] by more is unlikely to be alpha."""


class MattingTask(Task[MattingPrediction]):
    """Clicks set alpha; pushes raise or lower it. A trimap is a second input of the network."""

    name: ClassVar[str] = "matting"
    weights: ClassVar[str] = "matting-l0"
    prediction = MattingPrediction
    example = "X,Y:ALPHA from 0 to 1, X,Y:up or X,Y:down, such as 30,40:0.5 or 30,40:up"
    options = (
        Option("trimap", "file", "PNG", "Of matting: 0 background, 128 unknown, 255 foreground."),
    )
    beside: ClassVar[int] = 1

    def open(
        self,
        photo: RGB,
        model: Model,
        refine: Refine,
        *,
        prior: PixelSource | None,
        options: Mapping[str, object],
    ) -> Engine[MattingPrediction]:
        """See ``Task``."""
        from clickmend.tasks.matting.engine import MattingEngine
        from clickmend.tasks.matting.rules import MattingRules, guide_of, known_trimap

        trimap = cast("PixelSource | None", options.get("trimap"))
        known = known_trimap(trimap, prior, width=photo.shape[1], height=photo.shape[0])
        rules = MattingRules(trimap=known)
        return MattingEngine(photo, model, rules, refine, prior=prior, guide=guide_of(known))

    def default_refine(self, card: Card, *, prior: bool) -> str:
        """For mattes the Laplacian corrects better than refinement layers."""
        del card, prior
        return REGION

    def mark_of(self, written: Written) -> Mark | None:
        """See ``Task``."""
        return value_mark(written)

    def check_output(self, *, channels: int, low: float, high: float) -> None:
        """See ``Task``."""
        del channels
        if low < -OUTSIDE_ALPHA or high > 1 + OUTSIDE_ALPHA:
            _log.warning(
                "On a test image the output of the module ranges from %.3g to %.3g. Alpha is "
                "clipped to [0, 1]; if these are logits, give output=torch.sigmoid.",
                *(low, high),
            )


TASKS.register("matting")(MattingTask())
