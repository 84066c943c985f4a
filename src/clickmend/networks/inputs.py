"""A view of a photo as networks take it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from clickmend.core.shapes import Float
from clickmend.core.types import RGB

if TYPE_CHECKING:
    import torch
    from torch import Tensor


def as_input(view: RGB, device: torch.device) -> Float[Tensor, "1 3 h w"]:
    """A view of the photo as networks take it, RGB in [0, 1], on a device."""
    import torch

    return torch.from_numpy(as_planes(view)).to(device)


def as_planes(view: RGB) -> Float[NDArray[np.float32], "1 3 h w"]:
    """A view of the photo as networks take it, RGB in [0, 1]."""
    return view.transpose(2, 0, 1)[None].astype(np.float32, order="C") / np.float32(255)
