"""SAM's prompts as marks: points with labels, and boxes, for one object or several."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from clickmend.core.errors import OptionError
from clickmend.feedback.marks import BACKGROUND, FOREGROUND, Box, Click, Mark
from clickmend.interfaces.input_frame import LOW_PX

NO_POINT = -1
"""The label of padding."""

LABELS = {1: FOREGROUND, 0: BACKGROUND}

CORNERS = (2, 3)
"""The labels of a box's corner at the top left and at the bottom right."""


def marks_of(
    coords: ArrayLike | None, labels: ArrayLike | None, box: ArrayLike | None
) -> list[tuple[Mark, ...]]:
    """The marks of each object: its box, then its points in order.

    Args:
        coords: (x, y) in pixels of the photo, ``(N, 2)``, or ``(B, N, 2)`` for B objects.
        labels: 1 foreground, 0 background, −1 padding, 2 and 3 a box's corners; ``(N,)`` or ``(B,
            N)``.
        box: (x0, y0, x1, y1), ``(4,)``, or ``(B, 4)``.

    Raises:
        OptionError: A shape or a label is not valid, or the numbers of objects differ.
    """
    if (coords is None) != (labels is None):
        raise OptionError(
            "Only one of point_coords and point_labels is given. Allowed are both, with one label "
            "per point, or neither."
        )
    sets: list[list[list[Mark]]] = []
    if box is not None:
        sets.append([[Box(*corners)] for corners in _boxes(box).tolist()])
    if coords is not None and labels is not None:
        places, says = _points(coords, labels)
        sets.append([_clicks(*one) for one in zip(places, says, strict=True)])
    objects = max((len(one) for one in sets), default=1)
    if any(len(one) not in (1, objects) for one in sets):
        raise OptionError(
            f"There are boxes for {len(sets[0])} objects but points for {len(sets[1])}. Allowed is "
            "the same number of both, or one of either; predict the objects one by one."
        )
    return [
        tuple(mark for one in sets for mark in one[n if len(one) > 1 else 0])
        for n in range(objects)
    ]


def low_masks(given: ArrayLike, *, objects: int) -> list[NDArray[np.float32]]:
    """The logits of each object's mask, ``(256, 256)``.

    Args:
        given: ``(1, 256, 256)``, or ``(B, 1, 256, 256)`` for B objects.
        objects: Number of objects.

    Raises:
        OptionError: The shape is wrong or a value is not finite.
    """
    low = np.asarray(given, np.float32)
    square = (1, LOW_PX, LOW_PX)
    if low.shape not in (square, (1, *square), (objects, *square)):
        raise OptionError(
            f"mask_input has the shape {low.shape}. Allowed are logits returned by predict, one "
            f"mask per object, {square} or {(objects, *square)}; give logits[best][None], and a "
            "mask of the image's size to set_prior."
        )
    if not np.isfinite(low).all():
        raise OptionError(
            "mask_input has values that are not finite. Only finite logits are allowed; clip them "
            "to ±32 first."
        )
    low = np.broadcast_to(low.reshape(-1, *square), (objects, *square))
    return [np.array(one[0]) for one in low]


def _points(coords: ArrayLike, labels: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    places, says = np.asarray(coords, np.float64), np.asarray(labels)
    if places.ndim not in (2, 3) or places.shape[-1] != 2 or says.shape != places.shape[:-1]:
        raise OptionError(
            f"point_coords has the shape {places.shape} and point_labels {says.shape}. Allowed are "
            "(N, 2) and (N,), or (B, N, 2) and (B, N) for B objects; give a single point as [[x, "
            "y]]."
        )
    strange = sorted(set(says.ravel().tolist()) - {NO_POINT, *LABELS, *CORNERS})
    if strange:
        raise OptionError(
            f"point_labels contains {strange[0]!r}. Allowed are 1 for foreground, 0 for "
            "background, -1 for no point, and 2 and 3 for the corners of a box."
        )
    if places.ndim == 2:
        places, says = places[None], says[None]
    return places, says.astype(np.int64)


def _boxes(box: ArrayLike) -> NDArray[np.float64]:
    boxes = np.asarray(box, np.float64)
    if boxes.ndim not in (1, 2) or boxes.shape[-1] != 4:
        raise OptionError(
            f"box has the shape {boxes.shape}. Allowed are (4,), x0, y0, x1, y1 in pixels of the "
            "image, or (B, 4) for B objects."
        )
    return boxes.reshape(-1, 4)


def _clicks(places: NDArray[np.float64], says: NDArray[np.int64]) -> list[Mark]:
    corners = [places[says == label].tolist() for label in CORNERS]
    marks: list[Mark] = []
    if any(corners):
        if [len(found) for found in corners] != [1, 1]:
            raise OptionError(
                f"point_labels contains label 2 {len(corners[0])} times and label 3 "
                f"{len(corners[1])} times. A box needs each exactly once; give both corners, or "
                "box=."
            )
        marks.append(Box(*corners[0][0], *corners[1][0]))
    return marks + [
        Click(x, y, LABELS[label])
        for (x, y), label in zip(places.tolist(), says.tolist(), strict=True)
        if label in LABELS
    ]
