"""YOLO-seg: a text file for each photo, one polygon a line, and data.yaml with the classes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar, final

import cv2
import numpy as np
import yaml
from numpy.typing import NDArray

from clickmend.core.errors import DataError
from clickmend.core.files import make_folder, write_atomically
from clickmend.core.types import Mask
from clickmend.data.picture_files import file_bytes
from clickmend.data.planes import Size
from clickmend.projects.formats.base import FORMATS, LabelObject, PhotoLabels, name_of
from clickmend.projects.formats.class_numbers import class_number
from clickmend.projects.formats.order import interleaved
from clickmend.projects.formats.places import PerPhoto, parsing
from clickmend.projects.formats.rings import outline

_INSET_PX = 1 / 16
"""So far the corners lie inside their pixels, and are cut to them in spite of rounding."""

_DATA = "data.yaml"


@final
class YoloSeg(PerPhoto):
    """``labels/NAME.txt``: the number of a class and the corners of a polygon, in parts of 1.

    Pixels are those that OpenCV's ``fillPoly`` paints for the corners cut to whole pixels, as
    the trainers of such files do. Lines of five numbers are boxes and are kept as they are.
    """

    name = "yolo-seg"
    title = "YOLO-seg"
    suffixes = (".txt",)
    tasks = frozenset({"interactive", "instances"})
    holds = frozenset({"several", "overlaps", "labels"})

    def read(
        self, place: Path, *, photos: Mapping[str, Size], classes: Sequence[str] = ()
    ) -> Iterator[PhotoLabels]:
        """See the base class; the classes are those of ``data.yaml``, if there is one."""
        data = self._data(place if place.is_dir() else place.parent)
        names = data.pop("names", [])
        inside = place / "labels" if (place / "labels").is_dir() else place
        shared = {self.name: data} if data else {}
        for labels in super().read(inside, photos=photos, classes=names or classes):
            yield replace(labels, shared=shared)

    def load(self, file: Path, name: str, size: Size, classes: Sequence[str]) -> PhotoLabels:
        """See the base class."""
        objects: list[LabelObject] = []
        others: list[list[Any]] = []
        lines = file_bytes(file, error=DataError).decode("utf-8-sig").splitlines()
        for place, line in enumerate(filter(str.strip, lines)):
            number, *corners = line.split()
            values = np.array(corners, np.float32)
            if len(values) == 4:
                others.append([place, line])
                continue
            if not (len(values) >= 6 and len(values) % 2 == 0):
                raise ValueError(f"line {place + 1} has {len(values)} coordinates")
            if not ((values >= -1) & (values <= 2)).all():
                raise ValueError(f"line {place + 1} has corners that are no parts of 1")
            at = int(number)
            if not 0 <= at < len(classes):
                raise DataError(
                    f"{file}, line {place + 1} has the class {at}, and {len(classes)} classes are "
                    f"known, counted from 0. They are the names in {_DATA}; give it, or the list "
                    "of classes, or lower all numbers by 1 where a converter counted from 1."
                )
            kept = {self.name: {"class": at, "line": line}}
            objects.append(LabelObject(mask=_painted(values, size), label=classes[at], extra=kept))
        return PhotoLabels(
            file_name=name,
            size=size,
            objects=tuple(objects),
            classes=tuple(classes),
            extra={self.name: {"others": others}} if others else {},
        )

    def write(self, place: Path, labels: Iterable[PhotoLabels]) -> Sequence[Path]:
        """See the base class."""
        data: dict[str, Any] = {}

        def seen() -> Iterator[PhotoLabels]:
            for one in labels:
                if not data:
                    data.update(one.shared.get(self.name, {}))
                    data["names"] = dict(enumerate(one.classes))
                yield one

        written = list(super().write(place / "labels", seen()))
        if not data:
            return written
        make_folder(place)
        if "nc" in data:
            data["nc"] = len(data["names"])
        content = yaml.safe_dump(data, sort_keys=False, allow_unicode=True)
        write_atomically(place / _DATA, content.encode())
        return [*written, place / _DATA]

    def encode(self, labels: PhotoLabels, place: Path) -> bytes:
        """See the base class."""
        lines = [self._line(labels, number) for number in range(1, len(labels.objects) + 1)]
        others = labels.extra.get(self.name, {}).get("others", [])
        return "".join(f"{line}\n" for line in interleaved(lines, others)).encode()

    def _line(self, labels: PhotoLabels, number: int) -> str:
        found = labels.objects[number - 1]
        kept = found.extra.get(self.name, {})
        at = class_number(labels, number, labels.classes, given=kept.get("class"))
        given = kept.get("line", "").split()[1:]
        if given and (_painted(np.array(given, np.float32), labels.size) == found.mask).all():
            return f"{at} {' '.join(given)}"
        (ring,) = outline(found.mask, inset_px=_INSET_PX).outer
        values = [f"{value:.9g}" for value in (ring / labels.size).ravel()]
        if (_painted(np.array(values, np.float32), labels.size) != found.mask).any():
            raise self.refusal(labels, "this outline", at=name_of(number, found))
        return " ".join([str(at), *values])

    def _data(self, folder: Path) -> dict[str, Any]:
        """What ``data.yaml`` says, the names as a list; empty without one."""
        for file in (folder / _DATA, folder.parent / _DATA):
            if not file.is_file():
                continue
            with parsing(file, form=self):
                try:
                    found = yaml.load(file_bytes(file, error=DataError), _PlainLoader)
                except yaml.YAMLError as problem:
                    raise ValueError(str(problem)) from problem
                names = found.get("names") or []
                if isinstance(names, Mapping):
                    names = [names[number] for number in range(len(names))]
                plain: dict[str, Any] = json.loads(json.dumps(found))
                return {**plain, "names": [str(name) for name in names]}
        return {}


class _PlainLoader(yaml.SafeLoader):  # type: ignore[misc]  # PyYAML is untyped
    """What JSON has too: dates stay text, and no part is written once and meant many times."""

    yaml_implicit_resolvers: ClassVar = {
        first: [pair for pair in pairs if not pair[0].endswith(":timestamp")]
        for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise ValueError("an alias")
        return super().compose_node(parent, index)


def _painted(values: NDArray[np.float32], size: Size) -> Mask:
    corners = (values.reshape(-1, 2) * np.array(size, np.float32)).astype(np.int32)
    return cv2.fillPoly(np.zeros(size[::-1], np.uint8), [corners], 1).astype(bool)


FORMATS.register(YoloSeg.name)(YoloSeg())
