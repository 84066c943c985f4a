"""The automatic annotator: an error map becomes the next click [Lin22, Eq. 14].

Readings that are fixed here, because they change the number of clicks:
 * The error map is padded by one correct pixel on each side before the distance transform, so
   the border of the image is a border of the error.
 * Ignored pixels are no error and take no part.
 * Of several pixels at the peak the first in row order is clicked. Of two errors with the same
   peak the first wins: the foreground of a mask, the lower class index, the value shown too high.
 * The distance transform is the exact Euclidean one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from clickmend.core.errors import OptionError
from clickmend.core.types import FloatMap, Labels, Mask
from clickmend.feedback.marks import BACKGROUND, FOREGROUND, Click

NOISE = 1e-6
"""Differences up to this part of the largest value come from float32 and are none."""


def next_click(prediction: Mask, truth: Mask, ignore: Mask | None = None) -> Click | None:
    """The click that an annotator would make next on an object mask.

    Args:
        prediction: What the session shows, ``(H, W)``.
        truth: The object, ``(H, W)``.
        ignore: Pixels that take no part, ``(H, W)``.

    Returns:
        A foreground or background click at the centre of the pixel deepest inside an error,
        with the largest distance from there to the boundary of that error's connected component
        (8-neighbours) as its radius; ``None`` when nothing is wrong.

    Example:
        >>> truth = np.zeros((9, 9), bool)
        >>> truth[2:7, 2:7] = True
        >>> click = next_click(np.zeros((9, 9), bool), truth)
        >>> (click.x, click.y, click.label)
        (4.5, 4.5, 'foreground')
    """
    wrong = _counted(prediction != truth, ignore)
    peak = _deepest((wrong & truth, wrong & prediction))
    if peak is None:
        return None
    label = (FOREGROUND, BACKGROUND)[peak.which]
    return Click(*peak.centre, label=label, radius_px=peak.radius_in(peak.error))


def next_label_click(prediction: Labels, truth: Labels, ignore: Mask | None = None) -> Click | None:
    """The click that an annotator would make next on a class map.

    The error of class c is where c is true and another class is shown, so every wrong pixel
    belongs to exactly one error.

    Args:
        prediction: The class indices shown, ``(H, W)``.
        truth: The true class indices, ``(H, W)``. None of them means "unknown": what is void
            has to be ignored.
        ignore: Pixels that take no part, ``(H, W)``.

    Returns:
        A click with the true class index as its label, placed and sized as by `next_click`;
        ``None`` when nothing is wrong.

    Example:
        >>> truth = np.zeros((5, 5), np.int32)
        >>> truth[:, 2:] = 3
        >>> next_label_click(np.zeros((5, 5), np.int32), truth).label
        3
    """
    wrong = _counted(prediction != truth, ignore)
    classes = np.unique(truth[wrong]).tolist()
    peak = _deepest(wrong & (truth == index) for index in classes)
    if peak is None:
        return None
    return Click(*peak.centre, label=classes[peak.which], radius_px=peak.radius_in(peak.error))


def next_value_click(
    prediction: FloatMap, truth: FloatMap, ignore: Mask | None = None, *, dilation_px: int = 15
) -> Click | None:
    """The click that an annotator would make next on a matte or a depth map.

    Otsu's threshold on the absolute error of the pixels that count says where the error is
    large; what is shown too high and what is shown too low are then two errors, as two classes
    are. The chosen one is dilated as a whole before the radius is measured, because a small
    radius keeps the correction from spreading.

    Otsu has nothing to split when all errors are equal up to `NOISE`; then all of them are
    large. Pixels whose error is itself below `NOISE` are right.

    Args:
        prediction: The values shown, ``(H, W)``.
        truth: The true values, ``(H, W)``. A pixel that is not finite here or in the prediction
            takes no part.
        ignore: Further pixels that take no part, ``(H, W)``. They bound the error, but the
            dilation runs over them.
        dilation_px: Side of the square that dilates the error, an odd number.

    Returns:
        A click with the true value of its pixel, at the pixel deepest inside the undilated
        error, with the largest distance from there to the boundary of the connected component
        (8-neighbours) of the dilated error as its radius; ``None`` when nothing is wrong.

    Raises:
        OptionError: ``dilation_px`` is not a positive odd number.

    Example:
        >>> truth = np.full((9, 9), 2.0, np.float32)
        >>> shown = truth.copy()
        >>> shown[:, :4] = 5.0
        >>> next_value_click(shown, truth).value
        2.0
    """
    if dilation_px < 1 or dilation_px % 2 == 0:
        raise OptionError(
            f"dilation_px is {dilation_px}. Allowed are odd numbers from 1, so that the square has "
            "a centre; 1 leaves the error region unchanged."
        )
    counts = _counted(np.isfinite(truth) & np.isfinite(prediction), ignore)
    error = np.where(counts, prediction, 0).astype(np.float64) - np.where(counts, truth, 0)
    large = _large(error, counts, noise=NOISE * _largest(prediction, truth, counts))
    peak = _deepest((large & (error > 0), large & (error < 0)))
    if peak is None:
        return None
    square = np.ones((dilation_px, dilation_px), np.uint8)
    dilated = cv2.dilate(peak.error.astype(np.uint8), square) > 0
    value = float(truth[peak.row, peak.column])
    return Click(*peak.centre, value=value, radius_px=peak.radius_in(dilated))


def distance_inside(mask: Mask) -> NDArray[np.float32]:
    """Exact Euclidean distance of each pixel of ``mask`` (H, W) to the nearest pixel outside it.

    What lies beyond the image counts as outside; pixels outside the mask have 0.

    Example:
        >>> distance_inside(np.ones((3, 3), bool)).tolist()
        [[1.0, 1.0, 1.0], [1.0, 2.0, 1.0], [1.0, 1.0, 1.0]]
    """
    padded = np.pad(mask.astype(np.uint8), 1)
    distance = cv2.distanceTransform(padded, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)[1:-1, 1:-1]
    # OpenCV's last bit depends on where the array lies in memory, so equal depths would differ
    # from call to call. Their squares are whole numbers.
    return np.sqrt(np.rint(np.square(distance, dtype=np.float32)))


def distance_at(mask: Mask, row: int, column: int, *, most_px: float) -> float:
    """The distance of one pixel to the nearest that ``mask`` (H, W) has otherwise.

    It is what ``distance_inside`` finds there, of the mask or of what is outside it, and is looked
    for around the pixel.

    Args:
        mask: ``(H, W)``.
        row: Of the pixel.
        column: Likewise.
        most_px: What is farther away is not looked for; this or more is found then.
    """
    height, width = mask.shape
    nearest = min(row + 1, column + 1, height - row, width - column) ** 2
    far = 1
    while far * far < nearest and far <= most_px:
        far = min(2 * far, int(most_px) + 1)
        top, left = max(0, row - far), max(0, column - far)
        around = mask[top : row + far + 1, left : column + far + 1]
        rows, columns = np.nonzero(around != mask[row, column])
        if rows.size:
            squared = (rows + top - row) ** 2 + (columns + left - column) ** 2
            nearest = min(nearest, int(squared.min()))
    return float(np.sqrt(np.float32(nearest)))


def radius_of_component(error: Mask, row: int, column: int) -> float:
    """The largest distance from (row, column) to a pixel of its component's boundary, pixels.

    At least 1, so that a one-pixel error has a radius too.
    """
    _, labels = cv2.connectedComponents(error.astype(np.uint8), connectivity=8)
    # The farthest pixel of all is always one of the boundary.
    rows, columns = np.nonzero(labels == labels[row, column])
    return max(1.0, float(np.hypot(rows - row, columns - column).max()))


@dataclass(frozen=True, slots=True)
class _Peak:
    """The pixel deepest inside the deepest of several errors."""

    which: int
    row: int
    column: int
    error: Mask

    @property
    def centre(self) -> tuple[float, float]:
        return self.column + 0.5, self.row + 0.5

    def radius_in(self, area: Mask) -> float:
        return radius_of_component(area, self.row, self.column)


def _deepest(errors: Iterable[Mask]) -> _Peak | None:
    """The first peak of the distance inside, over all ``errors`` (H, W) in their order."""
    best, best_depth = None, 0.0
    for which, error in enumerate(errors):
        left, top, width, height = cv2.boundingRect(error.astype(np.uint8))
        # Nothing in a rectangle is deeper than half its shorter side.
        if (min(width, height) + 1) // 2 <= best_depth:
            continue
        inside = distance_inside(error[top : top + height, left : left + width])
        depth = float(inside.max())
        if depth > best_depth:
            row, column = divmod(int(inside.argmax()), width)
            best, best_depth = _Peak(which, top + row, left + column, error), depth
    return best


def _counted(mask: Mask, ignore: Mask | None) -> Mask:
    return mask if ignore is None else mask & ~ignore


def _largest(prediction: FloatMap, truth: FloatMap, counts: Mask) -> float:
    """The largest absolute value on either map; 0 where nothing counts."""
    return max(float(np.abs(m).max(where=counts, initial=0)) for m in (prediction, truth))


def _large(error: NDArray[np.float64], counts: Mask, *, noise: float) -> Mask:
    """Where the absolute error is above Otsu's threshold, see `next_value_click`."""
    from skimage.filters import threshold_otsu

    size = np.abs(error)
    size[size <= noise] = 0
    counted = size[counts]
    if counted.size == 0 or np.ptp(counted) <= noise:
        return size > 0
    threshold = cast("Callable[[NDArray[np.float64]], float]", threshold_otsu)
    return size > threshold(counted)
