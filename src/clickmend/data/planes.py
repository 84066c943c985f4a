"""From a picture, an NPY file or an array to one plane of numbers."""

from __future__ import annotations

import io
from collections.abc import Callable
from math import prod
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from clickmend.core.errors import ClickmendError, OutputError, PriorError
from clickmend.data.files import write_atomically
from clickmend.data.picture_files import PictureSource, file_bytes, opened, picture_name

PixelSource: TypeAlias = PictureSource | NDArray[Any]
"""Whatever holds pixels: a path, the bytes of a file, a Pillow image, an array."""

Size: TypeAlias = tuple[int, int]
"""Width and height in pixels."""

_MAGIC = b"\x93NUMPY"


def read_plane(
    source: PixelSource,
    decode: Callable[[Image.Image], NDArray[Any]],
    *,
    size: Size | None,
    error: type[ClickmendError],
) -> NDArray[Any]:
    """Read one plane of numbers, ``(H, W)``, in the type that the file has.

    Args:
        source: A picture or NPY file, its bytes, a Pillow image or an array.
        decode: Turns a picture into an array: ``indices`` or ``greys``.
        size: What its ``(W, H)`` must be, if known.
        error: The exception that every refusal raises.

    Raises:
        ClickmendError: As ``error``, when it cannot be read, is coloured or has another size.
    """
    if isinstance(source, np.ndarray):
        array = source
    elif not isinstance(source, Image.Image) and is_array(source):
        array = read_npy(source, error=error)
    else:
        with opened(source, error=error) as image:
            array = decode(image)
    plane = _one_plane(array, source, error)
    if size is not None and plane.shape != (size[1], size[0]):
        height, width = plane.shape
        turned = " (turned on its side?)" if (height, width) == size else ""
        raise error(
            f"{picture_name(source)} is {width}×{height}{turned} but the image is "
            f"{size[0]}×{size[1]}. Both must have one size, pixel for pixel; resize it or choose "
            "the one that belongs to the image."
        )
    return plane


def is_array(source: PixelSource) -> bool:
    """Whether the source is an array or an NPY file rather than a picture."""
    if isinstance(source, bytes):
        return source.startswith(_MAGIC)
    if isinstance(source, str | Path):
        return Path(source).suffix.lower() == ".npy"
    return isinstance(source, np.ndarray)


def indices(image: Image.Image) -> NDArray[Any]:
    """The numbers of a picture as they are stored: grey levels, or the indices of a palette."""
    if image.mode == "LA":
        image = image.getchannel("L")
    elif image.mode not in ("1", "L", "P", "I", "F") and not image.mode.startswith("I;16"):
        image = image.convert("RGB")
    array: NDArray[Any] = np.array(image)
    return array.astype(array.dtype.newbyteorder("="))


def greys(image: Image.Image) -> NDArray[Any]:
    """The alpha of a picture that is transparent somewhere, else its grey levels.

    A palette whose used colours are all grey is read by them, any other by its indices.
    """
    if image.has_transparency_data:
        alpha = image.convert("RGBA").getchannel("A")
        if alpha.getextrema() != (255, 255):
            return np.array(alpha)
    if image.mode == "P":
        colours: NDArray[np.uint8] = np.array(image.convert("RGB"))
        if (colours == colours[:, :, :1]).all():
            return colours[:, :, 0]
    return indices(image)


def read_npy(
    source: str | Path | bytes, *, error: type[ClickmendError] = PriorError
) -> NDArray[Any]:
    """Read an NPY file; one that holds Python objects (a pickle) is never opened.

    Raises:
        ClickmendError: As ``error``, when it is missing, no NPY file, cut short or holds objects.
    """
    name = picture_name(source)
    stream = io.BytesIO(source if isinstance(source, bytes) else file_bytes(source, error=error))
    try:
        version = np.lib.format.read_magic(stream)
        read_header = (
            np.lib.format.read_array_header_1_0
            if version == (1, 0)
            else np.lib.format.read_array_header_2_0
        )
        shape, fortran_order, dtype = read_header(stream)
        data = stream.read()
    except ValueError as problem:
        raise error(
            f"{name} is no whole NPY file ({problem}). Files of numpy.save are read; write it anew."
        ) from problem
    if dtype.hasobject:
        raise error(
            f"{name} holds Python objects. Arrays of numbers are read, a pickle never; save it "
            "with a numeric dtype."
        )
    if len(data) != prod(shape) * dtype.itemsize:
        raise error(
            f"{name} holds {len(data)} bytes where {shape} {dtype} needs "
            f"{prod(shape) * dtype.itemsize}. Whole NPY files are read; write it anew."
        )
    flat: NDArray[Any] = np.frombuffer(data, dtype)
    return flat.reshape(shape, order="F" if fortran_order else "C").copy()


def write_npy(path: str | Path, array: NDArray[Any]) -> None:
    """Write an array of numbers as an NPY file, whole or not at all.

    Raises:
        OutputError: It holds Python objects, the name does not end in ``.npy``, or the place
            cannot be written.
    """
    content = npy_bytes(array)
    write_atomically(with_suffix(path, ".npy"), content)


def npy_bytes(array: NDArray[Any]) -> bytes:
    """The NPY file of an array of numbers.

    Raises:
        OutputError: It holds Python objects.
    """
    if array.dtype.hasobject:
        raise OutputError(
            f"An array of {array.dtype} cannot be written as NPY. Allowed are numbers, no Python "
            "objects; convert it."
        )
    stream = io.BytesIO()
    np.save(stream, array, allow_pickle=False)
    return stream.getvalue()


def with_suffix(path: str | Path, *suffixes: str) -> Path:
    """The path, if its name says what will be in the file: one of the suffixes.

    Raises:
        OutputError: The name ends in something else.
    """
    if Path(path).suffix.lower() not in suffixes:
        kinds = " or ".join(suffix[1:].upper() for suffix in suffixes)
        raise OutputError(
            f"{path} does not end in {' or '.join(suffixes)}. The result is written as "
            f"{kinds}; name it {Path(path).stem or 'result'}{suffixes[0]}."
        )
    return Path(path)


def _one_plane(
    array: NDArray[Any], source: PixelSource, error: type[ClickmendError]
) -> NDArray[Any]:
    if array.ndim == 3 and array.shape[2] == 3 and (array == array[:, :, :1]).all():
        array = array[:, :, 0]
    if array.ndim != 2 or array.size == 0 or array.dtype.kind not in "biuf":
        coloured = not isinstance(source, np.ndarray) and array.ndim == 3
        fact = "is coloured" if coloured else f"is {array.dtype} with shape {array.shape}"
        raise error(
            f"{picture_name(source)} {fact}. One number per pixel is read, (H, W); "
            "convert it to grey or to indices."
        )
    return array
