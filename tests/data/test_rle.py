import contextlib
import json

import numpy as np
import pycocotools.mask as reference
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from clickmend.core.errors import DataError, PriorError
from clickmend.data import decode_rle, encode_rle, encode_runs, fill_polygons

MASKS = arrays.arrays(bool, arrays.array_shapes(min_dims=2, max_dims=2, max_side=12))

PUBLISHED = np.zeros((4, 6), bool)
PUBLISHED[1:3, 2:5] = True


def test_the_published_sample_reads_and_writes_both_ways():
    assert encode_rle(PUBLISHED) == {"size": [4, 6], "counts": "9220003"}
    assert encode_runs(PUBLISHED) == {"size": [4, 6], "counts": [9, 2, 2, 2, 2, 2, 5]}
    for counts in ("9220003", b"9220003", [9, 2, 2, 2, 2, 2, 5]):
        np.testing.assert_array_equal(decode_rle({"size": [4, 6], "counts": counts}), PUBLISHED)


def runs_by_hand(mask: np.ndarray) -> list[int]:
    counts, value = [0], False
    for pixel in mask.T.ravel():
        if pixel != value:
            counts.append(0)
            value = pixel
        counts[-1] += 1
    return counts


@given(MASKS)
def test_plain_runs_are_those_counted_by_hand(mask):
    assert encode_runs(mask)["counts"] == runs_by_hand(mask)


@given(MASKS)
def test_a_mask_comes_back_from_both_forms_through_json(mask):
    for rle in (encode_rle(mask), encode_runs(mask)):
        back = decode_rle(json.loads(json.dumps(rle)))
        assert (back.dtype, back.flags.c_contiguous) == (bool, True)
        np.testing.assert_array_equal(back, mask)


@given(MASKS)
def test_the_compressed_form_is_that_of_pycocotools(mask):
    theirs = reference.encode(np.asfortranarray(mask, np.uint8))
    assert encode_rle(mask)["counts"] == theirs["counts"].decode()


@given(st.text(st.characters(max_codepoint=127)))
def test_compressed_nonsense_is_a_mask_or_refused(text):
    with contextlib.suppress(PriorError):
        assert decode_rle({"size": [4, 6], "counts": text}).shape == (4, 6)


@pytest.mark.parametrize(
    "counts", [[9, 2], [-9, 33], [9, 2, 14], [24.0], ["9"], [[24]], None, 7, "922", "ü", [2**70]]
)
def test_counts_that_do_not_fill_the_mask_are_refused(counts):
    with pytest.raises(PriorError, match=r"do not describe a 6×4 mask \(.*write them again"):
        decode_rle({"size": [4, 6], "counts": counts})


@pytest.mark.parametrize("size", [None, [4], [4, 6, 1], ["4", "6"], [0, 6], [-4, -6], 24])
def test_a_size_that_is_not_coco_s_is_refused(size):
    with pytest.raises(PriorError, match=r"COCO's size is \[height, width\]"):
        decode_rle({"size": size, "counts": "9220003"})


def test_another_size_than_the_images_is_refused():
    with pytest.raises(DataError, match=r"of a 6×4 mask but the image is 4×6"):
        decode_rle(encode_rle(PUBLISHED), size=(4, 6), error=DataError)


def test_a_huge_size_is_refused_before_memory_is_taken():
    with pytest.raises(PriorError, match=r"megapixels\)\. At most"):
        decode_rle({"size": [10**6, 10**6], "counts": [10**12]})


def test_polygons_are_filled_as_pycocotools_fills_them(rng):
    for _ in range(20):
        polygons = [(rng.random(2 * corners) * 40 - 4).tolist() for corners in (3, 5)]
        expected = reference.merge(reference.frPyObjects(polygons, 24, 32))
        filled = encode_rle(fill_polygons(polygons, size=(32, 24)))
        assert filled["counts"] == expected["counts"].decode()


def test_no_polygon_is_an_empty_mask():
    assert fill_polygons([], size=(6, 4)).shape == (4, 6)
    assert not fill_polygons([], size=(6, 4)).any()


@pytest.mark.parametrize(
    "polygon",
    [[1, 1, 4, 1], [1, 1, 4, 1, 3], [0, 0, 1e9, 0, 0, 1e9], [float("nan")] * 6, [[1] * 6]],
)
def test_what_is_no_polygon_of_the_image_is_refused(polygon):
    with pytest.raises(PriorError, match=r"Polygon 2 is not a polygon of a 6×4 image.*correct it"):
        fill_polygons([[1, 1, 4, 1, 4, 3], polygon], size=(6, 4))
