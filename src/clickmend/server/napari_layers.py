"""napari's layers, mended: labels, alpha and depth by points. The manifest is ``napari.yaml``.

napari makes a form of each function from its arguments, with the layers that are open to choose
from. Nothing here imports napari; of a layer ``data``, ``features``, ``translate``, ``scale``,
``name`` and ``refresh`` are used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from clickmend.core.errors import ClickError, ImageError, OptionError
from clickmend.feedback.marks import BACKGROUND, FOREGROUND, Click

if TYPE_CHECKING:
    import napari  # type: ignore[import-not-found, unused-ignore]

POSITIVE = "positive"
"""The feature of points that are on the object (true) or beside it."""

VALUE = "value"
"""The feature of points that say alpha or metres."""


def mend_labels(
    photo: napari.layers.Image,
    labels: napari.layers.Labels,
    points: napari.layers.Points,
    label: int = 1,
) -> None:
    """Mend one object of a labels layer; what belongs to other objects stays theirs.

    Args:
        photo: The picture.
        labels: Ids; those of the object that is mended change.
        points: Where they are wrong. The feature ``positive`` is false beside the object.
        label: The id of the object; one that is not there yet is made from the points.

    Raises:
        ClickmendError: The layers do not fit each other, or a point lies outside.
    """
    ids = np.asarray(labels.data)
    _check(photo, labels, ids.shape)
    if label < 1:
        raise OptionError(f"The label is {label}. Objects have ids from 1 up; choose one.")
    mask = ids == label
    others = (ids != 0) & ~mask
    session = _session(photo, task="interactive", prior=mask if mask.any() else None)
    if others.any():
        session.protect(others)
    for x, y, positive in _points(photo, points, POSITIVE, missing=True):
        session.add(Click(x, y, label=FOREGROUND if positive else BACKGROUND))
    found = session.prediction.mask & ~others
    after = ids.copy()
    after[mask & ~found] = 0
    after[found] = label
    labels.data = after
    labels.refresh()


def mend_alpha(
    photo: napari.layers.Image, alpha: napari.layers.Image, points: napari.layers.Points
) -> None:
    """Mend alpha in [0, 1] in an image layer by points with the feature ``value``."""
    _mend_values(photo, alpha, points, "matting", lambda found: found.alpha)


def mend_depth(
    photo: napari.layers.Image, depth: napari.layers.Image, points: napari.layers.Points
) -> None:
    """Mend metres in an image layer by points with the feature ``value``."""
    _mend_values(photo, depth, points, "depth", lambda found: found.depth_m)


def _mend_values(
    photo: Any, layer: Any, points: Any, task: str, picked: Callable[[Any], NDArray[Any]]
) -> None:
    given = np.asarray(layer.data, np.float32)
    _check(photo, layer, given.shape)
    session = _session(photo, task=task, prior=given)
    for x, y, value in _points(photo, points, VALUE, missing=None):
        session.add(Click(x, y, value=float(value)))
    layer.data = picked(session.prediction)
    layer.refresh()


def _session(photo: Any, **options: Any) -> Any:
    from clickmend.session import Session

    return Session(_rgb(photo), **options)


def _rgb(photo: Any) -> NDArray[np.uint8]:
    """The picture of an image layer, ``(H, W, 3)``: grey or colour, of 8 bits or floats."""
    data = np.asarray(photo.data)
    if data.ndim == 3 and data.shape[2] in (3, 4):
        data = data[..., :3]
    elif data.ndim == 2:
        data = np.repeat(data[..., None], 3, axis=2)
    else:
        raise ImageError(
            f"The layer {photo.name!r} has the shape {data.shape}. A picture is (H, W), (H, W, 3) "
            "or (H, W, 4); choose one slice, or another layer."
        )
    if data.dtype == np.uint8:
        return np.ascontiguousarray(data)
    if data.dtype.kind == "f" and data.min() >= 0 and data.max() <= 1:
        return np.ascontiguousarray((data * 255).round().astype(np.uint8))
    raise ImageError(
        f"The layer {photo.name!r} holds {data.dtype}. A picture has 8 bits, or floats in [0, 1]; "
        "convert it."
    )


def _check(photo: Any, layer: Any, shape: tuple[int, ...]) -> None:
    size = np.asarray(photo.data).shape[:2]
    same = np.allclose(_placed(photo)[:, -2:], _placed(layer)[:, -2:])
    if shape != size or not same:
        raise OptionError(
            f"The layer {layer.name!r} has the shape {shape} and lies elsewhere or is of another "
            f"size than {photo.name!r}, {size}. Both have one size, scale and place; choose others."
        )


def _placed(layer: Any) -> NDArray[np.float64]:
    return np.array([layer.scale, layer.translate], np.float64)


def _points(
    photo: Any, points: Any, feature: str, *, missing: object
) -> Iterator[tuple[float, float, Any]]:
    """(x, y) in pixels of the picture, and what each point says.

    napari counts from the middle of the first pixel, (row, column); clickmend from its corner.
    """
    places = np.asarray(points.data, np.float64)
    if not len(places):
        raise ClickError(f"The layer {points.name!r} has no points. Put one where it is wrong.")
    scale, translate = (one[-2:] for one in _placed(points))
    of_photo = [one[-2:] for one in _placed(photo)]
    there = (places[:, -2:] * scale + translate - of_photo[1]) / of_photo[0]
    named = feature in points.features
    if not named and missing is None:
        raise ClickError(
            f"The points of {points.name!r} say no value. They have the feature {feature!r}; add "
            "it to the layer."
        )
    said = list(points.features[feature]) if named else [missing] * len(places)
    for (row, column), value in zip(there, said, strict=True):
        yield column + 0.5, row + 0.5, value
