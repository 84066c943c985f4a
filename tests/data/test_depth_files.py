"""Depth maps: millimetres, metres, units that are told, and what is unknown."""

import io

import numpy as np
import pytest
from PIL import Image

from clickmend.core.errors import PriorError
from clickmend.data import depth_png, read_depth, write_depth


def png(image: Image.Image) -> bytes:
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()


def test_depth_is_millimetres_in_16_bits_and_unknown_is_nan(tmp_path):
    depth_m = np.array([[0.001, 2.3504], [np.nan, 65.535]], np.float32)
    write_depth(tmp_path / "depth.png", depth_m)
    with Image.open(tmp_path / "depth.png") as image:
        assert np.asarray(image).tolist() == [[1, 2350], [0, 65535]]
    back = read_depth(tmp_path / "depth.png")
    assert back.dtype == np.float32
    np.testing.assert_allclose(back, depth_m, atol=0.0005)


def test_depth_of_another_kind_needs_its_unit(tmp_path):
    np.save(tmp_path / "depth.npy", np.array([[1, 2000]], np.uint16))
    eight_bits = png(Image.new("L", (2, 1), 10))
    for source in (eight_bits, tmp_path / "depth.npy", np.array([[1, 2000]], np.uint16)):
        with pytest.raises(PriorError, match=r"unit is not known.*give depth_scale="):
            read_depth(source)
    assert read_depth(eight_bits, depth_scale=0.5).tolist() == [[5.0, 5.0]]
    np.testing.assert_allclose(
        read_depth(tmp_path / "depth.npy", depth_scale=0.001), [[0.001, 2]], rtol=1e-6
    )


def test_floats_are_metres_unless_they_can_hardly_be(tmp_path):
    metres = np.array([[0.5, 130.0, np.nan]], np.float32)
    write_depth(tmp_path / "depth.npy", metres)
    for source in (metres, tmp_path / "depth.npy"):
        np.testing.assert_array_equal(read_depth(source), metres)
    with pytest.raises(PriorError, match=r"float32 values around 1750\. .*0\.001 if they"):
        read_depth(np.array([[0, 1500, 2000]], np.float32))


def test_infinite_depth_is_unknown_and_negative_depth_is_refused():
    assert np.isnan(read_depth(np.array([[np.inf, 0.0]]), depth_scale=1.0)).all()
    with pytest.raises(PriorError, match="negative depth"):
        read_depth(np.array([[-1.0]]), depth_scale=1.0)


def test_every_millimetre_comes_back_from_its_png_and_any_depth_from_npy(tmp_path, rng):
    every = np.arange(65536).reshape(256, 256)
    source = png(Image.fromarray(every.astype(np.uint16)))
    depth_m = read_depth(source)
    write_depth(tmp_path / "depth.png", depth_m)
    with Image.open(tmp_path / "depth.png") as image:
        np.testing.assert_array_equal(np.asarray(image), every)
    np.testing.assert_array_equal(read_depth(depth_png(depth_m)), depth_m)
    far = (100 * rng.random((5, 7))).astype(np.float32)
    far[0, 0] = np.nan
    write_depth(tmp_path / "depth.npy", far)
    np.testing.assert_array_equal(read_depth(tmp_path / "depth.npy", depth_scale=1.0), far)
