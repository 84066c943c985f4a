"""Masks spread over what looks alike and cut out at edges of colour, by no other network.

What a mask head that was taught by points says of a box is a blot. It is the seed here: patches of
a pretrained transformer that are alike and near give each other their probability, and GrabCut
draws the border where they leave it open.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from clickmend.core.types import RGB, FloatMap, Mask
from clickmend.feedback.crop import resize, view_size

Corners: TypeAlias = tuple[float, float, float, float]
"""x0, y0, x1, y1."""

MARGIN = 0.25
"""The object may reach beyond its box by this share of the box's sides."""

LIKENESS = 0.15
"""Cosine by which two patches have to differ to say e times less of each other."""

NEARNESS = 1.0
"""Standard deviation, in sides of the box, of the distance at which they do."""

SEED_WEIGHT = 0.5
"""Weight of the seed's logit."""

SPREAD_WEIGHT = 2.0
"""Weight of the log ratio of what patches of the object and of the background say."""

ROUNDS = 10
"""How often all patches speak; they change little after six."""

SURE = (0.2, 0.8)
"""What GrabCut leaves to the background below the first, to the object from the second on."""

CUT_PX = 128
"""The longest side that GrabCut sees of the box and what is around it."""

CUT_ROUNDS = 2
"""How often GrabCut learns the colours anew."""

LEAST_KEPT = 0.3
"""The share of the mask that GrabCut has to leave; one that takes more away has found another
border."""

UNSURE = 0.02
"""A seed is never surer than this of either side."""


def propagated(
    image: RGB,
    seeds: Iterable[FloatMap],
    boxes: NDArray[np.float32],
    patches: NDArray[np.float32],
) -> list[Mask]:
    """The masks of K objects; one whose seed nowhere reaches ½ keeps it.

    Args:
        image: ``(H, W, 3)``.
        seeds: The probability of each object, ``(H, W)``; asked for one after another.
        boxes: x0, y0, x1, y1 of each in pixels of the photo, ``(K, 4)``.
        patches: What a transformer says of the patches of the whole photo, ``(C, h, w)``.
    """
    unit = patches.reshape(len(patches), -1).T
    unit = unit / np.linalg.norm(unit, axis=1, keepdims=True)
    grid = patches.shape[1], patches.shape[2]
    found = []
    for seed, box in zip(seeds, boxes.tolist(), strict=True):
        mask = seed >= 0.5
        if mask.any():
            spread_out = spread(seed, box, unit, grid)
            inside = spread_out >= 0.5
            mask = _cut(image, spread_out, box) if inside.any() else mask
        found.append(mask)
    return found


def spread(
    seed: FloatMap, box: Corners, unit: NDArray[np.float32], grid: tuple[int, int]
) -> FloatMap:
    """How sure the object is after its patches have spoken, ``(H, W)``; 0 away from its box.

    With P the probability of a patch, K how alike and near two patches are, P₀ the seed, as often
    as ``ROUNDS``: logit P = ½ logit P₀ + 2 log (K P / ΣP) − 2 log (K (1 − P) / Σ(1 − P)).

    Args:
        seed: ``(H, W)``.
        box: In pixels of the photo.
        unit: Unit vectors of the patches, row by row, ``(h·w, C)``.
        grid: h and w.
    """
    height, width = seed.shape
    rows, columns = np.mgrid[: grid[0], : grid[1]] + 0.5
    x, y = columns.ravel() * width / grid[1], rows.ravel() * height / grid[0]
    x0, y0, x1, y1 = around(box, (height, width))
    near = np.flatnonzero((x >= x0) & (x < x1) & (y >= y0) & (y < y1))
    if not len(near):
        return seed
    at_first = resize(seed, grid[1], grid[0]).ravel()[near].clip(UNSURE, 1 - UNSURE)
    told = SEED_WEIGHT * np.log(at_first / (1 - at_first))
    sides = max(box[2] - box[0], 1.0), max(box[3] - box[1], 1.0)
    away = np.subtract.outer(x[near] / sides[0], x[near] / sides[0]) ** 2
    away += np.subtract.outer(y[near] / sides[1], y[near] / sides[1]) ** 2
    alike = unit[near] @ unit[near].T
    kernel = np.exp((alike - 1) / LIKENESS - away / (2 * NEARNESS**2))
    sure = at_first.astype(np.float64)
    for _ in range(ROUNDS):
        own, other = kernel @ sure / sure.sum(), kernel @ (1 - sure) / (1 - sure).sum()
        # A ratio beyond e^±10 says nothing more.
        ratio = np.log(own + 1e-12) - np.log(other + 1e-12)
        logit = told + SPREAD_WEIGHT * ratio
        sure = 1 / (1 + np.exp(-logit.clip(-15, 15)))
    full = np.zeros(grid[0] * grid[1], np.float32)
    full[near] = sure
    return resize(full.reshape(grid), width, height)


def around(box: Corners, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """Whole pixels of the box and ``MARGIN`` around it, x0, y0, x1, y1, inside the photo."""
    height, width = size
    across, down = MARGIN * (box[2] - box[0]), MARGIN * (box[3] - box[1])
    return (
        max(0, int(np.floor(box[0] - across))),
        max(0, int(np.floor(box[1] - down))),
        min(width, int(np.ceil(box[2] + across))),
        min(height, int(np.ceil(box[3] + down))),
    )


def _cut(image: RGB, sure: FloatMap, box: Corners) -> Mask:
    """The mask with its border where the colours change, ``(H, W)``."""
    plain = sure >= 0.5
    x0, y0, x1, y1 = around(box, plain.shape)
    place = slice(y0, y1), slice(x0, x1)
    width, height = x1 - x0, y1 - y0
    if max(width, height) > CUT_PX:
        width, height = view_size(width, height, long_side=CUT_PX, multiple=1)
    seen = np.ascontiguousarray(resize(image[place], width, height))
    guess = resize(sure[place], width, height)
    kinds = np.where(guess >= 0.5, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    kinds[guess < SURE[0]], kinds[guess >= SURE[1]] = cv2.GC_BGD, cv2.GC_FGD
    if not 0 < np.count_nonzero(kinds & 1) < kinds.size:
        return plain
    ground, own = np.zeros((1, 65)), np.zeros((1, 65))
    no_box = (0, 0, 1, 1)  # the mask tells
    cv2.setRNGSeed(0)  # K-Means begins the colours
    cv2.grabCut(seen, kinds, no_box, ground, own, CUT_ROUNDS, cv2.GC_INIT_WITH_MASK)
    mask = np.zeros_like(plain)
    mask[place] = resize((kinds & 1).astype(np.float32), x1 - x0, y1 - y0) >= 0.5
    return mask if mask.sum() >= LEAST_KEPT * plain.sum() else plain
