"""From the points of a scene to masks: what is measured, and how sure of each mask it is.

A mask that is found without training has no score, and precision asks for one. It is told by what
the mask is made of: of parts, the mean of the soft map in the mask, without the patch of the point,
which is the object's by definition; of a finished mask, the mean of the same soft map in what the
network made of it; of a click, the mean of the network's probability in the mask. A mask of nothing
but the point's patch is undecided, ½, and an empty one has 0.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor

from clickmend.core.types import Labels, Mask
from clickmend.evaluation.instances.features import FEATURES
from clickmend.evaluation.instances.scenes import Scene
from clickmend.evaluation.instances.settings import CLICK, PointSetting
from clickmend.networks import Model
from clickmend.parts import Instances, find_instances
from clickmend.parts.clustering import ITERATIONS
from clickmend.parts.scores import UNDECIDED
from clickmend.session import Session, instances


class Found(NamedTuple):
    """A mask ``(H, W)`` for each point, how sure each is, and how long all took."""

    masks: Sequence[Mask]
    scores: list[float]
    seconds: float


def find_masks(
    scene: Scene,
    points: Sequence[tuple[float, float]],
    setting: PointSetting,
    model: Model,
    *,
    seed: int,
) -> Found:
    """Make a mask of each point as the setting says.

    Args:
        scene: The photo and what its objects are; their masks are not looked at.
        points: One (x, y) in each object.
        setting: The way.
        model: The interactive network.
        seed: Of the samples behind the prototypes.
    """
    if setting.method == CLICK:
        return _clicked(scene, points, model)
    started = time.perf_counter()
    found = find_parts(scene, points, setting, model, seed=seed)
    index = found.labels.cpu().numpy()
    seconds = time.perf_counter() - started
    inside = found.masks.float()
    if setting.finish != "none":
        started = time.perf_counter()
        index = instances(
            scene.image,
            points,
            scene.classes,
            model=model,
            method=setting.method,
            finish=setting.finish,
            seed=seed,
        ).index
        seconds = time.perf_counter() - started
        inside = _on_patches(index, found.soft)
    scores = certainty(found.soft, inside, points, size=scene.ignore.shape)
    numbers = range(1, len(points) + 1)
    return Found([np.asarray(index == number) for number in numbers], scores, seconds)


def find_parts(
    scene: Scene,
    points: Sequence[tuple[float, float]],
    setting: PointSetting,
    model: Model,
    *,
    seed: int,
    iterations: int = ITERATIONS,
) -> Instances:
    """The masks, soft maps and parts in the features of the setting; other arguments as above."""
    height, width = scene.ignore.shape
    assert setting.features is not None
    assert setting.box_rule is not None
    seen = FEATURES[setting.features](scene.image, points, model)
    return find_instances(
        seen.features,
        torch.tensor(points),
        size=(height, width),
        attention=seen.attention,
        first_patch=seen.first_patch,
        classes=numbered(scene.classes),
        method=setting.method,
        iterations=iterations,
        box_rule=setting.box_rule,
        generator=torch.Generator().manual_seed(seed),
    )


def certainty(
    soft: Float[Tensor, "K h w"],
    inside: Float[Tensor, "K h w"],
    points: Sequence[tuple[float, float]],
    *,
    size: tuple[int, ...],
) -> list[float]:
    """The mean of each soft map in its mask, without the patch of the point.

    Args:
        soft: How sure each object is.
        inside: The share of each patch that is in the mask.
        points: (x, y) of each object in pixels of the photo.
        size: (H, W) of the photo.
    """
    weights = inside.clone()
    empty = weights.amax(dim=(1, 2)) == 0
    rows, columns = soft.shape[1:]
    for number, (x, y) in enumerate(points):
        weights[number, int(y * rows / size[0]), int(x * columns / size[1])] = 0
    total = weights.sum(dim=(1, 2))
    mean = (weights * soft).sum(dim=(1, 2)) / total.clamp(min=1e-6)
    mean = torch.where(total > 0, mean, UNDECIDED).masked_fill(empty, 0)
    return [float(one) for one in mean]


def _clicked(scene: Scene, points: Sequence[tuple[float, float]], model: Model) -> Found:
    """One click for each object, in sessions that know nothing of each other."""
    started = time.perf_counter()
    shown = []
    for x, y in points:
        session = Session(scene.image, model=model, refine="none")
        session.click(x, y)
        shown.append(session.prediction)
    masks = [one.mask for one in shown]
    seconds = time.perf_counter() - started
    scores = [float(one.probability[one.mask].mean()) if one.mask.any() else 0.0 for one in shown]
    return Found(masks, scores, seconds)


def _on_patches(index: Labels, soft: Float[Tensor, "K h w"]) -> Float[Tensor, "K h w"]:
    """The share of each patch that each object has."""
    grid = (soft.shape[1], soft.shape[2])
    shares = [
        F.adaptive_avg_pool2d(torch.from_numpy(index == number).float()[None], grid)
        for number in range(1, len(soft) + 1)
    ]
    return torch.cat(shares).to(soft.device)


def numbered(classes: Sequence[str]) -> Int[Tensor, " K"]:
    """The same number for the same class, from 0 in the order in which they appear."""
    places = {name: place for place, name in enumerate(dict.fromkeys(classes))}
    return torch.tensor([places[name] for name in classes])
