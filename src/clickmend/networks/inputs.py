"""A view of a photo as networks take it."""

from __future__ import annotations

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from clickmend.core.types import RGB


def as_input(view: RGB, device: torch.device) -> Float[Tensor, "1 3 h w"]:
    """A view of the photo as networks take it, RGB in [0, 1]."""
    pixels = torch.from_numpy(np.ascontiguousarray(view))
    return pixels.permute(2, 0, 1)[None].to(device).float().div(255)
