"""What poor tools make of a mask, a class map, a matte or a depth map: something worth mending.

Everything comes from the generator.
"""

from __future__ import annotations

from typing import Any, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from clickmend.core.errors import OptionError
from clickmend.core.types import FloatMap, Labels, Mask
from clickmend.feedback.annotator import distance_inside

Number = TypeVar("Number", np.int32, np.float32)

SPOILS = ("hole", "blob", "part", "contour")
"""What can be wrong with the mask of one object, see :func:`spoil_mask`."""

SHIFTED_CLASSES = 3
"""Of how many classes the boundary is shifted, at most."""

TRIES = 20
"""After so many draws that leave nothing, or all as it was, the deepest pixels are taken out."""


def corrupt_mask(truth: Mask, rng: np.random.Generator) -> Mask:
    """What a poor tool could have made of ``truth`` (H, W): shifted borders, holes, spill.

    One to three of: grow, shrink, move, cut a half-plane off, punch a hole, spill a blob.
    """
    height, width = truth.shape
    extent = max(4.0, float(np.sqrt(truth.sum())))
    mask: NDArray[Any] = truth.astype(np.uint8)
    for kind in rng.choice(6, size=int(rng.integers(1, 4)), replace=False):
        size = 2 * int(rng.uniform(0.02, 0.12) * extent) + 3
        kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
        rows, columns = np.nonzero(mask)
        if rows.size == 0:
            break
        at = int(rng.integers(rows.size))
        row, column = int(rows[at]), int(columns[at])
        if kind == 0:
            mask = cv2.dilate(mask, kernel)
        elif kind == 1:
            mask = cv2.erode(mask, kernel)
        elif kind == 2:
            shift = rng.uniform(-0.1, 0.1, size=2) * extent
            matrix = np.array([[1, 0, shift[0]], [0, 1, shift[1]]], dtype=np.float64)
            mask = cv2.warpAffine(mask, matrix, (width, height), flags=cv2.INTER_NEAREST)
        elif kind == 3:
            angle = rng.uniform(0, 2 * np.pi)
            ys, xs = np.mgrid[:height, :width]
            beyond = (xs - column) * np.cos(angle) + (ys - row) * np.sin(angle) > 0
            mask = np.where(beyond, 0, mask).astype(np.uint8)
        else:
            axes = [max(2, int(a)) for a in rng.uniform(0.08, 0.35, size=2) * extent]
            turn = float(rng.uniform(0, 180))
            offset = rng.normal(0, 0.3 * extent, size=2) if kind == 5 else (0, 0)
            centre = (int(column + offset[0]), int(row + offset[1]))
            cv2.ellipse(mask, centre, axes, turn, 0, 360, int(kind == 5), -1)
    corrupted: Mask = mask > 0
    return corrupted


def spoil_mask(truth: Mask, spoil: str, rng: np.random.Generator) -> Mask:
    """A mask with one thing wrong.

    Args:
        truth: The object, ``(H, W)``; not empty.
        spoil: "hole": an ellipse inside is missing; "blob": an ellipse on the edge is too much;
            "part": all beyond a straight cut is missing, a tenth to a third of the object;
            "contour": the whole is too wide or too tight, by 3 to 8 % of the root of its area.
        rng: The source of randomness.

    Returns:
        A mask that differs, ``(H, W)``; not empty.

    Raises:
        OptionError: The spoil is unknown.
    """
    if spoil not in SPOILS:
        raise OptionError(f"There is no corruption {spoil!r}. Available: {', '.join(SPOILS)}.")
    extent = float(np.sqrt(truth.sum()))
    inside = distance_inside(truth)
    poor: Mask = truth
    for _ in range(TRIES):
        if spoil == "part":
            rows, columns = np.nonzero(truth)
            turn = rng.uniform(0, 2 * np.pi)
            along = columns * np.cos(turn) + rows * np.sin(turn)
            poor = truth.copy()
            beyond = along > np.quantile(along, 1 - rng.uniform(0.1, 0.33))
            poor[rows[beyond], columns[beyond]] = False
        elif spoil == "contour":
            size = 2 * max(1, round(rng.uniform(0.03, 0.08) * extent)) + 1
            kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
            change = cv2.dilate if rng.integers(2) else cv2.erode
            poor = np.asarray(change(truth.astype(np.uint8), kernel) > 0)
        else:
            where = inside >= 0.5 * inside.max() if spoil == "hole" else (inside > 0) & (inside < 2)
            centre = tuple(int(at) for at in rng.permutation(np.argwhere(where))[0][::-1])
            axes = [max(2, round(axis * extent)) for axis in rng.uniform(0.08, 0.2, size=2)]
            drawn = np.zeros(truth.shape, np.uint8)
            cv2.ellipse(drawn, centre, axes, float(rng.uniform(0, 180)), 0, 360, 1, -1)
            poor = truth & (drawn == 0) if spoil == "hole" else truth | (drawn > 0)
        if poor.any() and (poor != truth).any():
            return poor
    shallow: Mask = truth & (inside < inside.max())
    return shallow


def corrupt_labels(
    truth: Labels, rng: np.random.Generator, *, ignore: Mask | None = None
) -> Labels:
    """Shift boundaries, give one region a wrong class and punch a hole with another one.

    Args:
        truth: A class of each pixel, ``(H, W)``.
        rng: The source of randomness.
        ignore: Pixels whose class means nothing, ``(H, W)``; they get the nearest one first.

    Returns:
        A map of the same classes, ``(H, W)``.
    """
    labels = truth if ignore is None or ignore.all() else _nearest(truth, known=~ignore)
    classes = np.unique(labels)
    if len(classes) < 2:
        return labels.copy()
    poor = labels.copy()
    chosen = rng.choice(classes, size=min(SHIFTED_CLASSES, len(classes)), replace=False)
    for label in chosen:
        old = poor == label
        new = corrupt_mask(old, rng) if old.any() else old
        lost = old & ~new
        if lost.all():
            continue
        poor = _nearest(poor, known=~lost) if lost.any() else poor
        poor[new & ~old] = label
    wrong = _some_component(labels, rng)
    poor[wrong] = _another(classes, int(labels[wrong][0]), rng)
    hole = ellipse(truth.shape, rng, least=0.05, most=0.12)
    poor[hole] = _another(classes, int(np.median(labels[hole])), rng)
    return poor


def corrupt_values(truth: FloatMap, rng: np.random.Generator, *, hole: float) -> FloatMap:
    """Scale and shift one region, blur the whole and punch a hole.

    Args:
        truth: One finite number per pixel, ``(H, W)``.
        rng: The source of randomness.
        hole: What the hole holds.

    Returns:
        A map that may leave the range of the truth, ``(H, W)``.
    """
    spread = float(truth.max() - truth.min())
    poor = cv2.GaussianBlur(truth, (0, 0), 0.01 * min(truth.shape))
    region = ellipse(truth.shape, rng, least=0.15, most=0.3)
    scale = float(rng.choice((0.6, 0.75, 1.3, 1.6)))
    offset = float(rng.uniform(-0.2, 0.2)) * spread
    poor[region] = scale * poor[region] + offset
    poor[ellipse(truth.shape, rng, least=0.04, most=0.1)] = hole
    return poor.astype(np.float32)


def ellipse(shape: tuple[int, ...], rng: np.random.Generator, *, least: float, most: float) -> Mask:
    """An ellipse inside the image, half-axes ``least`` to ``most`` of the shorter side."""
    height, width = shape
    axes = [max(2, round(a * min(height, width))) for a in rng.uniform(least, most, size=2)]
    centre = (int(rng.integers(width)), int(rng.integers(height)))
    drawn = np.zeros((height, width), np.uint8)
    cv2.ellipse(drawn, centre, axes, float(rng.uniform(0, 180)), 0, 360, 1, -1)
    return drawn > 0


def filled(values: FloatMap) -> FloatMap:
    """Every NaN replaced by the nearest number, ``(H, W)``; 0 where there is none at all."""
    known = np.isfinite(values)
    return _nearest(values, known=known) if known.any() else np.zeros_like(values)


def _nearest(values: NDArray[Number], *, known: Mask) -> NDArray[Number]:
    rows, columns = ndimage.distance_transform_edt(
        ~known, return_distances=False, return_indices=True
    )
    nearest: NDArray[Number] = values[rows, columns]
    return nearest


def _some_component(labels: Labels, rng: np.random.Generator) -> Mask:
    """One of the connected regions, the larger the likelier."""
    row, column = (int(rng.integers(side)) for side in labels.shape)
    _, regions = cv2.connectedComponents((labels == labels[row, column]).astype(np.uint8))
    chosen: Mask = regions == regions[row, column]
    return chosen


def _another(classes: Labels, label: int, rng: np.random.Generator) -> int:
    return int(rng.choice(classes[classes != label]))
