"""Photos with the depth of every pixel, and the registry of their published layouts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias, final

import numpy as np

from clickmend.core.errors import DataError
from clickmend.core.registry import Registry
from clickmend.core.types import RGB, FloatMap, Mask
from clickmend.data.datasets import PhotoDataset, Planes
from clickmend.data.depth_files import read_depth


@final
@dataclass(frozen=True, eq=False)
class DepthSample:
    """A photo with the measurement of a depth camera.

    Attributes:
        name: Unique within the dataset.
        image: The photo, ``(H, W, 3)``.
        depth_m: Metres, ``(H, W)``, NaN where nothing was measured.
        relative: Whether they are metres but for one unknown factor.
    """

    name: str
    image: RGB
    depth_m: FloatMap
    relative: bool = False

    @property
    def ignore(self) -> Mask:
        """True for pixels that are not scored or learned, ``(H, W)``."""
        return np.isnan(self.depth_m)


DepthDataset: TypeAlias = PhotoDataset[DepthSample]
"""Photos with depth."""


def read_millimetres(file: Path) -> Planes:
    """Read the depth of a 16-bit PNG of millimetres, metres with NaN where it is 0."""
    return (read_depth(file, error=DataError),)


DepthBuilder: TypeAlias = Callable[[Path, str | None], DepthDataset]
"""Opens ``(root, split)``; ``None`` is the layout's usual split."""

DEPTH_DATASETS: Registry[DepthBuilder] = Registry(
    "layout of depth maps", entry_points="clickmend.datasets"
)
"""The published layouts of depth maps by name."""
