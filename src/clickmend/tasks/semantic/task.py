"""Semantic segmentation: which class every pixel has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from clickmend.core.errors import ModelError, OptionError
from clickmend.feedback.marks import Click, Mark
from clickmend.tasks.base import TASKS, Option, Task, Written
from clickmend.tasks.grammar import stroke
from clickmend.tasks.refine import REGION
from clickmend.tasks.semantic.prediction import SemanticPrediction

if TYPE_CHECKING:
    from clickmend.core.types import RGB
    from clickmend.data.planes import PixelSource
    from clickmend.networks import Model
    from clickmend.tasks.engine import Engine
    from clickmend.tasks.refine import Refine


class SemanticTask(Task[SemanticPrediction]):
    """Clicks and strokes have a class, by name or by index."""

    name: ClassVar[str] = "semantic"
    weights: ClassVar[str] = "semantic-l0"
    prediction = SemanticPrediction
    example = (
        "X,Y:CLASS, such as 200,150:road or 200,150:road+similar, or a stroke, such as "
        "'10,10 90,20:road'"
    )
    channels: ClassVar[int | None] = None
    options = (
        Option(
            "classes",
            "names",
            "NAMES",
            "Of a class map, its own classes, soil,crop,weed or a file with one a line; the "
            "network's when left out.",
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
    ) -> Engine[SemanticPrediction]:
        """See ``Task``."""
        from clickmend.tasks.dense_engine import DenseEngine
        from clickmend.tasks.semantic.rules import SemanticRules

        if "classes" not in options:
            return DenseEngine(photo, model, SemanticRules(model.card.labels), refine, prior=prior)
        from clickmend.tasks.semantic.own import OwnRules, class_names

        rules = OwnRules(class_names(options["classes"]), known=model.card.labels)
        if refine.active and rules.unknown:
            if not refine.may_lack:
                raise OptionError(
                    f"The refinement {refine.layer!r} optimises the network towards classes, but "
                    f"{model.card.name!r} does not predict {', '.join(rules.unknown)}. Allowed is "
                    f"{REGION!r}; choose it, or leave refine= out."
                )
            refine = replace(refine, layer=REGION)
        return DenseEngine(photo, model, rules, refine, prior=prior)

    def mark_of(self, written: Written) -> Mark | None:
        """See ``Task``."""
        if not written.what:
            return None
        if written.paints:
            return stroke(written, written.label)
        return Click(*written.points[0], label=written.label, radius_px=written.radius_px)

    def card_fields(self, *, view_px: int, labels: tuple[str, ...]) -> dict[str, object]:
        """See ``Task``."""
        del view_px
        return {"labels": labels}

    def check_output(self, *, channels: int, low: float, high: float) -> None:
        """See ``Task``."""
        del low, high
        if channels == 1:
            raise ModelError(
                "The output of the module has one channel, which cannot distinguish classes. A "
                "class map needs one channel of logits per class; turn the logit of an object into "
                "two with output=lambda y: torch.cat([torch.zeros_like(y), y], 1)."
            )


TASKS.register("semantic")(SemanticTask())
