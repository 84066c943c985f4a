"""CVAT for images 1.1: masks and polygons of all photos in one XML file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, final
from xml.etree import ElementTree as ET

import numpy as np

from clickmend.core.errors import DataError
from clickmend.core.files import write_atomically
from clickmend.core.types import Mask
from clickmend.data.picture_files import bare_name, file_bytes
from clickmend.data.planes import Size
from clickmend.data.rle import decode_rle, encode_runs, fill_polygons
from clickmend.projects.formats.base import FORMATS, LabelObject, PhotoLabels, name_of
from clickmend.projects.formats.ids import fill, odd_id, repeated
from clickmend.projects.formats.maker import MadeBy, Maker
from clickmend.projects.formats.order import interleaved
from clickmend.projects.formats.places import Photos
from clickmend.projects.formats.rings import outline
from clickmend.projects.formats.shared_file import SharedFile

_SHAPES = ("mask", "polygon")

_PLACED = ("label", "rle", "left", "top", "width", "height", "points", "group_id")
"""Attributes of a shape that are made anew from the object."""

_SOURCES: Mapping[str, MadeBy] = {
    "semi-auto": "ai",
    "auto": "ai",
    "manual": "human",
    "file": "import",
}
"""CVAT's words for who made a shape; of those for the same the first is written."""

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML cannot hold."""


@final
class CvatXml(SharedFile):
    """CVAT's masks and polygons; those of one label and group are one object, whose id it is.

    An unchanged object leaves as it came. Another leaves as polygons along the edges of its
    pixels, if it came so and they are exact, else as a mask. Other shapes, tags and attributes are
    kept as they are.
    """

    name = "cvat"
    title = "CVAT's XML"
    suffixes = (".xml",)
    default = "annotations.xml"
    tasks = frozenset({"interactive", "instances"})
    holds = frozenset(
        {"several", "overlaps", "parts", "holes", "labels", "ids", "fields", "makers"}
    )

    def load(self, file: Path, photos: Photos, classes: Sequence[str]) -> Iterator[PhotoLabels]:
        """See the base class."""
        root = read_xml(file)
        if root.find("track") is not None:
            raise DataError(
                f"{file} holds tracks of a video. Labels of photos are read; export it as "
                "'CVAT for images 1.1'."
            )
        head = ET.Element(root.tag, root.attrib)
        head.extend(element for element in root if element.tag != "image")
        shared = {self.name: ET.tostring(head, encoding="unicode")}
        names = tuple(label.text or "" for label in root.findall("meta//labels/label/name"))
        for image in root.findall("image"):
            name = photos.find(image.attrib["name"], place=file)
            if name is None:
                continue
            sides = int(float(image.attrib["width"])), int(float(image.attrib["height"]))
            size = photos.size(name, sides, place=file)
            groups: dict[Any, list[ET.Element]] = {}
            others: list[list[Any]] = []
            for place, shape in enumerate(image):
                if shape.tag not in _SHAPES:
                    others.append([place, ET.tostring(shape, encoding="unicode")])
                    continue
                group = int(shape.get("group_id", 0))
                groups.setdefault((shape.attrib["label"], group) if group else place, []).append(
                    shape
                )
            yield PhotoLabels(
                file_name=name,
                size=size,
                objects=tuple(self._object(shapes, size) for shapes in groups.values()),
                classes=names or tuple(classes),
                extra={self.name: {"image": image.attrib, "others": others}},
                shared=shared,
            )

    def _object(self, shapes: list[ET.Element], size: Size) -> LabelObject:
        mask = np.zeros(size[::-1], bool)
        for shape in shapes:
            mask |= _mask(shape, size)
        written = [ET.tostring(shape, encoding="unicode") for shape in shapes]
        group = int(shapes[0].get("group_id", 0)) or None
        made_by = _SOURCES.get(shapes[0].get("source", ""))
        return LabelObject(
            mask=mask,
            label=shapes[0].get("label"),
            id=group,
            maker=None if made_by is None else Maker(made_by),
            extra={self.name: written},
        )

    def lacks(self, labels: PhotoLabels) -> str | tuple[str, str]:
        """See the base class."""
        for number, one in enumerate(labels.objects, start=1):
            if CONTROL.search(one.label or ""):
                return f"the class {one.label!r}", name_of(number, one)
        return odd_id(labels) or repeated(labels)

    def save(self, file: Path, labels: Iterable[PhotoLabels]) -> Sequence[Path]:
        """See the base class."""
        root = ET.Element("annotations")
        images: list[ET.Element] = []
        for photo in labels:
            if not images:
                root = self._head(photo)
            images.append(self._image(photo))
        ids = [int(image.get("id", -1)) for image in images]
        free = fill(None if number < 0 else number + 1 for number in ids)
        for image, number in zip(images, free, strict=True):
            image.set("id", str(number - 1))
        root.extend(images)
        ET.indent(root)
        write_atomically(file, ET.tostring(root, encoding="utf-8", xml_declaration=True))
        return [file]

    def _head(self, photo: PhotoLabels) -> ET.Element:
        if self.name in photo.shared:
            return ET.fromstring(photo.shared[self.name])
        root = ET.Element("annotations")
        ET.SubElement(root, "version").text = "1.1"
        listed = ET.SubElement(ET.SubElement(ET.SubElement(root, "meta"), "task"), "labels")
        for name in photo.classes:
            label = ET.SubElement(listed, "label")
            ET.SubElement(label, "name").text = name
            ET.SubElement(label, "attributes")
        return root

    def _image(self, photo: PhotoLabels) -> ET.Element:
        kept = photo.extra.get(self.name, {})
        given = kept.get("image", {})
        same = bare_name(given.get("name", "")) == bare_name(photo.file_name)
        sides = {"width": str(photo.size[0]), "height": str(photo.size[1])}
        name = given["name"] if same else photo.file_name
        image = ET.Element("image", {"id": "-1", **given, "name": name, **sides})
        made: list[str | ET.Element] = []
        for one in photo.objects:
            shapes = self._shapes(one, photo.size)
            for shape in shapes:
                _sign(shape, one.maker)
            made += shapes
        for shape in interleaved(made, kept.get("others", [])):
            image.append(ET.fromstring(shape) if isinstance(shape, str) else shape)
        return image

    def _shapes(self, found: LabelObject, size: Size) -> list[ET.Element]:
        shapes = [ET.fromstring(text) for text in found.extra.get(self.name, ())]
        same = {"label": found.label or "", **({"group_id": str(found.id)} if found.id else {})}
        before = np.zeros_like(found.mask)
        for shape in shapes:
            before |= _mask(shape, size)
        if shapes and (before == found.mask).all():
            for shape in shapes:
                shape.attrib.pop("group_id", None)
                shape.attrib.update(same)
            return shapes
        fields = {"source": "manual", "occluded": "0", "z_order": "0"}
        if shapes:
            fields = {key: at for key, at in shapes[0].attrib.items() if key not in _PLACED}
        polygons = _polygons(found) if shapes and shapes[0].tag == "polygon" else []
        if polygons and (len(polygons) == 1 or found.id):
            made = [ET.Element("polygon", {**same, **fields, "points": at}) for at in polygons]
        else:
            made = [ET.Element("mask", {**same, **fields, **_runs(found.mask)})]
        for element in made:
            element.extend(list(shapes[0]) if shapes else ())
        return made


def _sign(shape: ET.Element, maker: Maker | None) -> None:
    """Say who made a shape; one that says it already keeps its word for it."""
    if maker is not None and _SOURCES.get(shape.get("source", "")) != maker.made_by:
        sources = (source for source, made_by in _SOURCES.items() if made_by == maker.made_by)
        shape.set("source", next(sources))


def read_xml(file: Path) -> ET.Element:
    """The root of an XML file.

    Raises:
        DataError: It cannot be read or is no XML.
    """
    try:
        return ET.fromstring(file_bytes(file, error=DataError))
    except (ET.ParseError, ValueError) as problem:
        raise DataError(f"{file} is no XML ({problem}). Give a whole file; export it anew.") from (
            problem
        )


def _mask(shape: ET.Element, size: Size) -> Mask:
    """The pixels of a mask, or of a polygon as CVAT's own exports fill it."""
    if shape.tag == "polygon":
        corners = [float(at) for at in re.split("[,;]", shape.attrib["points"])]
        return fill_polygons([corners], size=size, error=DataError)
    x, y, width, height = (int(shape.attrib[key]) for key in ("left", "top", "width", "height"))
    if not (0 <= x < x + width <= size[0] and 0 <= y < y + height <= size[1]):
        raise ValueError(f"a mask of {width}×{height} at {x}, {y} reaches out of the photo")
    runs = [int(run) for run in shape.attrib["rle"].split(",")]
    mask = np.zeros(size[::-1], bool)
    # Run along the rows, where COCO's run down the columns.
    crop = decode_rle({"size": [width, height], "counts": runs}, error=DataError)
    mask[y : y + height, x : x + width] = crop.T
    return mask


def _runs(mask: Mask) -> Mapping[str, str]:
    rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    x, y = int(columns[0]), int(rows[0])
    crop = mask[y : rows[-1] + 1, x : columns[-1] + 1]
    runs = encode_runs(crop.T)["counts"]
    placed = {"left": x, "top": y, "width": crop.shape[1], "height": crop.shape[0]}
    return {"rle": ", ".join(map(str, runs)), **{key: str(at) for key, at in placed.items()}}


def _polygons(found: LabelObject) -> list[str]:
    """The points of polygons along the edges of the pixels; none where they are not exact."""
    rings = outline(found.mask)
    size = found.mask.shape[1], found.mask.shape[0]
    corners = [ring.ravel().tolist() for ring in rings.outer]
    if rings.holes or (fill_polygons(corners, size=size) != found.mask).any():
        return []
    return [";".join(f"{x:.2f},{y:.2f}" for x, y in ring) for ring in rings.outer]


FORMATS.register(CvatXml.name)(CvatXml())
