"""The trainer of depth networks: views of depth maps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, final

import numpy as np
import torch
from torch import Tensor

from clickmend.core.shapes import Float
from clickmend.core.types import RGB, FloatMap, TaskName
from clickmend.data import DepthSample, Kind
from clickmend.training.pictures import beside, coloured
from clickmend.training.recipe import Recipe
from clickmend.training.sources import SOURCES, Pool, list_photos, some_of
from clickmend.training.trainer import Trainer
from clickmend.training.views import Shape, Window, recolour_some, stack_maps

ASPECT = 4 / 3
"""Width to height of a window, as depth cameras see."""

VALIDATED = 30
"""The most photos of a validation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DepthRecipe(Recipe):
    """A training of a depth network.

    Args:
        range_m: The nearest and the farthest; a truth beyond does not count.
        least_window: The narrowest window, as a share of the photo's width.
        looks_px: See ``Card``.
    """

    task: ClassVar[TaskName] = "depth"
    kind: ClassVar[Kind] = "depth"
    in_card = ("range_m", "looks_px")

    range_m: tuple[float, float]
    least_window: float = 0.7
    looks_px: tuple[int, ...] = ()

    def trainer(self) -> DepthTrainer:
        """See the base class."""
        return DepthTrainer(self)


@final
class DepthTrainer(Trainer[DepthSample, DepthRecipe]):
    """Views of the training photos, see ``Trainer``."""

    def __init__(self, recipe: DepthRecipe) -> None:
        super().__init__(recipe)
        self._pool = Pool(list_photos(recipe.sources, "train"), recipe.sources.values())

    def view(self, rng: np.random.Generator, shape: Shape) -> DepthSample:
        """A window of the photo, seen as the camera would from nearer: the depth shrinks with it.

        What a photo of another shape does not show of the window is reflected, its depth unknown.
        A relative depth is right up to one unknown factor.
        """
        photo = self._pool.pick(rng)
        sample: DepthSample = photo.read()
        relative = SOURCES[photo.source].relative
        height, width = sample.depth_m.shape
        share = float(rng.uniform(self.recipe.least_window, 1))
        w, h = share * width, share * width / ASPECT
        window = Window(
            float(rng.uniform(w / 2, width - w / 2)),
            float(rng.uniform(h / 2, height - h / 2)) if h < height else height / 2,
            w,
            h,
            mirrored=rng.random() < 0.5,
        )
        depth: FloatMap = window.read_nearest(sample.depth_m, shape, outside=np.nan)
        depth = depth * np.float32(share)
        near, far = self.recipe.range_m
        if not relative:
            depth[(depth < near) | (depth > far)] = np.nan
        image = recolour_some(window.read(sample.image, shape), rng)
        return DepthSample(sample.name, image, depth, relative)

    def judge(
        self, answer: Tensor, views: Sequence[DepthSample]
    ) -> tuple[Tensor, dict[str, float]]:
        """The loss in log-depth; δ1 and AbsRel over all pixels whose depth is known in metres."""
        truth = stack_maps([view.depth_m for view in views]).to(answer.device)
        relative = torch.tensor([view.relative for view in views], device=answer.device)
        known = truth.isfinite() & ~relative[:, None, None, None]
        p, t = answer.detach()[known], truth[known]
        near = ((p / t).log().abs() < np.log(1.25)).float().mean()
        numbers = {"delta1": float(near), "AbsRel": float(((p - t).abs() / t).mean())}
        freedom = 0.5 + 0.5 * relative.float()
        return depth_loss(answer, truth, scale_freedom=freedom), numbers

    def row(self, answer: Tensor, view: DepthSample) -> RGB:
        """Photo, answer and truth, from near in blue to far in red."""
        known = np.isfinite(view.depth_m)
        low, high = np.log(self.recipe.range_m)
        truth = np.log(np.where(known, view.depth_m, 1))
        shown = answer[0].log().numpy()
        return beside(
            view.image,
            coloured((shown - low) / (high - low), np.ones_like(known)),
            coloured((truth - low) / (high - low), known),
        )

    def validation(self, seed: int) -> Sequence[DepthSample]:
        """Photos of every source; of a relative one, none in metres."""
        photos = [p for each in list_photos(self.recipe.sources, "validation") for p in each]
        chosen = some_of(photos, most=VALIDATED, seed=seed)
        return [replace(p.read(), relative=SOURCES[p.source].relative) for p in chosen]


def depth_loss(
    depth_m: Float[Tensor, "B 1 H W"],
    truth_m: Float[Tensor, "B 1 H W"],
    *,
    scale_freedom: float | Float[Tensor, " B"] = 0.5,
    gradient_weight: float = 0.5,
    levels: int = 4,
) -> Float[Tensor, ""]:
    """The scale-invariant error of log-depth, and that of its slopes.

    With g = log(depth / truth) where the truth is known: √(mean g² − λ (mean g)²) per view, plus
    the mean |slope of g| at strides 1, 2, 4, 8, along both axes.

    Args:
        depth_m: The network's answer, metres.
        truth_m: Metres, NaN where unknown.
        scale_freedom: λ, for all views or for each; at 1 a wrong scale of a view costs nothing.
        gradient_weight: Weight of the slopes.
        levels: How many strides.
    """
    known = truth_m.isfinite()
    ratio = depth_m.float().log() - torch.where(known, truth_m, 1.0).log()
    ratio = torch.where(known, ratio, 0.0)
    count = known.sum(dim=(1, 2, 3)).clamp(min=1)
    mean = ratio.sum(dim=(1, 2, 3)) / count
    spread = ratio.square().sum(dim=(1, 2, 3)) / count - scale_freedom * mean.square()
    # The slope of a root is endless at 0.
    loss = (spread + 1e-4).sqrt().mean()
    for level in range(levels):
        stride = 2**level
        g, seen = ratio[..., ::stride, ::stride], known[..., ::stride, ::stride]
        for axis in (2, 3):
            both = seen.narrow(axis, 0, seen.shape[axis] - 1) & seen.narrow(
                axis, 1, seen.shape[axis] - 1
            )
            slopes = (g.diff(dim=axis).abs() * both).sum() / both.sum().clamp(min=1)
            loss = loss + gradient_weight / levels * slopes
    return loss
