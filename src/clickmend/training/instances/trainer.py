"""The course of AttentionShift: one point per object in, masks learned from what tokens look at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, final

import numpy as np
import torch
from torch import Tensor, nn

from clickmend.core.types import RGB
from clickmend.networks.backbones.point_tokens import Queried
from clickmend.networks.models.attention_shift import AttentionShiftNetwork
from clickmend.training.batches import stack_images
from clickmend.training.course import Outcome
from clickmend.training.instance_recipes import InstancesRecipe
from clickmend.training.instances.losses import (
    box_choice_loss,
    detector_loss,
    patch_loss,
    point_mask_loss,
    token_loss,
    whole_mask_loss,
)
from clickmend.training.instances.matching import matched_tokens
from clickmend.training.instances.similarity import feature_similarity
from clickmend.training.instances.supervision import (
    Candidates,
    Supervision,
    candidates,
    gate_of,
    supervise,
)
from clickmend.training.pictures import points_row
from clickmend.training.points import PointView
from clickmend.training.window import Shape


class PointSource(Protocol):
    """What shows pictures with points."""

    def draw(self, rng: np.random.Generator, shape: Shape) -> PointView:
        """One view."""
        ...

    def kept_back(self, seed: int, shape: Shape) -> Sequence[PointView]:
        """Pictures that ``draw`` never shows."""
        ...


@final
@dataclass(frozen=True, slots=True)
class PointLesson:
    """The views of a step, whether the detector is trained by them, and the seed of all draws."""

    views: list[PointView]
    with_detector: bool
    seed: int


class InstancesCourse:
    """Point tokens first, then the detector too, see ``Course``."""

    def __init__(self, recipe: InstancesRecipe, source: PointSource) -> None:
        self._recipe = recipe
        self._source = source

    def draw(self, seed: int, step: int) -> PointLesson:
        """The views of a step."""
        stage, _ = self._recipe.at(step)
        rng = np.random.default_rng([seed, step, 0])
        views = [self._source.draw(rng, stage.shape) for _ in range(stage.batch)]
        with_detector = step >= self._recipe.detector_from * self._recipe.steps
        return PointLesson(views, with_detector, int(rng.integers(2**31)))

    def step(
        self,
        network: nn.Module,
        batch: PointLesson,
        *,
        autocast: torch.autocast,
    ) -> Outcome:
        """What the tokens say; then what the detector says of what the tokens look at."""
        assert isinstance(network, AttentionShiftNetwork)
        device = next(network.parameters()).device
        views = batch.views
        size = views[0].index.shape
        with autocast:
            image = stack_images([view.image for view in views]).to(device)
            said = network.query(image)
        pixels = [torch.from_numpy(view.points).to(device) for view in views]
        extent = torch.tensor([size[1], size[0]], dtype=torch.float32, device=device)
        points = [each / extent for each in pixels]
        classes = [torch.from_numpy(view.classes).to(device) for view in views]
        tokens = [
            matched_tokens(*each)
            for each in zip(said.class_logits, said.points, points, classes, strict=True)
        ]
        focal, away = token_loss(said, tokens, points, classes)
        losses = {"token classes": focal, "token points": away}
        patch = network.patch_px
        if self._recipe.patch_weight:
            under = [
                network.classes_at(features, each / patch)
                for features, each in zip(said.features, pixels, strict=True)
            ]
            patches = patch_loss(torch.cat(under), torch.cat(classes))
            losses["patch classes"] = self._recipe.patch_weight * patches
        looked = self._looked_at(said, tokens, [each / patch for each in pixels], classes)
        votes = [
            network.multiple_instance(features, found.boxes)
            for features, found in zip(said.features, looked, strict=True)
        ]
        choices = [box_choice_loss(*each) for each in zip(votes, classes, strict=True)]
        losses["boxes' choice"] = torch.stack(choices).mean()
        told: list[Supervision] = []
        if batch.with_detector:
            generator = torch.Generator().manual_seed(batch.seed)
            told = [
                supervise(
                    said.features[i],
                    looked[i],
                    votes[i].chosen(classes[i]),
                    pixels[i] / patch,
                    patch_px=patch,
                    rules=self._recipe.rules,
                    generator=generator,
                )
                for i in range(len(views))
            ]
            losses |= self._detected(network, said, told, classes, size, batch.seed)
        numbers = {name: float(loss.detach()) for name, loss in losses.items()}
        numbers |= self._similarity(said, views, classes)

        def picture(most: int) -> RGB:
            shown = [each.foreground.amax(dim=0).cpu().numpy() for each in told]
            return np.concatenate(
                [
                    points_row(view, shown[i] if shown else None)
                    for i, view in enumerate(views[:most])
                ]
            )

        return Outcome(torch.stack(list(losses.values())).sum(), numbers, picture)

    def kept_back(self, seed: int) -> Sequence[PointView]:
        """The source's."""
        return self._source.kept_back(seed, self._recipe.stages[-1].shape)

    def _looked_at(
        self, said: Queried, tokens: list[Tensor], points: list[Tensor], classes: list[Tensor]
    ) -> list[Candidates]:
        """What the matched tokens of each picture look at; the points are in patches."""
        rules = self._recipe.rules
        return [
            candidates(
                [block[i] for block in said.attention],
                token,
                point,
                first_token=said.first_token,
                gate=gate_of(said.features[i], point, kinds, maps=rules.maps),
                grid=(said.features.shape[2], said.features.shape[3]),
                box_rule=rules.box_rule,
            )
            for i, (token, point, kinds) in enumerate(zip(tokens, points, classes, strict=True))
        ]

    def _detected(
        self,
        network: AttentionShiftNetwork,
        said: Queried,
        told: list[Supervision],
        classes: list[Tensor],
        size: Shape,
        seed: int,
    ) -> dict[str, Tensor]:
        """The detector's losses; torchvision draws its samples from the global generator."""
        devices = [said.features.device] if said.features.is_cuda else []
        with torch.random.fork_rng(devices):
            torch.manual_seed(seed)
            proposed = network.detector.propose(
                said.maps, size, [each.boxes for each in told], classes
            )
        kinds, boxes = detector_loss(proposed)
        if self._recipe.mask_supervision == "mask":
            masks = whole_mask_loss(proposed, [each.masks(size) for each in told])
        else:
            points, inside = [each.points for each in told], [each.inside for each in told]
            masks = point_mask_loss(proposed, points, inside)
        return {
            "proposals": proposed.proposal_loss,
            "classes": kinds,
            "boxes": boxes,
            "masks": masks,
        }

    def _similarity(
        self, said: Queried, views: list[PointView], classes: list[Tensor]
    ) -> dict[str, float]:
        """The truth is asked for these curves alone, nothing is learned of it."""
        features = said.features.detach()
        height, width = views[0].index.shape
        rows = ((np.arange(features.shape[2]) + 0.5) * height / features.shape[2]).astype(int)
        columns = ((np.arange(features.shape[3]) + 0.5) * width / features.shape[3]).astype(int)
        index = np.stack([view.index[np.ix_(rows, columns)] for view in views])
        at = torch.from_numpy(index).to(features.device)
        found = feature_similarity(features, at, classes)
        return {f"similarity, {name}": number for name, number in found.items()}
