"""Token querying: learnable point tokens in every block of a vision transformer."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import final

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from clickmend.core.errors import OptionError
from clickmend.networks.backbones.vit import (
    accepted,
    attention_weights,
    embedded,
    patch_side,
    position_table,
)
from clickmend.networks.blocks import Normalise

TOKENS = 100
"""Point tokens, and so the most points of a picture (specification, step 1)."""

ROLLOUT_BLOCKS = 7
"""Blocks whose attention is kept, the last ones (specification, step 2)."""

TAPS = (4 / 12, 6 / 12, 8 / 12, 1.0)
"""After which share of the blocks a map is taken for the detector (specification, step 6)."""

PRIOR = 0.01
"""What a class is believed at first, so that the many unmatched tokens do not drown the others."""


@final
@dataclass(frozen=True)
class Queried:
    """What a transformer says of B pictures.

    Its N tokens are [CLS and the like, if it has some | h·w patches | T points].

    Attributes:
        class_logits: Of the K classes, a sigmoid each, ``(B, T, K)``.
        points: (x, y) of each token in [0, 1] of the picture, ``(B, T, 2)``.
        maps: The patches after some of the blocks, the last one last, each ``(B, D, h, w)``.
        attention: Mean weights over the heads of the last blocks, each ``(B, N, N)``; empty if it
            was not asked for.
        first_patch: How many tokens of the transformer's own are in front of the patches.
    """

    class_logits: Float[Tensor, "B T K"]
    points: Float[Tensor, "B T 2"]
    maps: tuple[Float[Tensor, "B D h w"], ...]
    attention: tuple[Float[Tensor, "B N N"], ...]
    first_patch: int = 1

    @property
    def features(self) -> Float[Tensor, "B D h w"]:
        """The patches after the last block."""
        return self.maps[-1]

    @property
    def first_token(self) -> int:
        """Where the point tokens start among the N tokens."""
        return self.first_patch + self.features.shape[2] * self.features.shape[3]


class PointTokenViT(nn.Module):
    """A transformer whose point tokens each look for an object, and say what and where it is.

    A token has a content and a position. The position is an anchor in the picture: where it lies
    in the transformer's own table of positions is added to the content, and what the point head
    says is relative to it. The anchors start as a lattice and are learned like the rest.

    Args:
        vit: A ``VisionTransformer`` of timm, such as ``small_vit``, or one of transformers that is
            named in ``transformers_vit.TAKEN``; changed by ``accepted``.
        classes: K.
        tokens: T.
        rollout_blocks: Blocks whose attention is kept.
    """

    def __init__(
        self,
        vit: nn.Module,
        *,
        classes: int,
        tokens: int = TOKENS,
        rollout_blocks: int = ROLLOUT_BLOCKS,
    ) -> None:
        super().__init__()
        self.normalise = Normalise()
        self.vit = accepted(vit)
        self.classes = classes
        self.patch_px = patch_side(self.vit)
        self.rollout_blocks = rollout_blocks
        self.taps = tuple(max(1, round(share * len(self.vit.blocks))) for share in TAPS)
        width: int = self.vit.embed_dim
        self.content = nn.Parameter(0.02 * torch.randn(tokens, width))
        self.anchors = nn.Parameter(_lattice(tokens).logit())
        self.class_head = _mlp(width, classes)
        self.point_head = _mlp(width, 2)
        with torch.no_grad():
            self.class_head.get_parameter("4.bias").fill_(-math.log((1 - PRIOR) / PRIOR))
            self.point_head.get_parameter("4.weight").mul_(0.1)

    @property
    def tokens(self) -> int:
        """T."""
        return len(self.content)

    def query(self, image: Float[Tensor, "B 3 H W"], *, with_attention: bool = True) -> Queried:
        """All tokens through all blocks.

        Args:
            image: RGB in [0, 1]; H and W are multiples of the patch.
            with_attention: Whether the attention of the last blocks is computed beside them.

        Raises:
            OptionError: H or W is no multiple of the patch.
        """
        x, grid = self._embedded(image)
        last_patch = x.shape[1] - self.tokens
        first_patch = last_patch - grid[0] * grid[1]
        kept_from = len(self.vit.blocks) - self.rollout_blocks if with_attention else math.inf
        attention, maps = [], {}
        for number, block in enumerate(self.vit.blocks):
            if number >= kept_from:
                attention.append(attention_weights(block, x))
            x = block(x)
            if number + 1 in self.taps:
                patches = x[:, first_patch:last_patch]
                maps[number + 1] = patches.mT.unflatten(2, grid)
        asked = x[:, -self.tokens :]
        points = (self.point_head(asked).float() + self.anchors).sigmoid()
        tapped = tuple(maps[tap] for tap in self.taps)
        classes = self.class_head(asked).float()
        return Queried(classes, points, tapped, tuple(attention), first_patch)

    def classes_at(
        self, features: Float[Tensor, "D h w"], points: Float[Tensor, "P 2"]
    ) -> Float[Tensor, "P K"]:
        """What the class head, made for tokens, says of the patches that points lie in.

        Args:
            features: The patches of one picture after the last block.
            points: (x, y) in patches, inside.
        """
        columns, rows = points.long().unbind(dim=1)
        logits: Tensor = self.class_head(features[:, rows, columns].T.float())
        return logits

    def _embedded(self, image: Tensor) -> tuple[Tensor, tuple[int, int]]:
        height, width = image.shape[-2:]
        if height % self.patch_px or width % self.patch_px:
            raise OptionError(
                f"The picture is {width}×{height}, and the transformer takes multiples of its "
                f"patch, {self.patch_px} px. Resize or pad it."
            )
        grid = (height // self.patch_px, width // self.patch_px)
        x = embedded(self.vit, self.normalise(image))
        points = self.content + self._positions()
        return torch.cat([x, points.expand(len(x), -1, -1).to(x.dtype)], dim=1), grid

    def _positions(self) -> Tensor:
        """The transformer's table of positions, read bilinearly at the anchors, ``(T, D)``."""
        at = 2 * self.anchors.sigmoid() - 1
        read = F.grid_sample(
            position_table(self.vit)[None],
            at[None, None],
            padding_mode="border",
            align_corners=False,
        )
        return read[0, :, 0].T


def _lattice(count: int) -> Tensor:
    """Points spread over the unit square, ``(count, 2)``."""
    columns = math.ceil(math.sqrt(count))
    rows = math.ceil(count / columns)
    index = torch.arange(count)
    return torch.stack([(index % columns + 0.5) / columns, (index // columns + 0.5) / rows], dim=1)


def _mlp(width: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Linear(width, width),
        nn.ReLU(),
        nn.Linear(width, width),
        nn.ReLU(),
        nn.Linear(width, outputs),
    )
