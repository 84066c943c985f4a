"""What a picture of the parts shows: which part each patch of an object is most like."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float, Int
from torch import Tensor

from clickmend.parts.clustering import Parts


def part_index(
    parts: Parts, features: Float[Tensor, "C h w"], masks: Bool[Tensor, "K h w"]
) -> Int[Tensor, "K h w"]:
    """1…P where a patch of the mask is most like that part of its object, 0 elsewhere.

    The parts after any number of steps may be shown: with ``iterations=t`` they are those after t
    of them. Where to mark them is said by `key_points`.

    Args:
        parts: Parts of K objects.
        features: Those that the parts were found in.
        masks: What is shown of each object.
    """
    best = parts.maps(F.normalize(features.flatten(1).T, dim=1)).argmax(dim=1)
    shown = masks & parts.alive.any(dim=1)[:, None, None]
    return torch.where(shown, best.view_as(masks) + 1, 0)
