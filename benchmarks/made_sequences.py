"""Made sequences: an object of a training photo moves over another one.

What loses an object in films is drawn for each: jumps of its size, a camera that follows or shakes,
growing, turning to the side until it is seen mirrored, bending, changes of shade and light, blur
along the way, others like it on the ground, what passes in front, and leaving the frame.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from clickmend.core.types import RGB, FloatMap, Mask
from clickmend.data import read_index, read_photo

WIDTH, HEIGHT = 640, 360

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

Canvas = NDArray[np.float32]


@dataclass(frozen=True)
class Cutout:
    """An object: its rectangle, and the share of it in each pixel, ``(H, W)``."""

    pixels: RGB
    share: FloatMap


@dataclass(frozen=True)
class Pose:
    """Where an object is and how it is seen.

    Args:
        x: Of its middle, in pixels.
        y: Likewise.
        scale: Pixels of the frame for one of the cut-out.
        turn: In degrees.
        wide: How wide it is seen; below 0 mirrored.
        light: What its colours are multiplied by.
    """

    x: float
    y: float
    scale: float
    turn: float = 0.0
    wide: float = 1.0
    light: float = 1.0


@dataclass(frozen=True)
class Manner:
    """What a sequence is like.

    Args:
        step: How far the object goes between two frames, as a share of its size.
        follows: How far the camera goes with it, in [0, 1].
        shake: How far the hand moves the camera, as a share of the height.
        grows: The logarithm of its growth between two frames, mean and spread.
        spin: How far it turns to the side between two frames, in radians.
        turns: How far in the plane, in degrees.
        bend: How far it bends, as a share of its size.
        shade: How far the light on it changes, as a logarithm.
        shutter: For what part of the time between two frames it is open.
        others: How many like it stand on the ground.
        hidden: Whether something passes in front.
        leaves: Whether it may leave the frame.
    """

    step: float
    follows: float
    shake: float
    grows: tuple[float, float]
    spin: float
    turns: float
    bend: float
    shade: float
    shutter: float
    others: int
    hidden: bool
    leaves: bool

    @classmethod
    def drawn(cls, rng: Generator) -> Manner:
        """A third is calm."""
        wild = 1.0 if rng.random() < 0.67 else 0.25
        return cls(
            step=wild * rng.uniform(0.1, 1.0),
            follows=float(rng.choice((0.0, 0.7, 0.95))),
            shake=wild * rng.uniform(0, 0.06),
            grows=(wild * rng.uniform(-0.15, 0.2), wild * rng.uniform(0, 0.15)),
            spin=wild * float(rng.choice((0.05, 0.2, 0.6))),
            turns=wild * rng.uniform(2, 20),
            bend=rng.uniform(0, 0.09) + wild * rng.uniform(0, 0.12),
            shade=wild * rng.uniform(0, 0.3),
            shutter=wild * rng.uniform(0, 0.4),
            others=int(rng.choice((0, 0, 1, 2))),
            hidden=bool(rng.random() < 0.3),
            leaves=bool(rng.random() < 0.12),
        )


def made_sequence(folder: Path, seed: int, *, frames: int = 10) -> tuple[list[RGB], list[Mask]]:
    """The frames, and where the object is seen in each.

    Args:
        folder: That the training sets are in.
        seed: Of everything.
        frames: How many.
    """
    rng = np.random.default_rng(seed)
    manner = Manner.drawn(rng)
    ground = _ground(folder, rng)
    name, thing = _cutout(folder, rng, OBJECTS)
    front = _cutout(folder, rng, OBJECTS)[1] if manner.hidden else None
    others = [_cutout(folder, rng, (name,))[1] for _ in range(manner.others)]
    places = rng.uniform((-0.5, 0.2), (1.5, 0.8), (len(others), 2)) * (WIDTH, HEIGHT)
    size = rng.uniform(0.2, 0.55) * HEIGHT
    if manner.grows[0] > 0.05:
        size *= 0.5
    unit = 1 / float(np.sqrt(thing.share.sum()))
    at = rng.uniform((0.3, 0.35), (0.7, 0.65)) * (WIDTH, HEIGHT)
    angle, phases, waves = rng.uniform(0, 2 * np.pi), rng.uniform(0, 6, 4), rng.uniform(0.3, 0.8, 4)
    way = np.array([np.cos(angle), 0.5 * np.sin(angle)])
    camera, roll, turn, side, gamma, light = np.zeros(2), 0.0, 0.0, 0.0, 1.0, 1.0
    shades = [_smooth(rng, thing.share.shape) for _ in range(2)]
    moved, panned = np.zeros(2), np.zeros(2)
    seen, truth = [], []
    for time in range(frames):
        canvas = _laid_ground(ground, camera, roll)
        for other, place in zip(others, places, strict=True):
            scale = 0.7 * size / float(np.sqrt(other.share.sum()))
            canvas, _ = _laid(canvas, other, Pose(*(place - camera), scale))
        canvas = _blurred(canvas, manner.shutter * panned)
        lit = _lit(thing, manner.shade * time / frames, shades)
        bent = _bent(lit, manner.bend, phases, waves, time)
        wide = float(np.cos(side))
        wide = float(np.copysign(max(abs(wide), 0.35), wide))
        pose = Pose(*(at - camera), size * unit, turn, wide, light)
        canvas, mask = _laid(canvas, bent, pose, manner.shutter * (moved - panned))
        if front is not None:
            share = -0.3 + 1.6 * time / (frames - 1)
            x = WIDTH * (share if seed % 2 else 1 - share)
            scale = 0.45 * HEIGHT / float(np.sqrt(front.share.sum()))
            canvas, hides = _laid(canvas, front, Pose(x, 0.55 * HEIGHT, scale))
            mask &= ~hides
        photo = 255 * (canvas.clip(0, 255) / 255) ** gamma
        photo = cv2.GaussianBlur(photo, (0, 0), 0.6) + rng.normal(0, 2, photo.shape)
        seen.append(photo.clip(0, 255).astype(np.uint8))
        truth.append(mask)
        moved = manner.step * size * way * rng.uniform(0.5, 1.3) + rng.normal(0, 0.1 * size, 2)
        ahead = at + moved
        panned = manner.follows * (ahead - (0.5 * WIDTH, 0.5 * HEIGHT) - camera) if time else 0
        panned = np.asarray(panned + rng.normal(0, manner.shake * HEIGHT, 2))
        place = (ahead - camera - panned) / (WIDTH, HEIGHT)
        out = (place < (0.1, 0.2)) | (place > (0.9, 0.8))
        if out.any() and not manner.leaves:
            way = np.where(out, -np.sign(place - 0.5) * np.abs(way), way)
            ahead += (place.clip((0.1, 0.2), (0.9, 0.8)) - place) * (WIDTH, HEIGHT)
        at, camera = ahead, camera + panned
        roll += rng.normal(0, 40 * manner.shake)
        turn += rng.normal(0, manner.turns)
        side += manner.spin * rng.uniform(0.5, 1.5)
        size *= float(np.exp(rng.normal(*manner.grows)))
        size = float(np.clip(size, 0.08 * HEIGHT, 0.75 * HEIGHT))
        light = float(np.clip(light * np.exp(rng.normal(0, 0.06)), 0.7, 1.3))
        gamma = float(np.clip(gamma * np.exp(rng.normal(0, 0.04)), 0.8, 1.25))
    return seen, truth


def _ground(folder: Path, rng: Generator) -> RGB:
    photo, _, _ = _drawn(folder, BACKGROUNDS, rng)
    wide = 1.5 * max(WIDTH / photo.shape[1], HEIGHT / photo.shape[0])
    return np.asarray(cv2.resize(photo, None, fx=wide, fy=wide, interpolation=cv2.INTER_CUBIC))


def _cutout(folder: Path, rng: Generator, sets: tuple[str, ...]) -> tuple[str, Cutout]:
    """An object that is not small and hardly touches the border of its photo, and its set."""
    while True:
        photo, ids, name = _drawn(folder, sets, rng)
        numbers = [one for one in np.unique(ids) if 0 < one < 255]
        if not numbers:
            continue
        mask = ids == numbers[rng.integers(len(numbers))]
        edge = sum(int(line.sum()) for line in (mask[0], mask[-1], mask[:, 0], mask[:, -1]))
        if mask.sum() < LEAST_PX or mask.mean() < 0.01 or edge > 0.6 * np.sqrt(mask.sum()):
            continue
        rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
        box = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
        return name, Cutout(photo[box], mask[box].astype(np.float32))


def _drawn(
    folder: Path, sets: tuple[str, ...], rng: Generator
) -> tuple[RGB, NDArray[np.int32], str]:
    """A photo, its ids and its set; what is held out of coco100 is never drawn."""
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
        return read_photo(file), ids, name


def _laid_ground(ground: RGB, camera: NDArray[np.float64], roll: float) -> Canvas:
    """What the camera sees of the ground, which goes on mirrored beyond its border."""
    height, width = ground.shape[:2]
    view = cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), roll, 1.0)
    view[:, 2] += view[:, :2] @ np.array([WIDTH - width, HEIGHT - height]) / 2
    view[:, 2] -= view[:, :2] @ camera
    seen = cv2.warpAffine(ground, view, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REFLECT_101)
    return seen.astype(np.float32)


def _smooth(rng: Generator, shape: tuple[int, ...]) -> FloatMap:
    """A smooth field of about normal values, ``(H, W)``."""
    coarse: Any = rng.normal(0, 1, (4, 4)).astype(np.float32)
    field: FloatMap = cv2.resize(coarse, shape[::-1], interpolation=cv2.INTER_CUBIC)
    return field


def _lit(thing: Cutout, much: float, shades: list[FloatMap]) -> Cutout:
    """The object under another light on each part of it."""
    light = np.exp(much * (shades[0] + shades[1])).clip(0.5, 2)[..., None]
    return Cutout((thing.pixels * light).clip(0, 255).astype(np.uint8), thing.share)


def _blurred(values: Canvas, way: NDArray[np.float64]) -> Canvas:
    """Blurred along a way, in pixels, ``(H, W)`` or ``(H, W, 3)``."""
    length = int(np.hypot(*way))
    if length < 2:
        return values
    kernel = np.zeros((2 * length + 1, 2 * length + 1), np.float32)
    half = (way / 2).round().astype(int)
    cv2.line(kernel, (length - half[0], length - half[1]), (length + half[0], length + half[1]), 1)
    blurred: Any = cv2.filter2D(values, -1, kernel / kernel.sum(), borderType=cv2.BORDER_REPLICATE)
    return np.asarray(blurred, np.float32)


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
    canvas: Canvas, thing: Cutout, pose: Pose, way: NDArray[np.float64] | None = None
) -> tuple[Canvas, Mask]:
    """The canvas with an object on it, blurred along its way, and where it is seen."""
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
    colours = pose.light * seen.astype(np.float32)
    if way is not None:
        colours, share = _blurred(colours, way), _blurred(share, way)
    over = share[..., None]
    return canvas * (1 - over) + colours * over, share > 0.5
