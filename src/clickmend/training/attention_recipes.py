"""The recipes of "Probabilistic Attention for Interactive Segmentation" (supplement, C.2 to C.4).

RAdam, 16 views a step, 150 epochs: 20 with the box alone, 20 with random clicks as well, the rest
with corrective ones. What a network infers online it also infers while it is trained.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

from clickmend.networks.weights.cards import OnlineInference
from clickmend.training.recipes import Curriculum, InteractiveRecipe, Stage

BATCH = 16

EPOCH = 8498 // BATCH
"""Steps of an epoch: SBD has 8498 training photos."""

DECAYING, EPOCHS = 70, 150

KEYS = OnlineInference(adapt_keys=1, prior_precision=0.0)
VALUES = OnlineInference(propagate=5)
BOTH = KEYS.model_copy(update={"propagate": VALUES.propagate})

CURRICULUM = Curriculum(
    random_clicks_from=20 / EPOCHS,
    corrective_clicks_from=40 / EPOCHS,
    rounds=(0.25, 0.25, 0.25, 0.25),
    box_share=1.0,
    boxed_clicks_share=1.0,
    most_boxed_clicks=3,
    corrupted_prior_share=0.0,
    keep_prior_share=0.0,
)


def attention_recipes(sources: Mapping[str, float]) -> dict[str, InteractiveRecipe]:
    """The recipes by name, that of the network and of how its attention differs.

    Args:
        sources: Sets of photos and how often each is drawn.
    """
    botnet = InteractiveRecipe(
        network="botnet50-deeplabv3plus",
        stages=_schedule(size_px=256),
        sources=sources,
        online=OnlineInference(),
        optimiser="radam",
        weight_decay=0.0,
        warmup_steps=1,
        gradient_norm=math.inf,
        average_decay=0.0,
        view_px=256,
        overview_px=256,
        curriculum=CURRICULUM,
    )
    recipes: dict[str, InteractiveRecipe] = {}
    for depth in (50, 101):
        for kind, body, both in (
            ("botnet", OnlineInference(), VALUES),
            ("probbotnet", KEYS, BOTH),
        ):
            name = f"{kind}{depth}-deeplabv3plus"
            recipes[name] = replace(botnet, network=name, online=body)
            recipes[f"{name}-csa"] = replace(botnet, network=f"{name}-csa", online=both)
            for variant, attention in (
                ("full", {"positions": "full"}),
                ("axial", {"kind": "axial"}),
            ):
                options = {"attention": attention}
                recipes[f"{name}-{variant}"] = replace(recipes[name], network_options=options)
    recipes["hrnet-ocr"] = replace(botnet, network="hrnet-ocr")
    recipes["hrnet-csa"] = replace(botnet, network="hrnet-csa", online=VALUES)
    recipes["hrnet-csa-64"] = replace(
        recipes["hrnet-csa"],
        network_options={"classifier": "full"},
        stages=_schedule(size_px=64),
        view_px=64,
        overview_px=64,
    )
    return recipes


def _schedule(*, size_px: int) -> tuple[Stage, ...]:
    """Polynomial decay over the first epochs, constant after."""
    return (
        Stage(DECAYING * EPOCH, size_px, BATCH, lr_start=1e-4, lr_end=1e-5, power=0.9),
        Stage((EPOCHS - DECAYING) * EPOCH, size_px, BATCH, lr_start=1e-5, lr_end=1e-5),
    )
