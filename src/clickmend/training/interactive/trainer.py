"""The trainer of interactive networks: objects, and feedback of the three tasks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import ClassVar, final

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from clickmend.core.shapes import Float
from clickmend.core.types import RGB, FloatMap, TaskName
from clickmend.networks import InteractiveNetwork, LateFusionNetwork
from clickmend.networks.blocks import enlarged
from clickmend.networks.models.interactive_unet import InteractiveUNet
from clickmend.training.interactive.curriculum import (
    Curriculum,
    Example,
    begin,
    click_on,
    correct,
    encode,
)
from clickmend.training.objects import ObjectViews, View, validation_views
from clickmend.training.pictures import UNCOUNTED, beside, grey
from clickmend.training.recipe import Recipe
from clickmend.training.trainer import Batch, Outcome, Trainer
from clickmend.training.views import Shape, stack_maps

VALIDATED = 60
"""Objects that are clicked on at each validation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InteractiveRecipe(Recipe):
    """A training of an interactive network, on objects.

    ``paste_share`` is how often an object is set into another photo. Of a network with a
    ``CorrectiveStep``, ``untold_share`` of the views tell their clicks to it alone, and
    ``classifier_weight`` is the weight of the loss of its classifier.
    """

    task: ClassVar[TaskName] = "interactive"
    in_card = ("overview_px", "margin")

    curriculum: Curriculum = field(default_factory=Curriculum)
    paste_share: float = 0.3
    untold_share: float = 0.0
    classifier_weight: float = 0.4
    overview_px: int = 224
    margin: float = 1.4

    def trainer(self) -> InteractiveTrainer:
        """See the base class."""
        return InteractiveTrainer(self)


@final
class InteractiveTrainer(Trainer[Example, InteractiveRecipe]):
    """Views of objects with the feedback that the curriculum gives, see ``Trainer``."""

    def __init__(self, recipe: InteractiveRecipe) -> None:
        super().__init__(recipe)
        self._objects = ObjectViews(recipe.sources, paste_share=recipe.paste_share)

    def views(self, rng: np.random.Generator, step: int) -> list[Example]:
        """The views of a step, each with the feedback that it starts with."""
        stage, _ = self.recipe.at(step)
        plan, progress = self.recipe.curriculum, step / self.recipe.steps
        return [
            begin(self._objects.draw(rng, stage.size_px), plan, rng, progress=progress)
            for _ in range(stage.batch)
        ]

    def view(self, rng: np.random.Generator, shape: Shape) -> Example:
        """A view without feedback."""
        return Example(self._objects.draw(rng, shape[1]))

    def step(
        self, network: nn.Module, batch: Batch[Example], *, autocast: torch.autocast
    ) -> Outcome:
        """Corrective rounds, as many as the curriculum asks for, then the answer and its loss.

        With late fusion the photo is encoded once, and the loss is the mean over all rounds.
        """
        assert isinstance(network, InteractiveNetwork)
        plan, rounds = self.recipe.curriculum, 0
        rng = np.random.default_rng([batch.seed, batch.step, 1])
        if batch.step >= plan.corrective_clicks_from * self.recipe.steps:
            rounds = int(rng.choice(len(plan.rounds), p=plan.rounds))
        drop = plan.drop_previous_share
        if isinstance(network, LateFusionNetwork):
            return self._rounds(network, batch, rng, rounds=rounds, autocast=autocast)
        for _ in range(rounds):
            correct(network, batch.views, rng, drop_previous=drop, autocast=autocast)
        if isinstance(network, InteractiveUNet) and network.corrective is not None:
            outcome = self._corrective(network, batch, rng, autocast=autocast)
        else:
            outcome = super().step(network, batch, autocast=autocast)
        numbers = dict(outcome.numbers)
        numbers[f"iou after {rounds} corrections"] = numbers.pop("iou")
        return replace(outcome, numbers=numbers)

    def _corrective(
        self,
        network: InteractiveUNet,
        batch: Batch[Example],
        rng: np.random.Generator,
        *,
        autocast: torch.autocast,
    ) -> Outcome:
        """The answer and its loss, to which that of the corrective classifier is added.

        The clicks of some views are told to that classifier alone: there the rest of the network
        knows of them only by what propagates.
        """
        assert network.corrective is not None
        device, recipe = next(network.parameters()).device, self.recipe
        image, marks = (x.to(device) for x in encode(batch.views, network.encoding))
        clicks = marks[:, :2].clone()
        marks[torch.from_numpy(rng.random(len(marks)) < recipe.untold_share), :2] = 0
        with told_by(network.corrective.classifier) as told, autocast:
            answer = network(image, marks, clicks)
        loss, numbers = self.judge(answer, batch.views)
        early, judged = self.judge(enlarged(told[0], like=answer), batch.views)
        numbers |= {"iou of the classifier": judged["iou"]}
        loss = loss + recipe.classifier_weight * early
        return Outcome(loss, numbers, self.rows(answer.detach(), batch.views))

    def _rounds(
        self,
        network: LateFusionNetwork,
        batch: Batch[Example],
        rng: np.random.Generator,
        *,
        rounds: int,
        autocast: torch.autocast,
    ) -> Outcome:
        """The answers to one photo each after 0 … ``rounds`` corrections, and their mean loss."""
        device, drop = next(network.parameters()).device, self.recipe.curriculum.drop_previous_share
        image, marks = encode(batch.views, network.encoding)
        with autocast:
            maps = network.encode(image.to(device))
        losses, numbers = [], dict[str, float]()
        for done in range(rounds + 1):
            with autocast:
                answer = network.decode(marks.to(device), *maps)
            loss, judged = self.judge(answer, batch.views)
            losses.append(loss)
            numbers[f"iou after {done} corrections"] = judged["iou"]
            if done < rounds:
                click_on(answer, batch.views, rng, drop_previous=drop)
                _, marks = encode(batch.views, network.encoding)
        rows = self.rows(answer.detach(), batch.views)
        return Outcome(torch.stack(losses).mean(), numbers, rows)

    def inputs(self, network: nn.Module, views: Sequence[Example], /) -> tuple[Tensor, ...]:
        """The pictures and the marks."""
        assert isinstance(network, InteractiveNetwork)
        return encode(views, network.encoding)

    def judge(self, answer: Tensor, views: Sequence[Example]) -> tuple[Tensor, dict[str, float]]:
        """The loss, and the mean IoU."""
        truth, counted = (
            stack_maps(maps).to(answer.device)
            for maps in ([each.view.truth for each in views], [each.view.counted for each in views])
        )
        shown, wanted, seen = answer.detach().float() > 0, truth > 0, counted > 0
        both = (shown & wanted & seen).sum(dim=(1, 2, 3))
        either = ((shown | wanted) & seen).sum(dim=(1, 2, 3))
        iou = float((both / either.clamp(min=1)).mean())
        return mask_loss(answer, truth, counted), {"iou": iou}

    def row(self, answer: Tensor, view: Example) -> RGB:
        """Photo with its clicks, the answer's probability and the truth."""
        return object_row(view, answer[0].numpy())

    def validation(self, seed: int) -> Sequence[View]:
        """Whole photos with one object each."""
        return validation_views(self.recipe.sources, most=VALIDATED, seed=seed)


@contextmanager
def told_by(part: nn.Module) -> Iterator[list[Tensor]]:
    """What a part of a network answers while it is asked as a whole, the first answer first."""
    told: list[Tensor] = []
    hook = part.register_forward_hook(lambda _part, _given, output: told.append(output))
    try:
        yield told
    finally:
        hook.remove()


def mask_loss(
    logits: Float[Tensor, "B 1 H W"],
    truth: Float[Tensor, "B 1 H W"],
    counted: Float[Tensor, "B 1 H W"],
) -> Float[Tensor, ""]:
    """Cross-entropy plus soft intersection over union, each a mean over the batch.

    The second term asks for the quantity that is measured: where the extent of the object is
    unsure it prefers the answer with the larger expected overlap, which cross-entropy does not.

    Args:
        logits: The network's answer.
        truth: 1 on the object, 0 elsewhere.
        counted: 0 on pixels that take no part.
    """
    logits = logits.float()
    entropy = F.binary_cross_entropy_with_logits(logits, truth, reduction="none") * counted
    entropy = entropy.sum(dim=(1, 2, 3)) / counted.sum(dim=(1, 2, 3)).clamp(min=1)
    probability = logits.sigmoid() * counted
    wanted = truth * counted
    both = (probability * wanted).sum(dim=(1, 2, 3))
    either = (probability + wanted - probability * wanted).sum(dim=(1, 2, 3))
    overlap = 1 - (both + 1) / (either + 1)
    loss: Tensor = (entropy + overlap).mean()
    return loss


def object_row(example: Example, logits: FloatMap) -> RGB:
    """Photo with its clicks, the answer's probability and the truth.

    Args:
        example: A view with its feedback, ``(S, S)``.
        logits: The answer, ``(S, S)``.

    Returns:
        ``(S, 3 S, 3)``; foreground clicks green, background clicks red, what does not count
        grey.
    """
    photo = example.view.image.copy()
    for click in example.clicks:
        row, column = int(click.y), int(click.x)
        colour = (0, 220, 0) if click.is_foreground else (220, 0, 0)
        photo[max(0, row - 2) : row + 3, max(0, column - 2) : column + 3] = colour
    truth = np.where(example.view.counted, example.view.truth * 255, UNCOUNTED)
    return beside(photo, grey(1 / (1 + np.exp(-logits))), grey(truth / 255))
