"""Class maps, mattes and depth from photo and feedback: one view of the whole photo, mended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Generic, TypeVar

import numpy as np
import torch
from torch import Tensor

from clickmend.core.types import RGB, FloatMap
from clickmend.data.planes import PixelSource
from clickmend.feedback.crop import whole_image
from clickmend.feedback.marks import Click, Mark, Push, Stroke
from clickmend.networks import Model
from clickmend.refinement import State
from clickmend.session.inference import Inference, Inferred, as_input
from clickmend.session.refine import Refine
from clickmend.tasks.dense import DenseTask, Ground, Prediction, Seen, pixel, reached
from clickmend.tasks.energy import distance_to
from clickmend.tasks.scalar import ScalarTask

P = TypeVar("P", bound=Prediction)

PLATEAU = 0.8
"""With a prior, what a mark changes reaches in full to this share of its radius, then fades, and
ends at the radius."""


@dataclass(frozen=True, slots=True)
class DenseAnswer:
    """What stands after a mark.

    Args:
        marks: The feedback behind it, the newest last.
        radii_px: The attention radius of each, pixels of the photo.
        change: What the feedback changed over the view, natural space, ``(C, h, w)``.
        variables: The refinement variables behind it; empty is the identity.
        inferred: How they were moved; ``None`` where nothing is refined.
    """

    marks: tuple[Mark, ...]
    radii_px: tuple[float, ...]
    change: FloatMap
    variables: State = field(default_factory=dict)
    inferred: Inferred | None = None


class DenseEngine(Generic[P]):
    """Runs one network on one photo; holds nothing that undo would have to know of.

    Args:
        photo: The photo, ``(H, W, 3)``.
        model: Network and card.
        task: What its predictions mean.
        refine: Where variables sit and how they move.
        prior: A prediction to start from.
        guide: What the network is given beside the photo (a trimap), in [0, 1], ``(H, W)``.

    Raises:
        PriorError: The prior cannot be read or does not fit.
    """

    def __init__(
        self,
        photo: RGB,
        model: Model,
        task: DenseTask[P],
        refine: Refine,
        *,
        prior: PixelSource | None = None,
        guide: FloatMap | None = None,
    ) -> None:
        height, width = photo.shape[:2]
        self.photo = photo
        self.task = task
        self._prior = None if prior is None else task.read_prior(prior, width=width, height=height)
        self._crop = whole_image(width, height, long_side=model.card.view_px)
        device = next(model.network.parameters()).device
        self._inputs = [as_input(self._crop.read(photo), device)]
        if guide is not None:
            view = torch.from_numpy(self._crop.read(guide))
            self._inputs.append(view[None, None].to(device))
        self._inference = Inference(model, refine)

    def check(self, mark: Mark, *, number: int) -> Mark:
        """The mark as the task keeps it.

        Raises:
            ClickError: The task has no meaning for it.
        """
        return self.task.check(mark, number=number)

    def show(self, answer: DenseAnswer | None) -> P:
        """What is seen: the prior or the network's own answer, mended by the feedback."""
        height, width = self.photo.shape[:2]
        reach = np.zeros((height, width), np.float32)
        if answer is None:
            return self.task.show(self._ground, None, reach)
        for mark, radius in zip(answer.marks, answer.radii_px, strict=True):
            reach[reached(mark, radius, height=height, width=width).numpy()] = 1.0
        return self.task.show(self._ground, answer.change, reach)

    def answer(self, marks: tuple[Mark, ...], last: DenseAnswer | None) -> DenseAnswer:
        """The answer to ``marks``, the newest of which has just come.

        With a prior the newest mark changes nothing beyond its radius, so that what earlier marks
        mended stays: y = y before + gate · (f(z) − f(z before)).

        Args:
            marks: All feedback that counts, in order.
            last: The answer that was shown when the newest mark came; ``None`` before the first.
        """
        ground = self._ground
        radii = (() if last is None else last.radii_px) + (self._radius_px(marks[-1]),)
        change = torch.zeros_like(ground.own) if last is None else torch.from_numpy(last.change)
        if not self._inference.active:
            return DenseAnswer(marks, radii, change.numpy())
        seen = self._seen(marks, radii)
        self._inference.start({} if last is None else last.variables)
        with torch.no_grad():
            start = self._output()
        gate = None if self._prior is None else _gate(seen[-1], start)

        def evaluate() -> Tensor:
            if gate is None:
                return ground.view + (self._output() - ground.own)
            return ground.view + change + gate * (self._output() - start)

        with torch.no_grad():
            before = evaluate()
        y, inferred = self._infer(evaluate, before, seen)
        after = (y - ground.view).numpy()
        return DenseAnswer(marks, radii, after, self._inference.state(), inferred)

    def _infer(
        self, evaluate: Callable[[], Tensor], before: Tensor, seen: list[Seen]
    ) -> tuple[Tensor, Inferred]:
        task, newest = self.task, seen[-1].mark
        if not isinstance(task, ScalarTask) or not isinstance(newest, Click | Push):
            return self._inference.minimise(evaluate, task.energy(before, seen))
        value = partial(task.value_at, x=newest.x, row=newest.y)
        if isinstance(newest, Push):
            return self._inference.push(evaluate, value, task.pushed(before, newest))
        y, inferred = self._inference.minimise(evaluate, task.energy(before, seen))
        return y, replace(inferred, moved=float(value(y) - value(before)))

    @cached_property
    def _ground(self) -> Ground:
        with torch.no_grad():
            own = self.task.natural(self._inference.plain(*self._inputs)).cpu()
        return self.task.ground(own, self._prior, self._crop)

    def _output(self) -> Tensor:
        """The network's answer at the variables as they stand, natural space, on the CPU."""
        return self.task.natural(self._inference.run(*self._inputs)).cpu()

    def _radius_px(self, mark: Mark) -> float:
        """The attention radius of a mark: its own, or a share of the photo's shorter side.

        The radius of a stroke is its brush's; the rule's share comes on top of it.
        """
        plain: float = self.task.default_share * min(self.photo.shape[:2])
        if isinstance(mark, Stroke):
            return mark.radius_px + plain
        assert isinstance(mark, Click | Push)
        return plain if mark.radius_px is None else mark.radius_px

    def _seen(self, marks: tuple[Mark, ...], radii: tuple[float, ...]) -> list[Seen]:
        """The marks as the view shows them; of pushes only the newest has a say."""
        scale = self._crop.scale
        return [
            Seen(self._in_view(mark), radius * scale)
            for mark, radius in zip(marks, radii, strict=True)
            if not isinstance(mark, Push) or mark is marks[-1]
        ]

    def _in_view(self, mark: Mark) -> Mark:
        if isinstance(mark, Stroke):
            points = tuple(self._crop.to_view(x, y) for x, y in mark.points)
            return replace(mark, points=points, radius_px=mark.radius_px * self._crop.scale)
        assert isinstance(mark, Click | Push)
        x, y = self._crop.to_view(mark.x, mark.y)
        return replace(mark, x=x, y=y)


def _gate(seen: Seen, like: Tensor) -> Tensor:
    """1 on the inner part of a mark's reach, then fading to 0 at its radius, ``(h, w)``."""
    height, width = like.shape[-2:]
    if isinstance(seen.mark, Click | Push):
        distance = distance_to((seen.mark.x, seen.mark.y), height=height, width=width)
        beyond = (distance / seen.radius_px - PLATEAU) / (1 - PLATEAU)
        gate = 0.5 + 0.5 * torch.cos(torch.pi * beyond.clamp(0, 1))
        gate[pixel(seen.mark.x, seen.mark.y, gate.shape)] = 1.0
        return gate
    return reached(seen.mark, seen.radius_px, height=height, width=width).float()
