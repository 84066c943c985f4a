"""Bias maps move with the crop that they cover."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from clickmend.core.errors import OptionError
from clickmend.refinement import resample_map

CROP = (10.0, 20.0, 50.0, 60.0)


def test_the_same_crop_and_size_gives_the_same_bits() -> None:
    b_m = torch.randn(5, 7)

    assert torch.equal(resample_map(b_m, CROP, CROP), b_m)


@given(dx=st.integers(-6, 6), dy=st.integers(-6, 6))
def test_a_shift_by_whole_cells_moves_the_values_and_brings_in_zeros(dx: int, dy: int) -> None:
    b_m = torch.arange(1.0, 26.0).reshape(5, 5)
    expected = torch.zeros(5, 5)
    for y in range(5):
        for x in range(5):
            if 0 <= y + dy < 5 and 0 <= x + dx < 5:
                expected[y, x] = b_m[y + dy, x + dx]
    old = (0.0, 0.0, 40.0, 40.0)
    new = (8.0 * dx, 8.0 * dy, 40.0 + 8 * dx, 40.0 + 8 * dy)

    torch.testing.assert_close(resample_map(b_m, old, new), expected, rtol=0, atol=1e-4)


def test_a_linear_map_is_read_at_the_centres_of_the_new_cells() -> None:
    x = 10 + (torch.arange(40) + 0.5)
    b_m = (2 * x).expand(40, 40).clone()
    new = (20.0, 30.0, 44.0, 46.0)

    moved = resample_map(b_m, CROP, new, size=(4, 6))

    centres = 20 + (torch.arange(6) + 0.5) * 4
    torch.testing.assert_close(moved, (2 * centres).expand(4, 6), rtol=0, atol=1e-3)


def test_a_larger_crop_keeps_constants_up_to_the_old_border() -> None:
    moved = resample_map(torch.ones(4, 4), (10.0, 10.0, 30.0, 30.0), (0.0, 0.0, 40.0, 40.0))

    expected = torch.zeros(4, 4)
    expected[1:3, 1:3] = 1
    assert torch.equal(moved, expected)


def test_an_untouched_map_keeps_its_negative_zeros_everywhere() -> None:
    moved = resample_map(torch.full((3, 3), -0.0), CROP, (0.0, 0.0, 30.0, 30.0), size=(5, 4))

    assert (moved == 0).all()
    assert moved.signbit().all()


def test_several_maps_move_as_each_alone() -> None:
    maps = torch.randn(3, 5, 7)
    new = (18.0, 22.0, 62.0, 70.0)

    moved = resample_map(maps, CROP, new, size=(4, 6))

    assert torch.equal(moved, torch.stack([resample_map(m, CROP, new, size=(4, 6)) for m in maps]))


@pytest.mark.parametrize("empty", [(5.0, 0.0, 5.0, 9.0), (0.0, 9.0, 5.0, 0.0)])
def test_an_empty_crop_is_refused(empty: tuple[float, float, float, float]) -> None:
    with pytest.raises(OptionError, match=r"is empty. A crop is"):
        resample_map(torch.zeros(2, 2), CROP, empty)
