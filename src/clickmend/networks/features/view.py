"""The photo as a network looks at it for its features, and what it answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import NDArray

from clickmend.core.arrays import Array
from clickmend.core.shapes import Float
from clickmend.core.types import RGB
from clickmend.feedback.crop import Crop, whole_image
from clickmend.feedback.marks import FOREGROUND, Click
from clickmend.networks.encoding import MarkEncoding
from clickmend.networks.inputs import as_planes

VIEW_PX = 480
"""The longer side of the photo as it is looked at."""

PATCH_PX = 8
"""The side of a patch in the view."""


@final
@dataclass(frozen=True)
class Features:
    """One photo as a backbone sees it.

    Attributes:
        features: One vector per patch, ``(C, h, w)``.
        attention: Softmax weights of the last blocks of a transformer, means over the heads, each
            ``(1, N, N)``; empty for other backbones.
        first_patch: Where the h·w patches start among the N tokens.
    """

    features: Float[Array, "C h w"]
    attention: tuple[Float[Array, "1 N N"], ...] = ()
    first_patch: int = 1


def clicked_view(
    photo: RGB, points: Sequence[tuple[float, float]], encoding: MarkEncoding, *, side: int
) -> tuple[Crop, NDArray[np.float32], NDArray[np.float32]]:
    """The whole photo with a foreground click per point, as an interactive network takes it.

    Args:
        photo: ``(H, W, 3)``.
        points: (x, y) in pixels of the photo, inside it.
        encoding: How the network is told of clicks.
        side: The longer side of the view, pixels.

    Returns:
        The view, the photo ``(1, 3, h, w)`` and the marks ``(1, 4, h, w)``.
    """
    height, width = photo.shape[:2]
    crop = whole_image(width, height, long_side=side)
    clicks = tuple(Click(x, y, FOREGROUND) for x, y in points)
    return crop, as_planes(crop.read(photo)), encoding(clicks, None, None, crop)
