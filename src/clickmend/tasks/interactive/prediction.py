"""Predictions of object masks, and the logits of a prior."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np

from clickmend.core.types import FloatMap, Mask
from clickmend.data.codecs import mask_levels, mask_png, read_soft_mask
from clickmend.data.levels import GreyPicture
from clickmend.data.planes import PixelSource
from clickmend.feedback.marks import BACKGROUND, FOREGROUND
from clickmend.tasks.prediction import Prediction, Shown


@dataclass(frozen=True, eq=False)
class InteractivePrediction(Prediction):
    """The object as the session sees it.

    Args:
        logits: Of "belongs to the object", ``(H, W)`` of the original image; above 0 is object.
    """

    suffixes: ClassVar[tuple[str, ...]] = (".png",)
    logits: FloatMap

    @cached_property
    def mask(self) -> Mask:
        """The object, ``(H, W)``."""
        return self.logits > 0

    @cached_property
    def probability(self) -> FloatMap:
        """Of "belongs to the object", ``(H, W)``, in [0, 1]."""
        return sigmoid(self.logits)

    @property
    def pixels(self) -> Mask:
        """The object, ``(H, W)``."""
        return self.mask

    def encoded(self, suffix: str) -> bytes:
        """The mask as an 8-bit PNG, 255 on the object."""
        assert suffix in self.suffixes
        return mask_png(self.mask)

    def shown(self) -> GreyPicture:
        """255 on the object."""
        return GreyPicture(mask_levels(self.mask))

    def at(self, x: float, y: float) -> Shown:
        """Foreground or background."""
        return Shown(label=FOREGROUND if self.mask[self.pixel(x, y)] else BACKGROUND)


def sigmoid(logits: FloatMap) -> FloatMap:
    """The logistic function; scipy's takes longer to import than all else here."""
    probability: FloatMap = np.float32(0.5) * logits
    np.tanh(probability, out=probability)  # in place: a photo's worth of memory takes its time
    probability += 1
    probability *= np.float32(0.5)
    return probability


def prior_logits(prior: PixelSource, *, width: int, height: int, margin: float) -> FloatMap:
    """A prior as logits, ``(H, W)``.

    Args:
        prior: A mask of one object as a picture, COCO's run lengths or an array ``(H, W)``, or
            floating-point probabilities in [0, 1] in an array or NPY file.
        width: Of the photo, pixels.
        height: Of the photo, pixels.
        margin: m; a binary mask becomes ±m, a probability its logit clipped to ±2 m.

    Raises:
        PriorError: Another size than the photo's, or other values.
    """
    given = read_soft_mask(prior, size=(width, height))
    if given.dtype == np.bool_:
        return np.where(given, margin, -margin).astype(np.float32)
    with np.errstate(divide="ignore"):
        wide = given.astype(np.float64)
        soft = (np.log(wide) - np.log1p(-wide)).astype(np.float32)
    return soft.clip(-2 * margin, 2 * margin)
