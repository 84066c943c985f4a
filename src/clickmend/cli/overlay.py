"""The photo with its mask or its objects over it, for a quick look."""

from __future__ import annotations

import io

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageColor

from clickmend.core.types import RGB, Labels, Mask

COLOUR = (0, 200, 120)
OPACITY = 0.45

# fmt: off
_NAMES = (
    "#249ff3", "#e64343", "#f7d22a", "#8f60e1", "#f6922e", "#3bbc4a", "#fb9dc2", "#845922",
    "#61ebfa", "#cf33d0", "#008479", "#9bcc00", "#006dbd", "#ac0010", "#c39e00", "#612bac",
    "#bf6000", "#00890b", "#c46b90", "#542d00", "#0bb6c5", "#99009b", "#00554c", "#6b9800",
    "#4ec0ff", "#ff6661", "#fff359", "#ad7fff", "#ffb255", "#61dc6b", "#ffbce2", "#a37640",
    "#86ffff", "#f259f1", "#33a397", "#baed3f",
)
# fmt: on

OBJECTS = tuple(ImageColor.getrgb(name)[:3] for name in _NAMES)
"""The colours of objects, those of the page; after the last the first comes again."""


def png_of(picture: RGB) -> bytes:
    """The PNG file of a picture."""
    file = io.BytesIO()
    Image.fromarray(picture).save(file, format="PNG")
    return file.getvalue()


def overlay(photo: RGB, mask: Mask) -> RGB:
    """Tint the object and draw its inner border; the rest of the photo stays as it is.

    Args:
        photo: ``(H, W, 3)``.
        mask: ``(H, W)``.

    Returns:
        A new picture, ``(H, W, 3)``.
    """
    cross = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
    inner = cv2.erode(mask.astype(np.uint8), cross, borderType=cv2.BORDER_CONSTANT, borderValue=0)
    border = mask & (inner == 0)
    return _painted(photo, mask, border, np.array(COLOUR))


def overlay_instances(photo: RGB, index: Labels) -> RGB:
    """Tint each object in a colour of its own and draw its inner border.

    Args:
        photo: ``(H, W, 3)``.
        index: The number of each pixel's object, 0 for none, ``(H, W)``.

    Returns:
        A new picture, ``(H, W, 3)``.
    """
    around = np.pad(index, 1)
    beside = (around[:-2, 1:-1], around[2:, 1:-1], around[1:-1, :-2], around[1:-1, 2:])
    inner = np.logical_and.reduce([other == index for other in beside])
    mask = index > 0
    return _painted(photo, mask, mask & ~inner, np.array(OBJECTS)[(index - 1) % len(OBJECTS)])


def _painted(photo: RGB, mask: Mask, border: Mask, colour: NDArray[np.int_]) -> RGB:
    """The photo with ``colour``, ``(3)`` or ``(H, W, 3)``, over the mask and on its border."""
    colour = np.broadcast_to(colour, photo.shape)
    picture = photo.copy()
    tinted = (1 - OPACITY) * photo[mask] + OPACITY * colour[mask]
    picture[mask] = np.rint(tinted).astype(np.uint8)
    picture[border] = colour[border]
    return picture
