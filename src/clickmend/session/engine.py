"""From photo and feedback to an answer: look at the view, run the network, refine."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import torch
from scipy.special import expit
from torch import Tensor

from clickmend.core.types import RGB, FloatMap, Mask
from clickmend.feedback.crop import Crop, whole_image
from clickmend.feedback.marks import Box, Click, Mark
from clickmend.networks import Model
from clickmend.refinement import Replay, State, insert, minimise
from clickmend.session.view import choose_view, cuts_off
from clickmend.tasks.interactive import InteractiveEnergy, Reading, areas, outside_disk

_Network: TypeAlias = Callable[[Tensor, Tensor], Tensor]

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
    """

    crop: Crop
    logits: FloatMap
    radii_px: tuple[float, ...] = ()
    variables: State = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Question:
    """What an answer depends on, besides photo, network and view.

    ``previous`` is the previous mask's probability, ``(H, W)``, ``prior`` the prior's logits.
    """

    clicks: tuple[Click, ...] = ()
    radii_px: tuple[float, ...] = ()
    box: Box | None = None
    previous: FloatMap | None = None
    last: Answer | None = None
    prior: FloatMap | None = None


class InteractiveEngine:
    """Runs one network on one photo; holds nothing that undo would have to know of.

    Args:
        photo: The photo, ``(H, W, 3)``.
        model: Network and card.
        refine: Name of the refinement layer, or "none".
        reading: How clicks read.
    """

    def __init__(
        self, photo: RGB, model: Model, *, refine: str, reading: Reading | None = None
    ) -> None:
        self.photo = photo
        self.card = model.card
        self.reading = reading or Reading()
        self._device = next(model.network.parameters()).device
        self._encoding = model.network.encoding
        self._plain: _Network = model.network
        self._run: _Network = model.network
        self._insertion = None
        if refine != "none":
            # Hooks go into a copy: the loaded network is shared by all sessions.
            network = copy.deepcopy(model.network)
            self._insertion = insert(network, dict.fromkeys(self.card.refinement.at, refine))
            self._run = Replay(network)
            self._learning_rate = self.card.refinement.learning_rates[refine]

    def render(self, answer: Answer | None, prior: FloatMap | None) -> FloatMap:
        """The logits of the whole photo, ``(H, W)``: the prior's, mended by the answer."""
        ground = prior if prior is not None else np.full(self.photo.shape[:2], ABSENT, np.float32)
        if answer is None:
            return ground
        if prior is None:
            return answer.crop.write(answer.logits, ground)
        return ground + answer.crop.write(answer.logits, np.zeros_like(ground))

    def margin(self, prior: Mask) -> float:
        """m: the median |logit| that the network itself gives, told this mask and no click."""
        logits = self._unclicked(self._whole(), prior.astype(np.float32))
        return float(logits.abs().median())

    def answer(
        self,
        marks: tuple[Mark, ...],
        shown: FloatMap,
        *,
        last: Answer | None,
        prior: FloatMap | None,
    ) -> Answer:
        """The answer to ``marks``, the newest of which has just come.

        The first answer to a photo looks twice: at the whole, then at what it found there. The
        second look is not told the answer of the first, for it would trust it too much.

        Args:
            marks: All feedback that counts, in order.
            shown: The logits that were shown when the newest mark came, ``(H, W)``.
            last: The answer behind them; ``None`` before the first.
            prior: The prior's logits, ``(H, W)``.
        """
        clicks = tuple(mark for mark in marks if isinstance(mark, Click))
        radii = last.radii_px if last is not None else ()
        radii += tuple(self.reading.radius_px(c, shown > 0) for c in clicks[len(radii) :])
        box = next((mark for mark in marks if isinstance(mark, Box)), None)
        if last is not None or prior is not None:
            question = _Question(clicks, radii, box, expit(shown), last, prior)
            crop = self._choose(marks, shown, whole=self._whole())
            return self._look_on(crop, marks, question)
        question = _Question(clicks, radii, box)
        overview = self._choose(marks, shown, whole=self._whole(self.card.overview_px))
        first = self._look(overview, question, refine=False)
        crop = self._choose(marks, self.render(first, None), whole=overview)
        if crop == overview and self._insertion is None:
            return first
        return self._look_on(crop, marks, question)

    def _look_on(self, crop: Crop, marks: tuple[Mark, ...], question: _Question) -> Answer:
        """Look, and while the view cuts the object off, look again at a wider one."""
        answer = self._look(crop, question)
        for _ in range(MOST_WIDER):
            seen = self.render(answer, question.prior)
            if not cuts_off(answer.crop, seen > 0):
                break
            answer = self._look(self._choose(marks, seen, whole=self._whole()), question)
        return answer

    def _whole(self, long_side: int | None = None) -> Crop:
        height, width = self.photo.shape[:2]
        return whole_image(width, height, long_side=long_side or self.card.view_px)

    def _choose(self, marks: tuple[Mark, ...], logits: FloatMap, *, whole: Crop) -> Crop:
        card = self.card
        return choose_view(marks, logits > 0, whole=whole, view_px=card.view_px, margin=card.margin)

    def _look(self, crop: Crop, question: _Question, *, refine: bool = True) -> Answer:
        """Answer from one view."""
        before = torch.zeros(crop.out_h, crop.out_w)
        offset = before
        if question.prior is not None:
            before = torch.from_numpy(crop.read(question.prior))
            offset = before - self._unclicked(crop, expit(question.prior))
        if self._insertion is not None and refine and question.clicks:
            logits = self._refine(crop, question, offset)
            variables = self._insertion.state()
        else:
            logits = self._ask(crop, question) + offset
            variables = question.last.variables if question.last is not None else {}
        return Answer(crop, (logits - before).numpy(), question.radii_px, variables)

    def _unclicked(self, crop: Crop, previous: FloatMap) -> Tensor:
        """f(no clicks, prior, identity) over the view, apart from what replay keeps."""
        with torch.no_grad():
            return self._forward(crop, _Question(previous=previous), self._plain)

    @torch.no_grad()
    def _ask(self, crop: Crop, question: _Question) -> Tensor:
        return self._forward(crop, question, self._run)

    def _forward(self, crop: Crop, question: _Question, network: _Network) -> Tensor:
        """The network's logits over the view, ``(h, w)``, on the CPU."""
        previous = None if question.previous is None else crop.read(question.previous)
        view = torch.from_numpy(np.ascontiguousarray(crop.read(self.photo)))
        image = view.permute(2, 0, 1)[None].to(self._device).float().div(255)
        marks = self._encoding(question.clicks, question.box, previous, crop).to(self._device)
        return network(image, marks)[0, 0].cpu()

    def _refine(self, crop: Crop, question: _Question, offset: Tensor) -> Tensor:
        """G-BRS: move the inserted variables until the clicks agree (Eq. 7 and 8)."""
        assert self._insertion is not None
        last = question.last
        self._insertion.load_state(last.variables if last is not None else {})
        if last is not None and last.crop != crop:
            self._insertion.resample(_rectangle(last.crop), _rectangle(crop))
        latest = self._ask(crop, question) + offset
        energy = self._energy(crop, question, latest)

        def evaluate() -> Tensor:
            nonlocal latest
            latest = self._forward(crop, question, self._run) + offset
            return energy(latest)

        minimise(
            evaluate,
            self._insertion.variables(),
            lr=self._learning_rate,
            iterations=self.card.refinement.iterations,
            stop=lambda: energy.satisfied(latest),
            project=self._insertion.project,
        )
        return latest.detach()

    def _energy(self, crop: Crop, question: _Question, before: Tensor) -> InteractiveEnergy:
        seen = [
            (click, radius * crop.scale)
            for click, radius in zip(question.clicks, question.radii_px, strict=True)
            if crop.contains(click.x, click.y)
        ]
        points = [crop.to_view(click.x, click.y) for click, _ in seen]
        signs = [1 if click.is_foreground else -1 for click, _ in seen]
        speaking = [self.reading.area_share * radius for _, radius in seen]
        if question.previous is None:
            shown = np.zeros((crop.out_h, crop.out_w), np.bool_)
        else:
            shown = crop.read(question.previous) > 0.5
        return InteractiveEnergy(
            torch.from_numpy(areas(points, speaking, signs, shown=shown)),
            torch.tensor(signs, dtype=torch.float32),
            before,
            outside_disk(points[-1], seen[-1][1], height=crop.out_h, width=crop.out_w),
        )


def _rectangle(crop: Crop) -> tuple[float, float, float, float]:
    return (float(crop.x0), float(crop.y0), float(crop.x1), float(crop.y1))
