"""Object masks from photo and feedback: look at the view, run the network, refine."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import torch
from scipy.special import expit
from torch import Tensor

from clickmend.core.errors import ClickError
from clickmend.core.types import RGB, FloatMap
from clickmend.data.planes import PixelSource
from clickmend.feedback.crop import Crop, whole_image
from clickmend.feedback.marks import BACKGROUND, FOREGROUND, Box, Click, Mark
from clickmend.networks import InteractiveNetwork, Model
from clickmend.networks.inputs import as_input
from clickmend.refinement import State
from clickmend.session.inference import Inference, Inferred, Run
from clickmend.session.refine import Refine
from clickmend.session.view import choose_view, cuts_off
from clickmend.tasks.areas import areas
from clickmend.tasks.energy import outside_disk
from clickmend.tasks.interactive import (
    InteractiveEnergy,
    InteractivePrediction,
    Reading,
    prior_logits,
)

MOST_WIDER = 2
"""How often an answer is taken from a wider view because the view before cut the object off."""

ABSENT = -20.0
"""The logit of what was never seen as object."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the network said at one moment.

    Args:
        crop: The view it was given.
        logits: Over the view, ``(h, w)``; with a prior, what it changes of the prior's logits.
        radii_px: The attention radius of every click so far, pixels of the photo.
        variables: The refinement variables behind it; empty is the identity.
        inferred: How they were moved.
    """

    crop: Crop
    logits: FloatMap
    radii_px: tuple[float, ...] = ()
    variables: State = field(default_factory=dict)
    inferred: Inferred | None = None


@dataclass(frozen=True, slots=True)
class _Question:
    """What an answer depends on, besides photo, network and view.

    ``previous`` is the previous mask's probability, ``(H, W)``.
    """

    clicks: tuple[Click, ...] = ()
    radii_px: tuple[float, ...] = ()
    box: Box | None = None
    previous: FloatMap | None = None
    last: Answer | None = None


class InteractiveEngine:
    """Runs one network on one photo; holds nothing that undo would have to know of.

    Args:
        photo: The photo, ``(H, W, 3)``.
        model: Network and card.
        refine: Where variables sit and how they move.
        prior: A mask to start from.
        reading: How clicks read.

    Raises:
        ModelError: The network is not an interactive one.
        PriorError: The prior cannot be read or does not fit.
    """

    def __init__(
        self,
        photo: RGB,
        model: Model,
        refine: Refine,
        *,
        prior: PixelSource | None = None,
        reading: Reading | None = None,
    ) -> None:
        self.photo = photo
        self.reading = reading or Reading()
        network = model.network_as(InteractiveNetwork)
        self._view_px, self._margin = model.card.view_px, model.card.margin or 1.0
        self._overview_px = model.card.overview_px or model.card.view_px
        self._device = next(network.parameters()).device
        self._encoding = network.encoding
        self._inference = Inference(model, refine)
        self._prior = None if prior is None else self._read_prior(prior)

    def check(self, mark: Mark, *, number: int) -> Mark:
        """The mark, if an object mask has a meaning for it; a click without a label is an object's.

        Raises:
            ClickError: It has none.
        """
        if isinstance(mark, Box):
            return mark
        if not isinstance(mark, Click):
            raise ClickError(
                f"mark {number} is a {type(mark).__name__.lower()}. In the task 'interactive' a "
                "mark is a click, 'foreground' or 'background', or a box."
            )
        label = FOREGROUND if mark.label is None else mark.label
        if label not in (FOREGROUND, BACKGROUND):
            raise ClickError(
                f"click {number} has the label {label!r}. In the task 'interactive' a click is "
                "'foreground' or 'background'."
            )
        if mark.value is not None:
            raise ClickError(
                f"click {number} has the value {mark.value}. In the task 'interactive' a click "
                "has a label, 'foreground' or 'background', and no value."
            )
        return replace(mark, label=label)

    def show(self, answer: Answer | None) -> InteractivePrediction:
        """What is seen: the prior or an empty mask, mended by the answer."""
        return InteractivePrediction(self.render(answer))

    def render(self, answer: Answer | None) -> FloatMap:
        """The logits of the whole photo, ``(H, W)``."""
        prior = self._prior
        ground = prior if prior is not None else np.full(self.photo.shape[:2], ABSENT, np.float32)
        if answer is None:
            return ground
        if prior is None:
            return answer.crop.write(answer.logits, ground)
        return ground + answer.crop.write(answer.logits, np.zeros_like(ground))

    def answer(
        self,
        marks: tuple[Mark, ...],
        last: Answer | None,
    ) -> Answer:
        """The answer to ``marks``, the newest of which has just come.

        The first answer to a photo looks twice: at the whole, then at what it found there. The
        second look is not told the answer of the first, for it would trust it too much.

        Args:
            marks: All feedback that counts, in order.
            last: The answer that was shown when the newest mark came; ``None`` before the first.
        """
        shown = self.render(last)
        clicks = tuple(mark for mark in marks if isinstance(mark, Click))
        radii = last.radii_px if last is not None else ()
        radii += tuple(self.reading.radius_px(c, shown > 0) for c in clicks[len(radii) :])
        box = next((mark for mark in marks if isinstance(mark, Box)), None)
        if last is not None or self._prior is not None:
            question = _Question(clicks, radii, box, expit(shown), last)
            crop = self._choose(marks, shown, whole=self._whole())
            return self._look_on(crop, marks, question)
        question = _Question(clicks, radii, box)
        overview = self._choose(marks, shown, whole=self._whole(self._overview_px))
        first = self._look(overview, question, refine=False)
        crop = self._choose(marks, self.render(first), whole=overview)
        if crop == overview and not self._inference.active:
            return first
        return self._look_on(crop, marks, question)

    def _look_on(self, crop: Crop, marks: tuple[Mark, ...], question: _Question) -> Answer:
        """Look, and while the view cuts the object off, look again at a wider one."""
        answer = self._look(crop, question)
        for _ in range(MOST_WIDER):
            seen = self.render(answer)
            if not cuts_off(answer.crop, seen > 0):
                break
            answer = self._look(self._choose(marks, seen, whole=self._whole()), question)
        return answer

    def _whole(self, long_side: int | None = None) -> Crop:
        height, width = self.photo.shape[:2]
        return whole_image(width, height, long_side=long_side or self._view_px)

    def _choose(self, marks: tuple[Mark, ...], logits: FloatMap, *, whole: Crop) -> Crop:
        return choose_view(
            marks, logits > 0, whole=whole, view_px=self._view_px, margin=self._margin
        )

    def _look(self, crop: Crop, question: _Question, *, refine: bool = True) -> Answer:
        """Answer from one view."""
        before = torch.zeros(crop.out_h, crop.out_w)
        offset = before
        if self._prior is not None:
            before = torch.from_numpy(crop.read(self._prior))
            offset = before - self._unclicked(crop, expit(self._prior))
        self._inference.start(
            {} if question.last is None else question.last.variables,
            moved=None if question.last is None else (question.last.crop, crop),
        )

        def evaluate() -> Tensor:
            return self._forward(crop, question, self._inference.run) + offset

        with torch.no_grad():
            logits = evaluate()
        inferred = None
        if self._inference.active and refine and question.clicks:
            energy = self._energy(crop, question, logits)
            logits, inferred = self._inference.minimise(evaluate, energy)
        changed = (logits - before).numpy()
        return Answer(crop, changed, question.radii_px, self._inference.state(), inferred)

    @torch.no_grad()
    def _unclicked(self, crop: Crop, previous: FloatMap) -> Tensor:
        """f(no clicks, prior, identity) over the view, apart from what replay keeps."""
        return self._forward(crop, _Question(previous=previous), self._inference.plain)

    def _forward(self, crop: Crop, question: _Question, network: Run) -> Tensor:
        """The network's logits over the view, ``(h, w)``, on the CPU."""
        previous = None if question.previous is None else crop.read(question.previous)
        image = as_input(crop.read(self.photo), self._device)
        marks = self._encoding(question.clicks, question.box, previous, crop).to(self._device)
        return network(image, marks)[0, 0].cpu()

    def _energy(self, crop: Crop, question: _Question, before: Tensor) -> InteractiveEnergy:
        seen = [
            (click, radius * crop.scale)
            for click, radius in zip(question.clicks, question.radii_px, strict=True)
            if crop.contains(click.x, click.y)
        ]
        points = [crop.to_view(click.x, click.y) for click, _ in seen]
        says = [int(click.is_foreground) for click, _ in seen]
        speaking = [self.reading.area_share * radius for _, radius in seen]
        if question.previous is None:
            shown = np.zeros((crop.out_h, crop.out_w), np.bool_)
        else:
            shown = crop.read(question.previous) > 0.5
        return InteractiveEnergy(
            areas(points, speaking, says, shown=shown),
            2 * torch.tensor(says, dtype=torch.float32) - 1,
            before,
            outside_disk(points[-1], seen[-1][1], height=crop.out_h, width=crop.out_w),
        )

    def _read_prior(self, prior: PixelSource) -> FloatMap:
        """The prior's logits, ``(H, W)``.

        m of a hard mask is the median |logit| that the network gives, told this mask and no click.
        """
        height, width = self.photo.shape[:2]
        mask = prior_logits(prior, width=width, height=height, margin=1.0) > 0
        told = self._unclicked(self._whole(), mask.astype(np.float32))
        margin = float(told.abs().median())
        return prior_logits(prior, width=width, height=height, margin=margin)
