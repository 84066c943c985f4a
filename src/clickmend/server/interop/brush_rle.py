"""The run lengths in which Label Studio keeps brushed regions, as a stream of bits.

The values are those of an RGBA picture, along the rows, one byte for each of four channels. After
the count of values (32 bits) and how they are packed comes block after block: whether it is a run,
which of four widths its length has, the length less one, then one value, or all of them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from clickmend.core.errors import PriorError
from clickmend.core.types import Mask
from clickmend.data.picture_files import check_area

_CHANNELS = 4
_VALUE_BITS = 8
_WIDTHS = (3, 4, 8, 16)
"""In how many bits the length of a run may be written."""


def encode_brush(mask: Mask) -> list[int]:
    """The bytes of a mask ``(H, W)``.

    Example:
        >>> encode_brush(np.array([[False, True]]))
        [0, 0, 0, 8, 57, 27, 252, 96, 17, 255, 128]
    """
    values = mask.ravel()
    starts = np.flatnonzero(np.concatenate(([True], values[1:] != values[:-1])))
    lengths = _CHANNELS * np.diff(starts, append=values.size)
    bits = [f"{_CHANNELS * mask.size:032b}", f"{_VALUE_BITS - 1:05b}"]
    bits += [f"{width - 1:04b}" for width in _WIDTHS]
    for start, length in zip(starts.tolist(), lengths.tolist(), strict=True):
        value = f"{255 * int(values[start]):08b}"
        for begun in range(0, length, 1 << _WIDTHS[-1]):
            part = min(length - begun, 1 << _WIDTHS[-1])
            index = next(n for n, width in enumerate(_WIDTHS) if part <= 1 << width)
            bits.append(f"1{index:02b}{part - 1:0{_WIDTHS[index]}b}{value}")
    packed = np.packbits(np.frombuffer("".join(bits).encode(), np.uint8) - ord("0"))
    found: list[int] = packed.tolist()
    return found


def decode_brush(rle: Sequence[int], *, width: int, height: int) -> Mask:
    """The mask ``(H, W)`` that was brushed, wherever its fourth channel is not 0.

    Raises:
        PriorError: These are no run lengths of a picture of this size.
    """
    check_area(width, height, name="The brushed region", error=PriorError)
    try:
        values = _values(np.asarray(rle), _CHANNELS * width * height)
    except (ValueError, TypeError, IndexError, OverflowError) as error:
        raise PriorError(
            f"The brushed region cannot be read ({error}). Allowed are Label Studio's run lengths "
            f"of a {width}×{height} picture; export it anew."
        ) from error
    return np.asarray(values.reshape(height, width, _CHANNELS)[..., -1] != 0)


def _values(packed: NDArray[np.int_], count: int) -> NDArray[np.uint8]:
    """The unpacked values of all channels, ``(count,)``."""
    if packed.ndim != 1 or packed.dtype.kind not in "iu" or ((packed < 0) | (packed > 255)).any():
        raise ValueError("they are no bytes")
    bits = (np.unpackbits(packed.astype(np.uint8)) + ord("0")).tobytes().decode()
    at = 0

    def take(width: int) -> int:
        nonlocal at
        at += width
        if at > len(bits):
            raise ValueError("they end too early")
        return int(bits[at - width : at], 2)

    if take(32) != count:
        raise ValueError("they are of another size")
    value_bits = take(5) + 1
    widths = [take(4) + 1 for _ in range(4)]
    if value_bits != _VALUE_BITS:
        raise ValueError(f"their values have {value_bits} bits")
    values = np.empty(count, np.uint8)
    done = 0
    while done < count:
        is_run, length = take(1), take(widths[take(2)]) + 1
        if done + length > count:
            raise ValueError("they are of a larger picture")
        if is_run:
            values[done : done + length] = take(_VALUE_BITS)
        else:
            given = [take(_VALUE_BITS) for _ in range(length)]
            values[done : done + length] = given
        done += length
    return values
