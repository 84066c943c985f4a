"""What an interactive session shows, and how a mask from elsewhere becomes a prior."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from clickmend.core.errors import PriorError
from clickmend.core.types import FloatMap, Mask
from clickmend.data.codecs import mask_png, read_mask
from clickmend.data.planes import PixelSource
from clickmend.feedback.marks import BACKGROUND, FOREGROUND
from clickmend.tasks.base import Prediction, Shown


@dataclass(frozen=True)
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
        probability: FloatMap = expit(self.logits)
        return probability

    @property
    def pixels(self) -> Mask:
        """The object, ``(H, W)``."""
        return self.mask

    def encoded(self, suffix: str) -> bytes:
        """The mask as an 8-bit PNG, 255 on the object."""
        assert suffix in self.suffixes
        return mask_png(self.mask)

    def at(self, x: float, y: float) -> Shown:
        """Foreground or background."""
        return Shown(label=FOREGROUND if self.mask[int(y), int(x)] else BACKGROUND)


def prior_logits(prior: PixelSource, *, width: int, height: int, margin: float) -> FloatMap:
    """A mask from elsewhere in the space of the network's logits, ``(H, W)``.

    Args:
        prior: A mask PNG, or an array ``(H, W)``: bool, uint8 (0 and 1, or 0 and 255), or
            floating-point probabilities in [0, 1].
        width: Of the photo, pixels.
        height: Of the photo, pixels.
        margin: m; a hard mask becomes ±m, a probability its logit cut at ±2 m.

    Raises:
        PriorError: Another size than the photo's, or other values.
    """
    if not isinstance(prior, np.ndarray):
        mask = read_mask(prior, size=(width, height))
        return np.where(mask, margin, -margin).astype(np.float32)
    array = prior
    if array.shape != (height, width):
        raise PriorError(
            f"the prior has the shape {array.shape}, the photo is {width}×{height}. A prior is "
            f"(H, W) = ({height}, {width}); give one made for this photo."
        )
    if array.dtype == np.bool_:
        return np.where(array, margin, -margin).astype(np.float32)
    if np.issubdtype(array.dtype, np.floating):
        if not (np.isfinite(array).all() and array.min() >= 0 and array.max() <= 1):
            raise PriorError(
                "the prior has values outside [0, 1]. Floating-point priors are probabilities; "
                "give a bool mask, or apply a sigmoid to logits."
            )
        with np.errstate(divide="ignore"):
            soft: FloatMap = logit(array.astype(np.float64)).astype(np.float32)
        return soft.clip(-2 * margin, 2 * margin)
    if array.dtype == np.uint8 and (set(np.unique(array)) <= {0, 1} or _is_black_white(array)):
        return np.where(array > 0, margin, -margin).astype(np.float32)
    raise PriorError(
        f"the prior is an array of {array.dtype} with values up to {array.max()}. Allowed are "
        "bool, uint8 with 0 and 1 or 0 and 255, and probabilities in floating point."
    )


def _is_black_white(array: NDArray[Any]) -> bool:
    return set(np.unique(array)) <= {0, 255}
