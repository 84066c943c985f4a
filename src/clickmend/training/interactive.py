"""The course of interactive networks: objects, and feedback of the three tasks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from clickmend.core.types import RGB
from clickmend.networks import InteractiveNetwork
from clickmend.training.batches import stack_maps
from clickmend.training.course import Outcome
from clickmend.training.curriculum import Example, begin, correct, encode
from clickmend.training.losses import mask_loss
from clickmend.training.pictures import object_row
from clickmend.training.recipes import InteractiveRecipe
from clickmend.training.scenes import Scenes, validation_views
from clickmend.training.views import View

KEPT_BACK = 60
"""Objects that are clicked on at each validation."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """Views with their first feedback, and how many corrective rounds follow.

    ``rng`` draws in those rounds.
    """

    examples: list[Example]
    rounds: int
    rng: np.random.Generator


class InteractiveCourse:
    """Views of objects with the feedback that the curriculum gives, see ``Course``."""

    def __init__(self, recipe: InteractiveRecipe) -> None:
        self._recipe = recipe
        self._scenes = Scenes(recipe.sources, part="train", paste_share=recipe.paste_share)

    def draw(self, seed: int, step: int) -> Lesson:
        """The views of a step, each with the feedback that it starts with."""
        stage, _ = self._recipe.at(step)
        rng = np.random.default_rng([seed, step, 0])
        plan, progress = self._recipe.curriculum, step / self._recipe.steps
        examples = [
            begin(self._scenes.draw(rng, stage.size_px), plan, rng, progress=progress)
            for _ in range(stage.batch)
        ]
        later, rounds = np.random.default_rng([seed, step, 1]), 0
        if step >= plan.corrective_clicks_from * self._recipe.steps:
            rounds = int(later.choice(len(plan.rounds), p=plan.rounds))
        return Lesson(examples, rounds, later)

    def step(
        self,
        network: nn.Module,
        batch: Lesson,
        *,
        autocast: torch.autocast,
    ) -> Outcome:
        """Corrective rounds, as many as the curriculum asks for, then the answer and its loss."""
        assert isinstance(network, InteractiveNetwork)
        device = next(network.parameters()).device
        examples, drop = batch.examples, self._recipe.curriculum.drop_previous_share
        for _ in range(batch.rounds):
            correct(network, examples, batch.rng, drop_previous=drop, autocast=autocast)
        image, marks = encode(examples, network.encoding)
        with autocast:
            logits = network(image.to(device), marks.to(device))
        truth = stack_maps([example.view.truth for example in examples]).to(device)
        counted = stack_maps([example.view.counted for example in examples]).to(device)
        loss = mask_loss(logits, truth, counted)
        logits = logits.detach().float()

        def picture(most: int) -> RGB:
            shown = logits[:most, 0].cpu().numpy()
            return np.concatenate(
                [object_row(example, row) for example, row in zip(examples, shown, strict=False)]
            )

        iou = _overlap(logits > 0, truth > 0, counted > 0)
        return Outcome(loss, {f"iou after {batch.rounds} corrections": iou}, picture)

    def kept_back(self, seed: int) -> Sequence[View]:
        """Whole photos with one object each."""
        return validation_views(self._recipe.sources, most=KEPT_BACK, seed=seed)


def _overlap(shown: Tensor, truth: Tensor, counted: Tensor) -> float:
    both = (shown & truth & counted).sum(dim=(1, 2, 3))
    either = ((shown | truth) & counted).sum(dim=(1, 2, 3))
    return float((both / either.clamp(min=1)).mean())
