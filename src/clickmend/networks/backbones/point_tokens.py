"""Token querying: learnable point tokens in every block of a vision transformer."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from clickmend.core.errors import OptionError
from clickmend.core.shapes import Float
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
class Lower:
    """B pictures after the blocks that are in front of the point tokens.

    Attributes:
        tokens: What the first block with point tokens is given besides them, ``(B, N, D)``.
        maps: The patches after those of the blocks that the detector is shown, ``(B, D, h, w)``.
        grid: h and w.
    """

    tokens: Float[Tensor, "B N D"]
    maps: tuple[Float[Tensor, "B D h w"], ...]
    grid: tuple[int, int]

    @property
    def patches(self) -> Float[Tensor, "B D h w"]:
        """The last of the tokens, at their places."""
        return _last_patches(self.tokens, self.grid)

    def to(self, device: torch.device, dtype: torch.dtype) -> Lower:
        """The same elsewhere, or in another precision."""
        maps = tuple(each.to(device, dtype) for each in self.maps)
        return Lower(self.tokens.to(device, dtype), maps, self.grid)

    @staticmethod
    def of_all(pictures: Sequence[Lower]) -> Lower:
        """Pictures of one size as a batch."""
        maps = zip(*(each.maps for each in pictures), strict=True)
        tokens = torch.cat([each.tokens for each in pictures])
        return Lower(tokens, tuple(torch.cat(each) for each in maps), pictures[0].grid)


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
        lower: The patches before the point tokens join; ``None`` if they join the first block.
    """

    class_logits: Float[Tensor, "B T K"]
    points: Float[Tensor, "B T 2"]
    maps: tuple[Float[Tensor, "B D h w"], ...]
    attention: tuple[Float[Tensor, "B N N"], ...]
    first_patch: int = 1
    lower: Float[Tensor, "B D h w"] | None = None

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
        tokens_from: Blocks before the tokens join. In the paper they take part in every block; the
            blocks in front see the patches alone, so that what they say of a photo stays the same
            as long as they do.
        rollout_blocks: Blocks whose attention is kept, of those that the tokens take part in.

    Raises:
        OptionError: No block is left for the tokens.
    """

    def __init__(
        self,
        vit: nn.Module,
        *,
        classes: int,
        tokens: int = TOKENS,
        tokens_from: int = 0,
        rollout_blocks: int = ROLLOUT_BLOCKS,
    ) -> None:
        super().__init__()
        self.normalise = Normalise()
        self.vit = accepted(vit)
        self.classes = classes
        self.patch_px = patch_side(self.vit)
        if not 0 <= tokens_from < len(self.vit.blocks):
            raise OptionError(
                f"The point tokens are to join after {tokens_from} of {len(self.vit.blocks)} "
                f"blocks. Give tokens_from from 0 to {len(self.vit.blocks) - 1}."
            )
        self.tokens_from = tokens_from
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

    def query(
        self, image: Float[Tensor, "B 3 H W"] | Lower, *, with_attention: bool = True
    ) -> Queried:
        """All tokens through all blocks.

        Args:
            image: RGB in [0, 1], H and W multiples of the patch; or what ``lower`` says of it.
            with_attention: Whether the attention of the last blocks is computed beside them.

        Raises:
            OptionError: H or W is no multiple of the patch.
        """
        lower = image if isinstance(image, Lower) else self.lower(image)
        x, grid = lower.tokens, lower.grid
        points = self.content + self._positions()
        x = torch.cat([x, points.expand(len(x), -1, -1).to(x.dtype)], dim=1)
        last_patch = x.shape[1] - self.tokens
        first_patch = last_patch - grid[0] * grid[1]
        kept_from = len(self.vit.blocks) - self.rollout_blocks if with_attention else math.inf
        attention, maps = [], [*lower.maps]
        for number, block in enumerate(self.vit.blocks[self.tokens_from :], self.tokens_from):
            if number >= kept_from:
                attention.append(attention_weights(block, x))
            x = block(x)
            patches = _last_patches(x[:, :last_patch], grid)
            maps += [patches] * self.taps.count(number + 1)
        asked = x[:, -self.tokens :]
        points = (self.point_head(asked).float() + self.anchors).sigmoid()
        classes = self.class_head(asked).float()
        before = lower.patches if self.tokens_from else None
        return Queried(classes, points, tuple(maps), tuple(attention), first_patch, before)

    def lower(self, image: Float[Tensor, "B 3 H W"]) -> Lower:
        """Pictures through the blocks in front of the point tokens.

        Args:
            image: RGB in [0, 1].

        Raises:
            OptionError: H or W is no multiple of the patch.
        """
        height, width = image.shape[-2:]
        if height % self.patch_px or width % self.patch_px:
            raise OptionError(
                f"The picture is {width}×{height}, and the transformer takes multiples of its "
                f"patch, {self.patch_px} px. Resize or pad it."
            )
        grid = (height // self.patch_px, width // self.patch_px)
        x, maps = embedded(self.vit, self.normalise(image)), []
        for number, block in enumerate(self.vit.blocks[: self.tokens_from]):
            x = block(x)
            maps += [_last_patches(x, grid)] * self.taps.count(number + 1)
        return Lower(x, tuple(maps), grid)

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


def _last_patches(tokens: Tensor, grid: tuple[int, int]) -> Tensor:
    """The last h·w of ``(B, N, D)`` at their places, ``(B, D, h, w)``."""
    patches: Tensor = tokens[:, -grid[0] * grid[1] :].mT
    return patches.reshape(len(tokens), -1, *grid)


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
