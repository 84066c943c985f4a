"""Tiny folders in exactly the layouts that the publishers ship, with what a reader must find."""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from scipy.io import savemat

# Makes ``dense_folders`` importable here.
sys.path.insert(0, str(Path(__file__).parent))

H, W = 6, 8


@dataclass
class Published:
    """A folder that was written, and its truth: name → object id → mask; name → ignored."""

    root: Path
    masks: dict[str, dict[int, np.ndarray]] = field(default_factory=dict)
    ignore: dict[str, np.ndarray] = field(default_factory=dict)


def box(y0: int, y1: int, x0: int, x1: int) -> np.ndarray:
    mask = np.zeros((H, W), bool)
    mask[y0:y1, x0:x1] = True
    return mask


FIRST, SECOND, BAND = box(1, 3, 2, 5), box(4, 6, 0, 3), box(0, 1, 0, 8)
NOTHING = np.zeros((H, W), bool)
PALETTE = [0, 0, 0, 128, 0, 0, 0, 128, 0, 128, 128, 0]
"""The first colours of the palette that VOC and DAVIS share."""


def save_photo(path: Path, *, size: tuple[int, int] = (W, H)) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.effect_noise(size, 60).convert("RGB").save(path)


def save_levels(path: Path, levels: np.ndarray, *, palette: list[int] | None = None) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    image = Image.fromarray(levels.astype(np.uint8))
    if palette is not None:
        image.putpalette(palette)
    image.save(path)


def two_ids(*, void: int | None = None) -> np.ndarray:
    levels = FIRST * 1 + SECOND * 2
    return levels if void is None else levels + BAND * void


def write_folder(root: Path) -> Published:
    for name in ("a", "b"):
        save_photo(root / "images" / f"{name}.jpg")
        save_levels(root / "masks" / f"{name}.png", two_ids(void=255))
    truth = {1: FIRST, 2: SECOND}
    return Published(root, {"a": truth, "b": truth}, {"a": BAND, "b": BAND})


def write_grabcut(root: Path) -> Published:
    save_photo(root / "data_GT" / "banana1.bmp")
    save_photo(root / "data_GT" / "106024.jpg")
    for name in ("banana1", "106024"):
        save_levels(root / "boundary_GT" / f"{name}.bmp", FIRST * 255 + BAND * 128)
        save_levels(root / "boundary_GT_lasso" / f"{name}.bmp", FIRST * 255)
    names = ("106024", "banana1")
    return Published(root, {name: {1: FIRST} for name in names}, dict.fromkeys(names, BAND))


def write_berkeley(root: Path) -> Published:
    for name, mask in (("3096", FIRST), ("24063", SECOND)):
        save_photo(root / "images" / f"{name}.jpg")
        save_levels(root / "masks" / f"{name}.png", mask * 255)
    return Published(
        root, {"24063": {1: SECOND}, "3096": {1: FIRST}}, {"24063": NOTHING, "3096": NOTHING}
    )


def write_davis2016(root: Path) -> Published:
    lines, masks = [], {}
    for sequence, frames in (("blackswan", ("00000", "00001")), ("bmx-trees", ("00000",))):
        for frame in frames:
            photo = f"/JPEGImages/480p/{sequence}/{frame}.jpg"
            annotation = f"/Annotations/480p/{sequence}/{frame}.png"
            save_photo(root / photo[1:])
            save_levels(root / annotation[1:], FIRST * 255)
            lines.append(f"{photo} {annotation} \n")
            masks[f"{sequence}/{frame}"] = {1: FIRST}
    (root / "ImageSets" / "480p").mkdir(parents=True)
    (root / "ImageSets" / "480p" / "val.txt").write_text("".join(lines))
    return Published(root, masks, dict.fromkeys(masks, NOTHING))


def write_davis2017(root: Path) -> Published:
    names = ("bike-packing/00000", "bike-packing/00001")
    for name in ("bear/00000", *names):
        save_photo(root / f"JPEGImages/480p/{name}.jpg")
        save_levels(root / f"Annotations/480p/{name}.png", two_ids(), palette=PALETTE)
    for year, content in (("2016", "bear\n"), ("2017", "bike-packing\n")):
        (root / "ImageSets" / year).mkdir(parents=True)
        (root / "ImageSets" / year / "val.txt").write_text(content)
    masks = {name: {1: FIRST, 2: SECOND} for name in names}
    return Published(root, masks, dict.fromkeys(names, NOTHING))


def write_sbd(root: Path) -> Published:
    dataset = root / "benchmark_RELEASE" / "dataset"
    for folder in ("img", "inst", "cls"):
        (dataset / folder).mkdir(parents=True)
    for name in ("2008_000002", "2008_000003"):
        save_photo(dataset / "img" / f"{name}.jpg")
        fields = {
            "Segmentation": two_ids().astype(np.uint8),
            "Boundaries": FIRST.astype(np.uint8),
            "Categories": np.array([[15], [2]], np.uint8),
        }
        savemat(dataset / "inst" / f"{name}.mat", {"GTinst": fields})
    (dataset / "val.txt").write_text("2008_000003\n")
    (dataset / "train.txt").write_text("2008_000002\n")
    return Published(
        root / "benchmark_RELEASE",
        {"2008_000003": {1: FIRST, 2: SECOND}},
        {"2008_000003": NOTHING},
    )


def write_voc(root: Path) -> Published:
    year = root / "VOCdevkit" / "VOC2012"
    palette = PALETTE + [0] * (255 * 3 - len(PALETTE)) + [224, 224, 192]
    for name in ("2007_000032", "2007_000033"):
        save_photo(year / "JPEGImages" / f"{name}.jpg")
        save_levels(year / "SegmentationObject" / f"{name}.png", two_ids(void=255), palette=palette)
        levels = FIRST * 15 + SECOND * 2 + BAND * 255  # a person and a bicycle
        save_levels(year / "SegmentationClass" / f"{name}.png", levels, palette=palette)
    lists = year / "ImageSets" / "Segmentation"
    lists.mkdir(parents=True)
    (lists / "train.txt").write_text("2007_000032\n")
    (lists / "val.txt").write_text("2007_000033\n")
    return Published(root, {"2007_000033": {1: FIRST, 2: SECOND}}, {"2007_000033": BAND})


FIRST_POLYGON = [2.0, 1.0, 5.0, 1.0, 5.0, 3.0, 2.0, 3.0]
OVERLAP = box(1, 6, 0, 4)
OVERLAP_POLYGON = [0.0, 1.0, 4.0, 1.0, 4.0, 6.0, 0.0, 6.0]


def coco_annotation(number: int, image_id: int, segmentation: object, *, iscrowd: int = 0) -> dict:
    return {
        "id": number,
        "image_id": image_id,
        "category_id": 1,
        "segmentation": segmentation,
        "area": 6.0,
        "bbox": [2.0, 1.0, 3.0, 2.0],
        "iscrowd": iscrowd,
    }


def write_coco(root: Path) -> Published:
    names = {397133: "000000397133", 37777: "000000037777", 252219: "000000252219"}
    for name in names.values():
        save_photo(root / "val2017" / f"{name}.jpg")
    crowd = {"size": [H, W], "counts": [0] + [1, H - 1] * W}
    content = {
        "info": {},
        "licenses": [],
        "categories": [{"id": 1, "name": "person", "supercategory": "person"}],
        "images": [
            {"id": number, "file_name": f"{name}.jpg", "height": H, "width": W}
            for number, name in names.items()
        ],
        "annotations": [
            coco_annotation(1, 397133, [FIRST_POLYGON]),
            coco_annotation(2, 397133, [OVERLAP_POLYGON]),
            coco_annotation(900100397133, 397133, crowd, iscrowd=1),
            coco_annotation(900100037777, 37777, crowd, iscrowd=1),
        ],
    }
    (root / "annotations").mkdir()
    (root / "annotations" / "instances_val2017.json").write_text(json.dumps(content))
    truth = {1: FIRST, 2: OVERLAP}
    return Published(root, {"000000397133": truth}, {"000000397133": BAND & ~OVERLAP})


def write_lvis(root: Path) -> Published:
    save_photo(root / "train2017" / "000000391895.jpg")
    save_photo(root / "val2017" / "000000397133.jpg")
    annotations = [
        coco_annotation(1, 391895, [FIRST_POLYGON]),
        coco_annotation(2, 397133, [FIRST_POLYGON, OVERLAP_POLYGON]),
    ]
    for annotation in annotations:
        del annotation["iscrowd"]
    images = [
        {
            "id": int(name),
            "coco_url": f"http://images.example/{folder}/{name}.jpg",
            "height": H,
            "width": W,
            "neg_category_ids": [],
            "not_exhaustive_category_ids": [],
        }
        for folder, name in (("train2017", "000000391895"), ("val2017", "000000397133"))
    ]
    categories = [{"id": 1, "name": "aerosol_can", "frequency": "c", "synset": "aerosol.n.02"}]
    content = {"images": images, "annotations": annotations, "categories": categories}
    (root / "lvis_v1_val.json").write_text(json.dumps(content))
    return Published(
        root,
        {"000000391895": {1: FIRST}, "000000397133": {1: FIRST | OVERLAP}},
        {"000000391895": NOTHING, "000000397133": NOTHING},
    )


WRITERS = {
    "folder": write_folder,
    "grabcut": write_grabcut,
    "berkeley": write_berkeley,
    "davis": write_davis2016,
    "davis2017": write_davis2017,
    "sbd": write_sbd,
    "voc": write_voc,
    "coco": write_coco,
    "lvis": write_lvis,
}


@pytest.fixture
def published(tmp_path: Path) -> Callable[[str], Published]:
    """``published("voc")`` writes VOC's layout below ``tmp_path`` and tells the truth of it."""
    return lambda layout: WRITERS[layout](tmp_path)
