"""Class maps, mattes and depth from photo and feedback: one view of the whole photo, mended."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Any, Generic, TypeVar

import torch
from numpy.typing import NDArray
from torch import Tensor

from clickmend.core.types import RGB, FloatMap
from clickmend.data.planes import PixelSource
from clickmend.feedback.crop import whole_image
from clickmend.feedback.marks import Click, Mark, Push, Stroke
from clickmend.networks import Model
from clickmend.networks.inputs import as_input
from clickmend.refinement import State
from clickmend.session.inference import Inference, Inferred
from clickmend.session.refine import Refine
from clickmend.tasks.dense import DenseTask, Prediction, Scene, Seen, pixel
from clickmend.tasks.region import Region
from clickmend.tasks.scalar import ScalarTask

P = TypeVar("P", bound=Prediction)


@dataclass(frozen=True, slots=True)
class DenseAnswer:
    """What stands after a mark.

    Args:
        marks: The feedback behind it, the newest last.
        radii_px: The attention radius of each, pixels of the photo.
        regions: Which pixels each is about; ``None`` where what it says is left to the network.
        output: The network's answer over the view, natural space, ``(C, h, w)``.
        variables: The refinement variables behind it; empty is the identity.
        inferred: How they were moved; ``None`` where nothing is refined.
    """

    marks: tuple[Mark, ...]
    radii_px: tuple[float, ...]
    regions: tuple[Region | None, ...]
    output: Tensor
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
        """What is seen: the prior or the network's answer, mended by the feedback."""
        return self.task.prediction(self._shown(answer))

    def answer(self, marks: tuple[Mark, ...], last: DenseAnswer | None) -> DenseAnswer:
        """The answer to ``marks``, the newest of which has just come.

        First the network's answer is refined, then what the mark says holds over the pixels that
        it is about, whatever the network makes of it. With a prior that is all that changes.

        Args:
            marks: All feedback that counts, in order.
            last: The answer that was shown when the newest mark came; ``None`` before the first.
        """
        newest, task = marks[-1], self.task
        old = DenseAnswer((), (), (), self._own) if last is None else last
        radii = (*old.radii_px, self._radius_px(newest))
        refined = self._refined(old, self._seen(marks, radii))
        shown, own = self._mended(refined)
        region = None
        if self._spreads(newest):
            scene = Scene(self.photo, shown, refined.output, own, old.marks)
            region = task.region(newest, radii[-1], scene)
            task.mend(shown, newest, region, own)
        inferred = refined.inferred
        if inferred is not None and isinstance(newest, Click | Push):
            at = pixel(newest.x, newest.y, shown.shape)
            moved = (
                float(shown[at] - self._shown(old)[at]) if isinstance(task, ScalarTask) else None
            )
            inferred = replace(inferred, moved=moved)
        return DenseAnswer(
            marks, radii, (*old.regions, region), refined.output, refined.variables, inferred
        )

    def _refined(self, old: DenseAnswer, seen: list[Seen]) -> DenseAnswer:
        """Earlier feedback over the answer of a network that is refined to the newest mark too."""
        if not self._inference.active:
            return old
        self._inference.start(old.variables)
        task, newest = self.task, seen[-1].mark
        with torch.no_grad():
            before = self._output()
        if isinstance(task, ScalarTask) and isinstance(newest, Push):
            value = partial(task.value_at, x=newest.x, row=newest.y)
            y, inferred = self._inference.push(self._output, value, task.pushed(before, newest))
        else:
            y, inferred = self._inference.minimise(self._output, task.energy(before, seen))
        variables = self._inference.state()
        return replace(old, output=y, variables=variables, inferred=inferred)

    def _spreads(self, mark: Mark) -> bool:
        """A push without a prior is left to the network, where one is refined."""
        if isinstance(mark, Push) and self._prior is None and self._inference.active:
            return False
        return self._inference.refine.spreads

    def _shown(self, answer: DenseAnswer | None) -> NDArray[Any]:
        """The prior or the network's answer, mended by the feedback, as the task keeps it."""
        if answer is None and self._prior is not None:
            return self._prior.copy()
        return self._mended(answer)[0]

    def _mended(self, answer: DenseAnswer | None) -> tuple[NDArray[Any], NDArray[Any]]:
        """What is shown, and the network's answer as the feedback has moved it."""
        own = self._own_read if answer is None else self._read(answer.output)
        own = own.copy()
        shown = own.copy() if self._prior is None else self._prior.copy()
        if answer is not None:
            for mark, region in zip(answer.marks, answer.regions, strict=True):
                if region is not None:
                    self.task.mend(shown, mark, region, own)
        return shown, own

    def _read(self, output: Tensor) -> NDArray[Any]:
        height, width = self.photo.shape[:2]
        return self.task.read(output, width=width, height=height)

    @cached_property
    def _own(self) -> Tensor:
        """The network's own answer, natural space, on the CPU."""
        with torch.no_grad():
            return self.task.natural(self._inference.plain(*self._inputs)).cpu()

    @cached_property
    def _own_read(self) -> NDArray[Any]:
        """The network's own answer over the photo."""
        return self._read(self._own)

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
