"""The trainer of AttentionShift: one point per object in, masks out of what tokens look at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from hashlib import sha1
from itertools import repeat
from typing import Any, ClassVar, Literal, Self, final

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from clickmend.core.errors import OptionError
from clickmend.core.types import RGB, FloatMap, TaskName
from clickmend.networks import Model
from clickmend.networks.backbones.point_tokens import Lower, Queried
from clickmend.networks.models.attention_shift import AttentionShiftNetwork
from clickmend.tasks.instances.detection import detect
from clickmend.training.instances.generated import GeneratedScenes
from clickmend.training.instances.losses import (
    box_choice_loss,
    detector_loss,
    matched_tokens,
    point_mask_loss,
    token_loss,
    whole_mask_loss,
)
from clickmend.training.instances.photos import PointedPhotos, PointPlace, PointView
from clickmend.training.instances.similarity import feature_similarity
from clickmend.training.instances.supervision import (
    Candidates,
    Rules,
    Supervision,
    candidates,
    gate_of,
    supervise,
)
from clickmend.training.pictures import beside, coloured, grey
from clickmend.training.recipe import Recipe
from clickmend.training.trainer import Batch, Outcome, Trainer
from clickmend.training.views import Shape, stack_images

MADE = "made"
"""The source of a recipe that trains on made scenes, which need no data."""

CUT_OUT = ("multiple_instance.", "detector.heads.box_head.")
"""The layers of an ``AttentionShiftNetwork`` that read all of a cut-out at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InstancesRecipe(Recipe):
    """A training of AttentionShift, on one point per object.

    Args:
        labels: The classes in order: the textures of made scenes, or one for each source.
        detector_from: The share of the run after which the detector is trained too; before it
            the tokens and the choice of boxes are, for boxes and masks are made of these.
        place: Where in an object its point lies.
        rules: How the detector's supervision is made of the points.
        mask_supervision: Whether masks are judged at points, or by the whole instance map.
        views: Views of a photo that there are in all. The blocks in front of the point tokens
            (``tokens_from``) stay as they are then, and what they say of a view is computed once
            and kept in half precision. At 0 every view is drawn anew.
        patch_weight: Of a loss of what is said of the patches under the points, for a transformer
            that starts from nothing.
        layer_decay: What the learning rate is multiplied by for each block of the transformer
            that comes after a parameter, and once more for all before the first block.
        cut_out_rate: What it is multiplied by for the layers that read all of a cut-out at once:
            their sums are long, and AdamW's steps are as large for each number.

    Raises:
        OptionError: The point tokens join the first block, and ``views`` or the rules want that
            there are blocks in front of them.
    """

    task: ClassVar[TaskName] = "instances"
    in_card = ("labels",)

    labels: tuple[str, ...]
    detector_from: float = 0.3
    place: PointPlace = "centre"
    rules: Rules = field(default_factory=Rules)
    mask_supervision: Literal["point", "mask"] = "point"
    views: int = 0
    patch_weight: float = 0.0
    layer_decay: float = 1.0
    cut_out_rate: float = 1.0

    def __post_init__(self) -> None:
        wanted = self.views or self.rules.features == "lower"
        if wanted and not self.network_options.get("tokens_from"):
            raise OptionError(
                'Fixed views and rules.features = "lower" are of the blocks in front of the point '
                "tokens, and the tokens join the first block. Give network_options.tokens_from, "
                'or views = 0 and rules.features = "last".'
            )

    def rate_of(self, parameter: str) -> float:
        """What the learning rate of a parameter is multiplied by."""
        if parameter.startswith(CUT_OUT):
            return self.cut_out_rate
        if not parameter.startswith("vit."):
            return 1.0
        vit = self.network_options.get("vit")
        depth = vit["depth"] if isinstance(vit, dict) else 12
        _, _, inner = parameter.partition("vit.blocks.")
        block = int(inner.partition(".")[0]) if inner else -1
        if self.views and block < self.network_options.get("tokens_from", 0):
            return 0.0
        return self.layer_decay ** (depth - block)

    def on(self, sources: Sequence[str]) -> Self:
        """The same training on other photos, the objects of each source of one class."""
        options = {**self.network_options, "classes": len(sources)}
        return replace(Recipe.on(self, sources), labels=tuple(sources), network_options=options)

    def trainer(self) -> InstancesTrainer:
        """See the base class."""
        return InstancesTrainer(self)


@final
class InstancesTrainer(Trainer[PointView, InstancesRecipe]):
    """Point tokens first, then the detector too, see ``Trainer``."""

    def __init__(self, recipe: InstancesRecipe) -> None:
        super().__init__(recipe)
        self._source = (
            GeneratedScenes(place=recipe.place)
            if MADE in recipe.sources
            else PointedPhotos(recipe.sources, place=recipe.place, fixed=recipe.views)
        )
        self._kept: dict[tuple[tuple[int, ...], bytes], Lower] = {}

    def view(self, rng: np.random.Generator, shape: Shape) -> PointView:
        """The source's."""
        return self._source.draw(rng, shape)

    def step(
        self, network: nn.Module, batch: Batch[PointView], *, autocast: torch.autocast
    ) -> Outcome:
        """The answers of the tokens; then those of the detector to what the tokens look at."""
        assert isinstance(network, AttentionShiftNetwork)
        device = next(network.parameters()).device
        views, seed = batch.views, int(batch.rng.integers(2**31))
        with_detector = batch.step >= self.recipe.detector_from * self.recipe.steps
        size = views[0].index.shape
        with autocast:
            said = network.query(
                self._lower(network, views, device),
                with_attention=self.recipe.rules.maps != "alike",
            )
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
        guides = said.features if self.recipe.rules.features == "last" else said.lower
        assert guides is not None  # see the recipe
        if self.recipe.patch_weight:
            under = [
                network.classes_at(features, each / patch)
                for features, each in zip(said.features, pixels, strict=True)
            ]
            # Not in the paper, whose transformer is pretrained. From nothing, tokens take thousands
            # of steps to find out what tells the classes apart, for they first have to look there;
            # the patches under the points take tens.
            patches = F.cross_entropy(torch.cat(under), torch.cat(classes))
            losses["patch classes"] = self.recipe.patch_weight * patches
        looked = self._looked_at(said, guides, tokens, [each / patch for each in pixels], classes)
        votes = [
            network.multiple_instance(features, found.boxes)
            for features, found in zip(said.features, looked, strict=True)
        ]
        choices = [box_choice_loss(*each) for each in zip(votes, classes, strict=True)]
        losses["boxes' choice"] = torch.stack(choices).mean()
        told: list[Supervision] = []
        if with_detector:
            generator = torch.Generator().manual_seed(seed)
            told = [
                supervise(
                    guides[i],
                    looked[i],
                    votes[i].chosen(classes[i]),
                    pixels[i] / patch,
                    patch_px=patch,
                    rules=self.recipe.rules,
                    generator=generator,
                )
                for i in range(len(views))
            ]
            losses |= self._detected(network, said, told, classes, size, seed)
        numbers = {name: float(loss.detach()) for name, loss in losses.items()}
        numbers |= self._similarity(said, views, classes)

        shown = (each.foreground.amax(dim=0).cpu().numpy() for each in told)
        rows = map(points_row, views, shown if told else repeat(None))
        return Outcome(torch.stack(list(losses.values())).sum(), numbers, rows)

    def validation(self, seed: int) -> Sequence[PointView]:
        """The source's."""
        return self._source.validation(seed, self.recipe.stages[-1].shape)

    def ask(self, model: Model) -> Callable[..., Any]:
        """The learned pipeline, which is asked without points, and not finished by another."""
        return partial(detect, model=model, finish="none")

    def _lower(
        self, network: AttentionShiftNetwork, views: list[PointView], device: torch.device
    ) -> Lower | Tensor:
        """The views, or what the blocks in front of the point tokens say of them."""
        if not self.recipe.views:
            return stack_images([view.image for view in views]).to(device)
        every = []
        for view in views:
            key = (view.image.shape, sha1(view.image.tobytes()).digest())
            if key not in self._kept:
                with torch.no_grad():
                    found = network.lower(stack_images([view.image]).to(device))
                self._kept[key] = found.to(torch.device("cpu"), torch.float16)
            every.append(self._kept[key].to(device, torch.float32))
        return Lower.of_all(every)

    def _looked_at(
        self,
        said: Queried,
        guides: Tensor,
        tokens: list[Tensor],
        points: list[Tensor],
        classes: list[Tensor],
    ) -> list[Candidates]:
        """What the matched tokens of each picture look at; the points are in patches."""
        rules = self.recipe.rules
        return [
            candidates(
                [block[i] for block in said.attention],
                token,
                point,
                first_token=said.first_token,
                gate=gate_of(guides[i], point, kinds, maps=rules.maps),
                grid=(guides.shape[2], guides.shape[3]),
                rules=rules,
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
        if self.recipe.mask_supervision == "mask":
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


def points_row(view: PointView, foreground: FloatMap | None) -> RGB:
    """Photo with its points, the instance maps made of them, and the truth.

    Args:
        view: A picture with a point per object, ``(H, W)``.
        foreground: The largest instance map of each patch, in [0, 1]; ``None`` before there are.

    Returns:
        ``(H, 3 W, 3)``.
    """
    height, width = view.index.shape
    photo = view.image.copy()
    for x, y in view.points.astype(int):
        photo[max(0, y - 1) : y + 2, max(0, x - 1) : x + 2] = (220, 0, 0)
    known = np.ones((height, width), bool)
    shown: NDArray[Any] = np.zeros((height, width), np.float32)
    if foreground is not None:
        shown = cv2.resize(foreground, (width, height), interpolation=cv2.INTER_NEAREST)
    truth = view.index / max(1, len(view.classes))
    return beside(photo, grey(shown.clip(0, 1)), coloured(truth, known))
