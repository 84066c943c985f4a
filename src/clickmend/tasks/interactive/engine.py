"""Object masks from photo and feedback: look at the view, run the network, refine."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache

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
from clickmend.tasks.areas import areas
from clickmend.tasks.energy import outside_disk
from clickmend.tasks.engine import Answer, Engine, Patch, Placed, Scene
from clickmend.tasks.inference import Inference, Inferred, Run
from clickmend.tasks.interactive.energy import InteractiveEnergy
from clickmend.tasks.interactive.prediction import InteractivePrediction, prior_logits
from clickmend.tasks.interactive.reading import Reading
from clickmend.tasks.interactive.view import choose_view, cuts_off
from clickmend.tasks.refine import Refine

MOST_WIDER = 2
"""How often an answer is taken from a wider view because the view before cut the object off."""

ABSENT = -20.0
"""The logit of what was never seen as object."""


UNCLICKED_KEPT = 4
"""For how many views the network's answer to the prior without clicks is kept."""


@dataclass(frozen=True, kw_only=True, eq=False)
class InteractiveAnswer(Answer):
    """What stands after a mark.

    Args:
        crop: The view that the network was given.
        logits: What it answered over that view, ``(h, w)``.
        changed: By how much it changes the map before any mark over the view, ``(h, w)``.
        variables: The refinement variables behind it; empty is the identity.
    """

    crop: Crop
    logits: Tensor
    changed: FloatMap
    variables: State = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Question:
    """What an answer depends on, besides photo, network and view.

    ``previous`` is the previous mask's probability, ``(H, W)``.
    """

    marks: tuple[Placed, ...] = ()
    previous: FloatMap | None = None
    last: InteractiveAnswer | None = None

    @property
    def clicks(self) -> list[tuple[Click, float]]:
        """The clicks with their radii."""
        return [(one.mark, one.radius_px) for one in self.marks if isinstance(one.mark, Click)]

    @property
    def box(self) -> Box | None:
        """The box, if there is one."""
        return next((one.mark for one in self.marks if isinstance(one.mark, Box)), None)


@dataclass(frozen=True, slots=True)
class _Look:
    """What the network says of one view; the fields are those of ``InteractiveAnswer``."""

    crop: Crop
    logits: Tensor
    changed: FloatMap
    variables: State
    inferred: Inferred | None


class InteractiveEngine(Engine[InteractivePrediction]):
    """Runs one network on one photo.

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
        super().__init__(photo)
        self.reading = reading or Reading()
        network = model.network_as(InteractiveNetwork)
        self._view_px, self._margin = model.card.view_px, model.card.margin or 1.0
        self._overview_px = model.card.overview_px or model.card.view_px
        self._device = next(network.parameters()).device
        self._encoding = network.encoding
        self._inference = Inference(model, refine)
        self._prior = None if prior is None else self._read_prior(prior)
        self._witness = lru_cache(maxsize=UNCLICKED_KEPT)(self._unclicked)

    @cached_property
    def initial(self) -> FloatMap:
        """The prior's logits, or those of an empty mask."""
        if self._prior is not None:
            return self._prior
        return np.full(self.photo.shape[:2], ABSENT, np.float32)

    def check(self, mark: Mark, *, number: int) -> Mark:
        """See ``Engine``; a click without a label is an object's.

        Raises:
            ClickError: An object mask has no meaning for it.
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

    def prediction(self, shown: FloatMap) -> InteractivePrediction:
        """See ``Engine``."""
        return InteractivePrediction(shown)

    def answer(self, marks: tuple[Mark, ...], last: Answer | None) -> InteractiveAnswer:
        """See ``Engine``.

        The first answer to a photo looks twice: at the whole, then at what it found there. The
        second look is not told the answer of the first, for it would trust it too much.
        """
        assert last is None or isinstance(last, InteractiveAnswer)
        shown = self.render(last)
        placed = self._placed(marks, last, shown)
        look = self._looked(marks, placed, shown, last)
        witness = None if self._prior is None else self._witness(look.crop)[None]
        scene = Scene(
            self.photo, shown, self.initial, look.crop, witness, look.logits[None], placed
        )
        return InteractiveAnswer(
            marks=placed,
            patch=self.correct(scene, look.changed),
            before=last,
            inferred=look.inferred,
            crop=look.crop,
            logits=look.logits,
            changed=look.changed,
            variables=look.variables,
        )

    def correct(self, scene: Scene, changed: FloatMap) -> Patch | None:
        """What the newest mark changes of the map: all of the view, and what a view before had."""
        return Patch.between(scene.shown, self._over(scene.crop, changed))

    def _over(self, crop: Crop, changed: FloatMap) -> FloatMap:
        """The map that a look makes of the initial one, ``(H, W)``."""
        ground = self.initial
        if self._prior is None:
            return crop.write(changed, ground)
        return ground + crop.write(changed, np.zeros_like(ground))

    def _placed(
        self, marks: tuple[Mark, ...], last: InteractiveAnswer | None, shown: FloatMap
    ) -> tuple[Placed, ...]:
        """The marks with their radii; that of a click is fixed when it comes, a box has none."""
        before = () if last is None else last.marks
        known = [one for one in before if isinstance(one.mark, Click)]
        clicks = [mark for mark in marks if isinstance(mark, Click)]
        new = [Placed(c, self.reading.radius_px(c, shown > 0)) for c in clicks[len(known) :]]
        placed = iter((*known, *new))
        return tuple(next(placed) if isinstance(m, Click) else Placed(m, math.nan) for m in marks)

    def _looked(
        self,
        marks: tuple[Mark, ...],
        placed: tuple[Placed, ...],
        shown: FloatMap,
        last: InteractiveAnswer | None,
    ) -> _Look:
        if last is not None or self._prior is not None:
            question = _Question(placed, expit(shown), last)
            crop = self._choose(marks, shown, whole=self._whole())
            return self._look_on(crop, marks, question)
        question = _Question(placed)
        overview = self._choose(marks, shown, whole=self._whole(self._overview_px))
        first = self._look(overview, question, refine=False)
        crop = self._choose(marks, self._over(first.crop, first.changed), whole=overview)
        if crop == overview and not self._inference.active:
            return first
        return self._look_on(crop, marks, question)

    def _look_on(self, crop: Crop, marks: tuple[Mark, ...], question: _Question) -> _Look:
        """Look, and while the view cuts the object off, look again at a wider one."""
        look = self._look(crop, question)
        for _ in range(MOST_WIDER):
            seen = self._over(look.crop, look.changed)
            if not cuts_off(look.crop, seen > 0):
                break
            look = self._look(self._choose(marks, seen, whole=self._whole()), question)
        return look

    def _whole(self, long_side: int | None = None) -> Crop:
        height, width = self.photo.shape[:2]
        return whole_image(width, height, long_side=long_side or self._view_px)

    def _choose(self, marks: tuple[Mark, ...], logits: FloatMap, *, whole: Crop) -> Crop:
        return choose_view(
            marks, logits > 0, whole=whole, view_px=self._view_px, margin=self._margin
        )

    def _look(self, crop: Crop, question: _Question, *, refine: bool = True) -> _Look:
        """Answer from one view."""
        before = torch.zeros(crop.out_h, crop.out_w)
        offset = before
        if self._prior is not None:
            before = torch.from_numpy(crop.read(self._prior))
            offset = before - self._witness(crop)
        last = question.last
        self._inference.start(
            {} if last is None else last.variables,
            moved=None if last is None else (last.crop, crop),
        )
        said = offset

        def evaluate() -> Tensor:
            nonlocal said
            said = self._forward(crop, question, self._inference.run)
            return said + offset

        with torch.no_grad():
            logits = evaluate()
        inferred = None
        if self._inference.active and refine and question.clicks:
            energy = self._energy(crop, question, logits)
            logits, inferred = self._inference.minimise(evaluate, energy)
        changed = (logits - before).numpy()
        return _Look(crop, said.detach(), changed, self._inference.state(), inferred)

    @torch.no_grad()
    def _unclicked(self, crop: Crop) -> Tensor:
        """f(no clicks, prior, identity) over the view, apart from what replay keeps."""
        assert self._prior is not None
        return self._forward(crop, _Question(previous=expit(self._prior)), self._inference.plain)

    def _forward(self, crop: Crop, question: _Question, network: Run) -> Tensor:
        """The network's logits over the view, ``(h, w)``, on the CPU."""
        previous = None if question.previous is None else crop.read(question.previous)
        image = as_input(crop.read(self.photo), self._device)
        clicks = tuple(click for click, _ in question.clicks)
        marks = self._encoding(clicks, question.box, previous, crop).to(self._device)
        return network(image, marks)[0, 0].cpu()

    def _energy(self, crop: Crop, question: _Question, before: Tensor) -> InteractiveEnergy:
        seen = [
            (click, radius * crop.scale)
            for click, radius in question.clicks
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
        question = _Question(previous=mask.astype(np.float32))
        with torch.no_grad():
            told = self._forward(self._whole(), question, self._inference.plain)
        margin = float(told.abs().median())
        return prior_logits(prior, width=width, height=height, margin=margin)
