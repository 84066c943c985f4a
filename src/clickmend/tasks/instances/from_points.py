"""Masks of all objects of a photo from one point in each, without overlap."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image

from clickmend.core.arrays import to_numpy
from clickmend.core.errors import OptionError
from clickmend.core.numbers import is_index
from clickmend.core.types import RGB, Labels
from clickmend.data.photos import read_photo
from clickmend.feedback.mark_checks import check_click
from clickmend.feedback.marks import Click
from clickmend.feedback.pointing import Point
from clickmend.networks import Model, load
from clickmend.networks.features import Features, extract_features
from clickmend.parts import METHODS, Instances, certainty, find_instances
from clickmend.tasks.instances.network_refinement import NetworkRefinement
from clickmend.tasks.instances.prediction import UNNAMED, InstancesPrediction
from clickmend.tasks.places import single
from clickmend.tasks.refine import Refine

if TYPE_CHECKING:
    from torch import nn

FINDER = "points-l0"
"""The default weights for masks from points, trained to predict a whole object from a point
anywhere in it."""

FINISHES = ("none", "network")
"""The masks from the features, or refined by the interactive network object by object."""

DETECTED_FINISHES = (*FINISHES, "propagation")
"""For objects found without points also masks by propagation over similar features."""


def instances(
    photo: str | Path | bytes | Image.Image | NDArray[np.uint8],
    points: ArrayLike,
    labels: Sequence[str | int | None] | None = None,
    *,
    model: str | Path | Model | nn.Module | None = None,
    method: str = "shift",
    finish: str = "network",
    refine: str | Refine = "none",
    seed: int = 0,
    device: str | None = None,
) -> InstancesPrediction:
    """The mask of every object of a photo from one point in each, without training.

    The network processes the photo once with all points as clicks, and AttentionShift assigns its
    features to the parts of the objects and of the background. If several points are in one pixel,
    the first gets a mask and the others an empty one.

    Args:
        photo: Path, file content, PIL image or RGB array ``(H, W, 3)`` uint8.
        points: (x, y) of each object in pixels of the photo, ``(K, 2)``.
        labels: The label of each object; ``None`` for unknown. Pixels between objects of the same
            label are assigned by distance, between different labels mostly by appearance; one label
            for all when left out.
        model: The network for the features: name or card of the weights of an interactive network
            or of AttentionShift, a loaded model, or any backbone, such as a vision transformer of
            timm or transformers (see ``clickmend.networks.features.extract_features``); ``FINDER``
            when left out. It also refines, if it is interactive; else ``FINDER`` does.
        method: How parts are found: "shift", "k-means" or "k-means*".
        finish: "network": the interactive network segments each object by itself, with its point as
            a click and the nearest other points as background clicks; where it is unsure the
            features decide, and overlaps go to the higher score. "none" keeps the masks from the
            features, which is many times faster.
        refine: G-BRS refinement in that network refinement, as for ``Session``.
        seed: Seed of the samples for the prototypes.
        device: "cpu", "cuda", …; chosen automatically when left out.

    Raises:
        ImageError: The photo cannot be read.
        ClickError: A point lies outside the photo.
        ModelError: No such weights, or they are for another task, or the backbone has no feature
            map.
        OptionError: There are no points, the number of labels is wrong, or there is no such method,
            finish, refinement, seed or device.

    Example:
        >>> found = cm.instances(photo, [(220, 120), (20, 20)], labels=["cat", "sofa"])
        >>> found.masks.shape
        (2, 300, 451)
    """
    refine = refine if isinstance(refine, Refine) else Refine(refine)
    check_options(method, finish, refine, seed=seed)
    places = read_points(points)
    if labels is not None:
        check_labels(labels, count=len(places))
    names = None if labels is None else class_names(labels)
    image = read_photo(photo)
    height, width = image.shape[:2]
    for number, (x, y) in enumerate(places, start=1):
        check_click(Click(x, y), width=width, height=height, number=number)
    if model is None or isinstance(model, str | Path):
        model = load(model or FINDER, device=device)
    refinement = None
    if finish == "network":
        interactive = isinstance(model, Model) and model.card.task == "interactive"
        refiner = model if interactive else load(FINDER, device=device)
        assert isinstance(refiner, Model)
        refinement = NetworkRefinement(image, refiner, refine)
    index, scores = find(
        image, places, names, model, method=method, refinement=refinement, seed=seed
    )
    file_name = Path(photo).name if isinstance(photo, str | Path) else ""
    return InstancesPrediction(index, places, names, file_name, scores)


def find(
    image: RGB,
    points: Sequence[Point],
    names: Sequence[str] | None,
    model: Model | nn.Module,
    *,
    method: str,
    box_rule: str = "plain",
    refinement: NetworkRefinement | None,
    seed: int,
) -> tuple[Labels, tuple[float, ...]]:
    """The masks of checked points, see ``instances``.

    Args:
        image: ``(H, W, 3)``.
        points: (x, y) of each object.
        names: The label of each.
        model: The network for the features.
        method: How parts are found.
        box_rule: How the box of an object is computed.
        refinement: Network refinement of the masks, if any.
        seed: Seed of the samples.

    Returns:
        The index ``(H, W)``, and the score of each mask.
    """
    size = image.shape[0], image.shape[1]
    seen = extract_features(image, points, model)
    found = find_parts(seen, points, names, size=size, method=method, box_rule=box_rule, seed=seed)
    if refinement is not None:
        return refinement.refined(found, points)
    scores = certainty(found.soft, found.masks, points, size=size)
    return to_numpy(found.labels).astype(np.int32), scores


def find_parts(
    seen: Features,
    points: Sequence[Point],
    names: Sequence[str] | None,
    **options: Any,
) -> Instances:
    """The masks, soft maps and parts in features; options as for ``find_instances``."""
    return find_instances(
        seen.features,
        single(points),
        attention=seen.attention,
        first_patch=seen.first_patch,
        classes=None if names is None else class_numbers(names),
        **options,
    )


def check_finish(finish: str, *, among: Sequence[str] = FINISHES) -> None:
    """Check the name of a finish.

    Args:
        finish: The name.
        among: The available ones.

    Raises:
        OptionError: There is no such finish.
    """
    if finish not in among:
        raise OptionError(f"There is no finish {finish!r}. Available: {', '.join(among)}.")


def check_options(
    method: str, finish: str, refine: Refine, *, seed: int, finishes: Sequence[str] = FINISHES
) -> None:
    """Check the options before a network runs.

    Raises:
        OptionError: No such method, finish or seed, or a refinement without a finish.
    """
    METHODS[method]
    check_finish(finish, among=finishes)
    if refine.active and finish == "none":
        raise OptionError(
            f"The refinement {refine.layer!r} needs the output of the interactive network, which "
            "is not run without a finish. Choose finish='network', or leave refine out."
        )
    check_seed(seed)


def check_seed(seed: int) -> None:
    """Check that torch accepts a seed.

    Raises:
        OptionError: It is too large or too small.
    """
    if not is_index(seed) or not -(2**63) <= seed < 2**64:
        raise OptionError(
            f"The seed is {seed!r}. Allowed are whole numbers from -2^63 to 2^64 - 1; choose a "
            "smaller one."
        )


def read_points(points: ArrayLike) -> tuple[Point, ...]:
    """The points (x, y) of a list or array.

    Raises:
        OptionError: There are none.
    """
    try:
        array = np.asarray(points, np.float64)
    except (ValueError, TypeError):
        array = np.empty((0, 0))
    if array.size == 0 or array.ndim != 2 or array.shape[1] != 2:
        raise OptionError(
            "There are no points (x, y). Allowed is a list of at least one, in pixels of the "
            "photo, such as [(90, 120), (300, 140)]."
        )
    return tuple((float(x), float(y)) for x, y in array)


def check_labels(labels: Sequence[str | int | None], *, count: int, of: str = "points") -> None:
    """Check that there is one label for each point (or mask, or object).

    Raises:
        OptionError: There are more or fewer, or a single string.
    """
    if isinstance(labels, str) or len(labels) != count:
        told = "one text" if isinstance(labels, str) else f"{len(labels)} labels"
        raise OptionError(
            f"There are {count} {of} but {told}. Give a list of one label for each, in their "
            "order, or leave labels out."
        )


def read_label(given: str | int | None) -> str | None:
    """The label of an object; ``None`` if it is blank."""
    return None if given is None else str(given).strip() or None


def class_names(labels: Sequence[str | int | None]) -> tuple[str, ...] | None:
    """A name for each object, as COCO requires, or ``None`` without labels."""
    read = [read_label(label) for label in labels]
    return tuple(label or UNNAMED for label in read) if any(read) else None


def class_numbers(names: Sequence[str]) -> NDArray[np.int64]:
    """A number for each name, from 0 in order of appearance."""
    places = {name: place for place, name in enumerate(dict.fromkeys(names))}
    return np.array([places[name] for name in names])
