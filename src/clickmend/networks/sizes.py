"""Which sizes the networks that halve the resolution five times can take."""

from __future__ import annotations

from torch import Tensor

from clickmend.core.errors import ModelError
from clickmend.core.shapes import Float

STRIDE = 32
"""The input's resolution over that of the coarsest map."""


def require_whole_strides(image: Float[Tensor, "B C H W"]) -> None:
    """Refuse an image whose coarsest map would not be a whole number of pixels.

    Raises:
        ModelError: H or W is no multiple of 32.
    """
    height, width = image.shape[-2:]
    if height % STRIDE or width % STRIDE:
        raise ModelError(
            f"The image is {width}×{height} pixels. This network halves it five times, so both "
            f"sides must be multiples of {STRIDE}; resize or pad it."
        )
