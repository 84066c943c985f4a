"""Moving a bias map with the crop of the image that it covers."""

from __future__ import annotations

from typing import TypeAlias

import torch
import torch.nn.functional as F
from torch import Tensor

from clickmend.core.errors import OptionError
from clickmend.core.shapes import Float

Crop: TypeAlias = tuple[float, float, float, float]
"""A crop of the image, (x0, y0, x1, y1) in pixels of the original image."""


def resample_map(
    b_m: Float[Tensor, "*C H W"], old: Crop, new: Crop, *, size: tuple[int, int] | None = None
) -> Float[Tensor, "*C H2 W2"]:
    """Move a bias map from one crop of the image to another, bilinearly.

    What of the new crop lies outside the old one becomes zero.

    Args:
        b_m: The map, ``(H, W)``, or several, ``(C, H, W)``; it covers the whole old crop.
        old: The crop that it covers.
        new: The crop that the result covers.
        size: Rows and columns of the result; those of ``b_m`` when missing.

    Returns:
        The moved map, ``(H2, W2)`` or ``(C, H2, W2)``. An untouched map stays an untouched map.

    Raises:
        OptionError: A crop is empty.
    """
    for crop in (old, new):
        if not (crop[2] > crop[0] and crop[3] > crop[1]):
            raise OptionError(
                f"The crop {crop} is empty. A crop is (x0, y0, x1, y1) with x0 < x1 and y0 < y1 "
                "in pixels of the original image; check the order of its numbers."
            )
    rows, columns = size or (b_m.shape[-2], b_m.shape[-1])
    if old == new and (rows, columns) == tuple(b_m.shape[-2:]):
        return b_m.clone()
    x = _relative_centres(columns, (old[0], old[2]), (new[0], new[2]), b_m)
    y = _relative_centres(rows, (old[1], old[3]), (new[1], new[3]), b_m)
    grid = torch.stack(torch.meshgrid(x, y, indexing="xy"), dim=-1)
    # Sampled with the other sign, so that an untouched map stays at −0.0 and adds nothing.
    maps = -b_m.reshape(1, -1, *b_m.shape[-2:])
    sampled = F.grid_sample(maps, grid[None], padding_mode="border", align_corners=False)
    inside = (grid.abs() <= 1).all(dim=-1)
    return -torch.where(inside, sampled, 0.0).reshape(*b_m.shape[:-2], rows, columns)


def _relative_centres(
    cells: int, old: tuple[float, float], new: tuple[float, float], like: Tensor
) -> Tensor:
    """Centres of the new cells along one axis, −1 and 1 being the borders of the old crop."""
    centres = (torch.arange(cells, device=like.device, dtype=like.dtype) + 0.5) / cells
    image = new[0] + centres * (new[1] - new[0])
    return 2 * (image - old[0]) / (old[1] - old[0]) - 1
