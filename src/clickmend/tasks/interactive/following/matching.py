"""Which pixels of a frame look like those of an object: the nearest features of frames before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import cv2
import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

from clickmend.core.extras import need
from clickmend.core.types import RGB, FloatMap
from clickmend.feedback.crop import resize, whole_image
from clickmend.networks import load
from clickmend.networks.inputs import as_planes

SEES = "interactive-l0"
"""The weights whose encoder says what a pixel looks like."""

LONG_PX = 480
"""The longer side at which it looks."""

STRIDE = 8
"""Of the places that are compared."""

LEVELS = (2, 3)
"""The encoder's maps at 1/8 and 1/16, side by side."""

NEAREST = 10
"""So many of the most similar places vote."""

TEMPERATURE = 0.05
"""Of their votes, by cosine."""


@dataclass(frozen=True, slots=True)
class Looks:
    """What is seen at each place of a frame.

    Args:
        vectors: Of unit length, ``(h·w, C)``, row by row.
        grid: (h, w).
    """

    vectors: Float[NDArray[np.float32], "N C"]
    grid: tuple[int, int]

    def shares(self, probability: FloatMap) -> NDArray[np.float32]:
        """How much of each place is the object's, ``(h·w,)``."""
        height, width = self.grid
        return resize(probability, width, height).ravel()


def looks_of(photo: RGB) -> Looks:
    """What the encoder sees of a frame.

    Raises:
        NotAvailableError: Torch is not installed.
    """
    need("torch", by="Following an object through a film")
    import torch
    import torch.nn.functional as F

    height, width = photo.shape[:2]
    view = whole_image(width, height, long_side=LONG_PX)
    grid = view.out_h // STRIDE, view.out_w // STRIDE
    with torch.no_grad():
        maps = _encoder()(torch.from_numpy(as_planes(view.read(photo))))
        seen = [
            F.interpolate(F.normalize(maps[level], dim=1), grid, mode="bilinear")
            for level in LEVELS
        ]
        joint = F.normalize(torch.cat(seen, dim=1), dim=1)[0].flatten(1)
    return Looks(np.ascontiguousarray(joint.numpy().T), grid)


def matched(
    here: Looks,
    before: Sequence[tuple[Looks, NDArray[np.float32]]],
    *,
    shape: tuple[int, int],
) -> FloatMap:
    """How likely each pixel is the object's, by the places that look most like it, ``(H, W)``.

    Args:
        here: The new frame.
        before: Frames before, with the object's share of each place.
        shape: (H, W).
    """
    vectors = np.concatenate([looks.vectors for looks, _ in before])
    shares = np.concatenate([share for _, share in before])
    like = here.vectors @ vectors.T
    count = min(NEAREST, like.shape[1])
    near = np.argpartition(like, -count, axis=1)[:, -count:]
    close = np.take_along_axis(like, near, axis=1)
    votes = np.exp((close - close.max(axis=1, keepdims=True)) / TEMPERATURE)
    share = (votes * shares[near]).sum(axis=1) / votes.sum(axis=1)
    whole: FloatMap = cv2.resize(
        share.reshape(here.grid).astype(np.float32), shape[::-1], interpolation=cv2.INTER_LINEAR
    )
    return whole.clip(0, 1)


@lru_cache(maxsize=1)
def _encoder() -> Any:
    return load(SEES, device="cpu").network.encoder
