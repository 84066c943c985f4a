"""The engine behind a session: what all tasks offer it, and which one a model needs."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

from clickmend.core.errors import OptionError
from clickmend.core.types import RGB
from clickmend.data.codecs import read_trimap
from clickmend.data.planes import PixelSource
from clickmend.feedback.marks import Mark
from clickmend.networks import Model
from clickmend.session.dense import DenseEngine
from clickmend.session.interactive import InteractiveEngine
from clickmend.session.refine import Refine
from clickmend.tasks.depth import DepthTask
from clickmend.tasks.matting import MattingTask, trimap_of
from clickmend.tasks.semantic import SemanticTask


class Engine(Protocol):
    """Runs one network on one photo; everything that undo must bring back is in its answers."""

    photo: RGB

    def check(self, mark: Mark, *, number: int) -> Mark:
        """The mark as the task keeps it, or a ``ClickError``."""
        ...

    def answer(self, marks: tuple[Mark, ...], last: Any) -> Any:
        """The answer to ``marks``, the newest of which has just come after ``last``.

        It has ``inferred``, how the variables were moved.
        """
        ...

    def show(self, answer: Any) -> Any:
        """The prediction that an answer, or ``None``, stands for."""
        ...


def open_engine(
    photo: RGB,
    model: Model,
    refine: Refine,
    *,
    prior: PixelSource | None = None,
    trimap: PixelSource | None = None,
    depth_scale: float | None = None,
) -> Engine:
    """The engine of the model's task, see ``Session``.

    Raises:
        PriorError: The prior or the trimap does not fit.
        OptionError: An option belongs to another task, or matting has neither trimap nor prior.
    """
    task = model.card.task
    for option, value, of in (
        ("trimap", trimap, "matting"),
        ("depth_scale", depth_scale, "depth"),
    ):
        if value is not None and task != of:
            raise OptionError(
                f"{option} belongs to the task {of!r}, not to {task!r}. Leave it out."
            )
    if refine.needs_click_maps and task != "interactive":
        raise OptionError(
            f"{refine.layer} moves click maps, and the task {task!r} has none. Allowed there is "
            "rgb-brs; choose it."
        )
    if refine.region_alone and task == "interactive":
        raise OptionError(
            "In the task 'interactive' the network itself is told the clicks, so there is no "
            "refinement 'region'. Choose none or a layer, or leave refine= out."
        )
    if task == "semantic":
        return DenseEngine(photo, model, SemanticTask(model.card.labels), refine, prior=prior)
    if task == "depth":
        return DenseEngine(photo, model, DepthTask(depth_scale=depth_scale), refine, prior=prior)
    if task == "matting":
        return _matting(photo, model, refine, prior=prior, trimap=trimap)
    return InteractiveEngine(photo, model, refine, prior=prior)


def _matting(
    photo: RGB,
    model: Model,
    refine: Refine,
    *,
    prior: PixelSource | None,
    trimap: PixelSource | None,
) -> Engine:
    height, width = photo.shape[:2]
    if trimap is not None:
        known = read_trimap(trimap, size=(width, height))
    elif prior is not None:
        known = trimap_of(MattingTask().read_prior(prior, width=width, height=height))
    else:
        raise OptionError(
            "Matting has neither a trimap nor a prior. The network is told roughly where the "
            "object is; give trimap=, 0 background, 255 foreground, 128 unknown, or prior=."
        )
    guide = (known / 255).astype(np.float32)
    guide[(known > 0) & (known < 255)] = 0.5
    task = MattingTask(trimap=known)
    return DenseEngine(photo, model, task, refine, prior=prior, guide=guide)
