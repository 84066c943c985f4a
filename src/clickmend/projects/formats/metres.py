"""Depth in metres, as the formats of depth write it."""

from __future__ import annotations

import numpy as np

from clickmend.core.types import FloatMap
from clickmend.projects.formats.base import PhotoLabels, float_map


def no_depth(labels: PhotoLabels) -> str:
    """What of a plane of floats is no depth, in words; empty if it is."""
    plane = float_map(labels)
    if ((plane <= 0) | np.isinf(plane)).any():
        return "depth that is 0, less or infinite (NaN is unknown)"
    return ""


def metres(labels: PhotoLabels) -> FloatMap:
    """The plane of labels that passed the check of a format of depth, ``(H, W)``, NaN unknown."""
    return float_map(labels).astype(np.float32)
