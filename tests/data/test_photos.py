import io
import os
import warnings
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra import numpy as arrays
from PIL import Image

from clickmend.core.errors import ImageError
from clickmend.data import read_photo


def encoded(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


PICTURE = np.random.default_rng(0).integers(0, 256, (4, 6, 3), dtype=np.uint8)


@given(arrays.arrays(np.uint8, (3, 5, 3)))
def test_a_png_gives_back_its_pixels(pixels):
    np.testing.assert_array_equal(read_photo(encoded(Image.fromarray(pixels))), pixels)


def test_path_text_bytes_pillow_and_array_give_the_same_photo(tmp_path):
    path = tmp_path / "photo.png"
    Image.fromarray(PICTURE).save(path)
    for source in (path, str(path), path.read_bytes(), Image.fromarray(PICTURE), PICTURE):
        photo = read_photo(source)
        assert (photo.dtype, photo.flags.c_contiguous) == (np.uint8, True)
        np.testing.assert_array_equal(photo, PICTURE)


def test_an_array_is_copied():
    array = PICTURE.copy()
    photo = read_photo(array)
    photo[:] = 0
    np.testing.assert_array_equal(array, PICTURE)


UPRIGHT = {
    1: lambda stored: stored,
    2: np.fliplr,
    3: lambda stored: np.rot90(stored, 2),
    4: np.flipud,
    5: lambda stored: stored.transpose(1, 0, 2),
    6: lambda stored: np.rot90(stored, -1),
    7: lambda stored: np.rot90(stored, 2).transpose(1, 0, 2),
    8: lambda stored: np.rot90(stored, 1),
}


@pytest.mark.parametrize("orientation", UPRIGHT)
def test_every_exif_orientation_comes_upright(orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    photo = read_photo(encoded(Image.fromarray(PICTURE), exif=exif))
    np.testing.assert_array_equal(photo, UPRIGHT[orientation](PICTURE))


def test_a_pillow_image_is_turned_upright_and_left_as_it_was():
    exif = Image.Exif()
    exif[0x0112] = 6
    image = Image.open(io.BytesIO(encoded(Image.fromarray(PICTURE), exif=exif)))
    assert read_photo(image).shape == (6, 4, 3)
    assert image.size == (6, 4)
    assert image.getexif()[0x0112] == 6


def test_transparency_is_laid_over_white():
    red = np.full((2, 2, 4), (200, 0, 0, 255), np.uint8)
    red[0, 0, 3], red[0, 1, 3] = 0, 128
    photo = read_photo(encoded(Image.fromarray(red)))
    np.testing.assert_array_equal(photo[0, 0], (255, 255, 255))
    np.testing.assert_array_equal(photo[1, 1], (200, 0, 0))
    np.testing.assert_allclose(photo[0, 1].astype(int), (227, 127, 127), atol=1)


def test_grey_with_alpha_is_laid_over_white():
    levels = np.array([[[0, 0], [0, 255]]], np.uint8)
    photo = read_photo(encoded(Image.fromarray(levels, "LA")))
    assert photo[0].tolist() == [[255] * 3, [0] * 3]


def test_a_palette_is_looked_up_and_its_transparent_colour_is_white():
    image = Image.fromarray(np.array([[0, 1]], np.uint8))
    image.putpalette([10, 20, 30, 40, 50, 60])
    assert read_photo(encoded(image))[0].tolist() == [[10, 20, 30], [40, 50, 60]]
    see_through = read_photo(encoded(image, transparency=b"\x00\xff"))
    assert see_through[0].tolist() == [[255, 255, 255], [40, 50, 60]]


def test_one_transparent_rgb_colour_is_white():
    image = Image.fromarray(np.array([[[1, 2, 3], [4, 5, 6]]], np.uint8))
    photo = read_photo(encoded(image, transparency=(1, 2, 3)))
    assert photo[0].tolist() == [[255, 255, 255], [4, 5, 6]]


def test_grey_and_one_bit_become_three_equal_channels():
    assert read_photo(encoded(Image.new("L", (2, 1), 77))).tolist() == [[[77] * 3] * 2]
    assert read_photo(encoded(Image.new("1", (2, 1), 1))).tolist() == [[[255] * 3] * 2]


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_16_bit_grey_is_scaled_by_its_full_range(kind):
    grey = np.array([[0, 257, 32768, 65535]], np.uint16)
    assert read_photo(encoded(Image.fromarray(grey), kind))[0, :, 0].tolist() == [0, 1, 128, 255]


def test_cmyk_is_converted():
    inks = np.array([[[255, 0, 0, 0], [0, 0, 0, 255], [0, 0, 0, 0]]], np.uint8)
    photo = read_photo(encoded(Image.fromarray(inks, "CMYK"), "TIFF"))
    assert photo[0].tolist() == [[0, 255, 255], [0, 0, 0], [255, 255, 255]]


def test_a_cmyk_jpeg_is_not_inverted():
    photo = read_photo(encoded(Image.new("CMYK", (16, 16), (0, 0, 0, 0)), "JPEG"))
    assert photo.min() > 250


def test_of_an_animation_the_first_frame_is_read():
    frames = [Image.new("RGB", (3, 2), colour) for colour in ("red", "blue")]
    animation = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert (read_photo(animation) == (255, 0, 0)).all()


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.9])
def test_a_truncated_jpeg_is_refused(kept, tmp_path):
    whole = encoded(Image.effect_noise((64, 64), 80), "JPEG")
    path = tmp_path / "cut.jpg"
    path.write_bytes(whole[: int(len(whole) * kept)])
    with pytest.raises(ImageError, match=r"cut\.jpg is damaged or cut short .*copy it again"):
        read_photo(path)


@pytest.mark.parametrize("kind", ["PNG", "GIF", "TIFF", "WEBP", "BMP"])
def test_other_truncated_files_are_refused_in_one_line(kind):
    whole = encoded(Image.effect_noise((64, 64), 80), kind)
    with pytest.raises(ImageError, match=r"\AThe picture \(\d+ bytes\)") as refusal:
        read_photo(whole[: len(whole) // 2])
    assert "\n" not in str(refusal.value)


def test_an_empty_file_is_refused(tmp_path):
    (tmp_path / "empty.jpg").touch()
    with pytest.raises(ImageError, match=r"empty\.jpg is empty\. JPEG, PNG.*download it again"):
        read_photo(tmp_path / "empty.jpg")


def huge_header(width: int, height: int) -> bytes:
    """A PNG of the given size, honest in its header and without a single pixel."""
    small = bytearray(encoded(Image.new("L", (1, 1))))
    small[16:24] = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    small[29:33] = zlib.crc32(small[12:29]).to_bytes(4, "big")
    return bytes(small)


def test_a_huge_picture_is_refused_from_its_header():
    with pytest.raises(
        ImageError,
        match=r"30000×30000 pixels \(900\.0 megapixels\)\. At most 100 .*make it smaller",
    ):
        read_photo(huge_header(30_000, 30_000))


def test_the_limit_can_be_moved():
    with pytest.raises(ImageError, match=r"At most 0\.01 megapixels"):
        read_photo(Image.new("RGB", (200, 100)), max_megapixels=0.01)
    with pytest.raises(ImageError, match=r"At most 0\.01 megapixels"):
        read_photo(np.zeros((100, 200, 3), np.uint8), max_megapixels=0.01)
    with pytest.raises(ImageError, match="damaged or cut short"):  # past the limit, then no pixels
        read_photo(huge_header(30_000, 30_000), max_megapixels=1000)


def test_no_warning_of_pillow_leaks_and_its_limit_stays():
    before = Image.MAX_IMAGE_PIXELS
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(ImageError, match="damaged or cut short"):
            read_photo(huge_header(9_900, 9_900))
    assert before == Image.MAX_IMAGE_PIXELS


@pytest.mark.parametrize(
    "content", [b"hello", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", b"\x00" * 100]
)
def test_what_is_no_picture_is_refused(content, tmp_path):
    (tmp_path / "notes.jpg").write_bytes(content)
    with pytest.raises(ImageError, match=r"notes\.jpg is not a picture of a known format.*convert"):
        read_photo(tmp_path / "notes.jpg")


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(ImageError, match=r"nowhere\.jpg does not exist\..*check the spelling"):
        read_photo(tmp_path / "nowhere.jpg")


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(ImageError, match=r"is a folder\. Give the path of a file"):
        read_photo(tmp_path)


def test_a_pipe_is_refused_for_nobody_may_ever_write_to_it(tmp_path):
    os.mkfifo(tmp_path / "a.jpg")
    with pytest.raises(ImageError, match=r"a\.jpg cannot be opened \(it is a pipe or a device"):
        read_photo(tmp_path / "a.jpg")


@pytest.mark.parametrize("path", ["a\0b", "x" * 300])
def test_a_path_that_cannot_be_opened_is_refused(path):
    with pytest.raises(ImageError, match=r"cannot be opened \(.*check its permissions"):
        read_photo(path)


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((4, 6, 3), np.float32),
        np.zeros((4, 6), np.uint8),
        np.zeros((3, 4, 6), np.uint8),
        np.zeros((4, 6, 4), np.uint8),
        np.zeros((0, 6, 3), np.uint8),
        np.zeros((1, 4, 6, 3), np.uint8),
    ],
    ids=["float", "grey", "channels first", "alpha", "empty", "batch"],
)
def test_an_array_that_is_no_uint8_rgb_photo_is_refused(array):
    with pytest.raises(ImageError, match=r"photo array is .* Allowed is uint8 RGB .*convert it"):
        read_photo(array)


def test_a_thing_that_holds_no_photo_is_refused():
    with pytest.raises(ImageError, match="cannot be read from a int"):
        read_photo(7)


def test_float_and_wide_integer_pictures_are_refused():
    with pytest.raises(ImageError, match="floating-point pixels"):
        read_photo(encoded(Image.new("F", (2, 2), 0.5), "TIFF"))
    with pytest.raises(ImageError, match="grey values from 70000 to 70000"):
        read_photo(encoded(Image.new("I", (2, 2), 70_000), "TIFF"))
