"""Reading a photo, whatever its file looks like, as upright RGB."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from clickmend.core.errors import ImageError
from clickmend.core.types import RGB
from clickmend.data.picture_files import check_area, opened, picture_name


def read_photo(
    source: str | Path | bytes | Image.Image | NDArray[np.uint8],
    *,
    max_megapixels: float | None = None,
) -> RGB:
    """Read a photo as it is meant to be seen.

    The picture is turned upright by its EXIF orientation. Transparent pixels are laid over white,
    as a page would show them. 16-bit grey is scaled by its full range (65535 becomes 255). Of an
    animation the first frame is read; of a Pillow image the frame that it stands at. CMYK is
    converted by Pillow; colour profiles are not applied.

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
        return _to_rgb(ImageOps.exif_transpose(image), name=picture_name(source))


def _from_array(array: NDArray[np.uint8], *, max_megapixels: float | None) -> RGB:
    if array.ndim != 3 or array.shape[2] != 3 or array.dtype != np.uint8 or array.size == 0:
        raise ImageError(
            f"The photo array is {array.dtype} with shape {array.shape}. Allowed is uint8 RGB "
            "with shape (H, W, 3), values 0 to 255, not empty; convert it, channels last."
        )
    height, width, _ = array.shape
    check_area(width, height, name="The photo array", max_megapixels=max_megapixels)
    return np.array(array, order="C")


def _to_rgb(image: Image.Image, *, name: str) -> RGB:
    if image.mode == "I" or image.mode.startswith("I;16"):
        grey = np.asarray(image)
        if grey.min() < 0 or grey.max() > 65535:
            raise ImageError(
                f"{name} has grey values from {grey.min()} to {grey.max()}. 8-bit and 16-bit "
                "pictures are read; scale it to 0…65535 or less."
            )
        eight = ((grey.astype(np.uint32) + 128) // 257).astype(np.uint8)
        return np.repeat(eight[:, :, None], 3, axis=2)
    if image.mode == "F":
        raise ImageError(
            f"{name} has floating-point pixels. 8-bit and 16-bit pictures are read; scale it "
            "and save it as one."
        )
    if image.has_transparency_data:
        over = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", over.size, "white"), over)
    return cast(RGB, np.array(image.convert("RGB")))
