"""PASCAL VOC: PNGs of classes and objects with its colours, and boxes as XML."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from clickmend.core.errors import DataError, OutputError
from clickmend.core.files import make_folder, write_atomically
from clickmend.core.types import Labels
from clickmend.data.layouts.voc import VOC_CLASSES
from clickmend.data.planes import Size
from clickmend.data.rle import decode_rle, encode_rle
from clickmend.projects.formats.base import FORMATS, Format, LabelObject, PhotoLabels, class_map
from clickmend.projects.formats.class_numbers import class_number
from clickmend.projects.formats.ids import numbers, odd_id
from clickmend.projects.formats.places import Photos, file_of, parsing
from clickmend.projects.formats.voc_boxes import Boxes
from clickmend.projects.formats.voc_colours import VOID, Legend, palette_png, read_numbers

_CLASS, _OBJECT, _BOXES = "SegmentationClass", "SegmentationObject", "Annotations"


@final
class Voc(Format):
    """``SegmentationClass``, ``SegmentationObject`` and ``Annotations``, one file a photo in each.

    Class numbers are places in ``labelmap.txt``, whose first is the background of objects; without
    the file they are VOC's twenty. Pictures of colours are read by the colours that the list gives.
    Void pixels stay void where no object comes to lie, boxes are made anew from the masks, and what
    else an annotation says is kept.
    """

    name = "voc"
    title = "VOC"
    suffixes = (".png", ".xml")
    tasks = frozenset({"instances", "semantic"})
    holds = frozenset({"several", "parts", "holes", "labels", "ids", "fields"})

    def lists_classes(self, place: Path) -> bool:
        """See the base class."""
        return (place / Legend.FILE).is_file()

    def read(
        self, place: Path, *, photos: Mapping[str, Size], classes: Sequence[str] = ()
    ) -> Iterator[PhotoLabels]:
        """See the base class."""
        folder = place / _CLASS
        files = sorted(folder.rglob("*.png"))
        legend = Legend.read(place, classes)
        index = Photos(photos)
        seen: dict[str, Path] = {}
        for file in files:
            below = file.relative_to(folder).with_suffix("")
            name = index.find(below.as_posix(), place=file, stem=True)
            if name is None:
                continue
            if seen.setdefault(name, file) != file:
                raise DataError(
                    f"{name} has two files of labels: {seen[name]} and {file}. Each photo has one; "
                    "choose its folder."
                )
            with parsing(file, form=self):
                labels = self._photo(place, below, name, photos[name], legend)
            yield labels
        if not seen:
            raise DataError(
                f"{folder} holds no .png file that is named like a photo. VOC has "
                f"{_CLASS}/NAME.png and, of objects, {_OBJECT}/NAME.png; give the folder of both."
            )

    def _photo(
        self, place: Path, below: Path, name: str, size: Size, legend: Legend
    ) -> PhotoLabels:
        plane = read_numbers(place / _CLASS / below.with_suffix(".png"), size, legend.colours)
        file = place / _OBJECT / below.with_suffix(".png")
        boxes = Boxes.read(place / _BOXES / below.with_suffix(".xml"), form=self)
        if not file.is_file():
            extra = {self.name: boxes.kept()} if boxes.there else {}
            return PhotoLabels(
                file_name=name, size=size, plane=plane, classes=legend.names, extra=extra
            )
        index = read_numbers(file, size, None)
        objects = []
        for number in (int(number) for number in np.unique(index) if number not in (0, VOID)):
            mask = index == number
            at = _commonest(plane[mask])
            if not 0 < at < len(legend.names):
                raise DataError(
                    f"{file}: the object {number} has the class {at} in {_CLASS}. Each has one of "
                    f"1 to {len(legend.names) - 1}; correct it, or give the list of classes."
                )
            label = legend.names[at]
            kept: dict[str, Any] = {"class": at}
            if (element := boxes.take(label, mask, number)) is not None:
                kept["object"] = element
            objects.append(LabelObject(mask=mask, label=label, id=number, extra={self.name: kept}))
        free = (index == 0) | (index == VOID)
        loose = {int(at): encode_rle(free & (plane == at)) for at in np.unique(plane[free]) if at}
        kept = {
            **boxes.kept(),
            "loose": [[at, rle] for at, rle in loose.items()],
            "void": encode_rle(index == VOID) if (index == VOID).any() else None,
        }
        return PhotoLabels(
            file_name=name,
            size=size,
            objects=tuple(objects),
            classes=legend.names[1:],
            extra={self.name: kept},
        )

    def lacks(self, labels: PhotoLabels) -> str | tuple[str, str]:
        """See the base class."""
        if labels.plane is None:
            return odd_id(labels, largest=VOID - 1)
        plane = class_map(labels)
        if plane.min() < 0 or plane.max() > VOID:
            return f"numbers from {plane.min()} to {plane.max()}, only 0 to {VOID}"
        return ""

    def write(self, place: Path, labels: Iterable[PhotoLabels]) -> Sequence[Path]:
        """See the base class."""
        written: list[Path] = []
        names: list[str] = []
        taken: dict[Path, str] = {}
        legend: Legend | None = None
        for photo in labels:
            self.check(photo)
            if legend is None:
                classes = photo.classes
                if photo.plane is None and "background" not in classes[:1]:
                    classes = ("background", *(classes or VOC_CLASSES))
                legend = Legend(classes or ("background", *VOC_CLASSES))
            below = file_of(Path(), photo.file_name, ".png", taken)
            for file, content in self._files(photo, below, legend).items():
                make_folder((place / file).parent)
                write_atomically(place / file, content)
                written.append(place / file)
            names.append(below.with_suffix("").as_posix())
        if legend is None:
            return written
        listed = place / "ImageSets" / "Segmentation" / "default.txt"
        before = listed.read_text("utf-8").splitlines() if listed.is_file() else []
        make_folder(listed.parent)
        lines = dict.fromkeys([*before, *names])
        write_atomically(listed, "".join(f"{line}\n" for line in lines).encode())
        write_atomically(place / Legend.FILE, legend.encoded())
        return [*written, listed, place / Legend.FILE]

    def _files(self, photo: PhotoLabels, below: Path, legend: Legend) -> dict[Path, bytes]:
        """The files of a photo, by their place in the folder."""
        kept = photo.extra.get(self.name, {})
        if photo.plane is not None:
            small: NDArray[np.uint8] = class_map(photo).astype(np.uint8)
            return {_CLASS / below: palette_png(small, legend.colours)}
        plane, index = (np.zeros(photo.size[::-1], np.uint8) for _ in range(2))
        for at, rle in kept.get("loose", []):
            plane[decode_rle(rle, size=photo.size, error=OutputError)] = at
        if kept.get("void"):
            index[decode_rle(kept["void"], size=photo.size, error=OutputError)] = VOID
        elements = []
        found = numbers(photo)
        for place, (number, one) in enumerate(zip(found, photo.objects, strict=True), start=1):
            before = one.extra.get(self.name, {})
            at = class_number(photo, place, legend.names, given=before.get("class"))
            plane[one.mask], index[one.mask] = at, number
            elements.append(Boxes.element(one, before.get("object")))
        boxes = Boxes.encoded(photo, elements, kept)
        return {
            _CLASS / below: palette_png(plane, legend.colours),
            _OBJECT / below: palette_png(index, None),
            _BOXES / below.with_suffix(".xml"): boxes,
        }


def _commonest(values: Labels) -> int:
    return int(np.bincount(values.ravel()).argmax())


FORMATS.register(Voc.name)(Voc())
