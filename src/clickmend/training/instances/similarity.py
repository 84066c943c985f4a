"""How alike the features of objects and background are, as the supplement's Figure 1 plots it."""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from clickmend.core.shapes import Float, Int


@torch.no_grad()
def feature_similarity(
    features: Float[Tensor, "B D h w"],
    index: Int[Tensor, "B h w"],
    classes: Sequence[Int[Tensor, " _"]],
) -> dict[str, float]:
    """Mean cosines between mean features, by their names; without any such pair one is left out.

    - "foreground and background": of all objects of a picture and its background;
    - "between classes": of objects of different classes, over all pictures;
    - "within a class": of objects of one class.

    Args:
        features: The patches of B pictures.
        index: 1…K where a patch is of an object, 0 elsewhere.
        classes: Of the K objects of each picture.
    """
    apart: list[Tensor] = []
    means: list[Tensor] = []
    kinds: list[Tensor] = []
    for patches, at, kind in zip(F.normalize(features.float(), dim=1), index, classes, strict=True):
        objects = torch.arange(1, len(kind) + 1, device=at.device)
        of = (at.flatten() == objects[:, None]).to(patches)
        seen = of.any(dim=1)
        flat = patches.flatten(1).T
        inside = (at.flatten() > 0).to(patches)
        if 0 < inside.sum() < len(inside):
            apart.append(F.cosine_similarity(inside @ flat, (1 - inside) @ flat, dim=0))
        means.append(F.normalize(of[seen] @ flat, dim=1))
        kinds.append(kind[seen])
    mean, kind = torch.cat(means), torch.cat(kinds)
    cosine = mean @ mean.T
    pairs = torch.ones_like(cosine, dtype=torch.bool).triu(diagonal=1)
    same = kind[:, None] == kind
    found = {
        "foreground and background": torch.stack(apart) if apart else cosine.new_empty(0),
        "between classes": cosine[pairs & ~same],
        "within a class": cosine[pairs & same],
    }
    return {name: float(each.mean()) for name, each in found.items() if len(each)}
