"""From the points of a scene to masks: what is measured, and how sure of each mask it is.

A mask that is found without training has no score, and precision asks for one. It is told by what
the mask is made of: of parts, the mean of the soft map in the mask, without the patch of the point,
which is the object's by definition (``clickmend.parts.certainty``); of a finished mask and of a
click, the mean of the network's probability in the mask. An empty mask has 0.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch

from clickmend.core.types import Mask
from clickmend.evaluation.instances.scenes import Scene
from clickmend.evaluation.instances.settings import CLICK, PointSetting
from clickmend.networks import Model
from clickmend.networks.features import Features, extract_features
from clickmend.parts import Instances, certainty, find_instances
from clickmend.parts.clustering import ITERATIONS
from clickmend.session import Session
from clickmend.tasks.instances import instances
from clickmend.tasks.instances.from_points import class_numbers


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
        model: The setting's network.
        seed: Of the samples behind the prototypes.
    """
    if setting.method == CLICK:
        return _clicked(scene, points, model)
    numbers = range(1, len(points) + 1)
    started = time.perf_counter()
    if setting.finish != "none":
        finished = instances(
            scene.image,
            points,
            scene.classes,
            model=model,
            method=setting.method,
            finish=setting.finish,
            seed=seed,
        )
        seconds = time.perf_counter() - started
        return Found([finished.mask(number) for number in numbers], [*finished.scores], seconds)
    seen = extract_features(scene.image, points, model)
    found = find_parts(scene, points, setting, seen, seed=seed)
    index = found.labels.cpu().numpy()
    seconds = time.perf_counter() - started
    scores = certainty(found.soft, found.masks.float(), points, size=scene.ignore.shape)
    return Found([np.asarray(index == number) for number in numbers], [*scores], seconds)


def find_parts(
    scene: Scene,
    points: Sequence[tuple[float, float]],
    setting: PointSetting,
    seen: Features,
    *,
    seed: int,
    iterations: int = ITERATIONS,
) -> Instances:
    """The masks, soft maps and parts in what is seen; other arguments as above."""
    height, width = scene.ignore.shape
    assert setting.box_rule is not None
    return find_instances(
        seen.features,
        torch.tensor(points),
        size=(height, width),
        attention=seen.attention,
        first_patch=seen.first_patch,
        classes=class_numbers(scene.classes),
        method=setting.method,
        iterations=iterations,
        box_rule=setting.box_rule,
        generator=torch.Generator().manual_seed(seed),
    )


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
