"""Objects of a prior."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import find_objects

from clickmend.core.errors import PriorError
from clickmend.core.types import Mask
from clickmend.data.codecs import is_coco, read_index
from clickmend.data.picture_files import bare_name, picture_name
from clickmend.data.planes import PixelSource, Size, check_size, is_array, read_npy
from clickmend.data.rle import decode_rle, fill_polygons, read_json
from clickmend.feedback.annotator import distance_inside
from clickmend.feedback.pointing import Point
from clickmend.tasks.instances.from_points import check_labels, read_label
from clickmend.tasks.patches import Patch


@dataclass(frozen=True, slots=True, eq=False)
class Given:
    """One object.

    Args:
        id: Its number in the file, from 1.
        mask: Its mask, bool over its bounding box.
        point: (x, y), a pixel of it.
        label: Its label, if known.
    """

    id: int
    mask: Patch
    point: Point
    label: str | None = None


def read_objects(
    prior: PixelSource,
    *,
    size: Size,
    labels: Sequence[str | int | None] | None = None,
    file_name: str = "",
) -> tuple[Given, ...]:
    """The objects of masks, an index map or COCO annotations, in the order of their ids.

    Args:
        prior: Masks, bool ``(K, H, W)``, numbered from 1; an index ``(H, W)`` of ids, 0 where
            there is none, as an array, NPY or picture; or a file of COCO's instances.
        size: (W, H) of the photo.
        labels: The labels, in their order; those of the COCO file when left out.
        file_name: File name of the photo, to select an image of a COCO file.

    Raises:
        PriorError: It cannot be read, or has another size or objects without pixels.
        OptionError: The number of labels is wrong.
    """
    if is_coco(prior):
        found = _of_coco(prior, size=size, file_name=file_name)
    else:
        array = _array(prior)
        if array is not None and array.ndim == 3 and array.dtype == np.bool_:
            found = _of_masks(array, size=size)
        elif array is not None and array.ndim == 3 and array.shape[1:] == size[::-1]:
            raise PriorError(
                f"The prior has dtype {array.dtype} and shape {array.shape}. Allowed are bool "
                "masks (K, H, W), or an index (H, W) of ids; convert masks by a comparison first, "
                "such as masks > 0."
            )
        else:
            index = read_index(prior if array is None else array, size=size)
            found = _of_index(index)
    if labels is None:
        return found
    check_labels(labels, count=len(found), of="objects")
    return tuple(
        Given(one.id, one.mask, one.point, read_label(label))
        for one, label in zip(found, labels, strict=True)
    )


def _array(prior: PixelSource) -> NDArray[Any] | None:
    """An array, or the content of an NPY file; ``None`` for a picture."""
    if isinstance(prior, np.ndarray):
        return prior
    if is_array(prior):
        assert isinstance(prior, str | Path | bytes)
        return read_npy(prior)
    return None


def _of_masks(masks: Mask, *, size: Size) -> tuple[Given, ...]:
    check_size(masks.shape[1:], size, name="each mask of the prior", error=PriorError)
    return tuple(object_of(number, mask) for number, mask in enumerate(masks, start=1))


def _of_index(index: NDArray[np.int32]) -> tuple[Given, ...]:
    found = []
    ids = [int(one) for one in np.unique(index) if one]
    # Consecutive numbers instead of the ids, so that all boxes are found in one pass.
    small = np.searchsorted(ids, index).astype(np.int32) + 1
    small[index == 0] = 0
    for number, (one, place) in enumerate(zip(ids, find_objects(small), strict=True), start=1):
        found.append(object_of(one, small[place] == number, place))
    return tuple(found)


def _of_coco(
    source: Mapping[str, Any] | str | Path | bytes, *, size: Size, file_name: str
) -> tuple[Given, ...]:
    name = picture_name(source) if isinstance(source, str | Path | bytes) else "the prior"
    content: Any = source
    if not isinstance(source, Mapping):
        content = read_json(source, needed="COCO's instances", error=PriorError)
    match content:
        case {"images": [*images], "annotations": [*annotations]}:
            pass
        case _:
            raise PriorError(
                f'{name} has no lists "images" and "annotations". COCO\'s instances are read; '
                "choose the file of instances, or give an index."
            )
    image = _image_of(images, file_name, name)
    match image:
        case {"width": int(width), "height": int(height)}:
            check_size((height, width), size, name=f"the image of {name}", error=PriorError)
    names = {
        entry.get("id"): entry.get("name")
        for entry in content.get("categories") or ()
        if isinstance(entry, dict)
    }
    mine = [one for one in annotations if isinstance(one, dict) and _is_of(one, image)]
    ids = [one.get("id") for one in mine]
    if not all(type(one) is int and one > 0 for one in ids) or len(set(ids)) < len(ids):
        raise PriorError(
            f"{name} has annotations without unique ids. Each needs a different whole number from "
            "1; number them."
        )
    read = [_of_annotation(one, names, size=size, file=name) for one in mine]
    return tuple(sorted(read, key=lambda one: one.id))


def _of_annotation(
    entry: Mapping[str, Any], names: Mapping[object, object], *, size: Size, file: str
) -> Given:
    number = int(entry["id"])
    if entry.get("iscrowd"):
        raise PriorError(
            f"{file}, annotation {number} is a crowd, which cannot be corrected by clicks. Allowed "
            "are single objects; remove crowd annotations."
        )
    segmentation: Any = entry.get("segmentation")
    try:
        if isinstance(segmentation, Mapping):
            mask = decode_rle(segmentation, size=size)
        elif isinstance(segmentation, list):
            mask = fill_polygons(segmentation, size=size)
        else:
            raise PriorError(
                "It has no segmentation. Allowed are run lengths and polygons; add one."
            )
    except PriorError as problem:
        raise PriorError(f"{file}, annotation {number}: {problem}") from problem
    label = names.get(entry.get("category_id"))
    named = None if label is None else str(label)
    match entry.get("point"):
        case [float() | int() as x, float() | int() as y] if 0 <= x < size[0] and 0 <= y < size[1]:
            return object_of(number, mask, point=(float(x), float(y)), label=named)
    return object_of(number, mask, label=named)


def _image_of(images: Sequence[Any], file_name: str, file: str) -> Mapping[str, Any]:
    """The only image of a file, or the one that is named as the photo is."""
    entries = [one for one in images if isinstance(one, dict)]
    named = [one for one in entries if bare_name(str(one.get("file_name"))) == file_name]
    chosen = entries if len(entries) == 1 else named
    if len(chosen) != 1:
        raise PriorError(
            f"{file} has {len(entries)} images, {len(named)} of them named {file_name!r}. A prior "
            "has to be for one photo; give file_name=, or a file for this photo alone."
        )
    return dict(chosen[0])


def _is_of(annotation: Mapping[str, Any], image: Mapping[str, Any]) -> bool:
    return annotation.get("image_id") == image.get("id")


def object_of(
    number: int,
    mask: Mask,
    place: tuple[slice, slice] = (slice(0, None), slice(0, None)),
    *,
    point: Point | None = None,
    label: str | None = None,
) -> Given:
    """An object of a mask that begins at a place of the photo.

    Args:
        number: Its id.
        mask: Its pixels in that place, bool ``(h, w)``.
        place: Rows and columns.
        point: (x, y), a place of it; the one farthest inside when left out.
        label: What it is.

    Raises:
        PriorError: It has no pixels.
    """
    patch = Patch.where(mask)
    top, left = place[0].start, place[1].start
    if point is None:
        if patch.values.size == 0:
            raise PriorError(
                f"object {number} of the prior has no pixels. Each needs at least one; leave it "
                "out."
            )
        depth = distance_inside(patch.values)
        row, column = np.unravel_index(int(depth.argmax()), depth.shape)
        point = (
            left + patch.columns.start + int(column) + 0.5,
            top + patch.rows.start + int(row) + 0.5,
        )
    return Given(number, patch.moved(top, left), point, label)
