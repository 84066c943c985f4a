"""Reading photos as upright RGB."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from clickmend.core.errors import ImageError
from clickmend.core.types import RGB
from clickmend.data.picture_files import check_area, opened, picture_name
from clickmend.data.stored import is_deep, of_picture

_ORIENTATION = 0x0112


def read_photo(
    source: str | Path | bytes | Image.Image | NDArray[np.uint8],
    *,
    max_megapixels: float | None = None,
) -> RGB:
    """Read a photo as it should be displayed.

    The picture is turned upright by its EXIF orientation. Transparent pixels are composed over
    white. Grey of 10 to 16 bits is scaled by the full range of its file (65535 becomes 255), and
    refused where it fills hardly any of it. Of an animation the first frame is read; of a Pillow
    image the frame that it stands at. CMYK is converted by Pillow; colour profiles are not applied.

    Args:
        source: A path, the bytes of a file, a Pillow image, or an RGB array (which is copied).
        max_megapixels: Larger photos are refused before they are decoded; the default is
            ``settings().max_image_megapixels``.

    Returns:
        The photo, ``(H, W, 3)``, uint8.

    Raises:
        ImageError: The file is missing, damaged, too large or no picture, or the array is not
            ``(H, W, 3)`` uint8.
    """
    if isinstance(source, np.ndarray):
        return _from_array(source, max_megapixels=max_megapixels)
    if not isinstance(source, str | Path | bytes | Image.Image):
        raise ImageError(
            f"A photo cannot be read from a {type(source).__name__}. Give a path, the bytes of "
            "a picture file, a Pillow image or a uint8 RGB array."
        )
    with opened(source, max_megapixels=max_megapixels) as image:
        return _to_rgb(image, name=picture_name(source))


def _from_array(array: NDArray[np.uint8], *, max_megapixels: float | None) -> RGB:
    if array.ndim != 3 or array.shape[2] != 3 or array.dtype != np.uint8 or array.size == 0:
        raise ImageError(
            f"The photo array is {array.dtype} with shape {array.shape}. Allowed is uint8 RGB "
            "with shape (H, W, 3), values 0 to 255, not empty; convert it, channels last."
        )
    height, width, _ = array.shape
    check_area(width, height, name="The photo array", max_megapixels=max_megapixels)
    return np.array(array, order="C")


def photo_size(source: str | Path | bytes) -> tuple[int, int]:
    """The displayed width and height of a photo, from its header.

    Raises:
        ImageError: It is missing, too large or no picture.
    """
    with opened(source) as image:
        width, height = image.size
        sideways = image.getexif().get(_ORIENTATION, 1) in (5, 6, 7, 8)
        return (height, width) if sideways else (width, height)


def _to_rgb(image: Image.Image, *, name: str) -> RGB:
    deep = is_deep(image) and not image.mode.startswith("I")
    if image.mode == "F":
        raise ImageError(
            f"{name} has floating-point pixels. 8-bit and 16-bit pictures are read; scale it "
            "and save it as one."
        )
    if image.mode.startswith("I"):
        image = _eight_bits(image, name)
    image = ImageOps.exif_transpose(image)
    if image.has_transparency_data:
        over = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", over.size, "white"), over)
    photo = cast(RGB, np.array(image.convert("RGB")))
    if deep and photo.max() <= 255 // 16:
        raise _nearly_black(name, "at most a sixteenth of white")
    return photo


def _eight_bits(image: Image.Image, name: str) -> Image.Image:
    """Grey of up to 16 bits as 8 bits, with its orientation."""
    stored = of_picture(image).greys()
    grey, white = stored.numbers, stored.white or 65535
    least, most = int(grey.min()), int(grey.max())
    if least < 0 or most > white:
        raise ImageError(
            f"{name} has grey values from {least} to {most}. 8-bit and 16-bit "
            f"pictures are read; scale it to 0…{white} or less."
        )
    if 0 < most <= white / 16:
        raise _nearly_black(name, f"at most {most}, where white is {white}")
    shown = Image.fromarray(((grey.astype(np.int64) * 510 + white) // (2 * white)).astype(np.uint8))
    shown.getexif()[_ORIENTATION] = image.getexif().get(_ORIENTATION, 1)
    return shown


def _nearly_black(name: str, fact: str) -> ImageError:
    return ImageError(
        f"{name} has values of {fact}, as 8, 10 or 12 bits in a 16-bit file have. It would be "
        "seen as black; scale it to the whole range."
    )
