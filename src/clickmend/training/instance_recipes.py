"""Recipes of AttentionShift, and of the pretraining of its transformer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from clickmend.core.types import TaskName
from clickmend.training.instances.supervision import Rules
from clickmend.training.points import PointPlace
from clickmend.training.recipes import Recipe

MADE = "made"
"""The source of a recipe that trains on made scenes, which need no data."""

CUT_OUT = ("multiple_instance.", "detector.heads.box_head.")
"""The layers of an ``AttentionShiftNetwork`` that read all of a cut-out at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InstancesRecipe(Recipe):
    """A training of AttentionShift, on one point per object.

    Args:
        labels: The classes in order: the textures of made scenes, or one for each source.
        detector_from: The share of the run after which the detector is trained too; before it
            the tokens and the choice of boxes are, for boxes and masks are made of these.
        place: Where in an object its point lies.
        rules: How the detector's supervision is made of the points.
        mask_supervision: Whether masks are judged at points, or by the whole instance map.
        patch_weight: Of a loss of what is said of the patches under the points, for a transformer
            that starts from nothing.
        layer_decay: What the learning rate is multiplied by for each block of the transformer
            that comes after a parameter, and once more for all before the first block.
        cut_out_rate: What it is multiplied by for the layers that read all of a cut-out at once:
            their sums are long, and AdamW's steps are as large for each number.
    """

    task: ClassVar[TaskName] = "instances"

    labels: tuple[str, ...]
    detector_from: float = 0.3
    place: PointPlace = "centre"
    rules: Rules = field(default_factory=Rules)
    mask_supervision: Literal["point", "mask"] = "point"
    patch_weight: float = 0.0
    layer_decay: float = 1.0
    cut_out_rate: float = 1.0

    def rate_of(self, parameter: str) -> float:
        """What the learning rate of a parameter is multiplied by."""
        if parameter.startswith(CUT_OUT):
            return self.cut_out_rate
        vit = self.network_options.get("vit")
        depth = vit["depth"] if isinstance(vit, dict) else 12
        if not parameter.startswith("vit."):
            return 1.0
        _, _, inner = parameter.partition("vit.blocks.")
        after = depth - int(inner.partition(".")[0]) if inner else depth + 1
        return self.layer_decay**after

    @property
    def card_fields(self) -> dict[str, Any]:
        """The names of the classes."""
        return {"labels": self.labels}


@dataclass(frozen=True, slots=True, kw_only=True)
class PretrainingRecipe(Recipe):
    """A training of a transformer without labels: hidden patches of photos are made up for.

    Args:
        zoom: The least share of a photo's shorter side that a view shows.
    """

    task: ClassVar[TaskName] = "instances"

    zoom: float = 0.4
