"""What may be compared; the metrics' own tests show that each of them asks."""

import numpy as np
import pytest

from clickmend.core.errors import OptionError
from clickmend.metrics.counted import check_sizes


def test_maps_of_one_size_and_absent_ones_are_taken():
    check_sizes(np.ones((2, 3)), {"truth": np.zeros((2, 3), bool), "ignore mask": None})


def test_the_map_that_differs_is_named_with_both_sizes():
    with pytest.raises(OptionError, match=r"is 3×2 pixels and the trimap 2×3 pixels\. Only maps"):
        check_sizes(np.ones((2, 3)), {"truth": np.ones((2, 3)), "trimap": np.ones((3, 2))})
