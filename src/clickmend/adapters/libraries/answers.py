"""What networks answer with, as sessions take it."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from clickmend.adapters.libraries.base import with_rest

LEAST_SCORE = 1e-6

FARTHEST = 100.0
"""The farthest pixel of a relative depth map is at most so many times as far as the nearest."""


def binary(answer: Any) -> Tensor:
    """The logits of a network with one class, ``(1, 2, h, w)``."""
    return with_rest(answer.logits)


def mask_queries(answer: Any) -> Tensor:
    """The logarithm of each class's score, from queries that are a class and a mask each.

    The scores Σ_q p(class | q) · p(pixel | q) are those of the library's own post-processing, their
    order is the same, and a click on a class asks for something in their logarithm.

    Returns:
        ``(1, C, h, w)``.
    """
    classes = answer.class_queries_logits.softmax(dim=-1)[..., :-1]
    masks = answer.masks_queries_logits.sigmoid()
    return torch.einsum("bqc,bqhw->bchw", classes, masks).clamp(min=LEAST_SCORE).log()


def nearness(answer: Any) -> Tensor:
    """Depth from an inverse depth that has no unit: the nearest pixel is at 1.

    The card of such a network says ``relative``: marks settle the unit, see ``DepthRules``.

    Returns:
        ``(1, 1, h, w)``, from 1 to ``FARTHEST``.
    """
    near: Tensor = answer.predicted_depth[:, None]
    most = near.detach().amax().clamp(min=LEAST_SCORE)
    return 1 / (near / most).clamp(min=1 / FARTHEST, max=1)
