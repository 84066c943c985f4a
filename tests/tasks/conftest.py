"""A small photo with a bright part, and its trimap; makes ``dense_sessions`` importable."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from clickmend.core.types import RGB

sys.path.insert(0, str(Path(__file__).parent))

from dense_sessions import SIZE


@pytest.fixture
def photo(rng: np.random.Generator) -> RGB:
    image = rng.integers(0, 80, (SIZE[1], SIZE[0], 3)).astype(np.uint8)
    image[20:50, 30:60] += 120
    return image


@pytest.fixture
def trimap() -> np.ndarray:
    trimap = np.full((SIZE[1], SIZE[0]), 128, np.uint8)
    trimap[:10] = 0
    trimap[-10:] = 255
    return trimap
