"""One formula for arrays and tensors."""

import numpy as np
import pytest
import torch

from clickmend.core.arrays import as_units, like, namespace, to_numpy

VECTORS = np.array([[3.0, 4.0], [0.0, 0.0]], np.float32)


@pytest.mark.parametrize("kind", [np.asarray, torch.from_numpy])
def test_what_is_made_of_an_array_is_of_its_kind(kind):
    given = kind(VECTORS)
    units = as_units(given, axis=1)
    assert type(units) is type(given) is type(like(VECTORS, given))
    np.testing.assert_allclose(to_numpy(units), [[0.6, 0.8], [0, 0]], atol=1e-7)
    assert namespace(given).max(given) == 4


def test_an_array_is_not_copied():
    assert to_numpy(VECTORS) is VECTORS


def test_a_number_of_numpy_is_of_numpy():
    assert namespace(np.float32(1)) is np
