"""Connected components of a mask, with 8 neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from clickmend.core.types import Mask

Numbers = NDArray[np.intp]


def part_at(mask: Mask, pixel: tuple[int, int]) -> Mask:
    """The connected component of a mask at a pixel, ``(H, W)``.

    The cost grows with the component, not with the map.

    Args:
        mask: ``(H, W)``.
        pixel: (row, column); treated as part of the mask.
    """
    seeded = mask.astype(np.uint8)
    seeded[pixel] = 1
    cv2.floodFill(seeded, None, pixel[::-1], (2,), (0,), (0,), 8)
    part: Mask = seeded == 2
    return part


@dataclass(frozen=True)
class Parts:
    """The connected components of a mask, stored as runs of pixels within its rows.

    A mask of smooth outlines has few runs, however many pixels it has.

    Args:
        row: Row of each run, ``(R,)``.
        start: Its first column.
        stop: The column after its last.
        part: The component of each run, from 0.
    """

    row: Numbers
    start: Numbers
    stop: Numbers
    part: Numbers

    @classmethod
    def of(cls, mask: Mask) -> Parts:
        """The components of a mask, ``(H, W)``."""
        height, width = mask.shape
        step = width + 1  # so that no run goes on into the next row
        padded = np.zeros(height * step + 1, np.bool_)
        padded[1:].reshape(height, step)[:, :width] = mask
        ends = np.flatnonzero(padded[1:] != padded[:-1])
        first, after = ends[::2], ends[1::2]
        row = first // step
        # A run hangs together with those of the next row that begin no later than one column
        # after it and end no earlier than one before.
        low = np.searchsorted(after, first + step, "left")
        high = np.searchsorted(first, after + step, "right")
        count = np.maximum(high - low, 0)
        one = np.repeat(np.arange(len(row)), count)
        other = np.arange(len(one)) + np.repeat(low - (count.cumsum() - count), count)
        part = np.unique(_joined(one, other, len(row)), return_inverse=True)[1]
        return cls(row, first - row * step, after - row * step, part.astype(np.intp))

    def __len__(self) -> int:
        """Number of components."""
        return int(self.part.max()) + 1 if self.part.size else 0

    @cached_property
    def areas(self) -> Numbers:
        """Number of pixels of each, ``(K,)``."""
        areas: Numbers = np.zeros(len(self), np.intp)
        np.add.at(areas, self.part, self.stop - self.start)
        return areas

    @cached_property
    def boxes(self) -> Numbers:
        """Bounding box of each, (x0, y0, x1, y1), ``(K, 4)``."""
        boxes: Numbers = np.empty((len(self), 4), np.intp)
        boxes[:, :2], boxes[:, 2:] = np.iinfo(np.intp).max, 0
        np.minimum.at(boxes[:, 0], self.part, self.start)
        np.minimum.at(boxes[:, 1], self.part, self.row)
        np.maximum.at(boxes[:, 2], self.part, self.stop)
        np.maximum.at(boxes[:, 3], self.part, self.row + 1)
        return boxes

    def without(self, runs: Mask) -> Mask:
        """Which components have none of the given runs, ``(K,)``."""
        kept = np.ones(len(self), np.bool_)
        kept[self.part[runs]] = False
        return kept

    def draw(self, which: Mask, mask: Mask) -> None:
        """Add the selected components, ``(K,)``, to a mask ``(H, W)``, in place."""
        for run in np.flatnonzero(which[self.part]):
            mask[self.row[run], self.start[run] : self.stop[run]] = True


def _joined(one: Numbers, other: Numbers, count: int) -> Numbers:
    """For each node the smallest node of its component, ``(count,)``.

    Args:
        one: One end of each edge, ``(J,)``.
        other: The other end, ``(J,)``.
        count: Number of nodes.
    """
    root = np.arange(count)
    while True:
        a, b = root[one], root[other]
        if (a == b).all():
            return root
        np.minimum.at(root, np.maximum(a, b), np.minimum(a, b))
        while (root != root[root]).any():
            root = root[root]
