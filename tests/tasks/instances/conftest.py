"""A photo of one object for the tests of what is found in it."""

import numpy as np
import pytest
from numpy.typing import NDArray


@pytest.fixture
def square() -> NDArray[np.bool_]:
    mask = np.zeros((100, 200), bool)
    mask[30:70, 60:110] = True
    return mask


@pytest.fixture
def photo(square) -> NDArray[np.uint8]:
    """A bright square on dark ground, with a little noise."""
    noise = np.random.default_rng(0).integers(0, 12, (100, 200, 3))
    return np.where(square[..., None], 200, 40).astype(np.uint8) + noise.astype(np.uint8)
