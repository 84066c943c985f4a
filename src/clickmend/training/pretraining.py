"""The course of masked autoencoding: photos without labels, most patches of each hidden."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, final

import numpy as np
import torch
from torch import Tensor, nn

from clickmend.core.types import RGB
from clickmend.data import ObjectDataset, open_object_set
from clickmend.networks.models.mae import MaskedAutoencoder, hidden_loss, normalised_patches
from clickmend.training.batches import stack_images
from clickmend.training.colour import recolour_some
from clickmend.training.course import Outcome
from clickmend.training.instance_recipes import PretrainingRecipe
from clickmend.training.split import names_in
from clickmend.training.window import random_window

HIDDEN = 0.75
"""The share of the patches that the transformer does not see."""


@final
@dataclass(frozen=True, slots=True)
class HiddenLesson:
    """Views, and lots that say which patches of each are seen: those of the largest."""

    views: list[RGB]
    lots: Tensor


class PretrainingCourse:
    """Views of photos, see ``Course``."""

    def __init__(self, recipe: PretrainingRecipe) -> None:
        self._recipe = recipe
        self._photos = [_photos(source) for source in recipe.sources]
        shares = np.array(list(recipe.sources.values()))
        self._shares = shares / shares.sum()

    def draw(self, seed: int, step: int) -> HiddenLesson:
        """The views of a step."""
        stage, _ = self._recipe.at(step)
        rng = np.random.default_rng([seed, step, 0])
        views = [self._view(rng, stage.shape) for _ in range(stage.batch)]
        # The course does not know the patch: these are enough for one of 4 px.
        lots = torch.from_numpy(rng.random((stage.batch, stage.shape[0] * stage.shape[1] // 16)))
        return HiddenLesson(views, lots)

    def step(
        self,
        network: nn.Module,
        batch: HiddenLesson,
        *,
        autocast: torch.autocast,
    ) -> Outcome:
        """What is made up for, and how far it is from what was hidden."""
        assert isinstance(network, MaskedAutoencoder)
        device = next(network.parameters()).device
        image = stack_images(batch.views).to(device)
        count = image.shape[2] * image.shape[3] // network.patch_px**2
        seen = batch.lots[:, :count].topk(max(1, round((1 - HIDDEN) * count)), dim=1).indices
        seen = seen.to(device)
        with autocast:
            answer = network(image, seen)
        loss = hidden_loss(answer, image, seen)
        shown = answer.detach().float()

        def picture(most: int) -> RGB:
            rows = zip(image[:most], shown[:most], seen[:most], strict=True)
            return np.concatenate([_row(*row, patch_px=network.patch_px) for row in rows])

        return Outcome(loss, {}, picture)

    def kept_back(self, seed: int) -> Sequence[Any]:
        """None: nothing is asked of a transformer that only makes up for pixels."""
        del seed
        return ()

    def _view(self, rng: np.random.Generator, shape: tuple[int, int]) -> RGB:
        """A part of a photo, mirrored half of the time."""
        photos = self._photos[int(rng.choice(len(self._photos), p=self._shares))]
        image = _read(*photos[int(rng.integers(len(photos)))])
        window = random_window(rng, image.shape[:2], shape, least=self._recipe.zoom)
        return recolour_some(window.read(image, shape), rng)


def _photos(source: str) -> list[tuple[ObjectDataset, str]]:
    dataset = open_object_set(source)
    return [(dataset, name) for name in names_in(source, dataset.names, "train")]


@lru_cache(maxsize=4096)
def _read(dataset: ObjectDataset, name: str) -> RGB:
    return dataset.read(name).image


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
