"""Tiny folders of class maps, mattes and depth as they are published, with what must be read."""

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image

H, W = 6, 8


@dataclass
class Written:
    """A folder that was written: where it opens, and name → attribute of the sample → truth.

    ``photos`` are the files that nothing but reading a sample needs to open.
    """

    root: Path
    truth: dict[str, dict[str, np.ndarray]]
    photos: tuple[str, ...] = ("**/*.jpg",)


@cache
def encoded(values: bytes, dtype: str, shape: tuple[int, ...], suffix: str) -> bytes:
    """The same few pictures are written again and again; encoding them is what takes time."""
    stream = io.BytesIO()
    image = Image.fromarray(np.frombuffer(values, dtype).reshape(shape))
    image.save(stream, {".jpg": "JPEG", ".png": "PNG"}[suffix])
    return stream.getvalue()


def save(path: Path, pixels: np.ndarray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    picture = encoded(pixels.tobytes(), pixels.dtype.name, pixels.shape, path.suffix)
    path.write_bytes(picture)


def save_photo(path: Path, *, shape: tuple[int, int] = (H, W)) -> None:
    save(path, np.full((*shape, 3), 90, np.uint8))


def stripes(*values: int) -> np.ndarray:
    """One value per column."""
    return np.repeat(np.array([values], np.uint8), H, axis=0)


NOT = -1
"""Stands for an ignored column in ``classes_of``."""


def classes_of(*places: int) -> dict[str, np.ndarray]:
    columns = np.repeat(np.array([places], np.int32), H, axis=0)
    return {"labels": np.where(columns == NOT, 0, columns), "ignore": columns == NOT}


def write_cityscapes(
    root: Path, *, kind: str = "labelIds", labels: tuple[int, ...] = (7, 26, 0, 33, 29, 8, 24, 5)
) -> Written:
    names = ("frankfurt_000000_000294", "frankfurt_000001_005898", "munster_000000_000019")
    for split, chosen in (("val", names), ("train", ("aachen_000000_000019",))):
        for name in chosen:
            city = name.split("_")[0]
            save_photo(root / "leftImg8bit" / split / city / f"{name}_leftImg8bit.png")
            folder = root / "gtFine" / split / city
            save(folder / f"{name}_gtFine_{kind}.png", stripes(*labels))
            save(folder / f"{name}_gtFine_color.png", np.zeros((H, W, 4), np.uint8))
            (folder / f"{name}_gtFine_polygons.json").write_text("{}")
    truth = classes_of(0, 13, NOT, 18, NOT, 1, 11, NOT)
    return Written(root, dict.fromkeys(names, truth), ("leftImg8bit/**/*.png",))


def write_cityscapes_train_ids(root: Path) -> Written:
    labels = (0, 13, 255, 18, 255, 1, 11, 255)
    return write_cityscapes(root, kind="labelTrainIds", labels=labels)


def vistas_config(*evaluated: bool) -> str:
    """A configuration of as many labels, named "Label 0" on."""
    labels = [
        {
            "color": [number, 0, 0],
            "instances": False,
            "readable": f"Label {number}",
            "name": f"group--label-{number}",
            "evaluate": evaluate,
        }
        for number, evaluate in enumerate(evaluated)
    ]
    return json.dumps({"labels": labels, "version": 1.1, "mapping": "public"})


def write_vistas(root: Path, *, labels: str = "labels", config: str = "config.json") -> Written:
    names = ("03G8WHFnNfiJR-457i0MWQ", "-0aIYHDkTxPYxDAkkL-9zg")
    for split in ("training", "validation"):
        for name in names:
            save_photo(root / split / "images" / f"{name}.jpg")
            path = root / split / labels / f"{name}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            image = Image.fromarray(stripes(0, 1, 2, 3, 3, 2, 1, 0))
            image.putpalette([165, 42, 42, 0, 192, 0, 0, 0, 0, 196, 196, 196])
            image.save(path)
    (root / config).write_text(vistas_config(True, True, False, True))
    truth = classes_of(0, 1, NOT, 2, 2, NOT, 1, 0)
    return Written(root, dict.fromkeys(sorted(names), truth))


def write_vistas2(root: Path) -> Written:
    return write_vistas(root, labels="v2.0/labels", config="config_v2.0.json")


TRIMAP = stripes(0, 0, 128, 128, 128, 128, 255, 255)
ALPHA = stripes(0, 0, 1, 77, 180, 254, 255, 255)
MATTE = {
    "alpha": (ALPHA / 255).astype(np.float32),
    "trimap": TRIMAP,
    "unknown": TRIMAP == 128,
}


def write_composition1k(root: Path) -> Written:
    """Two foregrounds over twenty backgrounds each, to be composed as they are read."""
    foregrounds = ("girl-1467820_1280.png", "lace sample.png")
    backgrounds = [f"2007_{number:06d}.jpg" for number in range(40)]
    test_set = root / "Combined_Dataset" / "Test_set"
    licensed = test_set / "Adobe-licensed images"
    names = []
    for number, foreground in enumerate(foregrounds):
        colours = np.full((H, W, 3), 40 + 100 * number, np.uint8)
        save(licensed / "fg" / foreground, colours)
        save(licensed / "alpha" / foreground, ALPHA)
        for turn in range(20):
            names.append(f"{foreground[:-4]}_{turn}")
            save(licensed / "trimaps" / f"{names[-1]}.png", TRIMAP)
    for background in backgrounds:
        save_photo(test_set / "bg" / background, shape=(4, 5))
    (test_set / "test_fg_names.txt").write_text("\r\n".join(foregrounds))
    (test_set / "test_bg_names.txt").write_text("\r\n".join(backgrounds))
    return Written(root, dict.fromkeys(names, MATTE), ("**/bg/*.jpg", "**/fg/*.png"))


def write_composition1k_merged(root: Path) -> Written:
    written = write_composition1k(root)
    test_set = root / "Combined_Dataset" / "Test_set"
    (test_set / "bg").rename(root / "elsewhere")
    for name in written.truth:
        save_photo(test_set / "merged" / f"{name}.png")
    return Written(root, written.truth, ("**/merged/*.png",))


def millimetres(shape: tuple[int, int]) -> np.ndarray:
    """Depth of 0.5 m and more, with a hole of unknown depth in the middle."""
    depth = (500 + np.arange(shape[0] * shape[1]).reshape(shape) % 9000).astype(np.uint16)
    depth[shape[0] // 2, shape[1] // 2] = 0
    return depth


def metres(depth: np.ndarray) -> dict[str, np.ndarray]:
    known = np.where(depth == 0, np.nan, depth * 0.001).astype(np.float32)
    return {"depth_m": known, "ignore": depth == 0}


def write_nyu(root: Path) -> Written:
    depth = millimetres((480, 640))
    files = {
        "test": ("kitchen/00001", "bathroom/00045", "kitchen/00000"),
        "train": ("office/00002",),
    }
    for split, names in files.items():
        for name in names:
            scene, number = name.split("/")
            folder = root / "official_splits" / split / scene
            save_photo(folder / f"rgb_{number}.jpg", shape=(480, 640))
            save(folder / f"sync_depth_{number}.png", depth)
    cropped = np.zeros_like(depth)
    cropped[45:471, 41:601] = depth[45:471, 41:601]
    return Written(root, dict.fromkeys(sorted(files["test"]), metres(cropped)))


def write_label_set(root: Path, *, place: str, truth: dict[str, np.ndarray]) -> Written:
    """A set whose files hold 0 to 7 in their columns."""
    names = ("0001TP_006690", "0001TP_006720")
    for name in names:
        save_photo(root / place / "images" / f"{name}.jpg")
        save(root / place / "masks" / f"{name}.png", stripes(0, 1, 2, 3, 4, 5, 8, 8))
    return Written(root, dict.fromkeys(names, truth))


def write_camvid(root: Path, *, split: str) -> Written:
    truth = classes_of(0, 1, 2, 3, 4, 5, 8, 8)
    written = write_label_set(root, place=f"semantic/camvid/{split}", truth=truth)
    name = "0001TP_006750"
    save_photo(root / f"semantic/camvid/{split}/images/{name}.jpg")
    save(root / f"semantic/camvid/{split}/masks/{name}.png", stripes(11, 10, 9, 8, 7, 6, 11, 0))
    written.truth[name] = classes_of(NOT, 10, 9, 8, 7, 6, NOT, 0)
    return written


def write_facade(root: Path) -> Written:
    truth = classes_of(NOT, 0, 1, 2, 3, 4, 7, 7)
    return write_label_set(root, place="semantic/facade", truth=truth)


def write_label_folder(root: Path) -> Written:
    (root / "classes.txt").write_text("".join(f"class {number}\n" for number in range(9)))
    return write_label_set(root, place="", truth=classes_of(0, 1, 2, 3, 4, 5, 8, 8))


def write_void_set(root: Path, *, place: str) -> Written:
    """A set of three classes, 255 where none counts."""
    written = write_label_set(root, place=place, truth=classes_of(0, 1, 2, 2, NOT, NOT, 1, 0))
    for name in written.truth:
        save(root / place / "masks" / f"{name}.png", stripes(0, 1, 2, 2, 255, 255, 1, 0))
    return written


def write_alphamatting(root: Path, *, chosen: slice) -> Written:
    return write_mattes(root, place="matting/alphamatting14", chosen=chosen)


def write_mattes(root: Path, *, place: str = "", chosen: slice) -> Written:
    folder = root / place
    names = [f"GT{number:02d}" for number in range(1, 15)]
    for name in names:
        save_photo(folder / "images" / f"{name}.jpg")
        save(folder / "alpha" / f"{name}.png", ALPHA)
        save(folder / "trimap" / f"{name}.png", TRIMAP)
    return Written(root, dict.fromkeys(names[chosen], MATTE))


def write_depth_set(root: Path, *, place: str) -> Written:
    names = ("frame-000000", "frame-000004")
    for name in names:
        save_photo(root / place / "rgb" / f"{name}.jpg")
        save(root / place / "depth" / f"{name}.png", millimetres((H, W)))
    return Written(root, dict.fromkeys(names, metres(millimetres((H, W)))))


LAYOUTS: dict[str, Callable[[Path], Written]] = {
    "cityscapes": write_cityscapes,
    "cityscapes, train ids": write_cityscapes_train_ids,
    "vistas": write_vistas,
    "vistas, v2.0": write_vistas2,
    "composition1k": write_composition1k,
    "composition1k, merged": write_composition1k_merged,
    "nyu": write_nyu,
    "folder, class maps": write_label_folder,
    "folder, mattes": lambda root: write_mattes(root, chosen=slice(None)),
    "folder, depth maps": lambda root: write_depth_set(root, place=""),
}
"""Layout, with what is special about the folder behind a comma."""

SETS: dict[str, Callable[[Path], Written]] = {
    "camvid-train": lambda root: write_camvid(root, split="train"),
    "camvid-val": lambda root: write_camvid(root, split="val"),
    "facade": write_facade,
    "fasseg-train": lambda root: write_void_set(root, place="semantic/fasseg/train"),
    "cwfid-train": lambda root: write_void_set(root, place="semantic/cwfid/train"),
    "alphamatting14-train": lambda root: write_alphamatting(root, chosen=slice(None, 7)),
    "alphamatting14-val": lambda root: write_alphamatting(root, chosen=slice(7, None)),
    "kitchen-train": lambda root: write_depth_set(root, place="depth/train/kitchen"),
    "office-train": lambda root: write_depth_set(root, place="depth/train/office"),
    "lab-train": lambda root: write_depth_set(root, place="depth/train/lab"),
    "nyu-train": lambda root: write_depth_set(root, place="depth/train/nyu"),
    "kitchen-dev": lambda root: write_depth_set(root, place="depth/dev/kitchen"),
    "office-dev": lambda root: write_depth_set(root, place="depth/dev/office"),
}
