import io
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra import numpy as arrays
from PIL import Image

from clickmend.core.errors import ClickmendError, DataError, OutputError, PriorError
from clickmend.data import (
    alpha_png,
    encode_rle,
    index_png,
    mask_png,
    read_alpha,
    read_depth,
    read_index,
    read_mask,
    read_npy,
    read_trimap,
    write_alpha,
    write_depth,
    write_index,
    write_mask,
)
from clickmend.data.codecs import read_soft_mask

MASK = np.array([[0, 1, 1], [0, 0, 1]], bool)


def encoded(image: Image.Image, **options: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, "PNG", **options)
    return stream.getvalue()


@given(arrays.arrays(bool, arrays.array_shapes(min_dims=2, max_dims=2)))
def test_a_mask_comes_back_from_its_png(mask):
    np.testing.assert_array_equal(read_mask(mask_png(mask)), mask)


def test_a_mask_is_an_8_bit_png_of_0_and_255(tmp_path):
    write_mask(tmp_path / "mask.png", MASK)
    with Image.open(tmp_path / "mask.png") as image:
        assert (image.format, image.mode) == ("PNG", "L")
        np.testing.assert_array_equal(np.asarray(image), MASK * 255)


GREY_PALETTE = [255, 255, 255, 0, 0, 0]
VOC_PALETTE = [0, 0, 0, 128, 0, 0]


def with_palette(indices: np.ndarray, palette: list[int]) -> bytes:
    image = Image.fromarray(indices.astype(np.uint8))
    image.putpalette(palette)
    return encoded(image)


def cut_out(*, opaque: bool) -> bytes:
    colour = np.repeat(MASK[:, :, None] * np.uint8(255), 4, axis=2)
    if opaque:
        colour[:, :, 3] = 255
    else:
        colour[:, :, :3] = 90
    return encoded(Image.fromarray(colour))


@pytest.mark.parametrize(
    "source",
    [
        MASK,
        MASK.astype(np.uint8),
        MASK * 255,
        Image.fromarray(MASK),
        encoded(Image.fromarray(MASK)),
        encoded(Image.fromarray(MASK.astype(np.uint8))),
        encoded(Image.fromarray((MASK * 7).astype(np.uint8))),
        encoded(Image.fromarray((MASK * 65535).astype(np.uint16))),
        encoded(Image.fromarray(np.repeat((MASK * 255).astype(np.uint8)[:, :, None], 3, axis=2))),
        with_palette(MASK, VOC_PALETTE),
        with_palette(~MASK, GREY_PALETTE),
        cut_out(opaque=False),
        cut_out(opaque=True),
    ],
    ids=[
        "bool array", "0/1 array", "0/255 array", "Pillow", "1 bit", "0/1", "one id", "16 bits",
        "grey as RGB", "coloured palette", "palette of greys", "cut-out", "opaque RGBA",
    ],
)  # fmt: skip
def test_masks_of_every_common_kind_are_read(source):
    np.testing.assert_array_equal(read_mask(source, size=(3, 2)), MASK)


def test_an_all_background_and_an_all_object_mask_are_read():
    assert not read_mask(np.zeros((2, 2), np.uint8)).any()
    assert read_mask(np.full((2, 2), 255, np.uint8)).all()


def test_a_mask_is_read_from_the_run_lengths_of_one_object(tmp_path):
    rle = encode_rle(MASK)
    one = {"segmentation": rle}
    for content in (rle, {"rle": rle}, {"instances": [{"rle": rle}]}, {"annotations": [one]}):
        (tmp_path / "mask.json").write_text(json.dumps(content))
        for source in (content, tmp_path / "mask.json", json.dumps(content).encode()):
            np.testing.assert_array_equal(read_mask(source, size=(3, 2)), MASK)
    for content, number in (({"annotations": [one, one]}, 2), ({"rle": None}, 1)):
        with pytest.raises(PriorError, match=rf"dict holds {number} objects, .*choose one object"):
            read_mask(content)
    with pytest.raises(PriorError, match=r"is not valid JSON .*Give COCO's run lengths"):
        read_mask(b"{")


class Tensor:
    def numpy(self): ...


def test_a_thing_that_holds_no_pixels_is_named_by_its_kind():
    for read in (read_mask, read_index, read_alpha, read_trimap, read_depth):
        with pytest.raises(PriorError, match=r"from a Tensor\. Give a path.* one by \.numpy"):
            read(Tensor())
    with pytest.raises(PriorError, match=r"from a dict\. Give a path"):
        read_index({"0": 1})


def test_an_array_with_an_axis_too_many_is_told_how_to_lose_it():
    for array, place in ((MASK[None], r"\[0\]"), (MASK[..., None], r"\[:, :, 0\]")):
        with pytest.raises(PriorError, match=rf"bool with shape .*take its one plane, {place}\."):
            read_mask(array)


def test_a_soft_mask_needs_a_threshold():
    soft = np.array([[0, 100, 128, 255]], np.uint8)
    with pytest.raises(
        PriorError, match=r"array holds 4 .* \(0, 100, 128, 255\).*threshold a soft"
    ):
        read_mask(soft)
    assert read_mask(soft, threshold=128).tolist() == [[False, False, True, True]]


@pytest.mark.parametrize(
    "pixels",
    [np.array([[0, 1, 2]]), np.array([[3, 7]]), np.array([[-1, 0]]), np.array([[0.0, 1.0]])],
    ids=["three values", "no background", "negative", "floats"],
)
def test_what_is_not_two_valued_is_no_mask(pixels):
    with pytest.raises(PriorError, match="A mask holds 0 and one other integer"):
        read_mask(pixels)


@pytest.mark.parametrize("size", [(8, 6), (2, 3)])
def test_another_size_is_refused_and_both_are_told(size, tmp_path):
    write_mask(tmp_path / "old.png", MASK)
    write_alpha(tmp_path / "alpha.png", MASK * 0.5)
    write_depth(tmp_path / "depth.png", MASK * 0.5)
    turned = r" \(turned on its side\?\)" if size == (2, 3) else ""
    expected = rf"\.png is 3×2{turned} but the image is {size[0]}×{size[1]}\. .*resize it"
    for read, name in (
        (read_mask, "old"), (read_index, "old"), (read_alpha, "alpha"), (read_depth, "depth"),
    ):  # fmt: skip
        with pytest.raises(PriorError, match=expected):
            read(tmp_path / f"{name}.png", size=size)


def test_the_error_is_the_one_that_was_asked_for(tmp_path):
    with pytest.raises(DataError, match="does not exist"):
        read_mask(tmp_path / "nowhere.png", error=DataError)


def test_a_coloured_picture_is_no_plane_of_numbers():
    coloured = encoded(Image.new("RGB", (2, 2), "red"))
    for read in (read_mask, read_index, read_alpha, read_trimap, read_depth):
        with pytest.raises(PriorError, match=r"is coloured\. One number per pixel.*convert it"):
            read(coloured)


@pytest.mark.parametrize(("largest", "mode"), [(255, "L"), (256, "I;16"), (65535, "I;16")])
def test_an_index_png_takes_16_bits_only_where_it_needs_them(largest, mode, tmp_path):
    labels = np.array([[0, 1], [2, largest]], np.int32)
    write_index(tmp_path / "index.png", labels)
    with Image.open(tmp_path / "index.png") as image:
        assert image.mode == mode
    back = read_index(tmp_path / "index.png")
    assert back.dtype == np.int32
    np.testing.assert_array_equal(back, labels)


def test_an_index_map_is_read_by_the_indices_of_its_palette():
    assert read_index(with_palette(np.array([[0, 1]]), GREY_PALETTE)).tolist() == [[0, 1]]


@pytest.mark.parametrize("pixels", [np.array([[-1]]), np.array([[0.5]]), np.array([[2**40]])])
def test_ids_are_integers_from_0_up(pixels):
    with pytest.raises(PriorError, match="values that are not ids"):
        read_index(pixels)


def test_an_alpha_matte_comes_back_within_half_a_level(tmp_path, rng):
    alpha = rng.random((5, 7)).astype(np.float32)
    write_alpha(tmp_path / "alpha.png", alpha)
    back = read_alpha(tmp_path / "alpha.png")
    assert back.dtype == np.float32
    np.testing.assert_allclose(back, alpha, atol=0.5 / 255 + 1e-6)


def test_alpha_is_read_from_a_cut_out_from_16_bits_and_from_floats():
    np.testing.assert_array_equal(read_alpha(cut_out(opaque=False)), MASK.astype(np.float32))
    wide = encoded(Image.fromarray(np.array([[0, 65535]], np.uint16)))
    assert read_alpha(wide).tolist() == [[0.0, 1.0]]
    assert read_alpha(np.array([[0.25]])).tolist() == [[0.25]]


def test_alpha_outside_0_to_1_is_refused():
    for wrong in (1.5, -0.1):
        with pytest.raises(PriorError, match=r"alpha outside \[0, 1\].*scale it"):
            read_alpha(np.array([[wrong]]))


@pytest.mark.parametrize(
    ("pixels", "most"),
    [
        (MASK.astype(np.uint8), "1, where white is 255"),
        (np.array([[0, 15]], np.uint8), "15, where white is 255"),
        (np.array([[0, 100, 255]], np.uint16), "255, where white is 65535"),
        (np.array([[0, 1023]], np.uint16), "1023, where white is 65535"),
        (np.array([[0, 4095]], np.uint16), "4095, where white is 65535"),
    ],
)
def test_a_matte_whose_levels_have_fewer_bits_than_its_file_is_refused(pixels, most):
    for source in (pixels, encoded(Image.fromarray(pixels))):
        with pytest.raises(PriorError, match=rf"at most {most}\. .*all but transparent; scale"):
            read_alpha(source)
    assert not read_alpha(pixels * 0).any()
    assert read_alpha(MASK).any()


def test_the_colour_that_a_grey_matte_calls_transparent_hides_no_levels():
    matte = encoded(Image.fromarray(np.array([[0, 51, 255]], np.uint8)), transparency=0)
    np.testing.assert_allclose(read_alpha(matte), [[0, 0.2, 1]], atol=1e-7)


@pytest.mark.parametrize(
    ("write", "array", "allowed"),
    [
        (write_mask, np.zeros((2, 2), np.uint8), r"bool \(H, W\)"),
        (write_mask, np.zeros((2, 2, 1), bool), r"bool \(H, W\)"),
        (write_index, np.array([[-1]]), "integers .* from 0 to 65535"),
        (write_index, np.array([[65536]]), "integers .* from 0 to 65535"),
        (write_index, np.array([[1.0]]), "integers .* from 0 to 65535"),
        (write_index, np.zeros((0, 3), int), "integers .* from 0 to 65535"),
        (write_alpha, np.array([[1.5]]), r"floats .* in \[0, 1\]"),
        (write_alpha, np.array([[np.nan]]), r"floats .* in \[0, 1\]"),
        (write_depth, np.array([[66.0]]), r"metres, floats .* to 65.535 \(an .npy file"),
        (write_depth, np.array([[-1.0]]), "metres, floats .* to 65.535"),
        (write_depth, np.array([[np.inf]]), "metres, floats .* to 65.535"),
    ],
)
def test_what_does_not_fit_the_format_is_not_written(write, array, allowed, tmp_path):
    with pytest.raises(OutputError, match=f"cannot be written as .* Allowed are {allowed}"):
        write(tmp_path / "result.png", array)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("write", "array"),
    [
        (write_mask, MASK),
        (write_index, MASK.astype(int)),
        (write_alpha, MASK * 1.0),
        (write_depth, MASK * 1.0),
    ],
)
@pytest.mark.parametrize("name", ["result.jpg", "result"])
def test_a_name_that_promises_another_format_is_refused(write, array, name, tmp_path):
    with pytest.raises(OutputError, match=r"does not end in \.png.*name it result\.png"):
        write(tmp_path / name, array)


@pytest.mark.parametrize("read", [read_mask, read_index, read_alpha, read_trimap, read_depth])
@pytest.mark.parametrize("content", [b"", b"hello", b"\x93NUMPY", b"\x89PNG\r\n\x1a\n"])
def test_what_cannot_be_read_is_told_in_one_line(read, content):
    with pytest.raises(ClickmendError) as refusal:
        read(content)
    assert isinstance(refusal.value, PriorError)
    assert "\n" not in str(refusal.value)


def test_an_index_map_with_an_alpha_channel_is_read_by_its_greys():
    levels = np.array([[[3, 255], [0, 255]]], np.uint8)
    assert read_index(encoded(Image.fromarray(levels, "LA"))).tolist() == [[3, 0]]


EVERY_16_BITS = np.arange(65536).reshape(256, 256)


def test_every_16_bit_id_comes_back_from_png_and_npy(tmp_path):
    for name in ("index.png", "index.npy"):
        write_index(tmp_path / name, EVERY_16_BITS)
        np.testing.assert_array_equal(read_index(tmp_path / name), EVERY_16_BITS)
    np.testing.assert_array_equal(read_index(index_png(EVERY_16_BITS)), EVERY_16_BITS)


def test_every_8_bit_alpha_comes_back_from_its_png_and_any_alpha_from_npy(tmp_path, rng):
    levels = (np.arange(256).reshape(16, 16) / 255).astype(np.float32)
    write_alpha(tmp_path / "alpha.png", levels)
    np.testing.assert_array_equal(read_alpha(tmp_path / "alpha.png"), levels)
    np.testing.assert_array_equal(read_alpha(alpha_png(levels)), levels)
    fine = rng.random((5, 7)).astype(np.float32)
    write_alpha(tmp_path / "alpha.npy", fine)
    np.testing.assert_array_equal(read_alpha(tmp_path / "alpha.npy"), fine)


@pytest.mark.parametrize(
    ("write", "array"),
    [
        (write_index, np.array([[0, 2**31 - 1]])),
        (write_index, np.array([[0, 7]], np.uint8)),
        (write_alpha, np.array([[0.0, 1 / 3]])),
        (write_alpha, np.array([[0.0, 1.0]], np.float16)),
        (write_depth, np.array([[np.nan, 123.4567891234]])),
    ],
)
def test_an_npy_holds_exactly_the_array(write, array, tmp_path):
    write(tmp_path / "array.npy", array)
    back = read_npy(tmp_path / "array.npy")
    assert back.dtype == array.dtype
    np.testing.assert_array_equal(back, array)


@pytest.mark.parametrize(
    ("write", "array", "allowed"),
    [
        (write_index, np.array([[-1]]), "integers .* from 0 to 2147483647"),
        (write_index, np.array([[2**31]]), "integers .* from 0 to 2147483647"),
        (write_alpha, np.array([[1.5]]), r"floats .* in \[0, 1\]"),
        (write_alpha, np.array([[1]]), r"floats .* in \[0, 1\]"),
        (write_depth, np.array([[-1.0]]), "metres, floats .* from 0 up"),
        (write_depth, np.array([[np.inf]]), "metres, floats .* from 0 up"),
        (write_depth, np.array([[1]]), "metres, floats .* from 0 up"),
    ],
)
def test_what_would_not_be_read_again_is_not_written_as_npy(write, array, allowed, tmp_path):
    with pytest.raises(OutputError, match=f"cannot be written as .* Allowed are {allowed}"):
        write(tmp_path / "result.npy", array)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("write", [write_index, write_alpha, write_depth])
def test_another_suffix_is_refused_with_both_that_are_allowed(write, tmp_path):
    with pytest.raises(
        OutputError, match=r"does not end in \.png or \.npy.*as PNG or NPY; name it"
    ):
        write(tmp_path / "result.tif", np.zeros((2, 2)))


TRIMAP = np.array([[0, 128, 255]], np.uint8)


@pytest.mark.parametrize(
    "source",
    [
        TRIMAP,
        TRIMAP.astype(np.int64),
        np.array([[0, 127, 255]], np.uint8),
        encoded(Image.fromarray(TRIMAP)),
        encoded(Image.fromarray(np.repeat(TRIMAP[:, :, None], 3, axis=2))),
        encoded(Image.fromarray(TRIMAP.astype(np.uint16) * 257)),
        b"P5\n3 1\n2\n\0\1\2",
    ],
    ids=["array", "integers", "127", "grey", "grey as RGB", "16 bits", "PGM of 0, 1, 2"],
)
def test_trimaps_of_every_common_kind_are_read(source):
    trimap = read_trimap(source, size=(3, 1))
    assert trimap.dtype == np.uint8
    np.testing.assert_array_equal(trimap, TRIMAP)


@pytest.mark.parametrize(
    "pixels",
    [
        np.array([[0, 1, 2]]),
        np.array([[0, 100, 128, 255]]),
        np.array([[0.0, 0.5, 1.0]]),
        np.array([[-1, 128, 255]]),
        np.array([[0, 32768, 65535]]),
        np.array([[True, False]]),
        np.array([[0, 1]], np.uint8),
        np.array([[0, 0]], np.uint8),
    ],
    ids=["0, 1, 2", "two greys", "floats", "negative", "16 bits", "bool", "0/1", "all background"],
)
def test_what_has_other_values_is_no_trimap(pixels):
    with pytest.raises(
        PriorError, match=r"array holds \d different .*one grey between \(unknown\)"
    ):
        read_trimap(pixels)


@pytest.mark.parametrize("read", [read_soft_mask, read_alpha])
def test_nan_is_named_and_not_taken_for_a_value_outside(read):
    with pytest.raises(PriorError, match=r"The array is NaN at 2 pixels.*nan_to_num"):
        read(np.array([[0.5, np.nan], [np.nan, 1.0]]))


@pytest.mark.parametrize(
    ("array", "words"),
    [
        (np.full((2, 2), "a"), "convert it to numbers"),
        (np.zeros((0, 4), bool), "give one with pixels"),
    ],
)
def test_what_has_no_numbers_is_told_how_to_get_some(array, words):
    with pytest.raises(PriorError, match=words):
        read_mask(array)
