"""Labels between a session and files: kept as JSON, given to a session as its prior."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from clickmend.core.errors import PriorError
from clickmend.data.codecs import index_png, mask_png
from clickmend.data.planes import npy_bytes
from clickmend.data.rle import decode_rle, encode_rle
from clickmend.projects.contracts import INSTANCES
from clickmend.projects.formats import LabelObject, PhotoLabels
from clickmend.projects.formats.maker import maker_in, with_maker

KEPT = "labels"
"""The kind of a session's files that hold its objects."""


def kept_bytes(labels: PhotoLabels) -> bytes:
    """The objects of a photo as JSON, nothing lost."""
    objects = [
        {
            "rle": encode_rle(one.mask),
            "label": one.label,
            "id": one.id,
            "crowd": one.crowd,
            "keypoints": one.keypoints,
            **with_maker({}, one.maker),
            "extra": dict(one.extra),
        }
        for one in labels.objects
    ]
    return json.dumps({"size": labels.size, "objects": objects}).encode()


def kept_objects(data: bytes) -> tuple[LabelObject, ...]:
    """The objects that :func:`kept_bytes` wrote."""
    return tuple(
        LabelObject(
            mask=decode_rle(one["rle"]),
            label=one["label"],
            id=one["id"],
            crowd=one["crowd"],
            keypoints=tuple((x, y, seen) for x, y, seen in one["keypoints"]),
            maker=maker_in(one.get("attributes")),
            extra=one["extra"],
        )
        for one in json.loads(data)["objects"]
    )


def prior_bytes(labels: PhotoLabels, task: str) -> bytes:
    """Labels as the file that a session of a task takes as its prior.

    Raises:
        PriorError: They are of another kind.
    """
    if labels.plane is not None:
        if labels.plane.dtype.kind == "f":
            return npy_bytes(labels.plane)
        return index_png(labels.plane)
    if task == INSTANCES:
        return json.dumps(_coco(labels)).encode()
    if len(labels.objects) != 1:
        raise PriorError(
            f"{labels.file_name} has {len(labels.objects)} objects, and a session of the task "
            f"{task!r} is of one. Choose the task {INSTANCES!r} to correct them together."
        )
    return mask_png(labels.objects[0].mask)


def keys_of(labels: PhotoLabels) -> list[int]:
    """What a session that begins with these objects calls each: its id where all have numbers."""
    taken = {one.id for one in labels.objects if isinstance(one.id, int)}
    free = (number for number in range(1, 2**31) if number not in taken)
    keys = [one.id if isinstance(one.id, int) else next(free) for one in labels.objects]
    if len(set(keys)) < len(keys) or any(key < 1 for key in keys):
        return list(range(1, len(keys) + 1))
    return keys


def _coco(labels: PhotoLabels) -> dict[str, Any]:
    """One photo in COCO's form, each object by its key; one without a class has no category."""
    width, height = labels.size
    names = list(dict.fromkeys(one.label for one in labels.objects if one.label))
    annotations = [
        {
            "id": key,
            "image_id": 1,
            "category_id": names.index(one.label) + 1 if one.label else None,
            "segmentation": encode_rle(one.mask),
            "area": int(np.count_nonzero(one.mask)),
            "iscrowd": 0,  # a crowd is mended as an object, and stays one in the labels
        }
        for key, one in zip(keys_of(labels), labels.objects, strict=True)
    ]
    return {
        "images": [{"id": 1, "file_name": labels.file_name, "width": width, "height": height}],
        "annotations": annotations,
        "categories": [{"id": number, "name": name} for number, name in enumerate(names, 1)],
    }
