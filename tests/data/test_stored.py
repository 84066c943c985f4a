"""The numbers in files whose pictures show others."""

import io
import struct
import zlib

import cv2
import numpy as np
import pytest
import tifffile
from PIL import Image

from clickmend.core.errors import ImageError, PriorError
from clickmend.data import read_alpha, read_depth, read_index, read_mask, read_photo

IDS = np.array([[0, 1, 2, 3], [3, 2, 1, 0]], np.uint8)


def grey_png(ids: np.ndarray, bits: int) -> bytes:
    """A grey PNG of so few bits, four columns wide."""
    rows = [sum(int(v) << bits * (3 - i) for i, v in enumerate(row)) for row in ids]
    raw = b"".join(b"\0" + row.to_bytes(bits // 2, "big") for row in rows)
    header = struct.pack(">IIBBBBB", 4, len(ids), bits, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(raw)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


def pnm(magic: str, largest: int, numbers: np.ndarray) -> bytes:
    height, width = numbers.shape[:2]
    plain = " ".join(map(str, numbers.ravel())).encode()
    data = numbers.astype(">u2" if largest > 255 else "u1").tobytes()
    head = f"{magic}\n{width} {height}\n{largest}\n".encode()
    return head + (plain if magic in ("P2", "P3") else data)


def tiff(numbers: np.ndarray, **options: object) -> bytes:
    stream = io.BytesIO()
    tifffile.imwrite(stream, numbers, **options)
    return stream.getvalue()


def deep_png(*channels: np.ndarray) -> bytes:
    return cv2.imencode(".png", np.dstack(channels))[1].tobytes()


DEEP = np.array([[0, 1000, 4001, 65535]], np.uint16)


@pytest.mark.parametrize(
    ("file", "stored"),
    [
        (grey_png(IDS, 2), IDS),
        (grey_png(IDS, 4), IDS),
        (pnm("P5", 20, IDS), IDS),
        (pnm("P2", 3, IDS), IDS),
        (pnm("P5", 4001, DEEP[:, :3]), DEEP[:, :3]),
        (pnm("P5", 65535, DEEP), DEEP),
        (pnm("P6", 4001, np.dstack([DEEP[:, :3]] * 3)), DEEP[:, :3]),
        (deep_png(DEEP, DEEP, DEEP), DEEP),
        (deep_png(DEEP, DEEP, DEEP, np.full_like(DEEP, 65535)), DEEP),
        (tiff(np.dstack([DEEP] * 3), photometric="rgb"), DEEP),
        (tiff(np.stack([DEEP] * 3), photometric="rgb", planarconfig="separate"), DEEP),
        (tiff(IDS, photometric="miniswhite"), IDS),
        (tiff(DEEP, photometric="miniswhite"), DEEP),
        (tiff(IDS > 1, photometric="miniswhite"), IDS > 1),
        (tiff(IDS.astype(np.int64)), IDS),
        (tiff(np.dstack([IDS, IDS * 0]), photometric="minisblack", extrasamples=["unassalpha"],
              planarconfig="contig"), IDS),
        (tiff(IDS, photometric="palette", colormap=np.zeros((3, 256), np.uint16)), IDS),
    ],
    ids=[
        "PNG of 2 bits", "PNG of 4 bits", "PGM", "plain PGM", "PGM of 12 bits", "PGM of 16 bits",
        "PPM of 12 bits", "RGB of 16 bits", "RGBA of 16 bits", "TIFF, RGB of 16 bits",
        "TIFF, RGB in planes", "MINISWHITE", "MINISWHITE of 16 bits", "MINISWHITE of 1 bit",
        "TIFF of 64 bits", "TIFF with alpha", "TIFF with a palette",
    ],
)  # fmt: skip
def test_ids_and_depths_are_the_numbers_that_the_file_stores(file, stored):
    np.testing.assert_array_equal(read_index(file), stored)
    np.testing.assert_allclose(
        read_depth(file, depth_scale=0.5), np.where(stored, stored / 2, np.nan), rtol=1e-6
    )


def test_a_tiff_that_only_pillow_decodes_holds_the_same_numbers():
    stream = io.BytesIO()
    Image.fromarray(IDS).save(stream, "TIFF", compression="tiff_lzw")
    np.testing.assert_array_equal(read_index(stream.getvalue()), IDS)
    with Image.open(io.BytesIO(tiff(IDS, photometric="miniswhite"))) as image:
        np.testing.assert_array_equal(read_index(image), IDS)


def lzw_tiff(numbers):
    """A row of numbers of 16 or 32 bits as a big-endian TIFF, each byte a code of LZW by itself."""
    bits = 8 * numbers.dtype.itemsize
    codes = [256, *numbers.astype(numbers.dtype.newbyteorder(">")).tobytes(), 257]
    packed = "".join(f"{code:09b}" for code in codes)
    data = int(packed.ljust(-(-len(packed) // 8) * 8, "0"), 2).to_bytes(-(-len(packed) // 8), "big")
    width, kind = len(numbers), {"i": 2, "f": 3}[numbers.dtype.kind]
    tags = [(256, width), (257, 1), (258, bits), (259, 5), (262, 1), (273, 134), (277, 1),
            (278, 1), (279, len(data)), (339, kind)]  # fmt: skip
    directory = b"".join(struct.pack(">HHIHxx", tag, 3, 1, value) for tag, value in tags)
    head = struct.pack(">2sHIH", b"MM", 42, 8, len(tags)) + directory
    return head + bytes(4) + data


@pytest.mark.parametrize("kind", ["i2", "i4", "f4"])
def test_big_endian_numbers_that_only_pillow_decodes_are_those_of_the_file(kind):
    numbers = np.array([1, 300, 1000, 70], kind)
    np.testing.assert_array_equal(read_depth(lzw_tiff(numbers), depth_scale=1), [numbers])


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_floats_in_a_tiff_are_metres(kind):
    metres = np.array([[1.5, 30.25]], kind)
    np.testing.assert_array_equal(read_depth(tiff(metres)), metres)


def test_what_is_shown_counts_for_mattes_and_masks():
    np.testing.assert_allclose(read_alpha(grey_png(IDS, 2)), IDS / 3, rtol=1e-6)
    np.testing.assert_allclose(read_alpha(pnm("P5", 100, IDS * 20)), IDS / 5, rtol=1e-6)
    np.testing.assert_allclose(
        read_alpha(tiff(IDS * 85, photometric="miniswhite")), 1 - IDS / 3, rtol=1e-6
    )
    scan = tiff(IDS > 1, photometric="miniswhite", software="a scanner")
    np.testing.assert_array_equal(read_mask(scan), ~(IDS > 1))
    np.testing.assert_array_equal(read_mask(b"P4\n8 1\n\xf0"), [[False] * 4 + [True] * 4])


def test_booleans_that_tifffile_wrote_are_what_they_were():
    np.testing.assert_array_equal(read_mask(tiff(IDS > 1)), IDS > 1)
    np.testing.assert_array_equal(read_alpha(tiff(IDS > 1)), IDS > 1)


def test_the_alpha_of_a_deep_picture_is_its_matte():
    file = deep_png(DEEP, DEEP, DEEP, np.array([[0, 257, 65535, 65535]], np.uint16))
    np.testing.assert_allclose(read_alpha(file), [[0, 1 / 255, 1, 1]], rtol=1e-6)


def test_a_tiff_of_many_bands_is_named_as_that():
    bands = tiff(np.dstack([IDS] * 4), photometric="minisblack", planarconfig="contig")
    with pytest.raises(ImageError, match=r"TIFF of 4 bands with pixels of uint8.*three of its"):
        read_photo(bands)
    with pytest.raises(PriorError, match=r"uint8 with shape \(2, 4, 4\)\. .*choose one plane"):
        read_index(bands)
    with pytest.raises(ImageError, match="TIFF of 3 bands with floating-point pixels"):
        read_photo(tiff(np.zeros((2, 4, 3), np.float32), photometric="rgb"))
    with pytest.raises(ImageError, match="not a picture of a known format"):
        read_photo(b"II*\0")


def test_a_huge_tiff_is_refused_from_its_header():
    large = tiff(np.zeros((20_000, 10_000), np.uint8), compression="zlib")
    with pytest.raises(PriorError, match=r"10000×20000 pixels .*At most 100 megapixels"):
        read_index(large)


def test_a_grey_photo_is_scaled_by_the_white_of_its_file():
    assert read_photo(pnm("P5", 4000, np.array([[0, 2000, 4000]])))[0, :, 0].tolist() == [
        0,
        128,
        255,
    ]
    inverted = tiff(np.array([[0, 65535]], np.uint16), photometric="miniswhite")
    assert read_photo(inverted)[0, :, 0].tolist() == [255, 0]


def test_a_photo_of_fewer_bits_than_its_file_is_not_seen_as_black():
    twelve = np.array([[0, 4095]], np.uint16)
    for file in (tiff(twelve), cv2.imencode(".png", twelve)[1].tobytes(), deep_png(*[twelve] * 3)):
        with pytest.raises(ImageError, match=r"as 8, 10 or 12 bits in a 16-bit file have.*scale"):
            read_photo(file)
    assert not read_photo(tiff(twelve * 0)).any()
