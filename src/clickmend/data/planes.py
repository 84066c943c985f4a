"""Reading and writing one plane of numbers: a picture, an NPY file or an array."""

from __future__ import annotations

import io
import tokenize
from collections.abc import Mapping
from functools import partial
from math import prod
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from clickmend.core.errors import ClickmendError, OutputError, PriorError
from clickmend.core.files import write_atomically
from clickmend.data.picture_files import PictureSource, check_area, file_bytes, opened, picture_name
from clickmend.data.stored import Stored, is_tiff, of_array, of_picture, of_tiff

PixelSource: TypeAlias = PictureSource | NDArray[Any] | Mapping[str, Any]
"""A source of pixels: a path, the content of a file, a Pillow image, an array, run lengths."""

Size: TypeAlias = tuple[int, int]
"""Width and height in pixels."""

_MAGIC = b"\x93NUMPY"


class Plane(NamedTuple):
    """One number for every pixel.

    Attributes:
        numbers: ``(H, W)``, in the type of the file.
        white: The number that means white, ``None`` if the source does not define one.
    """

    numbers: NDArray[Any]
    white: int | None


def read_plane(
    source: PixelSource,
    *,
    shown: bool = False,
    size: Size | None,
    error: type[ClickmendError],
) -> Plane:
    """Read one plane of numbers.

    Args:
        source: A picture or NPY file, its bytes, a Pillow image or an array.
        shown: Whether to read the displayed levels, see `Stored.greys`, instead of the stored
            numbers.
        size: Its required ``(W, H)``, if known.
        error: The type of the exceptions.

    Raises:
        ClickmendError: As ``error``, when it cannot be read, is coloured or has another size.
    """
    stored = _stored(source, error)
    stored = stored.greys() if shown else stored
    plane = _one_plane(stored.numbers, source, error)
    check_size(plane.shape, size, name=picture_name(source), error=error)
    return Plane(plane, stored.white)


def check_size(
    shape: tuple[int, ...], size: Size | None, *, name: str, error: type[ClickmendError]
) -> None:
    """Check that a source has the size of the image.

    Raises:
        ClickmendError: As ``error``, with both sizes.
    """
    height, width = shape
    if size is not None and (width, height) != size:
        turned = " (turned on its side?)" if (height, width) == size else ""
        raise error(
            f"{name} is {width}×{height}{turned} but the image is "
            f"{size[0]}×{size[1]}. Both must have one size, pixel for pixel; resize it or choose "
            "the one that belongs to the image."
        )


def is_array(source: PixelSource) -> bool:
    """Whether the source is an array or an NPY file rather than a picture."""
    if isinstance(source, bytes):
        return source.startswith(_MAGIC)
    if isinstance(source, str | Path):
        return Path(source).suffix.lower() == ".npy"
    return isinstance(source, np.ndarray)


def _stored(source: PixelSource, error: type[ClickmendError]) -> Stored:
    if isinstance(source, np.ma.MaskedArray) and np.ma.is_masked(source):
        raise error(
            f"The array is masked at {np.count_nonzero(source.mask)} pixels, but every pixel "
            "needs a number. Fill them with .filled(0), or with .filled(nan) for unknown depth."
        )
    if isinstance(source, np.ndarray):
        return of_array(np.asarray(source))
    if isinstance(source, Image.Image):
        with opened(source, error=error) as image:
            return of_picture(image)
    if not isinstance(source, str | Path | bytes):
        hint = " A tensor is one by .numpy()." if hasattr(source, "numpy") else ""
        raise error(
            f"One number per pixel cannot be read from a {type(source).__name__}. Give a path, "
            f"the bytes of a file, a Pillow image or an array (H, W).{hint}"
        )
    if is_array(source):
        return of_array(read_npy(source, error=error))
    content = source if isinstance(source, bytes) else file_bytes(source, error=error)
    name = picture_name(source)
    if is_tiff(content):
        try:
            return of_tiff(content, check=partial(check_area, name=name, error=error))
        except (ClickmendError, MemoryError):
            raise
        except Exception:  # noqa: BLE001  # Pillow decodes it, or says what is wrong
            pass
    with opened(source, error=error) as image:
        return of_picture(image)


def read_npy(
    source: str | Path | bytes, *, error: type[ClickmendError] = PriorError
) -> NDArray[Any]:
    """Read an NPY file; Python objects (pickles) are never loaded.

    Raises:
        ClickmendError: As ``error``, if it is missing, truncated, not an NPY file, or has objects.
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
    except (ValueError, SyntaxError, tokenize.TokenError) as problem:  # numpy parses the header
        raise error(
            f"{name} is not a complete NPY file ({problem}). Save it again with numpy.save."
        ) from problem
    if dtype.hasobject:
        raise error(
            f"{name} holds Python objects. Only arrays of numbers are read, never pickles; save "
            "it with a numeric dtype."
        )
    if len(data) != prod(shape) * dtype.itemsize:
        raise error(
            f"{name} holds {len(data)} bytes where {shape} {dtype} needs "
            f"{prod(shape) * dtype.itemsize}. The file has to be complete; save it again."
        )
    flat: NDArray[Any] = np.frombuffer(data, dtype)
    return flat.reshape(shape, order="F" if fortran_order else "C").copy()


def write_npy(path: str | Path, array: NDArray[Any]) -> None:
    """Write an array of numbers as an NPY file, atomically.

    Raises:
        OutputError: It has Python objects, the suffix is not ``.npy``, or the file cannot be
            written.
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
    """The path, if it has one of the suffixes.

    Raises:
        OutputError: It has another suffix.
    """
    if Path(path).suffix.lower() not in suffixes:
        kinds = " or ".join(suffix[1:].upper() for suffix in suffixes)
        raise OutputError(
            f"{path} does not end in {' or '.join(suffixes)}. The result is written as "
            f"{kinds}; name it {Path(path).stem or 'result'}{suffixes[0]}."
        )
    return Path(path)


def is_npy(path: str | Path) -> bool:
    """Whether a path is for an NPY file rather than a PNG.

    Raises:
        OutputError: It is for neither.
    """
    return with_suffix(path, ".png", ".npy").suffix.lower() == ".npy"


def check_writable(array: NDArray[Any], fits: bool, *, what: str, allowed: str) -> None:
    """Check that an array is a plane that a file can hold.

    Raises:
        OutputError: It is not; the message has ``allowed``.
    """
    if array.ndim != 2 or array.size == 0 or not fits:
        raise OutputError(
            f"This {array.dtype} array with shape {array.shape} cannot be written as {what}. "
            f"Allowed are {allowed}; convert it."
        )


def png_bytes(pixels: NDArray[Any]) -> bytes:
    """The PNG file of grey levels or colours (BGR), 8 or 16 bits."""
    done, content = cv2.imencode(".png", pixels)  # three to seven times as fast as Pillow's
    assert done
    return content.tobytes()


def _one_plane(
    array: NDArray[Any], source: PixelSource, error: type[ClickmendError]
) -> NDArray[Any]:
    if array.ndim == 3 and array.shape[2] == 3 and (array == array[:, :, :1]).all():
        array = array[:, :, 0]
    if array.ndim != 2 or array.size == 0 or array.dtype.kind not in "biuf":
        coloured = not is_array(source) and array.ndim == 3 and array.shape[2] == 3
        fact = "is coloured" if coloured else f"is {array.dtype} with shape {array.shape}"
        remedy = "convert it to grey or to indices" if coloured else "choose one plane"
        if array.ndim == 3 and 1 in (array.shape[0], array.shape[2]) and array.size:
            remedy = f"take its one plane, {'[0]' if array.shape[0] == 1 else '[:, :, 0]'}"
        if array.dtype.kind not in "biuf":
            remedy = "convert it to numbers, by .astype(float) or (int)"
        elif not array.size:
            remedy = "give one with pixels"
        raise error(
            f"{picture_name(source)} {fact}. One number per pixel is read, (H, W); {remedy}."
        )
    return array
