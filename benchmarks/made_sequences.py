"""Made sequences: an object of a training photo moves over another one.

The cut-out wanders, turns, grows, bends and changes its light; the background pans; in some a
second cut-out passes in front, and in some the object leaves the frame.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from clickmend.core.types import RGB, FloatMap, Mask
from clickmend.data import read_index, read_photo

WIDTH, HEIGHT = 480, 272

OBJECTS = (
    "vocanimals", "coco100", "wildlife", "dogs", "horses", "things", "ccp", "carparts", "portraits",
    "bags", "firetrucks", "street", "kayaks",
)  # fmt: skip
"""Training sets that objects are cut out of."""

WHOLE = ("ccp", "carparts")
"""Of these all ids together are the object."""

BACKGROUNDS = ("bsds", "wildlife", "things", "coco100", "street", "leaves", "meals")
"""Training sets that objects move over."""

LEAST_PX = 1500


@dataclass(frozen=True)
class Cutout:
    """An object: its rectangle, and the share of it in each pixel, ``(H, W)``."""

    pixels: RGB
    share: FloatMap


@dataclass
class Pose:
    """Where an object is and how it is seen."""

    x: float
    y: float
    scale: float
    turn: float = 0.0
    wide: float = 1.0
    light: float = 1.0


def made_sequence(folder: Path, seed: int, *, frames: int = 10) -> tuple[list[RGB], list[Mask]]:
    """The frames, and where the object is seen in each.

    Args:
        folder: That the training sets are in.
        seed: Of everything.
        frames: How many.
    """
    rng = np.random.default_rng(seed)
    ground = _ground(folder, rng)
    thing = _cutout(folder, rng)
    other = _cutout(folder, rng) if rng.random() < 0.3 else None
    pose = Pose(
        rng.uniform(0.3, 0.7) * WIDTH,
        rng.uniform(0.35, 0.65) * HEIGHT,
        rng.uniform(0.25, 0.6) * HEIGHT / float(np.sqrt(thing.share.sum())),
    )
    step, camera = rng.uniform(0.02, 0.16) * HEIGHT, rng.uniform(0, 0.1) * HEIGHT
    ways = rng.uniform(0, 2 * np.pi, 2)
    speed = step * np.cos(ways[0]), 0.4 * step * np.sin(ways[0])
    pan = camera * np.cos(ways[1]), 0.5 * camera * np.sin(ways[1])
    bend, phases, waves = rng.uniform(0, 0.09), rng.uniform(0, 6, 4), rng.uniform(0.3, 0.8, 4)
    turning, gamma, leaves = rng.uniform(-0.08, 0.08), 1.0, seed % 6 == 0
    at = [(ground.shape[1] - WIDTH) / 2, (ground.shape[0] - HEIGHT) / 2]
    seen, truth = [], []
    for time in range(frames):
        x, y = (
            float(np.clip(a, 0, s - w - 1))
            for a, s, w in zip(at, ground.shape[1::-1], (WIDTH, HEIGHT), strict=True)
        )
        move = np.array([[1, 0, -x], [0, 1, -y]], np.float32)
        canvas = cv2.warpAffine(ground, move, (WIDTH, HEIGHT)).astype(np.float32)
        pose.wide = 1 + turning * time
        bent = _bent(thing, bend, phases, waves, time)
        canvas, mask = _laid(canvas, bent, pose)
        if other is not None:
            share = -0.2 + 1.4 * time / (frames - 1)
            across = Pose(
                WIDTH * (share if seed % 2 else 1 - share),
                0.55 * HEIGHT,
                0.35 * HEIGHT / float(np.sqrt(other.share.sum())),
            )
            canvas, hidden = _laid(canvas, other, across)
            mask &= ~hidden
        photo = 255 * (canvas.clip(0, 255) / 255) ** gamma
        photo = cv2.GaussianBlur(photo, (0, 0), 0.6) + rng.normal(0, 2, photo.shape)
        seen.append(photo.clip(0, 255).astype(np.uint8))
        truth.append(mask)
        pose.x += speed[0] + rng.normal(0, 0.25 * step + 0.01 * HEIGHT)
        pose.y += speed[1] + rng.normal(0, 0.15 * step + 0.01 * HEIGHT)
        speed = (
            speed[0] if leaves or 0.1 < pose.x / WIDTH < 0.9 else -speed[0],
            speed[1] if leaves or 0.2 < pose.y / HEIGHT < 0.8 else -speed[1],
        )
        if not leaves:
            pose.x = float(np.clip(pose.x, 0.08 * WIDTH, 0.92 * WIDTH))
            pose.y = float(np.clip(pose.y, 0.15 * HEIGHT, 0.85 * HEIGHT))
        at = [at[0] + pan[0], at[1] + pan[1]]
        pose.turn += rng.normal(0, 6)
        pose.scale *= float(np.exp(rng.normal(0, 0.06)))
        pose.light = float(np.clip(pose.light * np.exp(rng.normal(0, 0.05)), 0.7, 1.3))
        gamma = float(np.clip(gamma * np.exp(rng.normal(0, 0.04)), 0.8, 1.25))
    return seen, truth


def _ground(folder: Path, rng: Generator) -> NDArray[np.uint8]:
    photo, _ = _drawn(folder, BACKGROUNDS, rng)
    wide = 1.5 * max(WIDTH / photo.shape[1], HEIGHT / photo.shape[0])
    ground: NDArray[np.uint8] = cv2.resize(
        photo, None, fx=wide, fy=wide, interpolation=cv2.INTER_CUBIC
    )
    return ground


def _cutout(folder: Path, rng: Generator) -> Cutout:
    """An object that is not small and hardly touches the border of its photo."""
    while True:
        photo, ids = _drawn(folder, OBJECTS, rng)
        numbers = [one for one in np.unique(ids) if 0 < one < 255]
        if not numbers:
            continue
        mask = ids == numbers[rng.integers(len(numbers))]
        edge = sum(int(line.sum()) for line in (mask[0], mask[-1], mask[:, 0], mask[:, -1]))
        if mask.sum() < LEAST_PX or mask.mean() < 0.01 or edge > 0.6 * np.sqrt(mask.sum()):
            continue
        rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
        box = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
        return Cutout(photo[box], mask[box].astype(np.float32))


def _drawn(folder: Path, sets: tuple[str, ...], rng: Generator) -> tuple[RGB, NDArray[np.int32]]:
    """A photo of training sets with its ids; what is held out of coco100 is never drawn."""
    while True:
        name = sets[rng.integers(len(sets))]
        files = sorted((folder / name / "images").glob("*.jpg"))
        file = files[rng.integers(len(files))]
        held = int(hashlib.sha1(file.stem.encode(), usedforsecurity=False).hexdigest(), 16) % 5 == 0
        if name == "coco100" and held:
            continue
        ids = read_index(folder / name / "masks" / f"{file.stem}.png")
        if name in WHOLE:
            ids = np.where((ids > 0) & (ids < 255), 1, ids)
        return read_photo(file), ids


def _bent(
    thing: Cutout, bend: float, phases: NDArray[np.float64], waves: NDArray[np.float64], time: int
) -> Cutout:
    """The object bent by waves that move with time; at time 0 it is as it was."""
    height, width = thing.share.shape
    y, x = np.mgrid[:height, :width].astype(np.float32)
    size = 0.5 * bend * np.sqrt(height * width)
    along = 4 * np.pi * waves[0] * y / height + phases[0]
    across = 4 * np.pi * waves[1] * x / width + phases[1]
    to_x = (x + size * (np.sin(along + 0.9 * time) - np.sin(along))).astype(np.float32)
    to_y = (y + size * (np.sin(across + 0.8 * time) - np.sin(across))).astype(np.float32)
    return Cutout(
        cv2.remap(thing.pixels, to_x, to_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE),
        cv2.remap(thing.share, to_x, to_y, cv2.INTER_LINEAR),
    )


def _laid(
    canvas: NDArray[np.float32], thing: Cutout, pose: Pose
) -> tuple[NDArray[np.float32], Mask]:
    """The canvas with an object on it, and where it is seen."""
    height, width = thing.share.shape
    around = np.eye(3)
    around[:2] = cv2.getRotationMatrix2D((width / 2, height / 2), pose.turn, pose.scale)
    around[:2, 2] -= width / 2, height / 2
    place = np.array([[pose.wide, 0, pose.x], [0, 1, pose.y], [0, 0, 1]]) @ around
    pixels, size = thing.pixels, (WIDTH, HEIGHT)
    if pose.scale < 1:
        pixels = cv2.GaussianBlur(pixels, (0, 0), 0.4 / pose.scale)
    soft = cv2.GaussianBlur(thing.share, (0, 0), 0.8 / max(pose.scale, 0.3))
    seen = cv2.warpAffine(pixels, place[:2], size, borderMode=cv2.BORDER_REPLICATE)
    share = cv2.warpAffine(soft, place[:2], size)
    over = share[..., None]
    return canvas * (1 - over) + pose.light * seen.astype(np.float32) * over, share > 0.5
