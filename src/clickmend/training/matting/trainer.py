"""The trainer of matting networks: mattes set before other photos."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar, Self, final

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from clickmend.core.errors import OptionError
from clickmend.core.shapes import Float
from clickmend.core.types import RGB, TaskName
from clickmend.data import Kind, MatteSample
from clickmend.training.matting.composer import Composer, MatteView, take_apart
from clickmend.training.pictures import beside, grey
from clickmend.training.recipe import Recipe
from clickmend.training.sources import SOURCES, list_photos
from clickmend.training.trainer import Trainer
from clickmend.training.views import Shape, recolour, stack_images, stack_maps

VALIDATED = 24
"""Views of a validation."""

VALIDATED_PX = 320
"""Their sides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MattingRecipe(Recipe):
    """A training of a matting network: mattes set before the photos of ``sources``.

    Args:
        mattes: A source of mattes.
        objects: Sources whose masks become mattes, and how often each is drawn.
        kinds: How often a view is a photo of ``mattes`` as it is ("photo"), one of its
            foregrounds before another photo ("matte"), an object ("object") or a drawn shape
            ("drawn").
        scales: The least and the greatest zoom into a photo of ``mattes``.
    """

    task: ClassVar[TaskName] = "matting"
    kind: ClassVar[Kind] = "mattes"

    mattes: str
    objects: Mapping[str, float] = field(default_factory=dict)
    kinds: Mapping[str, float]
    scales: tuple[float, float] = (0.5, 1.25)

    @property
    def all_sources(self) -> tuple[str, ...]:
        """Backgrounds, mattes and objects."""
        return (self.mattes, *self.sources, *self.objects)

    def on(self, sources: Sequence[str]) -> Self:
        """The same training on photos with mattes of one source, shown as they are.

        Raises:
            OptionError: There are several sources.
        """
        if len(sources) > 1:
            raise OptionError(
                f"A matting recipe learns from one source of mattes, not from {len(sources)}. "
                "Put the photos into one folder and give it once."
            )
        return replace(self, mattes=sources[0], sources={}, objects={}, kinds={"photo": 1.0})

    def trainer(self) -> MattingTrainer:
        """See the base class."""
        return MattingTrainer(self)


@final
class MattingTrainer(Trainer[MatteView, MattingRecipe]):
    """Views of mattes before the training photos, see ``Trainer``."""

    def __init__(self, recipe: MattingRecipe) -> None:
        super().__init__(recipe)
        parts = ("train",) if self._own else ("train", "validation")
        # So few shared ones that none is kept: objects and photos of the validation split validate.
        listed = list_photos([recipe.mattes], *parts)[0]
        self._mattes = [take_apart(photo.read()) for photo in listed]
        self._composer = Composer(recipe, self._mattes, part="train")

    @property
    def _own(self) -> bool:
        return SOURCES[self.recipe.mattes].folder is not None

    def view(self, rng: np.random.Generator, shape: Shape) -> MatteView:
        """A composition or a photo, recoloured."""
        view = self._composer.draw(rng, shape, self.recipe.kinds)
        return replace(view, image=recolour(view.image, rng))

    def inputs(self, _: nn.Module, views: Sequence[MatteView], /) -> tuple[Tensor, ...]:
        """The pictures and the trimaps, 0, 0.5 and 1."""
        trimaps = stack_maps([view.trimap for view in views])
        return stack_images([view.image for view in views]), torch.round(trimaps / 127.5) / 2

    def judge(self, answer: Tensor, views: Sequence[MatteView]) -> tuple[Tensor, dict[str, float]]:
        """The loss, and the squared error over the unknown pixels."""
        truth, unknown, contrast = (
            stack_maps(maps).to(answer.device)
            for maps in (
                [view.alpha for view in views],
                [view.trimap == 128 for view in views],
                [view.contrast for view in views],
            )
        )
        loss = matte_loss(answer, truth, unknown, contrast)
        squared = ((answer.detach() - truth).square() * unknown).sum()
        return loss, {"MSE": float(squared / unknown.sum().clamp(min=1))}

    def row(self, answer: Tensor, view: MatteView) -> RGB:
        """Photo, trimap, answer and truth."""
        answered = grey(answer[0].numpy())
        return beside(view.image, grey(view.trimap / 255), answered, grey(view.alpha))

    def validation(self, seed: int) -> Sequence[MatteSample]:
        """Photos of one's own; of the shared ones, mattes and objects before other photos."""
        if self._own:
            return [photo.read() for photo in list_photos([self.recipe.mattes], "validation")[0]]
        composer = Composer(self.recipe, self._mattes, part="validation")
        rng = np.random.default_rng([seed, 2])
        shape = (VALIDATED_PX, VALIDATED_PX)
        kinds = {"matte": 0.5, "object": 0.5}
        views = [composer.draw(rng, shape, kinds) for _ in range(VALIDATED)]
        return [
            MatteSample(f"{number:02}", view.image, view.alpha, view.trimap)
            for number, view in enumerate(views)
        ]


def matte_loss(
    alpha: Float[Tensor, "B 1 H W"],
    truth: Float[Tensor, "B 1 H W"],
    unknown: Float[Tensor, "B 1 H W"],
    contrast: Float[Tensor, "B 1 H W"],
    *,
    known_weight: float = 0.1,
    levels: int = 5,
) -> Float[Tensor, ""]:
    """What alpha, the picture composed with it and its Laplacian pyramid miss.

    With d = alpha − truth, per view: the means of |d| and of |d| |F − B| over the unknown pixels,
    which is what composing with the true colours misses; Σ_l 2^l Σ |L_l(d)| divided by their
    number; and a little |d| over the known ones.

    Args:
        alpha: The network's answer.
        truth: The true alpha.
        unknown: 1 where the trimap asks, 0 where it tells.
        contrast: |F − B|, the mean over the channels, in [0, 1].
        known_weight: Weight of the last term.
        levels: Of the pyramid.
    """
    miss = alpha.float() - truth
    asked = unknown.sum(dim=(1, 2, 3)).clamp(min=1)
    inside = miss * unknown
    found = (inside.abs() * (1 + contrast)).sum(dim=(1, 2, 3))
    rest = inside
    for level in range(levels):
        smaller = F.avg_pool2d(rest, 2) if level < levels - 1 else torch.zeros_like(rest)
        back = F.interpolate(smaller, size=rest.shape[-2:], mode="bilinear", align_corners=False)
        found = found + 2**level * (rest - back).abs().sum(dim=(1, 2, 3))
        rest = smaller
    known = (miss * (1 - unknown)).abs().mean(dim=(1, 2, 3))
    return (found / asked + known_weight * known).mean()
