"""Datumaro: masks and polygons of all photos in one JSON file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any, final

from clickmend.core.errors import DataError
from clickmend.core.files import write_atomically
from clickmend.core.types import Mask
from clickmend.data.planes import Size
from clickmend.data.rle import decode_rle, encode_rle, fill_polygons
from clickmend.projects.formats.base import FORMATS, LabelObject, PhotoLabels
from clickmend.projects.formats.class_numbers import class_number
from clickmend.projects.formats.ids import text_id
from clickmend.projects.formats.maker import maker_in, with_maker
from clickmend.projects.formats.order import interleaved
from clickmend.projects.formats.places import Photos
from clickmend.projects.formats.shared_file import SharedFile, json_bytes, read_json

_NEW: dict[str, Any] = {
    "dm_format_version": "1.0",
    "media_type": 2,  # pictures
    "infos": {},
    "categories": {},
}


@final
class Datumaro(SharedFile):
    """Datumaro's masks, and polygons; polygons of one label and group are one object.

    An unchanged object leaves as it came, another as a mask. Annotations of other kinds,
    attributes and groups are kept as they are. A crowd has the attribute ``is_crowd``.
    """

    name = "datumaro"
    title = "Datumaro's JSON"
    suffixes = (".json",)
    default = "annotations/default.json"
    tasks = frozenset({"interactive", "instances"})
    holds = frozenset(
        {"several", "overlaps", "parts", "holes", "empty", "labels", "unlabelled", "crowds", "ids",
         "fields", "makers"}
    )  # fmt: skip

    def load(self, file: Path, photos: Photos, classes: Sequence[str]) -> Iterator[PhotoLabels]:
        """See the base class."""
        content = read_json(file, form=self)
        listed = content["categories"].get("label", {}).get("labels", [])
        names = tuple(str(entry["name"]) for entry in listed)
        shared = {self.name: {key: content[key] for key in content if key != "items"}}
        for item in content["items"]:
            image = item.get("image") or {}
            name = photos.find(str(image.get("path") or item["id"]), place=file)
            name = name or photos.find(str(item["id"]), place=file, stem=True)
            if name is None:
                continue
            sides = image.get("size")
            size = photos.size(name, (sides[1], sides[0]) if sides else None, place=file)
            groups: dict[Any, list[Mapping[str, Any]]] = {}
            others: list[list[Any]] = []
            for place, entry in enumerate(item.get("annotations", [])):
                if entry["type"] not in ("mask", "polygon"):
                    others.append([place, entry])
                    continue
                joined = entry["type"] == "polygon" and entry.get("group")
                key = (entry.get("label_id"), entry["group"]) if joined else place
                groups.setdefault(key, []).append(entry)
            objects = tuple(self._object(entries, names, size) for entries in groups.values())
            rest = {key: value for key, value in item.items() if key != "annotations"}
            yield PhotoLabels(
                file_name=name,
                size=size,
                objects=objects,
                classes=names,
                extra={self.name: {"item": rest, "others": others}},
                shared=shared,
            )

    def _object(
        self, entries: Sequence[Mapping[str, Any]], names: Sequence[str], size: Size
    ) -> LabelObject:
        first = entries[0]
        at = first.get("label_id")
        if at is not None and not 0 <= at < len(names):
            raise ValueError(f"the label_id {at} is none of {len(names)} labels")
        kept = [{key: entry[key] for key in entry if key != "rle"} for entry in entries]
        return LabelObject(
            mask=_mask(entries, size),
            label=None if at is None else names[at],
            id=first.get("id") or None,  # 0 is Datumaro's word for none
            crowd=bool((first.get("attributes") or {}).get("is_crowd")),
            maker=maker_in(first.get("attributes")),
            extra={self.name: kept},
        )

    def lacks(self, labels: PhotoLabels) -> str | tuple[str, str]:
        """See the base class."""
        return text_id(labels)

    def save(self, file: Path, labels: Iterable[PhotoLabels]) -> Sequence[Path]:
        """See the base class."""
        content: dict[str, Any] = {}
        names: list[str] = []
        items: list[dict[str, Any]] = []
        for photo in labels:
            if not items:
                content = dict(photo.shared.get(self.name) or _NEW)
                names = _list_classes(content, photo.classes)
            items.append(self._item(photo, names))
        write_atomically(file, json_bytes({**content, "items": items}))
        return [file]

    def _item(self, photo: PhotoLabels, names: Sequence[str]) -> dict[str, Any]:
        kept = photo.extra.get(self.name, {})
        given = kept.get("item", {})
        width, height = photo.size
        made = [
            entry
            for number, _ in enumerate(photo.objects, start=1)
            for entry in self._entries(photo, number, names)
        ]
        path = (given.get("image") or {}).get("path", photo.file_name)
        return {
            "id": str(PurePosixPath(photo.file_name).with_suffix("")),
            **given,
            "annotations": interleaved(made, kept.get("others", [])),
            "image": {**(given.get("image") or {}), "path": path, "size": [height, width]},
        }

    def _entries(
        self, photo: PhotoLabels, number: int, names: Sequence[str]
    ) -> list[dict[str, Any]]:
        found = photo.objects[number - 1]
        kept: Sequence[dict[str, Any]] = found.extra.get(self.name, ())
        at = None
        if found.label is not None:
            given = kept[0].get("label_id") if kept else None
            at = class_number(photo, number, names, given=given)
        drawn = bool(kept) and all(entry["type"] == "polygon" for entry in kept)
        if drawn and (_mask(kept, photo.size) == found.mask).all():
            made = [dict(entry) for entry in kept]
        else:
            fields = {key: kept[0][key] for key in kept[0] if key != "points"} if kept else {}
            new = {"attributes": {}, "group": 0, "z_order": 0}
            made = [{**new, **fields, "type": "mask", "rle": encode_rle(found.mask)}]
        for entry in made:
            entry["label_id"] = at
            if len(made) == 1:
                entry["id"] = found.id or 0
            attributes = dict(entry.get("attributes") or {})
            if found.crowd or "is_crowd" in attributes:
                attributes["is_crowd"] = found.crowd
            entry["attributes"] = attributes
        return [with_maker(entry, found.maker) for entry in made]


def _mask(entries: Sequence[Mapping[str, Any]], size: Size) -> Mask:
    if entries[0]["type"] == "mask":
        return decode_rle(entries[0]["rle"], size=size, error=DataError)
    return fill_polygons([entry["points"] for entry in entries], size=size, error=DataError)


def _list_classes(content: dict[str, Any], classes: Sequence[str]) -> list[str]:
    """The names of the file's labels, after those of the project that it lacks were added."""
    categories = dict(content["categories"])
    label = dict(categories.get("label") or {"attributes": []})
    listed = list(label.get("labels", []))
    known = {entry["name"] for entry in listed}
    listed += [
        {"name": name, "parent": "", "attributes": []} for name in classes if name not in known
    ]
    content["categories"] = {**categories, "label": {**label, "labels": listed}}
    return [str(entry["name"]) for entry in listed]


FORMATS.register(Datumaro.name)(Datumaro())
