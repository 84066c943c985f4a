"""From parts to instance masks: a soft map per object, rivals for every patch and pixel."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from clickmend.core.arrays import Array, like, namespace, to_numpy
from clickmend.core.shapes import Bool, Float, Int

UNDECIDED = 0.5
"""The soft value of the background, which every object has to beat."""

SOFTNESS = 0.2
"""Cosine by which an object beats the background for a soft value of σ(1) ≈ 0.73."""

LOCALITY = 8.0
"""Cosine that a patch loses when it lies farther from a point than from the nearest of all, by as
much as the photo's longer side."""

BETWEEN_CLASSES = 0.25
"""How much of that is lost to a point of another class: enough that objects which look alike,
whatever they are called, do not take each other's patches across the photo."""

WORKING_VALUES = 1 << 20
"""Values of one working tensor; what does not fit is computed object after object."""


def at_once(values_per_object: int) -> int:
    """How many objects may be computed together."""
    return max(1, WORKING_VALUES // values_per_object)


def distances(
    points: Float[Array, "K 2"], *, height: int, width: int
) -> Float[Array, "K {height} {width}"]:
    """From each patch's centre to the points, in longer sides of the photo."""
    xp = namespace(points)
    x = xp.arange(width, device=points.device, dtype=points.dtype) + 0.5 - points[:, :1]
    y = xp.arange(height, device=points.device, dtype=points.dtype) + 0.5 - points[:, 1:]
    return xp.hypot(y[:, :, None], x[:, None, :]) / max(height, width)


def excess(
    away: Float[Array, "K h w"], classes: Int[Array, " K"], *, between: float = 0.0
) -> Float[Array, "K h w"]:
    """How much farther each patch is from an object than from the nearest object of its class.

    Objects of one class look alike, so that nearness has to tell them apart; objects of different
    classes are told apart by their features, and by nearness as far as ``between`` says.

    Args:
        away: See `distances`.
        classes: Of the objects.
        between: The share of what a patch is farther than from the nearest object of all that
            counts at least.
    """
    xp = namespace(away)
    within = xp.zeros_like(away)
    for number in set(classes.tolist()):
        of_class = classes == number
        within[of_class] = away[of_class] - xp.min(away[of_class], axis=0)
    return xp.maximum(within, between * (away - xp.min(away, axis=0)))


def soft_maps(
    likeness: Float[Array, "K h w"],
    background: Float[Array, "h w"],
    farther: Float[Array, "K h w"],
    inside: Bool[Array, "K h w"],
) -> Float[Array, "K h w"]:
    """σ((likeness − 8·farther − background) / 0.2), 0 outside the box.

    Args:
        likeness: The largest cosine to a part of the object.
        background: The largest cosine to a part of the background.
        farther: See `excess`.
        inside: The patches of the object's box.
    """
    ahead = (likeness - LOCALITY * farther - background) / SOFTNESS
    xp = namespace(ahead)
    return xp.where(inside, 1 / (1 + xp.exp(-ahead)), 0.0)


def masks_of(soft: Float[Array, "K h w"]) -> Bool[Array, "K h w"]:
    """Each patch with the object of the largest soft value, of equal ones the first, if above ½."""
    xp = namespace(soft)
    winner = xp.where(xp.max(soft, axis=0) > UNDECIDED, xp.argmax(soft, axis=0), -1)
    return winner == xp.arange(len(soft), device=soft.device)[:, None, None]


def labels_of(
    soft: Float[Array, "K h w"], *, height: int, width: int
) -> Int[Array, "{height} {width}"]:
    """1…K where that object wins at the size of the photo, 0 where the background does.

    The soft maps are enlarged bilinearly and one at a time, so that the memory does not grow with
    the objects.
    """
    top = np.full((height, width), UNDECIDED, np.float32)
    labels = np.zeros((height, width), np.int32)
    for number, each in enumerate(to_numpy(soft), start=1):
        high = cv2.resize(each, (width, height), interpolation=cv2.INTER_LINEAR)
        labels[high > top] = number
        np.maximum(top, high, out=top)
    return like(labels, soft)


def certainty(
    soft: Float[Array, "K h w"],
    inside: Bool[Array, "K h w"] | Float[Array, "K h w"],
    points: Sequence[tuple[float, float]],
    *,
    size: tuple[int, ...],
) -> tuple[float, ...]:
    """The mean of each soft map in its mask, without the patch of the point.

    A mask of nothing but that patch is undecided, ½; one that has not even that is empty, and has
    0.

    Args:
        soft: How sure each object is.
        inside: The share of each patch that is in the mask.
        points: (x, y) of each object in pixels of the photo.
        size: (H, W) of the photo.
    """
    weights, soft = np.array(to_numpy(inside), np.float32), to_numpy(soft)
    empty = np.zeros(len(soft), np.bool_)
    rows, columns = soft.shape[1:]
    for number, (x, y) in enumerate(points):
        own = number, int(y * rows / size[0]), int(x * columns / size[1])
        empty[number] = soft[own] == 0
        weights[own] = 0
    total = weights.sum(axis=(1, 2))
    mean = (weights * soft).sum(axis=(1, 2)) / np.maximum(total, 1e-6)
    mean = np.where(empty, 0, np.where(total > 0, mean, UNDECIDED))
    return tuple(mean.tolist())
