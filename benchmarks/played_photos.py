"""The photos of a labelling job that is played: crops with true labels, and old predictions.

The old predictions are wrong in places. They are made from the true labels.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pycocotools import mask as coco_mask

SIZE = (256, 192)

IDS_FROM, IDS_STEP = 1001, 7
"""Ids of old objects, which nobody would give by counting."""

Plane = NDArray[Any]
Rng = np.random.Generator


@dataclass(frozen=True)
class Source:
    """Where photos and true labels of a task are, and how a project of it is written."""

    folders: tuple[str, ...]
    photos: str
    labels: str
    form: str
    mark: Callable[[Plane, Rng], dict[str, Any]]
    void: int | None = None


def place_in(where: Plane, rng: Rng) -> tuple[float, float]:
    """The centre of some pixel of a mask, of any pixel where it is empty."""
    rows, columns = np.nonzero(where) if where.any() else np.nonzero(np.ones_like(where))
    at = int(rng.integers(len(rows)))
    return float(columns[at]) + 0.5, float(rows[at]) + 0.5


def _on_mask(truth: Plane, rng: Rng) -> dict[str, Any]:
    x, y = place_in(np.ones_like(truth, bool), rng)
    label = "foreground" if truth[int(y), int(x)] else "background"
    return {"type": "click", "x": x, "y": y, "label": label}


def _on_classes(truth: Plane, rng: Rng) -> dict[str, Any]:
    x, y = place_in(truth != 255, rng)
    label = int(truth[int(y), int(x)])
    if rng.random() < 0.3:
        return {"type": "stroke", "points": [[x, y]], "label": label, "radius_px": 6.0}
    return {"type": "click", "x": x, "y": y, "label": label}


def _on_values(largest: float) -> Callable[[Plane, Rng], dict[str, Any]]:
    def mark(truth: Plane, rng: Rng) -> dict[str, Any]:
        x, y = place_in(truth > 0, rng)
        value = float(truth[int(y), int(x)]) / largest or 0.5
        return {"type": "click", "x": x, "y": y, "value": value, "radius_px": 30.0}

    return mark


OBJECTS = tuple(
    f"objects/train/{name}" for name in ("vocanimals", "pennfudan", "coco100", "wildlife", "tools")
)
SOURCES: dict[str, Source] = {
    "interactive": Source(OBJECTS, "images", "masks", "mask-png", _on_mask),
    "instances": Source(OBJECTS, "images", "masks", "coco", _on_mask),
    "semantic": Source(("semantic/camvid/train",), "images", "masks", "index-png", _on_classes, 11),
    "matting": Source(
        ("matting/alphamatting14",), "images", "alpha", "alpha-png", _on_values(255.0)
    ),
    "depth": Source(("depth/train/kitchen",), "rgb", "depth", "depth-png", _on_values(1000.0)),
}


@dataclass
class Photo:
    """One photo of the job: its name, what is true of it, what was shown when it was left."""

    name: str
    truth: Plane
    ids: tuple[int, ...] = ()
    marks: int = 0
    left: Plane | None = None


def scenes(data: Path, source: Source, count: int, rng: Rng) -> Iterator[tuple[Plane, Plane]]:
    """Crops of photos with their true labels, as many as are wanted, none twice."""
    files = sorted(
        file for one in source.folders for file in (data / one / source.photos).iterdir()
    )
    if not files:
        raise SystemExit(f"There are no photos in {data}. Give the folder of the data as --data.")
    width, height = SIZE
    for number in range(count):
        file = files[(number * 31) % len(files)]
        photo = np.asarray(Image.open(file).convert("RGB"))
        label = file.parents[1] / source.labels / f"{file.stem}.png"
        truth = cv2.imread(str(label), cv2.IMREAD_UNCHANGED)
        truth = truth if truth.ndim == 2 else truth[..., 0]
        if source.void is not None:
            truth = np.where(truth == source.void, 255, truth)
        whole = max(width / photo.shape[1], height / photo.shape[0])
        sides = (
            max(width, round(photo.shape[1] * whole * 1.3)),
            max(height, round(photo.shape[0] * whole * 1.3)),
        )
        photo = cv2.resize(photo, sides, interpolation=cv2.INTER_AREA)
        truth = cv2.resize(truth, sides, interpolation=cv2.INTER_NEAREST)
        left = int(rng.integers(sides[0] - width + 1))
        top = int(rng.integers(sides[1] - height + 1))
        place = np.s_[top : top + height, left : left + width]
        yield np.ascontiguousarray(photo[place]), truth[place]


def spoiled(truth: Plane, rng: Rng) -> Plane:
    """Old labels: a disk of them shows what is shown elsewhere."""
    old = truth.copy()
    rows, columns = np.indices(truth.shape)
    x, y = place_in(np.ones_like(truth, bool), rng)
    old[np.hypot(columns - x, rows - y) < 25] = truth[truth.shape[0] // 2, truth.shape[1] // 2]
    return old


def make(folder: Path, data: Path, *, task: str, count: int, rng: Rng) -> list[Photo]:
    """Photos in ``photos`` and old predictions in ``old``."""
    source = SOURCES[task]
    (folder / "photos").mkdir(parents=True)
    (folder / "old").mkdir()
    photos, annotations, images = [], [], []
    number_of = iter(range(IDS_FROM, 10**9, IDS_STEP))
    for number, (pixels, truth) in enumerate(scenes(data, source, count, rng)):
        photo = Photo(f"{number:05}.jpg", truth)
        Image.fromarray(pixels).save(folder / "photos" / photo.name, quality=90)
        if task == "interactive":
            photo.truth = truth == 255 if not truth.any() else (truth > 0) & (truth < 255)
        if task in ("interactive", "matting"):
            shown = np.where(photo.truth, 255, 0) if task == "interactive" else truth
            cv2.imwrite(str(folder / "old" / f"{number:05}.png"), spoiled(shown, rng).astype("u1"))
        elif task != "instances":
            cv2.imwrite(str(folder / "old" / f"{number:05}.png"), spoiled(truth, rng))
        else:
            images.append(
                {"id": number + 1, "file_name": photo.name, "width": SIZE[0], "height": SIZE[1]}
            )
            old = spoiled(np.where(truth == 255, 0, truth), rng)
            for value in np.unique(old[old > 0])[:6]:
                rle = coco_mask.encode(np.asfortranarray(old == value, np.uint8))
                photo.ids += (next(number_of),)
                annotations.append(
                    {
                        "id": photo.ids[-1],
                        "image_id": number + 1,
                        "category_id": 1 + int(value) % 2,
                        "segmentation": {**rle, "counts": rle["counts"].decode()},
                        "area": int((old == value).sum()),
                        "bbox": coco_mask.toBbox(rle).tolist(),
                        "iscrowd": 0,
                    }
                )
        photos.append(photo)
    if task == "instances":
        categories = [{"id": 1, "name": "one kind"}, {"id": 2, "name": "other kind"}]
        content = {"images": images, "annotations": annotations, "categories": categories}
        (folder / "old.json").write_text(json.dumps(content))
    return photos
