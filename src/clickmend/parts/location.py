"""Where each object is looked for: a map and a box around its point (step 2, without training)."""

from __future__ import annotations

from collections.abc import Sequence

from clickmend.core.arrays import Array, namespace
from clickmend.core.errors import OptionError
from clickmend.core.shapes import Float, Int
from clickmend.parts.boxes import BOX_RULES, boxes_with_points, most_contrasted, normalised
from clickmend.parts.rollout import rollout
from clickmend.parts.scores import LOCALITY


def point_maps(
    features: Float[Array, "h w C"],
    patches: Int[Array, " K"],
    farther: Float[Array, "K h w"],
    attention: Sequence[Float[Array, "G N N"]],
    *,
    first_patch: int,
) -> Float[Array, "J K h w"]:
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
    xp = namespace(features)
    flat = xp.reshape(features, (height * width, features.shape[2]))
    if not attention:
        cosines = xp.reshape(flat[patches] @ flat.T, farther.shape)
        mean = xp.mean(cosines, axis=(1, 2), keepdims=True)
        above = (cosines - mean) / xp.clip(1 - mean, min=1e-6)
        return xp.clip(above - LOCALITY * farther, min=0)[None]
    tokens, end = attention[0].shape[-1], first_patch + height * width
    if not 0 <= first_patch <= end <= tokens:
        raise OptionError(
            f"The attention has {tokens} tokens, and {width}×{height} patches from token "
            f"{first_patch} on do not fit in. Give the features of the same photo, and say with "
            "first_patch how many tokens come before the patches."
        )
    maps = rollout(attention, patches + first_patch)[:, :, first_patch:end]
    own = patches[:, None] == xp.arange(height * width, device=patches.device)
    others = xp.max(xp.where(own, 0.0, maps), axis=2, keepdims=True)
    whole = xp.astype(xp.where(own, others, maps), features.dtype)
    return xp.reshape(whole, (len(maps), len(patches), height, width))


def maps_and_boxes(
    maps: Float[Array, "J K h w"],
    points: Float[Array, "K 2"],
    *,
    rule: str,
    given: Float[Array, "K 4"] | None = None,
) -> tuple[Float[Array, "K h w"], Float[Array, "K 4"]]:
    """Of each object's J maps the one of the highest contrast, in [0, 1], and its box, in patches.

    Args:
        maps: What `point_maps` gives.
        points: (x, y) in patches.
        rule: A name in ``BOX_RULES``.
        given: Boxes that are known, in patches; NaN for those that are not.

    Raises:
        OptionError: There is no box rule of this name.
    """
    xp, drawn = namespace(maps), []
    for block in maps:
        boxes = BOX_RULES[rule](block, points)
        if given is not None:
            boxes = boxes_with_points(xp.where(xp.isnan(given), boxes, given), points)
        drawn.append(boxes)
    around = xp.stack(drawn)
    best = most_contrasted(maps, around)
    objects = xp.arange(len(best), device=best.device)
    return normalised(maps[best, objects]), around[best, objects]
