"""Depth: how far away every pixel is."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, cast

from clickmend.core.errors import OptionError
from clickmend.core.numbers import is_finite
from clickmend.feedback.marks import Mark
from clickmend.tasks.base import TASKS, Option, Task, Written
from clickmend.tasks.depth.prediction import LARGEST_M, DepthPrediction
from clickmend.tasks.grammar import value_mark
from clickmend.tasks.refine import REGION

if TYPE_CHECKING:
    from clickmend.core.types import RGB
    from clickmend.data.planes import PixelSource
    from clickmend.networks import Card, Model
    from clickmend.tasks.engine import Engine
    from clickmend.tasks.refine import Refine

_log = logging.getLogger("clickmend")


class DepthTask(Task[DepthPrediction]):
    """Clicks set metres; pushes raise (farther) or lower the depth."""

    name: ClassVar[str] = "depth"
    weights: ClassVar[str] = "depth-l0"
    prediction = DepthPrediction
    example = "X,Y:METRES, X,Y:up (farther) or X,Y:down (nearer), such as 80,60:2.35"
    options = (
        Option(
            "depth_scale",
            "number",
            "METRES",
            "One unit of a depth prior that is no PNG of millimetres.",
        ),
    )

    def open(
        self,
        photo: RGB,
        model: Model,
        refine: Refine,
        *,
        prior: PixelSource | None,
        options: Mapping[str, object],
    ) -> Engine[DepthPrediction]:
        """See ``Task``."""
        from clickmend.tasks.dense_engine import DenseEngine
        from clickmend.tasks.depth.rules import DepthRules

        scale = cast("float | None", options.get("depth_scale"))
        if scale is not None and not (is_finite(scale) and scale > 0):
            raise OptionError(
                f"depth_scale is {scale!r}. Allowed is a positive number, the metres per unit of "
                "the prior, such as 0.001 for millimetres."
            )
        rules = DepthRules(depth_scale=scale, relative=model.card.relative)
        return DenseEngine(photo, model, rules, refine, prior=prior)

    def default_refine(self, card: Card, *, prior: bool) -> str:
        """For depth the regression from all marks corrects better than refinement layers."""
        del card, prior
        return REGION

    def mark_of(self, written: Written) -> Mark | None:
        """See ``Task``."""
        return value_mark(written)

    def card_fields(self, *, view_px: int, labels: tuple[str, ...]) -> dict[str, object]:
        """See ``Task``."""
        del view_px, labels
        return {"range_m": (0.001, LARGEST_M)}

    def check_output(self, *, channels: int, low: float, high: float) -> None:
        """See ``Task``."""
        del channels
        if low <= 0:
            _log.warning(
                "On a test image the output of the module ranges from %.3g to %.3g. Depth is "
                "positive, in metres, and is clipped to the smallest allowed distance; if these "
                "are other values, give output=, a function that converts them to metres.",
                *(low, high),
            )


TASKS.register("depth")(DepthTask())
