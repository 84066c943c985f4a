"""Labels between a session and files: kept as JSON, given to a session as its prior."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from clickmend.core.errors import PriorError
from clickmend.core.types import Labels
from clickmend.data.codecs import index_png, mask_png
from clickmend.data.planes import Size, npy_bytes
from clickmend.data.rle import decode_rle, encode_rle
from clickmend.projects.contracts import INSTANCES
from clickmend.projects.formats import FORMATS, Format, LabelObject, PhotoLabels
from clickmend.projects.formats.maker import maker_in, with_maker
from clickmend.projects.store import Blobs, Image, Project
from clickmend.tasks.semantic.prediction import VOID

KEPT = "labels"
"""The kind of a session's files that hold its objects."""

UNNAMED = "object"
"""The category, in COCO's words, of an object without a class."""


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


def import_priors(
    blobs: Blobs,
    place: Path,
    form: Format,
    *,
    task: str,
    photos: Mapping[str, Size],
    classes: Sequence[str] = (),
) -> dict[str, str]:
    """Read priors from any format and keep each for its photo.

    Args:
        blobs: Keeps them.
        place: Of the priors.
        form: Reads them.
        task: What they are a prior of.
        photos: Each photo's name, and its width and height.
        classes: What the numbers of a class map are to mean; as they are read when left out.

    Returns:
        Photo → the name of its prior among the blobs.

    Raises:
        DataError: They cannot be read, or are of another size.
        PriorError: They are of another kind than the task's, or have another class.
    """
    found = {}
    for labels in form.read(place, photos=photos):
        if labels.plane is not None and classes:
            labels = replace(labels, plane=_numbered(labels, labels.plane, classes))  # noqa: PLW2901
        found[labels.file_name] = blobs.put(prior_bytes(labels, task))
    return found


def _numbered(labels: PhotoLabels, plane: Labels, classes: Sequence[str]) -> Labels:
    """The class map of a file with the numbers that its classes have elsewhere."""
    found = plane.copy()
    for number in (int(one) for one in np.unique(plane) if one != VOID):
        name = labels.classes[number] if number < len(labels.classes) else "without a name"
        if name not in classes:
            raise PriorError(
                f"The labels of {labels.file_name} have the class {number}, {name}. Allowed are "
                f"{', '.join(classes)}; name it so in their list, or give the project that class."
            )
        found[plane == number] = classes.index(name)
    return found


def project_labels(
    project: Project, images: Sequence[Image], kept: Mapping[int, tuple[int, str]], *, blobs: Blobs
) -> Iterator[PhotoLabels]:
    """The labels of all images: what was kept of each, else what it had before.

    What a format says of an object beyond its mask stays with the object of that id.

    Args:
        project: Of the images.
        images: In the order in which they are wanted.
        kept: Image → event, and blob of its objects after it.
        blobs: Holds them.
    """
    sizes = {
        one.name: (one.width, one.height)
        for one in images
        if one.width is not None and one.height is not None
    }
    before = _before(project, sizes)
    classes = tuple(str(one["name"]) for one in project.classes)
    for image in images:
        old = before.get(image.name)
        if image.id not in kept:
            if old is not None:
                yield old
            continue
        objects = kept_objects(blobs.get(kept[image.id][1]))
        if old is None:
            size = sizes[image.name]
            photo = None if image.folder is None else Path(project.folders[image.folder])
            yield PhotoLabels(
                file_name=image.name,
                size=size,
                objects=tuple(replace(one, id=None) for one in objects),
                classes=classes,
                photo=photo and photo / image.name,
            )
        else:
            known = {one.id: one for one in old.objects}
            joined = tuple(
                _with(one, None if one.id is None else known.get(one.id)) for one in objects
            )
            yield replace(old, objects=joined, classes=old.classes or classes)


def _before(project: Project, sizes: Mapping[str, Size]) -> dict[str, PhotoLabels]:
    """What the file of priors said, where it is of the format that is written."""
    if project.priors is None or project.format is None or not Path(project.priors).is_file():
        return {}
    found: Iterable[PhotoLabels] = FORMATS[project.format].read(Path(project.priors), photos=sizes)
    return {labels.file_name: labels for labels in found}


def _with(new: LabelObject, old: LabelObject | None) -> LabelObject:
    if old is None:  # its key is free on this photo, but may be the id of an object of another
        return replace(new, id=None)
    label = old.label if new.label is None else new.label
    maker = old.maker if new.maker is None or new.maker.untouched else new.maker
    return replace(
        new,
        label=label,
        crowd=old.crowd,
        keypoints=old.keypoints,
        maker=maker,
        extra=dict(old.extra),
    )


def _coco(labels: PhotoLabels) -> dict[str, Any]:
    """One photo in COCO's form, each object by its id; those without one come behind."""
    width, height = labels.size
    taken = {one.id for one in labels.objects if isinstance(one.id, int)}
    free = (number for number in range(1, 2**31) if number not in taken)
    names = list(dict.fromkeys(one.label or UNNAMED for one in labels.objects))
    annotations = [
        {
            "id": one.id if isinstance(one.id, int) else next(free),
            "image_id": 1,
            "category_id": names.index(one.label or UNNAMED) + 1,
            "segmentation": encode_rle(one.mask),
            "area": int(np.count_nonzero(one.mask)),
            "iscrowd": int(one.crowd),
        }
        for one in labels.objects
    ]
    return {
        "images": [{"id": 1, "file_name": labels.file_name, "width": width, "height": height}],
        "annotations": annotations,
        "categories": [{"id": number, "name": name} for number, name in enumerate(names, 1)],
    }
