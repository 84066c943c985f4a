"""The region of a click with a class on a large photo, computed on a coarser grid."""

from __future__ import annotations

import math
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from clickmend.core.shapes import Float
from clickmend.core.types import RGB, Labels
from clickmend.correction.classes import class_region, scores_in
from clickmend.correction.connected import part_at
from clickmend.correction.values import Point, Region, Window

MOST_SIDE_PX = 600
"""Longest side of a window that is computed at full resolution."""


def class_region_within(
    shown: Labels,
    output: Float[NDArray[np.float32], "C h w"],
    photo: RGB,
    label: int,
    window: Window,
    others: Sequence[Point],
    *,
    place_px: float,
) -> Region:
    """The region of a click without a radius, see ``class_region``.

    A window with longer sides than ``MOST_SIDE_PX`` is subsampled on a grid through the clicked
    pixel, with the mean colour around each sample; the border is interpolated between them.

    Args:
        shown: The displayed classes, ``(H, W)``.
        output: The network's logits over the view of the whole photo.
        photo: ``(H, W, 3)``.
        label: The class of the click.
        window: Around the click.
        others: Where other classes were clicked.
        place_px: σ of the position.
    """
    height, width = shown.shape
    place, (row, column) = window.place, window.centre
    step = math.ceil(max(shown[place].shape) / MOST_SIDE_PX)
    if step == 1:
        scores = scores_in(output, window, height=height, width=width)
        return class_region(
            shown[place], scores, photo[place], label, window, others, place_px=place_px
        )
    top, left = row % step, column % step
    every = np.s_[top::step, left::step]
    grid = Window(
        *_on_grid((window.x, window.y), window, left, top, step),
        *(slice(0, side) for side in shown[place][every].shape),
    )
    found = class_region(
        shown[place][every],
        scores_in(output, window, height=height, width=width, first=(left, top), step=step),
        np.asarray(cv2.blur(photo[place], (step, step)), np.uint8)[every],
        label,
        grid,
        [_on_grid(other, window, left, top, step) for other in others],
        place_px=place_px / step,
    )
    turns = _between(found.mask, left, top, step, shown[place].shape) & (shown[place] != label)
    if others:
        turns &= window.nearer_than(others)
    turns[row, column] = True
    return Region(window, part_at(turns | (shown[place] == label), (row, column)) & turns)


def _on_grid(point: Point, window: Window, left: int, top: int, step: int) -> Point:
    """A position in the photo in coordinates of the grid."""
    x, y = point
    first_x, first_y = window.columns.start + left + 0.5, window.rows.start + top + 0.5
    return (x - first_x) / step + 0.5, (y - first_y) / step + 0.5


def _between(
    mask: NDArray[np.bool_], left: int, top: int, step: int, shape: tuple[int, ...]
) -> NDArray[np.bool_]:
    """A mask of the grid, upsampled to the window, ``(h, w)``."""
    way = np.array([[1 / step, 0, -left / step], [0, 1 / step, -top / step]])
    spread = cv2.warpAffine(
        mask.astype(np.uint8) * 255,
        way,
        (shape[1], shape[0]),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(spread > 127)
