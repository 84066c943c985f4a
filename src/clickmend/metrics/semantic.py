"""How well a class map agrees with the truth, all read off one confusion matrix.

The matrix of one image scores the image; the sum of the matrices of many scores the set.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from clickmend.core.errors import OptionError
from clickmend.core.types import Labels, Mask
from clickmend.metrics.counted import check_sizes

Confusion: TypeAlias = NDArray[np.int64]
"""Pixels by true class (rows) and predicted class (columns), ``(K, K)`` for K classes."""


def confusion_matrix(
    prediction: Labels, truth: Labels, *, classes: int, ignore: Mask | None = None
) -> Confusion:
    """How many pixels of each true class are predicted as each class.

    Args:
        prediction: Class indices, ``(H, W)``.
        truth: Class indices, ``(H, W)``.
        classes: K; the indices are 0 to K − 1.
        ignore: Pixels that take no part, ``(H, W)``, whatever index they hold; None counts all.

    Returns:
        ``(K, K)``, to be added up over images.

    Raises:
        OptionError: The maps differ in size, or a pixel that counts holds an index outside.

    Example:
        >>> shown, truth = np.array([[0, 1, 1]], np.int32), np.array([[0, 0, 1]], np.int32)
        >>> confusion_matrix(shown, truth, classes=2).tolist()
        [[1, 1], [0, 1]]
    """
    check_sizes(prediction, {"truth": truth, "ignore mask": ignore})
    counts = np.ones(truth.shape, np.bool_) if ignore is None else ~ignore
    predicted, true = prediction[counts].astype(np.int64), truth[counts].astype(np.int64)
    for name, indices in (("prediction", predicted), ("truth", true)):
        outside = indices[(indices < 0) | (indices >= classes)]
        if outside.size:
            raise OptionError(
                f"The {name} holds class {outside[0]}. With {classes} classes allowed are 0 to "
                f"{classes - 1}; void pixels belong into the ignore mask."
            )
    pairs = np.bincount(true * classes + predicted, minlength=classes**2)
    return pairs.reshape(classes, classes)


def class_iou(confusion: Confusion) -> NDArray[np.float64]:
    """Intersection over union of each class.

    Args:
        confusion: From `confusion_matrix`, ``(K, K)``.

    Returns:
        ``(K,)`` in [0, 1]; NaN for a class that neither truth nor prediction holds.

    Raises:
        OptionError: No pixel was counted.

    Example:
        >>> class_iou(np.array([[1, 1], [0, 1]])).tolist()
        [0.5, 0.5]
    """
    _check_counted(confusion)
    both = confusion.diagonal().astype(np.float64)
    either = confusion.sum(axis=0) + confusion.sum(axis=1) - both
    iou = np.full(len(both), np.nan)
    np.divide(both, either, out=iou, where=either > 0)
    return iou


def mean_iou(confusion: Confusion) -> float:
    """The mean of `class_iou` over the classes that truth or prediction holds, in [0, 1].

    Args:
        confusion: Of one image, or the sum over a set, ``(K, K)``.

    Raises:
        OptionError: No pixel was counted.

    Example:
        >>> mean_iou(np.array([[1, 1], [0, 1]]))
        0.5
    """
    return float(np.nanmean(class_iou(confusion)))


def pixel_accuracy(confusion: Confusion) -> float:
    """The share of the counted pixels whose class is right, in [0, 1].

    Args:
        confusion: Of one image, or the sum over a set, ``(K, K)``.

    Raises:
        OptionError: No pixel was counted.

    Example:
        >>> pixel_accuracy(np.array([[2, 1], [0, 1]]))
        0.75
    """
    _check_counted(confusion)
    return float(confusion.trace() / confusion.sum())


def _check_counted(confusion: Confusion) -> None:
    if not confusion.any():
        raise OptionError(
            "The confusion matrix counts no pixel, so it has no score. At least one pixel must "
            "not be ignored; check the ignore mask or leave the image out."
        )
