"""Where each object is looked for: a map and a box around its point (step 2, without training)."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from jaxtyping import Float, Int
from torch import Tensor

from clickmend.core.errors import OptionError
from clickmend.parts.boxes import BOX_RULES, boxes_with_points, most_contrasted, normalised
from clickmend.parts.rollout import rollout
from clickmend.parts.scores import LOCALITY


def point_maps(
    features: Float[Tensor, "h w C"],
    patches: Int[Tensor, " K"],
    farther: Float[Tensor, "K h w"],
    attention: Sequence[Float[Tensor, "G N N"]],
    *,
    first_patch: int,
) -> Float[Tensor, "J K h w"]:
    """What belongs to the patch of each point: its rows of the rollout, or its cosine map.

    A cosine is large for all that looks alike and, with many features, for everything. So it is
    taken as (cosine − its mean) / (1 − its mean) less what being farther than another point
    costs, and nothing below 0. In a rollout, a patch looks at itself for the identity that is
    added to each block; it gets the largest weight of the others instead.

    Args:
        features: Unit vectors.
        patches: Which patch each point lies in, counted row after row.
        farther: See `excess`.
        attention: Of a transformer, first block first; empty for any other backbone, which gives
            one map per object.
        first_patch: Where the patches start among the tokens.

    Raises:
        OptionError: The tokens are fewer than first_patch + h·w.
    """
    height, width = features.shape[:2]
    flat = features.flatten(0, 1)
    if not attention:
        cosines = (flat[patches] @ flat.T).view_as(farther)
        mean = cosines.mean(dim=(1, 2), keepdim=True)
        above = (cosines - mean) / (1 - mean).clamp(min=1e-6)
        return (above - LOCALITY * farther).clamp_(min=0)[None]
    tokens, end = attention[0].shape[-1], first_patch + height * width
    if not 0 <= first_patch <= end <= tokens:
        raise OptionError(
            f"The attention has {tokens} tokens, and {width}×{height} patches from token "
            f"{first_patch} on do not fit in. Give the features of the same photo, and say with "
            "first_patch how many tokens come before the patches."
        )
    maps = rollout(attention, patches + first_patch)[:, :, first_patch:end].to(features.dtype)
    own = patches[:, None].expand(len(maps), -1, 1)
    others = maps.scatter(2, own, 0).amax(dim=2, keepdim=True)
    return maps.scatter(2, own, others).view(len(maps), -1, height, width)


def maps_and_boxes(
    maps: Float[Tensor, "J K h w"],
    points: Float[Tensor, "K 2"],
    *,
    rule: str,
    given: Float[Tensor, "K 4"] | None = None,
) -> tuple[Float[Tensor, "K h w"], Float[Tensor, "K 4"]]:
    """Of each object's J maps the one of the highest contrast, in [0, 1], and its box, in patches.

    Args:
        maps: What `point_maps` gives.
        points: (x, y) in patches.
        rule: A name in ``BOX_RULES``.
        given: Boxes that are known, in patches; NaN for those that are not.

    Raises:
        OptionError: There is no box rule of this name.
    """
    drawn = []
    for block in maps:
        boxes = BOX_RULES[rule](block, points)
        if given is not None:
            boxes = boxes_with_points(torch.where(given.isnan(), boxes, given), points)
        drawn.append(boxes)
    around = torch.stack(drawn)
    best = most_contrasted(maps, around)
    objects = torch.arange(len(best), device=best.device)
    return normalised(maps[best, objects]), around[best, objects]
