"""Where the parts of an object start: seeds spread over the sure inside of its map."""

from __future__ import annotations

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from scipy import ndimage
from torch import Tensor

SEEDS = 20
"""Prototypes of an object before key-point filtering [Liao23, Sec. 3]."""

SURE = 0.35
"""Where a foreground map is sure [Liao23, Sec. 3]."""


def sure_inside(
    foreground: Float[Tensor, "K h w"], points: Float[Tensor, "K 2"]
) -> Bool[Tensor, "K h w"]:
    """{F > 0.35}; of a map that is nowhere sure, the patch under its point."""
    inside = foreground > SURE
    columns, rows = points.long().unbind(dim=1)
    lost = ~inside.any(dim=(1, 2))
    inside[lost, rows[lost], columns[lost]] = True
    return inside


def eroded(inside: Bool[Tensor, "K h w"]) -> Bool[Tensor, "K h w"]:
    """The areas without their outermost patches (8-neighbours).

    The border of the photo takes nothing away, and an area that nothing would be left of stays.

    Example:
        >>> inside = torch.zeros(1, 5, 5, dtype=torch.bool)
        >>> inside[0, 1:4, 1:4] = True
        >>> int(eroded(inside).sum())
        1
    """
    around = np.ones((1, 3, 3), bool)
    left = ndimage.binary_erosion(inside.cpu().numpy(), around, border_value=1)
    core = torch.from_numpy(left).to(inside.device)
    return torch.where(core.any(dim=(1, 2), keepdim=True), core, inside)


def spread_seeds(
    inside: Bool[Tensor, "K h w"], points: Float[Tensor, "K 2"], *, count: int = SEEDS
) -> tuple[Int[Tensor, "K {count}"], Bool[Tensor, "K {count}"]]:
    """Patches far from each other: the one nearest to the point, then always the farthest one.

    Returns:
        Indices into the h·w patches, and which of them are seeds: an area of fewer patches than
        ``count`` has one seed in each.

    Example:
        >>> area = torch.ones(1, 1, 4, dtype=torch.bool)
        >>> seeds, there = spread_seeds(area, torch.tensor([[0.5, 0.5]]), count=2)
        >>> seeds.tolist(), there.tolist()
        ([[0, 3]], [[True, True]])
    """
    width = inside.shape[2]
    area = inside.flatten(1)
    index = torch.arange(area.shape[1], device=area.device)
    centres = torch.stack([index % width, index // width], dim=1) + 0.5

    def squared(positions: Tensor) -> Tensor:
        return (centres - positions[:, None]).square().sum(dim=2)

    chosen = torch.where(area, squared(points), torch.inf).argmin(dim=1)
    nearest = squared(centres[chosen])
    seeds, there = [chosen], [area.any(dim=1)]
    for _ in range(count - 1):
        away, chosen = torch.where(area, nearest, -1.0).max(dim=1)
        nearest = torch.minimum(nearest, squared(centres[chosen]))
        seeds.append(chosen)
        there.append(away > 0)
    return torch.stack(seeds, dim=1), torch.stack(there, dim=1)
