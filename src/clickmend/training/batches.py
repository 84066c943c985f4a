"""From views, which are arrays, to batches of tensors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from numpy.typing import NDArray
from torch import Tensor

from clickmend.core.types import RGB


def stack_images(images: Sequence[RGB]) -> Float[Tensor, "B 3 H W"]:
    """Photos of one size as RGB in [0, 1], channels last in memory."""
    stacked = torch.from_numpy(np.stack(images))
    image = stacked.permute(0, 3, 1, 2).float().div(255)
    return image.contiguous(memory_format=torch.channels_last)


def stack_maps(maps: Sequence[NDArray[Any]]) -> Float[Tensor, "B 1 H W"]:
    """Masks or numbers per pixel, as float32."""
    return torch.from_numpy(np.stack(maps))[:, None].float()
