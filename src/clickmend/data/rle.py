"""Masks from and to COCO run lengths and polygons."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypedDict

import numpy as np
from numpy.typing import NDArray

from clickmend.core.errors import ClickmendError, PriorError
from clickmend.core.types import Mask
from clickmend.data.picture_files import check_area, file_bytes, picture_name
from clickmend.data.planes import Size


class Rle(TypedDict):
    """COCO's run lengths of a mask.

    ``size`` is ``[H, W]``. ``counts`` are the lengths of the runs down the columns, the first of
    zeros: as text in COCO's compressed form, as a list in the plain one.
    """

    size: list[int]
    counts: str | list[int]


def encode_rle(mask: Mask) -> Rle:
    """The compressed run lengths of a mask ``(H, W)``, ready for JSON.

    Example:
        >>> encode_rle(np.array([[False, True], [False, True]]))
        {'size': [2, 2], 'counts': '22'}
    """
    from faster_coco_eval.core import mask as coco_mask

    height, width = mask.shape
    columns = np.flatnonzero(mask.any(axis=0))
    first, last = (int(columns[0]), int(columns[-1]) + 1) if columns.size else (0, width)
    # Most objects are small, so only their columns are processed run by run.
    counts = encode_runs(mask[:, first:last])["counts"]
    assert isinstance(counts, list)
    counts[0] += first * height
    behind = (width - last) * height
    if len(counts) % 2:
        counts[-1] += behind
    elif behind:
        counts.append(behind)
    rle = coco_mask.frPyObjects({"size": [height, width], "counts": counts}, height, width)
    return {"size": [height, width], "counts": rle["counts"].decode("ascii")}


def encode_runs(mask: Mask) -> Rle:
    """The plain run lengths of a mask ``(H, W)``, ready for JSON.

    Example:
        >>> encode_runs(np.array([[False, True], [False, True]]))
        {'size': [2, 2], 'counts': [2, 2]}
    """
    column_major = np.concatenate(([False], mask.ravel(order="F")))
    starts = np.flatnonzero(column_major[1:] != column_major[:-1])
    counts = np.diff(starts, prepend=0, append=mask.size)
    return {"size": list(mask.shape), "counts": counts.tolist()}


def read_json(
    source: str | Path | bytes, *, needed: str, error: type[ClickmendError] = PriorError
) -> Any:
    """What a JSON file holds.

    Args:
        source: The file, or its bytes.
        needed: The expected content, for the message.
        error: The exception that every refusal raises.

    Raises:
        ClickmendError: As ``error``, when it cannot be read.
    """
    data = source if isinstance(source, bytes) else file_bytes(source, error=error)
    try:
        return json.loads(data)
    except ValueError as problem:
        raise error(
            f"{picture_name(source)} is not valid JSON ({problem}). Give {needed}; save it again."
        ) from problem


def decode_rle(
    rle: Mapping[str, Any], *, size: Size | None = None, error: type[ClickmendError] = PriorError
) -> Mask:
    """The mask of COCO run lengths, compressed or plain.

    Args:
        rle: ``{"size": [H, W], "counts": text, bytes or list}``.
        size: Its required ``(W, H)``, if known.
        error: The exception that every refusal raises.

    Raises:
        ClickmendError: As ``error``, when it is not in COCO's form, its runs do not fill the
            image, or it has another size.

    Example:
        >>> decode_rle({"size": [2, 2], "counts": [2, 2]}).tolist()
        [[False, True], [False, True]]
    """
    height, width = _rle_size(rle, error)
    if size is not None and (width, height) != size:
        raise error(
            f"The run lengths are of a {width}×{height} mask but the image is {size[0]}×{size[1]}. "
            "Both must have one size; COCO's size is [height, width]."
        )
    check_area(width, height, name="The mask of the run lengths", error=error)
    from faster_coco_eval.core import mask as coco_mask

    counts = rle.get("counts")
    try:
        if isinstance(counts, str | bytes):
            text = counts.encode("ascii") if isinstance(counts, str) else counts
            return _as_mask(coco_mask.decode({"size": [height, width], "counts": text}))
        return _from_runs(np.array(counts), height, width)
    except (ValueError, TypeError, RuntimeError) as problem:
        raise error(
            f"The run lengths do not describe a {width}×{height} mask ({problem}). COCO's counts "
            "are a list of run lengths, zeros first, or its compressed text; write them again."
        ) from problem


def read_rle(
    source: Mapping[str, Any] | str | Path | bytes,
    *,
    size: Size | None = None,
    error: type[ClickmendError] = PriorError,
) -> Mask:
    """The mask of a single object from run lengths in a mapping or a JSON file.

    Args:
        source: Run lengths, COCO annotations, or the output of ``--json``; a file of it, or its
            content.
        size: The mask's required ``(W, H)``, if known.
        error: The exception that every refusal raises.

    Raises:
        ClickmendError: As ``error``, when it cannot be read, or has no or several objects.
    """
    content: Any = source
    if not isinstance(source, Mapping):
        content = read_json(source, needed="COCO's run lengths of one object", error=error)
    match content:
        case {"annotations": [*objects]} | {"instances": [*objects]}:
            pass
        case other:
            objects = [other]
    match objects:
        case [{"segmentation": {} as rle}] | [{"rle": {} as rle}] | [{"counts": _} as rle]:
            return decode_rle(rle, size=size, error=error)
    raise error(
        f"{picture_name(source)} holds {len(objects)} objects, or one without run lengths. A mask "
        'is one {"size": [H, W], "counts": …}, alone or as the segmentation of the only '
        "annotation; choose one object, and fill its polygons first."
    )


def fill_polygons(
    polygons: Sequence[Sequence[float]],
    *,
    size: Size,
    error: type[ClickmendError] = PriorError,
) -> Mask:
    """The pixels inside any of COCO's polygons ``[x0, y0, x1, y1, …]``.

    Raises:
        ClickmendError: As ``error``, when a polygon has fewer than three corners, an odd number
            of values, or a corner that is not finite or far outside the image.

    Example:
        >>> int(fill_polygons([[1, 1, 4, 1, 4, 3, 1, 3]], size=(5, 5)).sum())
        6
    """
    width, height = size
    if not polygons:
        return np.zeros((height, width), bool)
    for number, polygon in enumerate(polygons, start=1):
        corners = np.asarray(polygon, np.float64)
        reach = 2 * max(size)
        if (
            corners.ndim != 1
            or len(corners) < 6
            or len(corners) % 2
            or not (np.abs(corners) <= reach).all()
        ):
            raise error(
                f"Polygon {number} is not a polygon of a {width}×{height} image. COCO's polygon is "
                "[x0, y0, x1, y1, x2, y2, …] in pixels, three corners or more; correct it."
            )
    from faster_coco_eval.core import mask as coco_mask

    rles = coco_mask.frPyObjects([list(map(float, polygon)) for polygon in polygons], height, width)
    return _as_mask(coco_mask.decode(coco_mask.merge(rles)))


def _rle_size(rle: Mapping[str, Any], error: type[ClickmendError]) -> tuple[int, int]:
    match rle.get("size"):
        case [int(height), int(width)] if height > 0 and width > 0:
            return height, width
        case other:
            raise error(
                f"The run lengths have the size {other!r}. COCO's size is [height, width], two "
                "positive integers; correct it."
            )


def _from_runs(counts: NDArray[Any], height: int, width: int) -> Mask:
    if counts.ndim != 1 or counts.dtype.kind not in "iu" or (counts < 0).any():
        raise ValueError("the counts are not whole numbers from 0 up")
    if counts.sum() != height * width:
        raise ValueError(f"the counts sum to {counts.sum()}, not to {height * width}")
    values = np.arange(len(counts)) % 2 == 1
    return np.repeat(values, counts).reshape(width, height).T.copy()


def _as_mask(decoded: NDArray[np.uint8]) -> Mask:
    return np.ascontiguousarray(decoded, dtype=bool)
