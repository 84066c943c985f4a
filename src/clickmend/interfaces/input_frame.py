"""SAM's input frame: a photo with its longer side at 1,024 pixels, and logits at a quarter of that.

Logits in the frame are a square of 256 pixels: the photo starts at the top left corner, and the
right or the bottom is padded with background.
"""

from __future__ import annotations

from typing import Any, TypeVar, cast

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from clickmend.core.types import RGB, FloatMap

SIDE_PX = 1024
"""The longer side of a photo in the frame."""

LOW_PX = 256
"""The side of the square of logits."""

STEP = SIDE_PX // LOW_PX

PADDING = -20.0
"""The logit of the padding."""

Places = TypeVar("Places", NDArray[np.floating], Tensor)


class InputFrame:
    """Converts pixels of a photo to those of the frame; methods are named as in SAM."""

    def get_preprocess_shape(self, height: int, width: int) -> tuple[int, int]:
        """The size of a photo in the frame, (H, W)."""
        scale = SIDE_PX / max(height, width)
        return int(height * scale + 0.5), int(width * scale + 0.5)

    def apply_image(self, image: RGB) -> RGB:
        """The photo in the frame, ``(h, w, 3)``."""
        height, width = self.get_preprocess_shape(*image.shape[:2])
        return cast(RGB, np.array(Image.fromarray(image).resize((width, height))))

    def apply_image_torch(self, image: Tensor) -> Tensor:
        """Photos in the frame, from ``(B, 3, H, W)``."""
        size = self.get_preprocess_shape(*image.shape[2:])
        return F.interpolate(image.float(), size, mode="bilinear", antialias=True)

    def apply_coords(self, coords: Places, original_size: tuple[int, int]) -> Places:
        """(x, y) of a photo in the frame.

        Args:
            coords: ``(…, 2)``.
            original_size: (H, W) of the photo.
        """
        return self._scaled(coords, original_size)

    apply_coords_torch = apply_coords

    def apply_boxes(self, boxes: Places, original_size: tuple[int, int]) -> Places:
        """(x0, y0, x1, y1) of a photo in the frame, ``(B, 4)``; see ``apply_coords``."""
        corners: Any = boxes.reshape(-1, 2, 2)
        scaled: Places = self._scaled(corners, original_size).reshape(-1, 4)
        return scaled

    apply_boxes_torch = apply_boxes

    def taken_back(self, coords: Tensor, original_size: tuple[int, int]) -> Tensor:
        """The inverse of ``apply_coords``."""
        return self._scaled(coords, original_size, back=True)

    def _scaled(self, coords: Places, size: tuple[int, int], *, back: bool = False) -> Places:
        height, width = self.get_preprocess_shape(*size)
        factors = (width / size[1], height / size[0])
        if back:
            factors = (1 / factors[0], 1 / factors[1])
        if isinstance(coords, Tensor):
            return coords.float() * torch.tensor(factors, device=coords.device)
        scaled: Places = np.asarray(coords, np.float64) * np.array(factors)
        return scaled


def low_logits(logits: FloatMap, frame: InputFrame) -> FloatMap:
    """The logits of a photo, ``(H, W)``, as the square of the frame, ``(256, 256)``."""
    given = torch.from_numpy(logits)[None, None]
    size = frame.get_preprocess_shape(*logits.shape)
    whole = F.interpolate(given, size, mode="bilinear", antialias=True)
    # Replicate the border by one step, so that logits read back do not fade there.
    right, below = (-side % STEP + STEP for side in (size[1], size[0]))
    square = F.avg_pool2d(F.pad(whole, (0, right, 0, below), mode="replicate"), STEP)
    square = square[..., :LOW_PX, :LOW_PX]
    more = (0, LOW_PX - square.shape[3], 0, LOW_PX - square.shape[2])
    low: FloatMap = F.pad(square, more, value=PADDING)[0, 0].numpy()
    return low


def full_logits(low: FloatMap, size: tuple[int, int], frame: InputFrame) -> FloatMap:
    """The square of the frame, ``(256, 256)``, as logits of a photo of a size (H, W)."""
    given = torch.from_numpy(low)[None, None]
    whole = F.interpolate(given, (SIDE_PX, SIDE_PX), mode="bilinear", align_corners=False)
    height, width = frame.get_preprocess_shape(*size)
    seen = whole[..., :height, :width]
    full: FloatMap = F.interpolate(seen, size, mode="bilinear", align_corners=False)[0, 0].numpy()
    return full
