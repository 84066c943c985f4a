"""What label files said of photos before a project began: kept, and joined to what became of it.

Masks are corrected in sessions. All else that a file says of an object or of its photo, such as
crowds, keypoints and fields that clickmend does not know, is kept here when the file is read, so
that it is written back whatever becomes of the file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from clickmend.core.files import make_folder, write_atomically
from clickmend.core.types import Mask
from clickmend.projects.formats import LabelObject, PhotoLabels
from clickmend.projects.kept import kept_bytes, kept_objects, keys_of

_SHARED = "shared.json"


class Before:
    """What was said of the photos of a project.

    Args:
        home: The folder of the store.
        project_id: Of the project.
    """

    def __init__(self, home: Path, project_id: int) -> None:
        self._folder = home / "before" / str(project_id)
        self._listed = cache(self._read_listed)

    def keep(self, labels: PhotoLabels) -> None:
        """Keep what is said of a photo, in place of what was.

        Raises:
            OutputError: It cannot be written.
        """
        said = {
            "size": labels.size,
            "classes": labels.classes,
            "keys": keys_of(labels),
            "extra": labels.extra,
            "labels": kept_bytes(labels).decode(),
        }
        make_folder(self._folder)
        write_atomically(self._path(labels.file_name), json.dumps(said).encode())

    def forget(self, name: str) -> None:
        """Keep nothing of a photo any more."""
        self._path(name).unlink(missing_ok=True)

    def keep_shared(self, labels: PhotoLabels) -> None:
        """Keep what the file of these labels says of all its photos."""
        make_folder(self._folder)
        said = {"shared": labels.shared, "classes": labels.classes}
        write_atomically(self._folder / _SHARED, json.dumps(said).encode())

    @property
    def classes(self) -> tuple[str, ...]:
        """Those of the file, in the order of their numbers, where it has a list."""
        return tuple(self._listed()["classes"])

    def of(self, name: str) -> PhotoLabels | None:
        """What was said of a photo; ``None`` where nothing was."""
        said = self._said(name)
        if said is None:
            return None
        width, height = said["size"]
        return PhotoLabels(
            file_name=name,
            size=(width, height),
            objects=kept_objects(said["labels"]),
            classes=tuple(said["classes"]),
            extra=said["extra"],
            shared=self._listed()["shared"],
        )

    def joined(self, labels: PhotoLabels, *, alone: bool) -> PhotoLabels:
        """Labels of a photo with what was said of it, and of each object that is still there.

        Args:
            labels: As they are shown; the ids of objects are their keys in a session.
            alone: Whether the photo has a file of its own. Else keys of new objects may be ids in
                other photos, and are left out.
        """
        said = None if labels.plane is not None else self._said(labels.file_name)
        old = None if said is None else self.of(labels.file_name)
        if said is None or old is None:
            if alone or labels.plane is not None:
                return labels
            bare = tuple(replace(one, id=None) for one in labels.objects)
            return replace(labels, objects=bare)
        known = dict(zip(said["keys"], old.objects, strict=True))
        if len(known) == 1:  # a session of one mask gives it no key
            known[None] = old.objects[0]
        ids = {one.id for one in old.objects}
        pairs = [(one, known.get(one.id)) for one in labels.objects]
        masks = _masks(pairs)
        objects = tuple(
            _with(one, was, mask)
            if was is not None
            else (one if alone and one.id not in ids else replace(one, id=None))
            for (one, was), mask in zip(pairs, masks, strict=True)
        )
        first, second = (labels, old) if alone else (old, labels)
        return replace(
            labels,
            objects=objects,
            classes=first.classes or second.classes,
            extra=old.extra,
            shared=old.shared,
        )

    def _said(self, name: str) -> dict[str, Any] | None:
        file = self._path(name)
        found: dict[str, Any] | None = json.loads(file.read_bytes()) if file.is_file() else None
        return found

    def _path(self, name: str) -> Path:
        return self._folder / f"{sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()}.json"

    def _read_listed(self) -> Mapping[str, Any]:
        file = self._folder / _SHARED
        nothing: Mapping[str, Any] = {"shared": {}, "classes": []}
        found: Mapping[str, Any] = json.loads(file.read_bytes()) if file.is_file() else nothing
        return found


def _masks(pairs: Sequence[tuple[LabelObject, LabelObject | None]]) -> list[Mask]:
    """The masks of objects, each beside what it was: where nobody has touched them, as they were.

    In a session a pixel is one object's. Those that an object has lost to others which had them
    too are its own in the file still, unless somebody has touched one of them.
    """
    masks = [new.mask for new, _ in pairs]
    theirs = {
        place: old.mask
        for place, (new, old) in enumerate(pairs)
        if old is not None and new.maker is not None and new.maker.untouched
    }
    if all(np.array_equal(masks[place], old) for place, old in theirs.items()):
        return masks
    kept = np.logical_or.reduce([masks[place] & old for place, old in theirs.items()])
    for place, old in theirs.items():
        if not (masks[place] & ~old).any() and not (old & ~kept).any():
            masks[place] = old
    return masks


def _with(new: LabelObject, old: LabelObject, mask: Mask) -> LabelObject:
    maker = old.maker if new.maker is None or new.maker.untouched else new.maker
    return replace(
        new,
        mask=mask,
        id=old.id,
        label=old.label if new.label is None else new.label,
        crowd=old.crowd,
        keypoints=old.keypoints,
        maker=maker,
        extra=dict(old.extra),
    )
