"""The network's output for a whole photo, refined to marks."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from clickmend.core.types import RGB, FloatMap
from clickmend.feedback.crop import resize, whole_image
from clickmend.feedback.marks import Click, Mark, Push, Stroke
from clickmend.networks import Model
from clickmend.networks.inputs import as_planes
from clickmend.tasks.dense_answers import DenseAnswer
from clickmend.tasks.engine import Placed
from clickmend.tasks.inference import Inference, Inferred
from clickmend.tasks.refine import REGION, Refine
from clickmend.tasks.rules import DenseRules
from clickmend.tasks.scalar import ScalarRules

if TYPE_CHECKING:
    from torch import Tensor

    from clickmend.refinement import State


class DenseViewer:
    """Runs one network on one photo.

    Args:
        photo: The photo, ``(H, W, 3)``.
        model: Network and card.
        rules: The rules of the task.
        refine: Options of the refinement.
        guide: Second input of the network (a trimap), in [0, 1], ``(H, W)``.

    Attributes:
        crop: The view of the whole photo.
        looks_px: See ``Card``.
        refine: The same as given.
    """

    def __init__(
        self,
        photo: RGB,
        model: Model,
        rules: DenseRules[Any],
        refine: Refine,
        *,
        guide: FloatMap | None = None,
    ) -> None:
        height, width = photo.shape[:2]
        self._photo, self.looks_px = photo, model.card.looks_px
        self.crop = whole_image(width, height, long_side=model.card.view_px)
        self.refine, self._rules = refine, rules
        self._inputs = [as_planes(self.crop.read(photo))]
        if guide is not None:
            self._inputs.append(np.ascontiguousarray(self.crop.read(guide)[None, None]))
        self._inference = Inference(model, refine)
        self._learned: tuple[DenseAnswer, FloatMap, State] | None = None

    @property
    def active(self) -> bool:
        """Whether variables are optimised inside the network."""
        return self._inference.active

    @cached_property
    def witness(self) -> FloatMap:
        """The output without marks, natural space, ``(C, h, w)``; no channels if it is not used."""
        if not self._rules.asks:
            return np.zeros((0, *self._inputs[0].shape[-2:]), np.float32)
        return self._natural(*self._inputs)

    @cached_property
    def looks(self) -> FloatMap:
        """The mean of the network's outputs for the photo and its mirror image, at all sizes.

        Natural space, over the view, ``(C, h, w)``; the witness itself if the card lists no sizes.
        """
        if not self.looks_px:
            return self.witness
        (height, width), (h, w) = self._photo.shape[:2], self.witness.shape[1:]
        total, count = np.zeros_like(self.witness), 2 * len(self.looks_px)
        for side in self.looks_px:
            view = whole_image(width, height, long_side=side)
            planes = as_planes(view.read(self._photo))
            straight = self.witness if view == self.crop else self._natural(planes)
            mirrored = self._natural(np.ascontiguousarray(planes[..., ::-1]))[..., ::-1]
            for answer in (straight, mirrored):
                total += [resize(np.ascontiguousarray(channel), w, h) for channel in answer]
        return total / np.float32(count)

    def _natural(self, *inputs: NDArray[np.float32]) -> FloatMap:
        """The network's output without variables, natural space, ``(C, h, w)``."""
        natural: FloatMap = self._rules.natural(self._inference.plain(*inputs))
        return natural

    def prepare(self) -> None:
        """Load what the optimisation needs; from any thread."""
        self._inference.prepare()

    def caught_up(self, last: DenseAnswer | None) -> tuple[FloatMap, State]:
        """The network's output after the optimisation for all marks up to an answer."""
        if last is None:
            return self.witness, {}
        if last.learned:
            return last.output, last.variables
        if self._learned is None or self._learned[0] is not last:
            output, variables, _ = self.refined(last.marks, last)
            self._learned = last, output, variables
        return self._learned[1:]

    def refined(
        self, placed: tuple[Placed, ...], last: DenseAnswer | None
    ) -> tuple[FloatMap, State, Inferred | None]:
        """The network's output, refined to the newest mark if a layer is inserted."""
        if self._inference.left_out:
            self._inference.tell_left_out("marks hold over their regions", instead=REGION)
            return self.witness, {}, Inferred(0, "left out", ())
        if not self._inference.active:
            return self.witness, {}, None
        self._inference.start({} if last is None else last.variables)
        rules, seen = self._rules, self._seen(placed)
        newest = seen[-1].mark
        evaluate = self._inference.evaluator(*self._inputs)

        def output() -> Tensor:
            natural: Tensor = rules.natural(evaluate())
            return natural

        import torch

        with torch.no_grad():
            before = output()
        if isinstance(rules, ScalarRules) and isinstance(newest, Push):
            from clickmend.tasks.regression import value_at

            value = partial(value_at, rules, x=newest.x, row=newest.y)
            now = float(value(before))
            wanted = rules.pushed(now, newest) - now
            y, inferred = self._inference.push(output, value, wanted)
        else:
            y, inferred = self._inference.minimise(output, rules.energy(before, seen))
        return y.numpy(), self._inference.state(), inferred

    def _seen(self, placed: tuple[Placed, ...]) -> list[Placed]:
        """The marks in pixels of the view; a push only if it is the newest."""
        scale = self.crop.scale
        return [
            Placed(self._in_view(one.mark), one.radius_px * scale)
            for one in placed
            if not self._rules.paints_alone(one.mark)
            and (not isinstance(one.mark, Push) or one is placed[-1])
        ]

    def _in_view(self, mark: Mark) -> Mark:
        if isinstance(mark, Stroke):
            points = tuple(self.crop.to_view(x, y) for x, y in mark.points)
            return replace(mark, points=points, radius_px=mark.radius_px * self.crop.scale)
        assert isinstance(mark, Click | Push)
        x, y = self.crop.to_view(mark.x, mark.y)
        return replace(mark, x=x, y=y)
