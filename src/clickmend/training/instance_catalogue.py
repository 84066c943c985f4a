"""The recipes of AttentionShift: the paper's, one on made scenes, small ones on photos."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from clickmend.data import SET_CLASSES
from clickmend.training.instance_recipes import MADE, InstancesRecipe, PretrainingRecipe
from clickmend.training.instances.supervision import Rules
from clickmend.training.made_scenes import TEXTURES
from clickmend.training.recipes import Recipe, Stage

EPOCH = 10582 // 16
"""Steps of an epoch of the paper: the training photos of VOC 2012, 16 at a time."""

_ALL = ("pennfudan", "feralcat", "coco100", "carparts")

_PAPER = InstancesRecipe(
    network="attentionshift",
    network_options={"classes": len(_ALL), "vit": "vit_small_patch16_224"},
    stages=(
        Stage(8 * EPOCH, size_px=640, batch=16, lr_start=1e-4, lr_end=1e-4),
        Stage(3 * EPOCH, size_px=640, batch=16, lr_start=1e-5, lr_end=1e-5),
        Stage(1 * EPOCH, size_px=640, batch=16, lr_start=1e-6, lr_end=1e-6),
    ),
    sources=dict.fromkeys(_ALL, 0.25),
    labels=tuple(SET_CLASSES[source] for source in _ALL),
    detector_from=0.0,
    weight_decay=0.05,
    layer_decay=0.75,
    view_px=640,
)
"""The paper's schedule (specification, step 6) on our photos; it wants pretrained weights."""

_MADE = InstancesRecipe(
    network="attentionshift",
    network_options={
        "classes": len(TEXTURES),
        "vit": {"width": 128, "depth": 6, "heads": 4, "patch_px": 8, "view_px": 96},
        "tokens": 25,
        "detector": {
            "channels": 64,
            "units": 256,
            "mask_layers": 2,
            "regions": 32,
            "proposals": 100,
            "most": 20,
        },
    },
    stages=(Stage(1500, size_px=96, batch=16, lr_start=1e-3, lr_end=1e-5),),
    sources={MADE: 1.0},
    labels=tuple(TEXTURES),
    detector_from=0.16,
    rules=Rules(maps="gated", box_rule="plain", points=20),
    patch_weight=1.0,
    cut_out_rate=0.1,
    warmup_steps=100,
    average_decay=0.995,
    view_px=96,
)
"""From nothing, in about half an hour of one core."""

SMALL_VIT = {"width": 192, "depth": 8, "heads": 6, "patch_px": 8, "view_px": 160}
"""The transformer that pretraining and the small recipes on photos share."""

_PHOTOS = InstancesRecipe(
    network="attentionshift",
    network_options={
        "classes": 1,
        "vit": SMALL_VIT,
        "tokens": 64,
        "detector": {
            "channels": 96,
            "units": 256,
            "mask_layers": 2,
            "regions": 64,
            "proposals": 200,
            "most": 50,
        },
    },
    stages=(Stage(1000, size_px=160, batch=8, lr_start=5e-4, lr_end=1e-5),),
    sources={"pennfudan": 1.0},
    labels=("person",),
    layer_decay=0.85,
    patch_weight=1.0,
    cut_out_rate=0.1,
    rules=Rules(maps="gated", box_rule="plain", points=20),
    average_decay=0.995,
    view_px=160,
)


def _photos(*sources: str) -> InstancesRecipe:
    options = {**_PHOTOS.network_options, "classes": len(sources)}
    return replace(
        _PHOTOS,
        network_options=options,
        sources=dict.fromkeys(sources, 1 / len(sources)),
        labels=tuple(SET_CLASSES[source] for source in sources),
    )


INSTANCE_RECIPES: Mapping[str, Recipe] = {
    "attentionshift": _PAPER,
    "attentionshift-made": _MADE,
    "attentionshift-made-mask": replace(_MADE, mask_supervision="mask"),
    "attentionshift-made-baseline": replace(_MADE, rules=replace(_MADE.rules, method=None)),
    "attentionshift-made-baseline-mask": replace(
        _MADE, rules=replace(_MADE.rules, method=None), mask_supervision="mask"
    ),
    "attentionshift-made-k-means": replace(_MADE, rules=replace(_MADE.rules, method="k-means")),
    "attentionshift-made-k-means*": replace(_MADE, rules=replace(_MADE.rules, method="k-means*")),
    "attentionshift-made-anywhere": replace(_MADE, place="anywhere"),
    **{f"attentionshift-{source}": _photos(source) for source in _ALL},
    "attentionshift-photos": _photos("pennfudan", "feralcat"),
    "mae-s": PretrainingRecipe(
        network="masked-autoencoder",
        network_options={"vit": SMALL_VIT},
        stages=(Stage(1000, size_px=160, batch=32, lr_start=1e-3, lr_end=1e-5),),
        sources={
            "bsds": 0.3,
            "ccp": 0.2,
            "coco100": 0.1,
            "feralcat": 0.15,
            "carparts": 0.1,
            "pennfudan": 0.15,
        },
        weight_decay=0.05,
        average_decay=0.995,
        view_px=160,
    ),
}
"""By name: the paper's, made scenes and their ablations, photos, and the pretraining."""
