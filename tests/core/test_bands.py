"""Bands of rows together are the map, whatever its size."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clickmend.core import bands as module
from clickmend.core.bands import bands


@given(st.integers(0, 40), st.integers(0, 9), st.integers(1, 50))
def test_every_row_comes_once_and_in_order(height, width, band_px):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "BAND_PX", band_px)
        rows = [row for band in bands((height, width)) for row in range(band.start, band.stop)]
    assert rows == list(range(height))
