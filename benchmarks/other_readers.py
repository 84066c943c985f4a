"""Whether other tools read from our label files the masks, classes and ids that were written.

    python benchmarks/other_readers.py

Objects with a hole, of two parts, of one pixel in the last corner and touching at a corner are
written in every format of objects that such a tool reads, and read by Datumaro, LabelMe,
supervision and pycocotools, pinned, in an environment of their own. Prints what each read; ends
with 1 if a mask differs.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

TOOLS = ("datumaro==1.13.12", "labelme==6.3.1", "pycocotools==2.0.11", "pydeprecate==0.9.0")
ALONE = ("supervision==0.31.2",)  # without av, which it wants for videos alone
WIDTH, HEIGHT = 40, 30
CLASSES = ("cat", "dog")

Found = Iterator[tuple[str, Any]]
"""The class of each object that a tool read, and its mask."""


def masks(*, simple: bool) -> list[np.ndarray]:
    """The objects, ``(H, W)`` each; the simple ones have neither holes nor several parts."""
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    distance = (x - 12) ** 2 + (y - 14) ** 2
    disk, box = distance < 60, (y >= 2) & (y < 9) & (x >= 22) & (x < 33)
    pixel = (x == WIDTH - 1) & (y == HEIGHT - 1)
    touching = (y - 20 == x - 24) & (x >= 24) & (x < 28)
    parts = ((x < 4) & (y >= 25)) | ((x >= 35) & (y >= 12) & (y < 16))
    return [disk, box, pixel, touching] if simple else [disk & (distance >= 9), box, pixel, parts]


def write(folder: Path) -> None:
    """Write the objects in every format, and a photo to each where its reader asks for one."""
    from PIL import Image

    from clickmend.projects.formats import FORMATS, LabelObject, PhotoLabels

    (folder / "photos").mkdir()
    Image.new("RGB", (WIDTH, HEIGHT)).save(folder / "photos/a.jpg")
    for name in (
        "coco",
        "coco-polygons",
        "cvat",
        "datumaro",
        "labelme",
        "panoptic",
        "voc",
        "yolo-seg",
    ):
        objects = tuple(
            LabelObject(mask=mask, label=CLASSES[number % 2], id=number + 1)
            for number, mask in enumerate(masks(simple=name == "yolo-seg"))
        )
        labels = PhotoLabels(
            file_name="a.jpg", size=(WIDTH, HEIGHT), objects=objects, classes=CLASSES,
            photo=folder / "photos/a.jpg",
        )  # fmt: skip
        FORMATS[name].write(folder / name, [labels])
    for photos in ("cvat/images", "datumaro/images/default", "voc/JPEGImages"):
        shutil.copytree(folder / "photos", folder / photos)
    for name, kind, made in (("coco", "instances", "coco"), ("panoptic", "panoptic", "panoptic")):
        place = folder / f"tree-{name}"
        shutil.copytree(folder / "photos", place / "images/default")
        (place / "annotations").mkdir()
        shutil.copy(folder / made / f"{kind}.json", place / f"annotations/{kind}_default.json")
    pictures = folder / "tree-panoptic/annotations/panoptic_default"
    shutil.copytree(folder / "panoptic/panoptic", pictures)


def by_datumaro(place: Path, kind: str) -> Found:
    """What Datumaro reads; its masks come in the order of their ids."""
    import datumaro

    made = datumaro.Dataset.import_from(str(place), kind)
    names = [label.name for label in made.categories()[datumaro.AnnotationType.label]]
    for item in made:
        found = [one for one in item.annotations if one.type is datumaro.AnnotationType.mask]
        for one in sorted(found, key=lambda one: (one.id, one.group)):
            yield names[one.label], one.image


def by_labelme(file: Path) -> Found:
    """What LabelMe makes of its shapes, those of a group together."""
    from labelme import utils
    from labelme._label_file import _load_shape_json_obj

    shapes = [_load_shape_json_obj(shape) for shape in json.loads(file.read_text())["shapes"]]
    values = {name: number for number, name in enumerate(CLASSES, start=1)}
    classes, groups = utils.shapes_to_label((HEIGHT, WIDTH), shapes, values)
    for number in np.unique(groups[groups > 0]):
        mask = groups == number
        yield CLASSES[int(classes[mask][0]) - 1], mask


def by_supervision(made: Any) -> Found:
    """What supervision reads."""
    for _, _, found in made:
        for at, mask in zip(found.class_id, found.mask, strict=True):
            yield made.classes[int(at)], mask


def by_pycocotools(file: Path) -> Found:
    """What COCO's own tool reads, in the order of the ids."""
    from pycocotools.coco import COCO

    made = COCO(file)
    for number in sorted(made.anns):
        one = made.anns[number]
        yield made.cats[one["category_id"]]["name"], made.annToMask(one)


def read(folder: Path) -> dict[str, Any]:
    """What each tool read of each format: how many of the masks are equal, pixel for pixel."""
    import supervision

    sets = supervision.DetectionDataset
    photos = str(folder / "photos")
    readers = {
        "coco, pycocotools": by_pycocotools(folder / "coco/instances.json"),
        "coco-polygons, pycocotools": by_pycocotools(folder / "coco-polygons/instances.json"),
        "coco, datumaro": by_datumaro(folder / "tree-coco", "coco"),
        "panoptic, datumaro": by_datumaro(folder / "tree-panoptic", "coco_panoptic"),
        "cvat, datumaro": by_datumaro(folder / "cvat", "cvat"),
        "datumaro, datumaro": by_datumaro(folder / "datumaro", "datumaro"),
        "voc, datumaro": by_datumaro(folder / "voc", "voc_segmentation"),
        "labelme, labelme": by_labelme(folder / "labelme/a.json"),
        "coco, supervision": by_supervision(
            sets.from_coco(photos, str(folder / "coco/instances.json"), force_masks=True)
        ),
        "yolo-seg, supervision": by_supervision(
            sets.from_yolo(
                photos, str(folder / "yolo-seg/labels"), str(folder / "yolo-seg/data.yaml"),
                force_masks=True,
            )
        ),
    }  # fmt: skip
    results = {}
    for name, found in readers.items():
        wanted = masks(simple=name.startswith("yolo"))
        pairs = list(zip(found, enumerate(wanted), strict=True))
        results[name] = {
            "objects": len(wanted),
            "equal masks": sum(bool((mask == mask_).all()) for (_, mask), (_, mask_) in pairs),
            "equal classes": sum(label == CLASSES[n % 2] for (label, _), (n, _) in pairs),
            "pixels too many": sum(
                int(((mask != 0) & ~mask_).sum()) for (_, mask), (_, mask_) in pairs
            ),
            "pixels too few": sum(
                int(((mask == 0) & mask_).sum()) for (_, mask), (_, mask_) in pairs
            ),
        }
    return results


def main() -> None:
    """Write, have the tools read, and record."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", type=Path, help="of an environment that has the tools")
    parser.add_argument("--inside", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        tools = {
            name: version(name) for name in ("datumaro", "labelme", "pycocotools", "supervision")
        }
        content = {"tools": tools, "formats": read(options.inside)}
        (options.inside / "results.json").write_text(json.dumps(content))
        return
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        python = options.python
        if python is None:
            python = folder / "venv/bin/python"
            subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
            pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
            subprocess.run([*pip, *TOOLS], check=True)
            subprocess.run([*pip, "--no-deps", *ALONE], check=True)
        (folder / "files").mkdir()
        write(folder / "files")
        subprocess.run([python, __file__, "--inside", folder / "files"], check=True)
        results = json.loads((folder / "files/results.json").read_text())
    print(json.dumps(results, indent=1))
    # supervision rounds the corners of YOLO's polygons, which trainers cut.
    exact = [one for name, one in results["formats"].items() if name != "yolo-seg, supervision"]
    sys.exit(any(one["equal masks"] < one["objects"] for one in exact))


if __name__ == "__main__":
    main()
