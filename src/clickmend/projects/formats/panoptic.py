"""COCO panoptic: a PNG of segments for each photo, and one JSON file that says what they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, cast, final

import cv2
import numpy as np

from clickmend.core.errors import DataError
from clickmend.core.files import make_folder, write_atomically
from clickmend.core.types import Labels
from clickmend.data.picture_files import bare_name, opened
from clickmend.data.planes import Size, check_size
from clickmend.projects.formats.base import FORMATS, LabelObject, PhotoLabels
from clickmend.projects.formats.categories import Categories
from clickmend.projects.formats.ids import fill, numbers, odd_id
from clickmend.projects.formats.maker import maker_in, with_maker
from clickmend.projects.formats.places import Photos, file_of
from clickmend.projects.formats.shared_file import SharedFile, json_bytes, read_json

_DERIVED = ("id", "area", "bbox", "iscrowd")


@final
class Panoptic(SharedFile):
    """Segments that do not overlap, things and stuff alike, each with a class and an id.

    The PNGs lie in a folder named like the JSON file; a pixel's id is R + 256 G + 256² B, and 0
    has no segment. Area and box are those of the pixels.
    """

    name = "panoptic"
    title = "COCO panoptic"
    suffixes = (".json",)
    default = "panoptic.json"
    tasks = frozenset({"instances"})
    holds = frozenset(
        {"several", "parts", "holes", "labels", "unlabelled", "crowds", "ids", "fields", "makers"}
    )

    def load(self, file: Path, photos: Photos, classes: Sequence[str]) -> Iterator[PhotoLabels]:
        """See the base class."""
        content = read_json(file, form=self)
        names = Categories.labels(content.get("categories") or [], file)
        rest = {
            key: value for key, value in content.items() if key not in ("images", "annotations")
        }
        shared = {self.name: rest}
        entries = {entry["image_id"]: entry for entry in content["annotations"]}
        folder = file.with_suffix("") if file.with_suffix("").is_dir() else file.parent
        for image in content["images"]:
            name = photos.find(str(image["file_name"]), place=file)
            entry = entries.get(image["id"])
            if name is None or entry is None:
                continue
            sides = image.get("width"), image.get("height")
            known = all(type(side) is int and side > 0 for side in sides)
            size = photos.size(name, cast(Size, sides) if known else None, place=file)
            picture = folder / str(entry["file_name"])
            if not picture.resolve().is_relative_to(folder.resolve()):
                raise ValueError(f"the picture {entry['file_name']!r} is outside of its folder")
            index = _index(picture, size)
            found = {segment["id"] for segment in entry["segments_info"]}
            there = {int(number) for number in np.unique(index)} - {0}
            if found != there or len(found) < len(entry["segments_info"]):
                odd = sorted(found ^ there)[:3] or "two of one id"
                raise DataError(
                    f"{picture} and {file.name} do not have the same segments ({odd}). Each id is "
                    "in both, once; write them anew."
                )
            segments = entry["segments_info"]
            yield PhotoLabels(
                file_name=name,
                size=size,
                objects=tuple(self._object(segment, index, names, file) for segment in segments),
                classes=tuple(dict.fromkeys(filter(None, names.values()))),
                extra={self.name: {"image": image}},
                shared=shared,
            )

    def _object(
        self, segment: Mapping[str, Any], index: Labels, names: Mapping[Any, str | None], file: Path
    ) -> LabelObject:
        if segment["category_id"] not in names:
            raise DataError(
                f"{file}, segment {segment['id']} has the category {segment['category_id']!r}, "
                "which the list of categories lacks. Each is in the list; correct it."
            )
        return LabelObject(
            mask=index == segment["id"],
            label=names[segment["category_id"]],
            id=segment["id"],
            crowd=bool(segment.get("iscrowd")),
            maker=maker_in(segment.get("attributes")),
            extra={self.name: {key: segment[key] for key in segment if key not in _DERIVED}},
        )

    def lacks(self, labels: PhotoLabels) -> str | tuple[str, str]:
        """See the base class."""
        return odd_id(labels, largest=2**24 - 1)

    def save(self, file: Path, labels: Iterable[PhotoLabels]) -> Sequence[Path]:
        """See the base class."""
        folder = file.with_suffix("")
        images: list[dict[str, Any]] = []
        annotations: list[dict[str, Any]] = []
        rest: dict[str, Any] = {}
        categories = Categories()
        written: list[Path] = []
        taken: dict[Path, str] = {}
        for photo in labels:
            if not images:
                rest = dict(photo.shared.get(self.name, {}))
                categories = Categories(
                    rest.get("categories") or [], photo.classes, more={"isthing": 1}
                )
            given = photo.extra.get(self.name, {}).get("image", {})
            same = bare_name(str(given.get("file_name", ""))) == bare_name(photo.file_name)
            width, height = photo.size
            name = given["file_name"] if same else photo.file_name
            images.append(
                {"id": None, **given, "file_name": name, "width": width, "height": height}
            )
            picture = file_of(folder, photo.file_name, ".png", taken)
            segments, content = self._segments(photo, categories)
            make_folder(picture.parent)
            write_atomically(picture, content)
            written.append(picture)
            below = picture.relative_to(folder).as_posix()
            annotations.append({"file_name": below, "segments_info": segments})
        for image, entry, number in zip(
            images, annotations, fill(image["id"] for image in images), strict=True
        ):
            image["id"] = entry["image_id"] = number
        content_ = {
            **rest,
            "images": images,
            "annotations": annotations,
            "categories": categories.entries,
        }
        write_atomically(file, json_bytes(content_))
        return [file, *written]

    def _segments(
        self, photo: PhotoLabels, categories: Categories
    ) -> tuple[list[dict[str, Any]], bytes]:
        """The entries of a photo's segments, and the file of its picture."""
        index = np.zeros(photo.size[::-1], np.int32)
        segments = []
        given = numbers(photo)
        for number, one in zip(given, photo.objects, strict=True):
            index[one.mask] = number
            kept = with_maker(one.extra.get(self.name, {}), one.maker)
            rows, columns = (np.flatnonzero(one.mask.any(axis=axis)) for axis in (1, 0))
            x, y = int(columns[0]), int(rows[0])
            segments.append(
                {
                    **kept,
                    "id": number,
                    "category_id": categories.id_of(one.label, given=kept.get("category_id")),
                    "area": int(one.mask.sum()),
                    "bbox": [x, y, int(columns[-1]) + 1 - x, int(rows[-1]) + 1 - y],
                    "iscrowd": int(one.crowd),
                }
            )
        blue_green_red = np.dstack([index >> 16, index >> 8 & 255, index & 255]).astype(np.uint8)
        done, content = cv2.imencode(".png", blue_green_red)
        assert done
        return segments, content.tobytes()


def _index(picture: Path, size: Size) -> Labels:
    with opened(picture, error=DataError) as image:
        check_size((image.height, image.width), size, name=str(picture), error=DataError)
        red, green, blue = np.moveaxis(np.asarray(image.convert("RGB"), np.int32), 2, 0)
    index: Labels = red + 256 * green + 256 * 256 * blue
    return index


FORMATS.register(Panoptic.name)(Panoptic())
