"""Interactive segmentation: clicks and a box become the mask of an object."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from clickmend.data.rle import encode_rle
from clickmend.feedback.marks import FOREGROUND, Box, Click, Mark
from clickmend.tasks.base import TASKS, Task, Written
from clickmend.tasks.grammar import stroke
from clickmend.tasks.interactive.prediction import InteractivePrediction
from clickmend.tasks.prediction import Prediction

if TYPE_CHECKING:
    from torch import nn

    from clickmend.core.types import RGB
    from clickmend.data.planes import PixelSource
    from clickmend.networks import Model
    from clickmend.tasks.engine import Engine
    from clickmend.tasks.refine import Refine

MENDER = "interactive-s"
"""The weights that clicks on an existing mask ask."""

WRAPPED_MARGIN = 1.4
"""How many times the object's extent a wrapped network is shown."""


class InteractiveTask(Task[InteractivePrediction]):
    """Foreground and background clicks and a box; the network is told them."""

    name: ClassVar[str] = "interactive"
    weights: ClassVar[str] = "interactive-l0"
    prediction = InteractivePrediction
    example = "X,Y or X,Y:LABEL, such as 212,140 or 300,90:background"
    told: ClassVar[bool] = True
    radius_share: ClassVar[float | None] = None
    beside: ClassVar[int] = 4

    def weights_for(self, *, prior: bool) -> str:
        """See ``Task``; the smaller network is the better witness of what is wrong with a mask."""
        return MENDER if prior else self.weights

    def open(
        self,
        photo: RGB,
        model: Model,
        refine: Refine,
        *,
        prior: PixelSource | None,
        options: Mapping[str, object],
    ) -> Engine[InteractivePrediction]:
        """See ``Task``."""
        from clickmend.tasks.interactive.engine import InteractiveEngine

        del options
        return InteractiveEngine(photo, model, refine, prior=prior)

    def mark_of(self, written: Written) -> Mark | None:
        """See ``Task``; without a label it is a foreground click."""
        label = written.label if written.what else FOREGROUND
        if written.paints:
            return stroke(written, label)
        return Click(*written.points[0], label=label, radius_px=written.radius_px)

    def record(
        self, marks: Sequence[Mark], prediction: Prediction, *, output: Path | None
    ) -> dict[str, object]:
        """See ``Task``; "rle" is COCO's, whose size is [H, W]."""
        box = next((mark for mark in marks if isinstance(mark, Box)), None)
        clicks = [mark for mark in marks if isinstance(mark, Click)]
        return {
            "box": None if box is None else list(astuple(box)),
            "clicks": [{"x": c.x, "y": c.y, "label": c.label} for c in clicks],
            "mask": str(output) if output else None,
            "rle": encode_rle(prediction.pixels != 0),
        }

    def contract(self) -> type[nn.Module] | None:
        """A network that takes the photo and marks, and says how marks are drawn."""
        from clickmend.networks import InteractiveNetwork

        return InteractiveNetwork

    def card_fields(self, *, view_px: int, labels: tuple[str, ...]) -> dict[str, object]:
        """See ``Task``."""
        del labels
        return {"overview_px": view_px, "margin": WRAPPED_MARGIN}


TASKS.register("interactive")(InteractiveTask())
