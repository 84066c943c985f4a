"""Names for the arrays and words that cross rooms."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

TaskName: TypeAlias = str
"""The name of a registered task, see ``clickmend.tasks.registry``, or "instances"."""

RGB: TypeAlias = NDArray[np.uint8]
"""A photo, ``(H, W, 3)``, 0–255, upright."""

Mask: TypeAlias = NDArray[np.bool_]
"""An object mask, ``(H, W)``."""

Labels: TypeAlias = NDArray[np.int32]
"""Region or class ids, ``(H, W)``; what 0 and 255 mean is said by the reader."""

FloatMap: TypeAlias = NDArray[np.float32]
"""One number per pixel, ``(H, W)``: logits, probabilities, distances."""
