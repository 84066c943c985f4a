"""Generated scenes: textured objects before noise, some before others, with one point in each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias, final

import cv2
import numpy as np
from numpy.typing import NDArray

from clickmend.core.types import Labels, Mask
from clickmend.training.instances.photos import PointPlace, PointView, points_of
from clickmend.training.views import Shape

Field: TypeAlias = NDArray[np.float32]

FEWEST, MOST = 2, 6
"""Objects of a scene."""

RADIUS = (0.13, 0.24)
"""Of an object, as a share of the scene's shorter side."""

LEAST_SEEN = 0.5
"""What must be seen of an object, else the one before it is set elsewhere."""

TURN = 0.15
"""Radians that a texture is turned by, its standard deviation."""

TRIES = 20
"""How often a place is looked for before an object is left out."""


def generate_scene(
    rng: np.random.Generator, shape: Shape, *, place: PointPlace = "centre"
) -> PointView:
    """A scene of 2 to 6 objects. Textures tell their classes, shape and colour tell nothing."""
    image = _noise(rng, shape)
    index = np.zeros(shape, np.int32)
    areas: list[int] = []
    classes: list[int] = []
    names = tuple(TEXTURES)
    for _ in range(int(rng.integers(FEWEST, MOST + 1))):
        mask = _free_shape(rng, index, areas)
        if mask is None:
            continue
        kind = int(rng.integers(len(names)))
        pattern = TEXTURES[names[kind]](rng, shape)[..., None]
        dark, bright = _two_colours(rng)
        grain = rng.normal(0, 8, (*shape, 1))
        image = np.where(mask[..., None], dark + (bright - dark) * pattern + grain, image)
        classes.append(kind)
        areas.append(int(mask.sum()))
        index[mask] = len(classes)
    points = points_of(index, len(classes), rng, place=place)
    clipped = image.clip(0, 255).astype(np.uint8)
    return PointView(clipped, index, np.array(classes, np.int64), points)


def _free_shape(rng: np.random.Generator, index: Labels, areas: Sequence[int]) -> Mask | None:
    """A shape that leaves enough to be seen of the objects behind it, whose areas are given."""
    for _ in range(TRIES):
        mask = _shape(rng, index.shape)
        seen = np.bincount(index[~mask], minlength=len(areas) + 1)[1:]
        if (seen >= LEAST_SEEN * np.array(areas)).all():
            return mask
    return None


def _shape(rng: np.random.Generator, shape: Shape) -> Mask:
    """An ellipse, a box, a star or a blob, turned."""
    height, width = shape
    radius = float(rng.uniform(*RADIUS)) * min(shape)
    cx, cy = rng.uniform(0.6 * radius, (width - 0.6 * radius, height - 0.6 * radius))
    turn = rng.uniform(0, 2 * np.pi)
    angle = np.linspace(0, 2 * np.pi, 64, endpoint=False)
    match int(rng.integers(4)):
        case 0:
            reach = np.ones(64)
        case 1:
            reach = 0.9 / np.maximum(abs(np.cos(angle)), abs(np.sin(angle)))
        case 2:
            reach = 0.95 + 0.3 * np.cos(int(rng.integers(3, 7)) * angle)
        case _:
            waves = rng.normal(0, 0.12, (3, 2))
            reach = 1 + sum(
                a * np.cos(n * angle) + b * np.sin(n * angle)
                for n, (a, b) in enumerate(waves, start=2)
            )
    squeeze = float(np.exp(rng.uniform(-0.3, 0.3)))
    x, y = radius * reach * np.cos(angle) * squeeze, radius * reach * np.sin(angle) / squeeze
    across = cx + x * np.cos(turn) - y * np.sin(turn)
    down = cy + x * np.sin(turn) + y * np.cos(turn)
    canvas = np.zeros(shape, np.uint8)
    cv2.fillPoly(canvas, [np.stack([across, down], axis=1).round().astype(np.int32)], 1)
    return canvas > 0


def _noise(rng: np.random.Generator, shape: Shape) -> NDArray[np.float64]:
    """A coloured background of noise in several sizes."""
    image = np.full((*shape, 3), rng.uniform(60, 190, 3))
    for cells, strength in ((3, 30), (8, 18), (24, 14)):
        noise = rng.standard_normal((cells, cells, 3)).astype(np.float32)
        image += strength * cv2.resize(noise, shape[::-1], interpolation=cv2.INTER_CUBIC)
    noisy: NDArray[np.float64] = image + rng.normal(0, 12, (*shape, 3))
    return noisy


def _two_colours(rng: np.random.Generator) -> NDArray[np.float64]:
    """A dark and a bright colour."""
    dark, bright = rng.uniform(0, 90, 3), rng.uniform(150, 255, 3)
    return np.stack([dark, bright])


def _coordinates(rng: np.random.Generator, shape: Shape) -> tuple[Field, Field]:
    """X and y of the pixels, turned a little and moved by chance."""
    y, x = np.indices(shape, dtype=np.float32)
    turn, (left, up) = rng.normal(0, TURN), rng.uniform(0, 100, 2)
    cos, sin = np.float32(np.cos(turn)), np.float32(np.sin(turn))
    return x * cos - y * sin + np.float32(left), x * sin + y * cos + np.float32(up)


def _stripes(rng: np.random.Generator, shape: Shape) -> Field:
    x, y = _coordinates(rng, shape)
    return (np.sin(2 * np.pi * (x + y) / 8) > 0).astype(np.float32)


def _checks(rng: np.random.Generator, shape: Shape) -> Field:
    x, y = _coordinates(rng, shape)
    return (np.sin(np.pi * x / 4) * np.sin(np.pi * y / 4) > 0).astype(np.float32)


def _dots(rng: np.random.Generator, shape: Shape) -> Field:
    x, y = _coordinates(rng, shape)
    return (np.hypot(x % 6 - 3, y % 6 - 3) < 1.6).astype(np.float32)


def _speckles(rng: np.random.Generator, shape: Shape) -> Field:
    coarse = (-(-shape[0] // 2), -(-shape[1] // 2))
    speckles = (rng.random(coarse) > 0.6).astype(np.float32)
    return speckles.repeat(2, axis=0).repeat(2, axis=1)[: shape[0], : shape[1]]


TEXTURES: dict[str, Callable[[np.random.Generator, Shape], Field]] = {
    "stripes": _stripes,
    "checks": _checks,
    "dots": _dots,
    "speckles": _speckles,
}
"""A class each: what is drawn in the brighter of an object's two colours, 0 to 1."""


VALIDATED = 60
"""Scenes of a validation."""


@final
class GeneratedScenes:
    """Generated scenes without end; those of a validation come from other seeds."""

    def __init__(self, *, place: PointPlace) -> None:
        self._place = place

    def draw(self, rng: np.random.Generator, shape: Shape) -> PointView:
        """One scene."""
        return generate_scene(rng, shape, place=self._place)

    def validation(self, seed: int, shape: Shape) -> list[PointView]:
        """Scenes of seeds that no step draws from: a step's end with 0."""
        seeds = ([seed, number, 1] for number in range(VALIDATED))
        return [self.draw(np.random.default_rng(each), shape) for each in seeds]
