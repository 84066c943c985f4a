"""Masks and class maps after a tidying tool."""

from __future__ import annotations

from clickmend.core.types import Labels, Mask
from clickmend.correction.tidying import (
    filled,
    filled_class,
    smoothed,
    smoothed_classes,
    without_small_parts,
    without_specks,
)
from clickmend.feedback.marks import Tidy

SPECK_SHARE = 0.001
"""Default area of specks, as a share of the photo."""

SMOOTH_SHARE = 0.01
"""Default radius of smoothing, as a share of the photo's shorter side."""


def tidied_mask(mask: Mask, tidy: Tidy) -> Mask:
    """A mask after a tool, ``(H, W)``."""
    if tidy.tool == "fill":
        return filled(mask, most_px=tidy.area_px)
    if tidy.tool == "specks":
        return without_specks(mask, least_px=_least_px(tidy, mask.size))
    return smoothed(mask, radius_px=_radius_px(tidy, mask.shape))


def tidied_classes(labels: Labels, tidy: Tidy, *, unknown: int) -> Labels:
    """A class map after a tool, ``(H, W)``.

    Args:
        labels: ``(H, W)``; not to be changed.
        tidy: The tool, with its class as an index, if any.
        unknown: Value of pixels without a class.
    """
    only = None if tidy.label is None else int(tidy.label)
    if tidy.tool == "fill":
        assert only is not None
        return filled_class(labels, only, most_px=tidy.area_px)
    if tidy.tool == "specks":
        least = _least_px(tidy, labels.size)
        return without_small_parts(labels, least_px=least, only=only, unknown=unknown)
    return smoothed_classes(labels, radius_px=_radius_px(tidy, labels.shape), only=only)


def _least_px(tidy: Tidy, pixels: int) -> int:
    return max(2, round(SPECK_SHARE * pixels)) if tidy.area_px is None else tidy.area_px


def _radius_px(tidy: Tidy, shape: tuple[int, ...]) -> float:
    return max(2.0, SMOOTH_SHARE * min(shape)) if tidy.radius_px is None else tidy.radius_px
