"""One point per object in, one mask per point out: all objects of a photo, without overlap."""

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
"""The weights that find masks from points when none are named: trained to see a whole object from a
point anywhere in it."""

FINISHES = ("none", "network")
"""The masks as the features give them, or refined by the interactive network object by object."""

DETECTED_FINISHES = (*FINISHES, "propagation")
"""Of what is found without points also the masks spread over what looks alike to the network that
found it."""


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
    """The mask of every object of a photo from one point in each; nothing is trained.

    The network sees the photo once, all points clicked, and what it sees is sorted by
    AttentionShift's parts: each object's own, and those of the background. Of points in one
    pixel the first gets a mask, the others an empty one.

    Args:
        photo: Path, file content, PIL image or RGB array ``(H, W, 3)`` uint8.
        points: (x, y) of each object in pixels of the photo, ``(K, 2)``.
        labels: What each object is; ``None`` where that is not known. Objects of one label share
            out what lies between them by nearness, objects of different ones mostly by their
            looks; one label for all when left out.
        model: What sees the photo: name or card of weights of an interactive network or of
            AttentionShift, a loaded model, or any backbone, such as a vision transformer of timm
            or transformers (see ``clickmend.networks.features.extract_features``); ``FINDER``
            when left out. It also refines, if it is interactive; else ``FINDER`` does.
        method: How parts are found: "shift", "k-means" or "k-means*".
        finish: "network": the interactive network looks at each object by itself, with its point
            as a click and the nearest others' as background clicks, and the features have a say
            where it is unsure; where two answers meet, the surer one has the pixel. "none" leaves
            the masks as the features give them, many times quicker.
        refine: G-BRS refinement in that network refinement, as for ``Session``.
        seed: Of the samples behind the prototypes.
        device: "cpu", "cuda", …; chosen when left out.

    Raises:
        ImageError: The photo cannot be read.
        ClickError: A point lies outside the photo.
        ModelError: No such weights, or they are of another task, or the backbone gives no map.
        OptionError: No points, not one label for each, or no such method, finish, refinement,
            seed or device.

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
        names: What each is.
        model: What sees the photo.
        method: How parts are found.
        box_rule: How the box of an object is made.
        refinement: Network refinement of the masks, if there is one.
        seed: Of the samples.

    Returns:
        The index ``(H, W)``, and how sure each mask is.
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
    """The masks, soft maps and parts in what is seen; options as ``find_instances``."""
    return find_instances(
        seen.features,
        single(points),
        attention=seen.attention,
        first_patch=seen.first_patch,
        classes=None if names is None else class_numbers(names),
        **options,
    )


def check_finish(finish: str, *, among: Sequence[str] = FINISHES) -> None:
    """Check who makes the masks at the end.

    Args:
        finish: The name.
        among: Those that there are.

    Raises:
        OptionError: There is no such finish.
    """
    if finish not in among:
        raise OptionError(f"There is no finish {finish!r}. Available: {', '.join(among)}.")


def check_options(
    method: str, finish: str, refine: Refine, *, seed: int, finishes: Sequence[str] = FINISHES
) -> None:
    """Refuse options that do not fit, before a network runs.

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
    """Refuse a seed that torch does not take.

    Raises:
        OptionError: It is too large or too small.
    """
    if not is_index(seed) or not -(2**63) <= seed < 2**64:
        raise OptionError(
            f"The seed is {seed!r}. Allowed are whole numbers from -2^63 to 2^64 - 1; choose a "
            "smaller one."
        )


def read_points(points: ArrayLike) -> tuple[Point, ...]:
    """The places (x, y) of a list or array of them.

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
    """Refuse labels that are not one for each point, or other thing.

    Raises:
        OptionError: They are more or fewer, or one text.
    """
    if isinstance(labels, str) or len(labels) != count:
        told = "one text" if isinstance(labels, str) else f"{len(labels)} labels"
        raise OptionError(
            f"There are {count} {of} but {told}. Give a list of one label for each, in their "
            "order, or leave labels out."
        )


def read_label(given: str | int | None) -> str | None:
    """What an object is; a blank label says nothing."""
    return None if given is None else str(given).strip() or None


def class_names(labels: Sequence[str | int | None]) -> tuple[str, ...] | None:
    """A name for each object, as COCO needs it, or none at all."""
    read = [read_label(label) for label in labels]
    return tuple(label or UNNAMED for label in read) if any(read) else None


def class_numbers(names: Sequence[str]) -> NDArray[np.int64]:
    """The same number for the same name, from 0 in the order in which they appear."""
    places = {name: place for place, name in enumerate(dict.fromkeys(names))}
    return np.array([places[name] for name in names])
