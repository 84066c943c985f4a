"""What is pointed at, and what makes masks of the points.

Photos are those that no training saw. A mask that is found without training has no score, and
precision asks for one. It is told by what the mask is made of: of parts, the mean of the soft map
in the mask, without the patch of the point, which is the object's by definition
(``clickmend.parts.certainty``); of a finished mask and of a click, the mean of the network's
probability in the mask. An empty mask has 0.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias, final, get_args

import numpy as np

from clickmend.core.types import RGB, Mask
from clickmend.data import SET_CLASSES, ObjectDataset, ObjectSample
from clickmend.evaluation.datasets import dataset_name
from clickmend.evaluation.protocol import Facts, SessionFactory
from clickmend.evaluation.runs import stream_of
from clickmend.evaluation.sessions import Sessions
from clickmend.feedback.marks import FOREGROUND
from clickmend.feedback.simulate import click_inside
from clickmend.tasks.instances.prediction import UNNAMED
from clickmend.tasks.interactive import InteractivePrediction
from clickmend.tasks.refine import Refine

if TYPE_CHECKING:
    from clickmend.networks import Model

PointKind: TypeAlias = Literal["random", "centre"]
"""Where the point of an object lies: uniform in its mask, or farthest from its border."""

POINT_KINDS: tuple[PointKind, ...] = get_args(PointKind)

DEPTHS: dict[PointKind, float] = {"random": 0.0, "centre": 1.0}
"""How deep in its object a point lies: anywhere, or where the distance to the border peaks."""

CLICK = "click"
"""Beside the ways to find parts: one click for each object in a session of its own."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class PointSetting(Facts):
    """One way from points to masks.

    Args:
        points: Where they lie.
        method: How parts are found, or "click".
        weights: The network in whose features they are found, and that is clicked on.
        box_rule: How an object's box is made; None for a click.
        finish: "none", or "network": each object refined by the network.
    """

    points: PointKind
    method: str
    weights: str
    box_rule: str | None = None
    finish: str = "none"

    @property
    def label(self) -> str:
        """How a picture calls it, but for the points."""
        words = [self.method, *([self.box_rule] if self.box_rule else [])]
        return " ".join(words + (["finished"] if self.finish != "none" else []))


@final
@dataclass(frozen=True, eq=False)
class Scene:
    """A photo and its objects, in the order of their ids.

    Attributes:
        image: ``(H, W, 3)``.
        masks: Of the K objects, each ``(H, W)``.
        classes: What each object is; "object" where nobody knows.
        ignore: Pixels that count for nothing, ``(H, W)``.
        ids: Of the objects.
        name: Of the photo.
    """

    image: RGB
    masks: tuple[Mask, ...]
    classes: tuple[str, ...]
    ignore: Mask
    ids: tuple[int, ...]
    name: str

    def points(self, kind: PointKind, *, seed: int) -> tuple[tuple[float, float], ...]:
        """A point (x, y) in each object, at the centre of a pixel."""
        return tuple(
            _point(mask, kind, np.random.default_rng([seed, stream_of(self.name, object_id)]))
            for mask, object_id in zip(self.masks, self.ids, strict=True)
        )


def read_scene(dataset: ObjectDataset, spec: str, image: str) -> Scene:
    """A photo of a dataset with the objects that have a pixel that counts."""
    sample = dataset.read(image)
    objects = [(one, mask) for one, mask in sample.masks() if (mask & ~sample.ignore).any()]
    return Scene(
        image=sample.image,
        masks=tuple(mask & ~sample.ignore for _, mask in objects),
        classes=tuple(_class(sample, spec, one) for one, _ in objects),
        ignore=sample.ignore,
        ids=tuple(one for one, _ in objects),
        name=image,
    )


def _class(sample: ObjectSample, spec: str, object_id: int) -> str:
    if sample.classes is not None:
        return sample.classes[object_id]
    return SET_CLASSES.get(dataset_name(spec), UNNAMED)


def _point(mask: Mask, kind: PointKind, rng: np.random.Generator) -> tuple[float, float]:
    click = click_inside(mask, FOREGROUND, rng, depth=DEPTHS[kind])
    assert click is not None
    return click.x, click.y


def network_of(setting: PointSetting, make_session: SessionFactory) -> Model:
    """The network of a setting, as the sessions that are measured load it."""
    assert isinstance(make_session, Sessions)
    return make_session.network(setting.weights)


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
    """Make a mask of each point as the setting says, whose network the model is.

    Of the scene the photo and what its objects are is looked at, their masks are not. The seed is
    that of the samples behind the prototypes.
    """
    from clickmend.tasks.instances.from_points import find
    from clickmend.tasks.instances.network_refinement import NetworkRefinement

    if setting.method == CLICK:
        return _clicked(scene, points, model)
    assert setting.box_rule is not None
    started = time.perf_counter()
    finished = setting.finish != "none"
    index, scores = find(
        scene.image,
        points,
        scene.classes,
        model,
        method=setting.method,
        box_rule=setting.box_rule,
        refinement=NetworkRefinement(scene.image, model, Refine("none")) if finished else None,
        seed=seed,
    )
    seconds = time.perf_counter() - started
    masks = [np.asarray(index == number) for number in range(1, len(points) + 1)]
    return Found(masks, [*scores], seconds)


def _clicked(scene: Scene, points: Sequence[tuple[float, float]], model: Model) -> Found:
    """One click for each object, in sessions that know nothing of each other."""
    from clickmend.session import Session

    started = time.perf_counter()
    shown = []
    for x, y in points:
        session = Session[InteractivePrediction](scene.image, model=model, refine="none")
        session.click(x, y)
        shown.append(session.prediction)
    masks = [one.mask for one in shown]
    seconds = time.perf_counter() - started
    scores = [float(one.probability[one.mask].mean()) if one.mask.any() else 0.0 for one in shown]
    return Found(masks, scores, seconds)
