"""Weights of the consistency energy: the area outside a click."""

from __future__ import annotations

import torch
from torch import Tensor

from clickmend.core.shapes import Float


def distance_to(point: tuple[float, float], *, height: int, width: int) -> Float[Tensor, "H W"]:
    """The distance of every pixel's centre to ``point`` (x, y), pixels."""
    dx = torch.arange(width) + 0.5 - point[0]
    dy = torch.arange(height) + 0.5 - point[1]
    return torch.sqrt(dy[:, None] ** 2 + dx**2)


def outside_disk(
    point: tuple[float, float], radius_px: float, *, height: int, width: int
) -> Float[Tensor, "H W"]:
    """M of the segmentation tasks: 0 within ``radius_px`` of ``point`` (x, y), 1 elsewhere."""
    return (distance_to(point, height=height, width=width) > radius_px).float()


def outside_gaussian(
    point: tuple[float, float], radius_px: float, *, height: int, width: int
) -> Float[Tensor, "H W"]:
    """M of the regression tasks: 1 − exp(−d²/2r²), d the distance to ``point`` (x, y)."""
    distance = distance_to(point, height=height, width=width)
    return 1 - torch.exp(-distance.square() / (2 * radius_px**2))
