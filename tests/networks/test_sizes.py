"""Tests of the sizes that are refused."""

import pytest
import torch

from clickmend.core.errors import ModelError
from clickmend.networks.sizes import require_whole_strides


def test_sides_of_whole_strides_pass() -> None:
    require_whole_strides(torch.zeros(1, 3, 32, 96))


@pytest.mark.parametrize("size", [(100, 96), (96, 100)])
def test_a_side_that_would_leave_part_of_a_pixel_is_refused(size: tuple[int, int]) -> None:
    with pytest.raises(ModelError, match=r"is \d+×\d+ pixels.*multiples of 32; resize or pad"):
        require_whole_strides(torch.zeros(1, 3, *size))
