"""The photo with its mask over it, for a quick look."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image
from scipy import ndimage

from clickmend.core.types import RGB, Mask

COLOUR = (0, 200, 120)
OPACITY = 0.45


def overlay_png(photo: RGB, mask: Mask) -> bytes:
    """The PNG file of ``photo`` with the object tinted and outlined."""
    file = io.BytesIO()
    Image.fromarray(overlay(photo, mask)).save(file, format="PNG")
    return file.getvalue()


def overlay(photo: RGB, mask: Mask) -> RGB:
    """Tint the object and draw its inner border; the rest of the photo stays as it is.

    Args:
        photo: ``(H, W, 3)``.
        mask: ``(H, W)``.

    Returns:
        A new picture, ``(H, W, 3)``.
    """
    picture = photo.copy()
    tinted = (1 - OPACITY) * photo[mask] + OPACITY * np.array(COLOUR)
    picture[mask] = np.rint(tinted).astype(np.uint8)
    picture[mask & ~ndimage.binary_erosion(mask)] = COLOUR
    return picture
