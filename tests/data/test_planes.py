import io
import pickle

import numpy as np
import pytest

from clickmend.core.errors import OutputError, PriorError
from clickmend.data import read_mask, read_npy, write_npy
from clickmend.data.planes import read_plane


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("dtype", [np.float32, np.int64, bool])
def test_an_npy_file_comes_back(order, dtype, tmp_path):
    array = np.asarray(np.arange(12).reshape(3, 4) % 5, dtype, order=order)
    write_npy(tmp_path / "array.npy", array)
    back = read_npy(tmp_path / "array.npy")
    assert back.dtype == dtype
    np.testing.assert_array_equal(back, array)
    np.testing.assert_array_equal(np.load(tmp_path / "array.npy"), array)


def test_numpys_own_file_is_read_from_bytes():
    stream = io.BytesIO()
    np.save(stream, np.eye(3))
    np.testing.assert_array_equal(read_npy(stream.getvalue()), np.eye(3))


def test_a_mask_is_read_from_npy(tmp_path):
    write_npy(tmp_path / "mask.npy", np.eye(3, dtype=bool))
    np.testing.assert_array_equal(read_mask(tmp_path / "mask.npy"), np.eye(3, dtype=bool))


def test_a_damaged_head_of_an_npy_file_is_refused(tmp_path):
    np.save(tmp_path / "a.npy", np.zeros((9, 12), np.float32))
    whole = (tmp_path / "a.npy").read_bytes()
    for content in (whole.replace(b"}", b"\x01"), whole.replace(b"shape", b"sh'pe")):
        (tmp_path / "a.npy").write_bytes(content)
        with pytest.raises(PriorError, match=r"a\.npy is not a complete NPY file"):
            read_npy(tmp_path / "a.npy")


class Bomb:
    def __reduce__(self):
        return (pytest.fail, ("a pickle was opened",))


def test_python_objects_are_neither_read_nor_written(tmp_path):
    things = np.array([Bomb(), 1], object)
    np.save(tmp_path / "things.npy", things, allow_pickle=True)
    with pytest.raises(PriorError, match=r"holds Python objects\. .*never pickles"):
        read_npy(tmp_path / "things.npy")
    (tmp_path / "pickle.npy").write_bytes(pickle.dumps(Bomb()))
    with pytest.raises(PriorError, match=r"pickle\.npy is not a complete NPY file"):
        read_npy(tmp_path / "pickle.npy")
    with pytest.raises(OutputError, match=r"cannot be written as NPY.*no Python objects"):
        write_npy(tmp_path / "new.npy", things)


def test_a_header_that_promises_more_than_the_file_holds_is_refused_before_memory_is_taken():
    stream = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        stream, {"descr": "<f8", "fortran_order": False, "shape": (10**9, 10**6)}
    )
    with pytest.raises(PriorError, match=r"holds 0 bytes where .* needs 8000000000000000"):
        read_npy(stream.getvalue())


def test_a_name_that_promises_another_format_is_refused(tmp_path):
    with pytest.raises(OutputError, match=r"does not end in \.npy"):
        write_npy(tmp_path / "array.bin", np.eye(2))


@pytest.mark.parametrize(
    "array", [np.zeros((2, 2, 2)), np.zeros(3), np.zeros((2, 0)), np.array(["a"])]
)
def test_an_array_that_is_no_plane_of_numbers_is_refused(array):
    with pytest.raises(PriorError, match=r"The array is .* with shape .*One number per pixel"):
        read_mask(array)


def test_an_array_of_which_pixels_are_masked_is_refused_and_what_masks_none_is_read():
    numbers = np.arange(6, dtype=np.uint8).reshape(2, 3)
    masked = np.ma.masked_greater(numbers, 3)
    with pytest.raises(PriorError, match=r"masked at 2 pixels.*\.filled\(0\)"):
        read_plane(masked, size=None, error=PriorError)
    whole = read_plane(np.ma.array(numbers), size=None, error=PriorError).numbers
    assert type(whole) is np.ndarray
    assert (whole == numbers).all()
