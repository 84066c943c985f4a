"""VOC's annotation of a photo: its boxes, and what else it says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, final
from xml.etree import ElementTree as ET

import numpy as np

from clickmend.core.errors import OutputError
from clickmend.core.types import Mask
from clickmend.projects.formats.base import Format, LabelObject, PhotoLabels
from clickmend.projects.formats.cvat_xml import CONTROL, read_xml
from clickmend.projects.formats.order import interleaved
from clickmend.projects.formats.places import parsing

_SIDES = ("xmin", "ymin", "xmax", "ymax")


@final
class Boxes:
    """An annotation whose boxes are dealt to the objects one after another.

    Args:
        root: The annotation, ``None`` where a photo has none.
    """

    def __init__(self, root: ET.Element | None) -> None:
        self.there = root is not None
        objects = [] if root is None else root.findall("object")
        self._left = dict(enumerate(objects, start=1))
        self._head = ""
        if root is not None:
            for element in objects:
                root.remove(element)
            self._head = ET.tostring(root, encoding="unicode")

    @classmethod
    def read(cls, file: Path, *, form: Format) -> Boxes:
        """Those of a file, which need not exist.

        Raises:
            DataError: It is no XML.
        """
        with parsing(file, form=form):
            return cls(read_xml(file) if file.is_file() else None)

    def take(self, label: str, mask: Mask, number: int) -> str | None:
        """The box of an object: that around its mask, else the one of its number and class."""
        same = [place for place, one in self._left.items() if (one.findtext("name") or "") == label]
        around = [place for place in same if _sides(self._left[place]) == _around(mask)]
        chosen = (around or [place for place in same if place == number])[:1]
        return ET.tostring(self._left.pop(chosen[0]), encoding="unicode") if chosen else None

    def kept(self) -> dict[str, Any]:
        """What no object took, as JSON."""
        others = [
            [place - 1, ET.tostring(one, encoding="unicode")] for place, one in self._left.items()
        ]
        return {"head": self._head, "others": others}

    @staticmethod
    def element(found: LabelObject, before: str | None) -> str:
        """The entry of an object, with the box of its mask.

        Args:
            found: The object.
            before: The entry that it had.
        """
        one = ET.Element("object") if before is None else ET.fromstring(before)
        _set(one, "name", found.label or "")
        if before is None:
            for tag, text in (("pose", "Unspecified"), ("truncated", "0"), ("difficult", "0")):
                _set(one, tag, text)
        box = one.find("bndbox")
        box = ET.SubElement(one, "bndbox") if box is None else box
        for tag, side in zip(_SIDES, _around(found.mask), strict=True):
            _set(box, tag, str(side))
        return ET.tostring(one, encoding="unicode")

    @staticmethod
    def encoded(photo: PhotoLabels, elements: list[str], kept: dict[str, Any]) -> bytes:
        """The file of a photo."""
        head = kept.get("head")
        root = ET.fromstring(head) if head else ET.Element("annotation")
        if not head:
            _set(root, "filename", photo.file_name.rpartition("/")[2])
        size = root.find("size")
        size = ET.SubElement(root, "size") if size is None else size
        for tag, side in zip(("width", "height"), photo.size, strict=True):
            _set(size, tag, str(side))
        if size.find("depth") is None:
            _set(size, "depth", "3")
        _set(root, "segmented", "1")
        for text in interleaved(elements, kept.get("others", [])):
            root.append(ET.fromstring(text))
        ET.indent(root)
        content: bytes = ET.tostring(root, encoding="utf-8")
        return content


def _set(parent: ET.Element, tag: str, text: str) -> None:
    if CONTROL.search(text):
        raise OutputError(
            f"{text!r} cannot be written as XML. A name there has no control characters; rename it."
        )
    element = parent.find(tag)
    (ET.SubElement(parent, tag) if element is None else element).text = text


def _around(mask: Mask) -> tuple[int, int, int, int]:
    """The box of a mask as VOC counts: pixels from 1, the last one named."""
    rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    return int(columns[0]) + 1, int(rows[0]) + 1, int(columns[-1]) + 1, int(rows[-1]) + 1


def _sides(element: ET.Element) -> tuple[int, ...] | None:
    texts = [element.findtext(f"bndbox/{side}") or "" for side in _SIDES]
    if not all(re.fullmatch(r"\d{1,9}(\.\d{1,9})?", text.strip()) for text in texts):
        return None
    return tuple(round(float(text)) for text in texts)
