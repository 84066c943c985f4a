"""Masked autoencoding: photos without labels, most patches of each hidden."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np
import torch
from torch import Tensor, nn

from clickmend.core.types import RGB, TaskName
from clickmend.networks.models.mae import MaskedAutoencoder, hidden_loss, normalised_patches
from clickmend.training.recipe import Recipe
from clickmend.training.sources import Pool, list_photos
from clickmend.training.trainer import Batch, Outcome, Trainer
from clickmend.training.views import Shape, random_window, recolour_some, stack_images

HIDDEN = 0.75
"""The share of the patches that the transformer does not see."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PretrainingRecipe(Recipe):
    """A training of a transformer without labels: hidden patches of photos are made up for.

    Args:
        zoom: The least share of a photo's shorter side that a view shows.
    """

    task: ClassVar[TaskName] = "instances"

    zoom: float = 0.4

    def trainer(self) -> PretrainingTrainer:
        """See the base class."""
        return PretrainingTrainer(self)


@final
@dataclass(frozen=True, slots=True)
class HiddenView:
    """A picture, and lots that say which of its patches are seen: those of the largest."""

    image: RGB
    lots: Tensor


@final
class PretrainingTrainer(Trainer[HiddenView, PretrainingRecipe]):
    """Views of photos, see ``Trainer``."""

    def __init__(self, recipe: PretrainingRecipe) -> None:
        super().__init__(recipe)
        self._pool = Pool(list_photos(recipe.sources, "train"), recipe.sources.values())

    def views(self, rng: np.random.Generator, step: int) -> list[HiddenView]:
        """The views of a step, all drawn before all lots."""
        views = super().views(rng, step)
        # The trainer does not know the patch: these are enough for one of 4 px.
        count = views[0].image.shape[0] * views[0].image.shape[1] // 16
        lots = torch.from_numpy(rng.random((len(views), count)))
        return [HiddenView(view.image, each) for view, each in zip(views, lots, strict=True)]

    def view(self, rng: np.random.Generator, shape: Shape) -> HiddenView:
        """A part of a photo, mirrored half of the time; without lots."""
        image = self._pool.pick(rng).read().image
        window = random_window(rng, image.shape[:2], shape, least=self.recipe.zoom)
        return HiddenView(recolour_some(window.read(image, shape), rng), torch.empty(0))

    def step(
        self, network: nn.Module, batch: Batch[HiddenView], *, autocast: torch.autocast
    ) -> Outcome:
        """What is made up for, and how far it is from what was hidden."""
        assert isinstance(network, MaskedAutoencoder)
        device = next(network.parameters()).device
        image = stack_images([view.image for view in batch.views]).to(device)
        count = image.shape[2] * image.shape[3] // network.patch_px**2
        lots = torch.stack([view.lots for view in batch.views])[:, :count]
        seen = lots.topk(max(1, round((1 - HIDDEN) * count)), dim=1).indices.to(device)
        with autocast:
            answer = network(image, seen)
        loss = hidden_loss(answer, image, seen)
        shown = zip(image, answer.detach().float(), seen, strict=True)
        return Outcome(loss, {}, (_row(*each, patch_px=network.patch_px) for each in shown))

    def validation(self, seed: int) -> Sequence[Any]:
        """None: nothing is asked of a transformer that only makes up for pixels."""
        del seed
        return ()


def _row(image: Tensor, answer: Tensor, seen: Tensor, *, patch_px: int) -> RGB:
    """The view, what is seen of it, and the answer with each patch's own light and contrast."""
    patches = torch.nn.functional.unfold(image[None], patch_px, stride=patch_px)[0].T
    blotted = torch.full_like(patches, 0.5)
    blotted[seen] = patches[seen]
    wanted = normalised_patches(image[None], patch_px)[0]
    spread = patches.std(dim=1, keepdim=True) / wanted.std(dim=1, keepdim=True).clamp(min=1e-6)
    made = answer * spread + patches.mean(dim=1, keepdim=True)
    size = (image.shape[1], image.shape[2])
    folded = torch.nn.functional.fold(
        torch.stack([patches, blotted, made]).mT, size, patch_px, stride=patch_px
    )
    pixels = folded.clamp(0, 1).mul(255).byte().permute(0, 2, 3, 1).cpu().numpy()
    return np.concatenate(list(pixels), axis=1)
