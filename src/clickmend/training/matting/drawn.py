"""Soft shapes that are drawn: hair, smoke, blobs, and the trimaps around any alpha."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from clickmend.core.types import FloatMap, Mask
from clickmend.training.views import Shape

SOFT = (0.02, 0.98)
"""Alpha between these is neither background nor foreground."""

_FRACTION_BITS = 4


def add_hair(alpha: FloatMap, rng: np.random.Generator) -> FloatMap:
    """Alpha ``(H, W)`` with thin curves that grow out of a stretch of its border."""
    borders, _ = cv2.findContours(
        (alpha > 0.5).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE
    )
    if not borders:
        return alpha
    border = max(borders, key=len)[:, 0]
    count = int(rng.integers(30, 250))
    stretch = float(rng.uniform(0.2, 1)) * len(border)
    at = (rng.integers(len(border)) + rng.uniform(0, stretch, count)).astype(int) % len(border)
    roots = border[at].astype(np.float64)
    smooth = blurred(alpha, 3)
    slope = np.stack([cv2.Sobel(smooth, cv2.CV_32F, 1, 0), cv2.Sobel(smooth, cv2.CV_32F, 0, 1)])
    outward = -slope[:, border[at, 1], border[at, 0]].T
    angle = np.arctan2(outward[:, 1], outward[:, 0]) + rng.normal(0, rng.uniform(0.1, 0.7), count)
    length = max(alpha.shape) * rng.uniform(0.02, rng.uniform(0.05, 0.25), count)
    curl = rng.normal(rng.normal(0, 0.5), 0.5, count)
    strokes = _curves(roots, angle, length, curl)
    return np.maximum(alpha, _drawn(strokes, rng, alpha.shape))


def draw_shape(rng: np.random.Generator, shape: Shape) -> FloatMap:
    """Alpha that no photo gave: a blob, smoke or a net, now and then with hair."""
    kind = int(rng.integers(3))
    if kind == 0:
        alpha = blurred(_blob(rng, shape).astype(np.float32), rng.uniform(0.5, 6))
    elif kind == 1:
        low = float(rng.uniform(-0.5, 0.5))
        alpha = _smoothstep((_clouds(rng, shape) - low) / float(rng.uniform(0.3, 2)))
    else:
        count = int(rng.integers(20, 120))
        roots = rng.uniform(0, 1, (count, 2)) * shape[::-1]
        angle, curl = rng.uniform(0, 2 * np.pi, count), rng.normal(0, 0.6, count)
        length = max(shape) * rng.uniform(0.1, 0.8, count)
        alpha = _drawn(_curves(roots, angle, length, curl), rng, shape)
    if kind < 2 and rng.random() < 0.4:
        alpha = add_hair(alpha, rng)
    return alpha


def draw_trimap(alpha: FloatMap, rng: np.random.Generator) -> NDArray[np.uint8]:
    """A trimap that a user could have drawn, 0, 128 and 255, ``(H, W)``.

    Unknown is what is soft, and around it a band that is wider on one side than on the other;
    now and then also a disk somewhere.
    """
    soft: Mask = (alpha > SOFT[0]) & (alpha < SOFT[1])
    reach = max(alpha.shape) / 256
    inner, outer = np.exp(rng.uniform(np.log(1), np.log(16), 2)) * reach
    distance = cv2.distanceTransform((~soft).astype(np.uint8), cv2.DIST_L2, 3)
    unknown = distance <= np.where(alpha > 0.5, inner, outer) if soft.any() else soft
    if rng.random() < 0.15:
        disk = np.zeros(alpha.shape, np.uint8)
        height, width = alpha.shape
        centre = int(rng.integers(width)), int(rng.integers(height))
        cv2.circle(disk, centre, int(rng.uniform(0.05, 0.2) * width), 1, -1)
        unknown = unknown | (disk > 0)
    known = np.where(alpha > 0.5, 255, 0)
    return np.where(unknown, 128, known).astype(np.uint8)


def blurred(x: FloatMap, sigma_px: float) -> FloatMap:
    """A Gaussian blur."""
    return cv2.GaussianBlur(x, (0, 0), sigma_px).astype(np.float32, copy=False)


def _curves(
    roots: NDArray[np.float64],
    angle: NDArray[np.float64],
    length: NDArray[np.float64],
    curl: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Quadratic curves from their roots, ``(K, 8, 2)``."""
    middle = roots + (length / 2 * np.stack([np.cos(angle), np.sin(angle)])).T
    turned = angle + curl
    end = middle + (length / 2 * np.stack([np.cos(turned), np.sin(turned)])).T
    t = np.linspace(0, 1, 8)[:, None]
    a, b, c = roots[:, None], middle[:, None], end[:, None]
    curves: NDArray[np.float64] = (1 - t) ** 2 * a + 2 * t * (1 - t) * b + t**2 * c
    return curves


def _drawn(strokes: NDArray[np.float64], rng: np.random.Generator, shape: Shape) -> FloatMap:
    """Curves as alpha, each a pixel or two thick, in four opacities."""
    canvas = np.zeros(shape, np.uint8)
    points = np.round(strokes * 2**_FRACTION_BITS).astype(np.int32)
    for group in np.array_split(points, 4):
        cv2.polylines(
            canvas,
            list(group),
            isClosed=False,
            color=int(rng.uniform(100, 255)),
            thickness=int(rng.integers(1, 3)),
            lineType=cv2.LINE_AA,
            shift=_FRACTION_BITS,
        )
    return blurred(canvas.astype(np.float32) / np.float32(255), rng.uniform(0.3, 0.9))


def _blob(rng: np.random.Generator, shape: Shape) -> Mask:
    """A few ellipses and polygons together."""
    canvas = np.zeros(shape, np.uint8)
    height, width = shape
    for _ in range(int(rng.integers(1, 5))):
        centre = rng.uniform(0.2, 0.8, 2) * (width, height)
        axes = rng.uniform(0.08, 0.35, 2) * width
        if rng.random() < 0.5:
            turn = float(rng.uniform(0, 180))
            whole = [int(number) for number in (*centre, *axes)]
            cv2.ellipse(canvas, whole[:2], whole[2:], turn, 0, 360, 1, -1)
        else:
            angles = np.sort(rng.uniform(0, 2 * np.pi, 7))
            ring = np.stack([np.cos(angles), np.sin(angles)], axis=1) * axes
            cv2.fillPoly(canvas, [(centre + ring).astype(np.int32)], 1)
    return canvas > 0


def _clouds(rng: np.random.Generator, shape: Shape) -> FloatMap:
    """Noise of many sizes with mean 0 and deviation 1."""
    clouds = np.zeros(shape, np.float32)
    for octave in range(2, 6):
        cells = rng.standard_normal((2**octave, 2**octave), dtype=np.float32)
        clouds += cv2.resize(cells, shape[::-1], interpolation=cv2.INTER_CUBIC) / 2**octave
    normal: FloatMap = (clouds - clouds.mean()) / (clouds.std() + 1e-6)
    return normal


def _smoothstep(x: FloatMap) -> FloatMap:
    x = x.clip(0, 1)
    return x * x * (3 - 2 * x)
