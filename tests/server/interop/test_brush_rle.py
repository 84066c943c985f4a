import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from clickmend.core.errors import PriorError
from clickmend.server.interop.brush_rle import decode_brush, encode_brush

# Written by label_studio_sdk.converter.brush.mask2rle of label-studio-sdk 2.1.2: 4×6 pixels, of
# which rows 1 and 2, columns 2 to 4 are set.
OF_THE_SDK = [0, 0, 0, 96, 57, 27, 254, 31, 0, 183, 255, 108, 2, 223, 254, 27, 0, 0]


def square():
    mask = np.zeros((4, 6), bool)
    mask[1:3, 2:5] = True
    return mask


def test_what_the_sdk_wrote_is_read_and_written():
    np.testing.assert_array_equal(decode_brush(OF_THE_SDK, width=6, height=4), square())
    written = encode_brush(square())
    assert OF_THE_SDK[: len(written)] == written
    assert not any(OF_THE_SDK[len(written) :])


def test_values_that_are_no_run_are_read():
    # A count of 4, and one block of 4 values: 1, 2, 3 and 0.
    bits = f"{4:032b}{7:05b}{2:04b}{3:04b}{7:04b}{15:04b}" + "000" + f"{3:03b}"
    bits += "".join(f"{value:08b}" for value in (1, 2, 3, 0))
    packed = [int(bits[at : at + 8].ljust(8, "0"), 2) for at in range(0, len(bits), 8)]
    assert decode_brush(packed, width=1, height=1).tolist() == [[False]]


@given(arrays(np.bool_, array_shapes(min_dims=2, max_dims=2, max_side=40)))
def test_a_mask_comes_back(mask):
    height, width = mask.shape
    np.testing.assert_array_equal(
        decode_brush(encode_brush(mask), width=width, height=height), mask
    )


def test_runs_longer_than_the_widest_are_split():
    mask = np.ones((200, 300), bool)
    mask[0] = False
    np.testing.assert_array_equal(decode_brush(encode_brush(mask), width=300, height=200), mask)


@given(st.lists(st.integers(0, 255), max_size=60))
def test_bytes_that_are_no_run_lengths_are_refused(packed):
    with pytest.raises(PriorError, match="cannot be read"):
        decode_brush([0, 0, 0, 9, *packed], width=2, height=1)


@pytest.mark.parametrize(("at", "match"), [(4, "values have"), (-4, "end too early")])
def test_damaged_run_lengths_are_refused(at, match):
    packed = encode_brush(square())
    packed = [*packed[:4], 0, *packed[5:]] if at == 4 else packed[:at]
    with pytest.raises(PriorError, match=match):
        decode_brush(packed, width=6, height=4)


def test_run_lengths_of_a_huge_picture_are_refused_before_they_are_unpacked():
    with pytest.raises(PriorError, match="megapixels"):
        decode_brush([0, 0, 0, 0], width=10**6, height=10**6)
