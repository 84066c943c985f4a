import io
import warnings
from concurrent.futures import ThreadPoolExecutor

import pytest
from PIL import Image

from clickmend.core.errors import ImageError, PriorError
from clickmend.data.picture_files import file_bytes, opened


def picture() -> bytes:
    stream = io.BytesIO()
    Image.effect_noise((40, 30), 50).save(stream, "PNG")
    return stream.getvalue()


def test_the_pixels_are_not_decoded_on_opening():
    with opened(picture()[:60]) as image:
        assert image.size == (40, 30)


def test_what_pillow_raises_in_the_block_is_told_in_words():
    with (
        pytest.raises(PriorError, match="damaged or cut short"),
        opened(picture()[:60], error=PriorError) as image,
    ):
        image.load()


def test_our_own_errors_pass_as_they_are():
    with pytest.raises(PriorError, match=r"\Amine\Z"), opened(picture()):
        raise PriorError("mine")


def test_the_file_is_closed_afterwards(tmp_path):
    (tmp_path / "picture.png").write_bytes(picture())
    with opened(tmp_path / "picture.png") as image:
        stream = image.fp
    assert stream.closed


def test_threads_leave_the_filters_of_warnings_and_pillows_limit_as_they_were():
    before = (list(warnings.filters), Image.MAX_IMAGE_PIXELS)

    def read(content: bytes) -> tuple[int, int]:
        with opened(content) as image:
            image.load()
            return image.size

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(read, [picture()] * 200)) == {(40, 30)}
    assert (list(warnings.filters), Image.MAX_IMAGE_PIXELS) == before


def test_a_missing_file_has_no_bytes(tmp_path):
    with pytest.raises(ImageError, match="does not exist"):
        file_bytes(tmp_path / "nowhere", error=ImageError)
