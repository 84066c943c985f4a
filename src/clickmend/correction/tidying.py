"""Tidying of masks and class maps: fill holes, remove specks, smooth borders.

Parts are 8-connected and holes 4-connected. A region at the border of the photo is no hole.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from clickmend.core.types import Labels, Mask

PART, HOLE = 8, 4
"""Connectivity of parts and of holes."""

SIGMA_SHARE = 0.5
"""σ of the Gaussian behind smoothing, as a share of its radius."""


def filled(mask: Mask, *, most_px: int | None = None) -> Mask:
    """A mask without its holes, ``(H, W)``.

    Args:
        mask: ``(H, W)``.
        most_px: Area of the largest hole to fill; ``None`` fills all.
    """
    _, numbers, stats, _ = cv2.connectedComponentsWithStats(
        (~mask).astype(np.uint8), connectivity=HOLE
    )
    area = stats[:, cv2.CC_STAT_AREA]
    hole = np.ones(len(area), np.bool_) if most_px is None else area <= most_px
    for border in (numbers[0], numbers[-1], numbers[:, 0], numbers[:, -1]):
        hole[border] = False
    hole[0] = False  # the mask itself
    return np.asarray(mask | hole[numbers])


def without_specks(mask: Mask, *, least_px: int) -> Mask:
    """A mask without its small parts, ``(H, W)``; the largest part always stays.

    Args:
        mask: ``(H, W)``.
        least_px: Parts with fewer pixels go.
    """
    count, numbers, stats, _ = cv2.connectedComponentsWithStats(
        mask.astype(np.uint8), connectivity=PART
    )
    if count == 1:
        return mask.copy()
    area = stats[:, cv2.CC_STAT_AREA]
    stays = area >= least_px
    stays[1 + int(area[1:].argmax())] = True
    stays[0] = False
    return np.asarray(stays[numbers])


def smoothed(mask: Mask, *, radius_px: float) -> Mask:
    """A mask with its border smoothed, ``(H, W)``: a weighted majority vote around each pixel.

    A straight border stays where it is; structures much thinner than the radius vanish.

    Args:
        mask: ``(H, W)``.
        radius_px: Radius of the neighbourhood, twice the σ of a Gaussian.
    """
    return _share(mask, radius_px) > 0.5


def filled_class(labels: Labels, label: int, *, most_px: int | None = None) -> Labels:
    """A class map with the holes of a class filled, whatever was in them, ``(H, W)``."""
    return np.where(filled(labels == label, most_px=most_px), label, labels).astype(labels.dtype)


def without_small_parts(
    labels: Labels, *, least_px: int, only: int | None = None, unknown: int | None = None
) -> Labels:
    """A class map with small parts replaced by the nearest class, ``(H, W)``.

    Args:
        labels: ``(H, W)``.
        least_px: Parts with fewer pixels go.
        only: The class whose parts go; those of all when left out.
        unknown: Value of pixels without a class; it replaces no part.
    """
    small = np.zeros(labels.shape, np.bool_)
    for label in np.unique(labels) if only is None else [only]:
        _, numbers, stats, _ = cv2.connectedComponentsWithStats(
            (labels == label).astype(np.uint8), connectivity=PART
        )
        less = stats[:, cv2.CC_STAT_AREA] < least_px
        less[0] = False
        small |= less[numbers]
    source = ~small
    if unknown is not None:
        source &= labels != unknown
    return _nearest(labels, small, source)


def smoothed_classes(labels: Labels, *, radius_px: float, only: int | None = None) -> Labels:
    """A class map with its borders smoothed, ``(H, W)``: the most frequent class around each pixel.

    Args:
        labels: ``(H, W)``.
        radius_px: As for ``smoothed``.
        only: The class whose borders move; those of all when left out.
    """
    if only is not None:
        before = labels == only
        after = smoothed(before, radius_px=radius_px)
        rest = _nearest(labels, before & ~after, ~before)
        return np.where(after, only, rest).astype(labels.dtype)
    best = np.full(labels.shape, -1.0, np.float32)
    found = labels.copy()
    for label in np.unique(labels):
        share = _share(labels == label, radius_px)
        better = (share > best) | ((share == best) & (labels == label))
        found[better] = label
        np.maximum(best, share, out=best)
    return found


def parts_of(mask: Mask) -> list[Mask]:
    """The connected parts of a mask, ``(H, W)`` each, the largest first."""
    count, numbers, stats, _ = cv2.connectedComponentsWithStats(
        mask.astype(np.uint8), connectivity=PART
    )
    area = stats[1:, cv2.CC_STAT_AREA]
    order = np.argsort(-area, kind="stable") + 1
    assert len(order) == count - 1
    return [np.asarray(numbers == number) for number in order]


def count_parts(mask: Mask) -> int:
    """Number of connected parts of a mask."""
    return int(cv2.connectedComponents(mask.astype(np.uint8), connectivity=PART)[0]) - 1


def _share(mask: Mask, radius_px: float) -> NDArray[np.float32]:
    """The share of a mask around each pixel, in [0, 1]; it is replicated beyond the photo."""
    blurred = cv2.GaussianBlur(
        mask.astype(np.float32), (0, 0), SIGMA_SHARE * radius_px, borderType=cv2.BORDER_REPLICATE
    )
    return np.asarray(blurred, np.float32)


def _nearest(labels: Labels, where: Mask, source: Mask) -> Labels:
    """A class map with the class of the nearest source pixel at some pixels, ``(H, W)``."""
    if not where.any() or not source.any():
        return labels.copy()
    from scipy.ndimage import distance_transform_edt

    rows, columns = distance_transform_edt(~source, return_distances=False, return_indices=True)
    return np.where(where, labels[rows, columns], labels).astype(labels.dtype)
