"""A map of instances without specks: what is too small to be meant goes to what lies around it."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from clickmend.core.types import Labels

SPECK_SHARE = 0.001
"""A piece below this share of a mask is a speck; a hole that is larger is real."""


def without_specks(labels: Labels, *, share: float = SPECK_SHARE) -> Labels:
    """The map with every speck given to the neighbour that it has the longest border with.

    A speck is a piece of an object (4-neighbours) below ``share`` of that object's mask, or a
    piece of background below ``share`` of the mask that it borders on most.

    Args:
        labels: 0 background, 1…K objects, ``(H, W)``.
        share: Between 0, which keeps everything, and 1.

    Example:
        >>> labels = np.zeros((50, 50), np.int32)
        >>> labels[5:45, 5:45] = 1
        >>> labels[20, 20] = 0
        >>> int((without_specks(labels) == 1).sum())
        1600
    """
    clean = labels.copy()
    while True:
        pieces = connected(clean)
        kinds = np.zeros(pieces.max() + 1, clean.dtype)
        kinds[pieces] = clean
        inner, outer, length = _borders(pieces)
        of_object = np.bincount(clean.ravel())
        of_object[0] = 0
        neighbour = _longest(inner, outer, length, count=len(kinds))
        meant = of_object[np.where(kinds > 0, kinds, kinds[neighbour])]
        small = np.bincount(pieces.ravel()) < share * meant
        lasting = small[inner] & ~small[outer]
        taker = _longest(inner[lasting], outer[lasting], length[lasting], count=len(kinds))
        if not taker.any():
            return clean
        clean = kinds[np.where(taker > 0, taker, np.arange(len(kinds)))][pieces]


def connected(labels: Labels) -> NDArray[np.int64]:
    """A number for each piece of one label (4-neighbours), from 1 on, ``(H, W)``.

    Pixels and the seams between equal ones are drawn on a map of twice the size, where a piece is
    what is connected.

    Example:
        >>> connected(np.array([[7, 7, 0], [0, 7, 7]], np.int32)).tolist()
        [[1, 1, 2], [3, 1, 1]]
    """
    height, width = labels.shape
    drawn = np.zeros((2 * height - 1, 2 * width - 1), np.uint8)
    drawn[::2, ::2] = 1
    drawn[::2, 1::2] = labels[:, :-1] == labels[:, 1:]
    drawn[1::2, ::2] = labels[:-1] == labels[1:]
    _, numbers = cv2.connectedComponents(drawn, connectivity=4)
    return numbers[::2, ::2].astype(np.int64)


def _borders(
    pieces: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Every piece with every neighbour, and how many pixels' sides they share."""
    one = np.concatenate([pieces[:, :-1].ravel(), pieces[:-1].ravel()])
    other = np.concatenate([pieces[:, 1:].ravel(), pieces[1:].ravel()])
    apart = one != other
    one, other = one[apart], other[apart]
    count = pieces.max() + 1
    pairs, length = np.unique(
        np.concatenate([one * count + other, other * count + one]), return_counts=True
    )
    return pairs // count, pairs % count, length


def _longest(
    inner: NDArray[np.int64],
    outer: NDArray[np.int64],
    length: NDArray[np.int64],
    *,
    count: int,
) -> NDArray[np.int64]:
    """For each piece the neighbour of the longest border; 0 for a piece without one."""
    order = np.argsort(length, kind="stable")
    neighbour = np.zeros(count, np.int64)
    neighbour[inner[order]] = outer[order]
    return neighbour
