"""The recipes that come with the package: every number of a training in one place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from clickmend.core.registry import Registry
from clickmend.networks.weights.cards import OnlineInference, Refinement
from clickmend.training.attention_recipes import attention_recipes
from clickmend.training.instance_catalogue import INSTANCE_RECIPES
from clickmend.training.recipes import (
    Curriculum,
    DepthRecipe,
    InteractiveRecipe,
    MattingRecipe,
    Recipe,
    SemanticRecipe,
    Stage,
)

RECIPES: Registry[Recipe] = Registry("recipe")

OBJECT_SOURCES: Mapping[str, float] = {
    "bsds": 0.34,
    "coco100": 0.22,
    "ccp": 0.08,
    "ccp-parts": 0.06,
    "feralcat": 0.10,
    "pennfudan": 0.08,
    "carparts": 0.04,
    "carparts-parts": 0.04,
    "nuclei": 0.04,
}
"""How often an object of each source is drawn; "-parts" takes single parts, else the whole."""

TRUNK = {"widths": (16, 48, 96, 160, 224), "blocks": (0, 2, 2, 2, 1)}
"""The U-Net that our small networks share."""

_SMALL = InteractiveRecipe(
    network="interactive-unet",
    network_options=TRUNK,
    stages=(
        Stage(steps=6600, size_px=128, batch=16, lr_start=1.5e-3, lr_end=1.0e-3),
        Stage(steps=2200, size_px=192, batch=16, lr_start=1.0e-3, lr_end=4e-4),
        Stage(steps=1200, size_px=256, batch=16, lr_start=4e-4, lr_end=2e-6),
    ),
    sources=OBJECT_SOURCES,
    refinement=Refinement(
        default="bmsb",
        at=("decoder.2",),
        learning_rates={"sb": 0.003, "bmsb": 0.003, "bmsb-m": 0.003, "bmconv": 0.0003},
    ),
)
RECIPES.register("interactive-s")(_SMALL)
RECIPES.register("interactive-s-further")(
    replace(
        _SMALL,
        stages=(
            Stage(steps=4000, size_px=128, batch=16, lr_start=1.0e-3, lr_end=8e-4),
            Stage(steps=4500, size_px=192, batch=16, lr_start=8e-4, lr_end=4e-4),
            Stage(steps=2500, size_px=256, batch=16, lr_start=4e-4, lr_end=2e-6),
        ),
        curriculum=Curriculum(random_clicks_from=0.0, corrective_clicks_from=0.0),
    )
)
"""A further leg for weights of "interactive-s"."""

_POINTS = replace(
    _SMALL,
    start="interactive-s",
    stages=(
        Stage(steps=900, size_px=128, batch=16, lr_start=1.0e-3, lr_end=8e-4),
        Stage(steps=800, size_px=192, batch=16, lr_start=8e-4, lr_end=4e-4),
        Stage(steps=500, size_px=256, batch=16, lr_start=4e-4, lr_end=2e-6),
    ),
    sources={
        "coco100": 0.3,
        "feralcat": 0.2,
        "ccp": 0.15,
        "pennfudan": 0.15,
        "bsds": 0.1,
        "carparts": 0.05,
        "nuclei": 0.05,
    },
    curriculum=Curriculum(pointed_share=1.0, rounds=(1.0,)),
    average_decay=0.995,
)
RECIPES.register("points-s")(_POINTS)
"""A further leg that learns one thing: a whole object from a point anywhere in it."""
RECIPES.register("points-s-further")(
    replace(
        _POINTS,
        start="points-s",
        stages=(
            Stage(steps=600, size_px=128, batch=16, lr_start=8e-4, lr_end=6e-4),
            Stage(steps=500, size_px=192, batch=16, lr_start=6e-4, lr_end=4e-4),
            Stage(steps=400, size_px=256, batch=16, lr_start=4e-4, lr_end=2e-6),
        ),
        curriculum=replace(_POINTS.curriculum, together_share=0.5),
    )
)
"""One more, in which all objects are asked for at once as well."""

RECIPES.register("interactive-csa-s")(
    replace(
        _SMALL,
        network_options={
            **TRUNK,
            "classifier": "axial",
            "classifier_stride": 4,
            "classifier_share": 0.3,
        },
        start="interactive-s",
        added=("head.",),
        kept_rate=0.0,
        online=OnlineInference(propagate=5, value_prior_precision=0.1),
        stages=(
            Stage(steps=500, size_px=128, batch=16, lr_start=3e-3, lr_end=2e-3),
            Stage(steps=200, size_px=256, batch=16, lr_start=2e-3, lr_end=2e-6),
        ),
        curriculum=Curriculum(
            random_clicks_from=0.0, corrective_clicks_from=0.0, rounds=(0.25, 0.25, 0.25, 0.25)
        ),
        average_decay=0.995,
    )
)
"""A corrective self-attention classifier on "interactive-s", which stays as it is; values propagate
in the graph."""

_BEHIND_PYRAMID = _SMALL.refinement.model_copy(update={"at": ("aspp",)})
for _name in ("deeplabv3plus-r34", "deeplabv3plus-r50", "deeplabv3plus-r101"):
    RECIPES.register(_name)(
        replace(_SMALL, network=_name, network_options={}, refinement=_BEHIND_PYRAMID)
    )


for _name, _of_paper in attention_recipes(OBJECT_SOURCES).items():
    RECIPES.register(_name)(_of_paper)

RECIPES.register("interactive-dm-s")(
    replace(
        _SMALL,
        network_options={
            **TRUNK,
            "kind": "distance",
            "radius_px": 128.0,
            "similarity": False,
            "previous": False,
        },
        stages=(
            Stage(steps=4000, size_px=128, batch=16, lr_start=1.5e-3, lr_end=1.0e-3),
            Stage(steps=1300, size_px=192, batch=16, lr_start=1.0e-3, lr_end=2e-4),
            Stage(steps=250, size_px=256, batch=16, lr_start=2e-4, lr_end=2e-6),
        ),
        curriculum=Curriculum(
            random_clicks_from=0.0,
            corrective_clicks_from=1.0,
            box_share=0.0,
            single_click_share=0.25,
            most_random_clicks=6,
        ),
        average_decay=0.997,
        refinement=Refinement(
            default="bmsb",
            at=("decoder.2",),
            learning_rates={"sb": 0.01, "bmsb": 0.01, "bmsb-m": 0.01, "bmconv": 0.0005},
        ),
    )
)
"""The paper's kind: distance maps, random clicks, no corrective ones and no previous mask."""

_SEMANTIC = SemanticRecipe(
    network="semantic-unet",
    network_options={**TRUNK, "classes": 11},
    start="interactive-s",
    stages=(
        Stage(steps=1000, size_px=192, batch=16, lr_start=2e-3, lr_end=1.2e-3),
        Stage(steps=650, size_px=288, batch=16, lr_start=1.2e-3, lr_end=2e-6),
    ),
    sources={"camvid-train": 0.85, "facade": 0.15},
    labels=(
        "sky",
        "building",
        "pole",
        "road",
        "pavement",
        "tree",
        "sign",
        "fence",
        "car",
        "pedestrian",
        "bicyclist",
    ),
    merged={"vegetation": "tree", "window": "building", "door": "building"},
    average_decay=0.995,
    view_px=480,
    refinement=Refinement(
        default="bmsb",
        at=("decoder.0",),
        learning_rates={"sb": 0.002, "bmsb": 0.001, "bmsb-m": 0.001, "bmconv": 0.001},
    ),
)
RECIPES.register("semantic-s")(_SEMANTIC)
RECIPES.register("semantic-s-further")(
    replace(
        _SEMANTIC,
        start="semantic-s",
        stages=(
            Stage(steps=1100, size_px=192, batch=16, lr_start=1.2e-3, lr_end=8e-4),
            Stage(steps=800, size_px=288, batch=16, lr_start=8e-4, lr_end=2e-6),
        ),
    )
)
"""A further leg for weights of "semantic-s"."""

_MATTING = MattingRecipe(
    network="matting-unet",
    network_options=TRUNK,
    start="interactive-s",
    stages=(
        Stage(steps=500, size_px=256, batch=8, lr_start=1.5e-3, lr_end=1.0e-3),
        Stage(steps=200, size_px=320, batch=8, lr_start=1.0e-3, lr_end=2e-6),
    ),
    sources={"bsds": 0.4, "ccp": 0.2, "coco100": 0.2, "feralcat": 0.2},
    mattes="alphamatting14-train",
    objects={"ccp": 0.35, "pennfudan": 0.25, "feralcat": 0.2, "coco100": 0.2},
    kinds={"photo": 0.15, "matte": 0.4, "object": 0.3, "drawn": 0.15},
    average_decay=0.995,
    view_px=640,
    refinement=Refinement(
        default="bmconv",
        at=("decoder.1",),
        learning_rates={"sb": 0.003, "bmsb": 0.003, "bmsb-m": 0.003, "bmconv": 0.0005},
    ),
)
RECIPES.register("matting-s")(_MATTING)
RECIPES.register("matting-s-further")(
    replace(
        _MATTING,
        start="matting-s",
        stages=(
            Stage(steps=1000, size_px=256, batch=8, lr_start=1.0e-3, lr_end=6e-4),
            Stage(steps=500, size_px=320, batch=8, lr_start=6e-4, lr_end=2e-6),
        ),
    )
)
"""A further leg for weights of "matting-s"."""

RECIPES.register("depth-s")(
    DepthRecipe(
        network="depth-unet",
        network_options={**TRUNK, "range_m": (0.3, 10.0)},
        start="interactive-s",
        stages=(
            Stage(1400, size_px=160, height_px=128, batch=16, lr_start=1.5e-3, lr_end=1.0e-3),
            Stage(600, size_px=320, height_px=256, batch=12, lr_start=1.0e-3, lr_end=2e-6),
        ),
        sources={"kitchen-train": 0.4, "office-train": 0.45, "lab-train": 0.15},
        range_m=(0.3, 10.0),
        average_decay=0.995,
        view_px=320,
        refinement=Refinement(
            default="bmsb",
            at=("decoder.1",),
            learning_rates={"sb": 0.003, "bmsb": 0.01, "bmsb-m": 0.01, "bmconv": 0.001},
        ),
    )
)

for _name, _learned in INSTANCE_RECIPES.items():
    RECIPES.register(_name)(_learned)
