"""A small vision transformer of ours, and what we ask of any of timm or of transformers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import torch
import torch.nn.functional as F
from timm.layers.format import Format
from timm.layers.patch_embed import PatchEmbed
from timm.models.vision_transformer import Block, VisionTransformer
from torch import Tensor, nn

from clickmend.core.errors import ModelError
from clickmend.core.shapes import Float
from clickmend.networks.backbones.transformers_vit import (
    TAKEN,
    TransformersBlock,
    TransformersViT,
    is_taken,
)
from clickmend.networks.blocks import ConvNorm

POSITION_SCALE = 0.5
"""Of the positions that are added to patches, which are about as large."""


class ConvStem(nn.Module):
    """Patches from a few 3×3 convolutions, each halving the resolution; timm's ``embed_layer``.

    A transformer that starts from nothing learns textures by it in a few hundred steps.

    Args:
        img_size: Pixels of the square that the positions are made for.
        patch_size: The side of a patch, a power of 2.
        in_chans: Channels of the picture.
        embed_dim: Width of a token.
        options: What else timm says; the patches are always given as ``(B, h, w, D)``.
    """

    def __init__(
        self, img_size: int, patch_size: int, in_chans: int, embed_dim: int, **options: Any
    ) -> None:
        super().__init__()
        del options
        self.patch_size = (patch_size, patch_size)
        self.grid_size = (img_size // patch_size, img_size // patch_size)
        self.num_patches = self.grid_size[0] * self.grid_size[1]
        steps = patch_size.bit_length() - 1
        widths = [in_chans, *(max(32, embed_dim >> (steps - 1 - i)) for i in range(steps))]
        layers: list[nn.Module] = []
        for inputs, outputs in pairwise(widths):
            layers += [ConvNorm(inputs, outputs, stride=2), nn.ReLU()]
        self.layers = nn.Sequential(*layers)
        self.proj = nn.Conv2d(widths[-1], embed_dim, 1)

    def feat_ratio(self) -> int:
        """The side of a patch, for timm."""
        return self.patch_size[0]

    def forward(self, image: Float[Tensor, "B C H W"]) -> Float[Tensor, "B h w D"]:
        """One vector per patch."""
        patches: Tensor = self.proj(self.layers(image)).permute(0, 2, 3, 1)
        return patches


def small_vit(
    *, width: int = 128, depth: int = 6, heads: int = 4, patch_px: int = 8, view_px: int = 96
) -> VisionTransformer:
    """A vision transformer with convolutions in front and without a final norm.

    Args:
        width: Of a token, a multiple of 4.
        depth: Blocks.
        heads: Attention heads of a block.
        patch_px: The side of a patch, a power of 2.
        view_px: The side of the picture that the positions are learned for; for others they are
            enlarged or made smaller.
    """
    vit = VisionTransformer(
        img_size=view_px,
        patch_size=patch_px,
        embed_dim=width,
        depth=depth,
        num_heads=heads,
        num_classes=0,
        global_pool="",
        final_norm=False,
        dynamic_img_size=True,
        embed_layer=ConvStem,
    )
    side = view_px // patch_px
    assert vit.pos_embed is not None
    with torch.no_grad():
        vit.pos_embed[0, 1:] = POSITION_SCALE * sine_positions(side, side, width=width)
        for block in vit.blocks:
            _look_near(block, width)
    return vit


def _look_near(block: nn.Module, width: int) -> None:
    """Weights as large as the width asks for, and keys equal to queries.

    So a token looks at first at those that are like it, which lie near it; from the small random
    weights of large transformers, which look at all alike, it takes a small one long to get there.
    """
    for part in block.modules():
        if isinstance(part, nn.Linear):
            nn.init.normal_(part.weight, std=part.in_features**-0.5)
    qkv = block.get_submodule("attn.qkv").get_parameter("weight")
    qkv[width : 2 * width] = qkv[:width]


def sine_positions(rows: int, columns: int, *, width: int) -> Float[Tensor, "N D"]:
    """Sines and cosines of x and y in ``width // 4`` frequencies each, row after row.

    The longest wave goes around once in twice the longer side and the shortest in four patches,
    so that no number is the same everywhere and all features alike for it.
    """
    octaves = math.log2(max(rows, columns, 2) / 2)
    frequency = math.pi / 2 * 2.0 ** -torch.linspace(0, octaves, width // 4)
    y, x = torch.meshgrid(torch.arange(rows), torch.arange(columns), indexing="ij")
    angle = torch.stack([x, y], dim=2).flatten(0, 1)[:, :, None] * frequency
    return torch.cat([angle.sin(), angle.cos()], dim=2).flatten(1)


def accepted(vit: nn.Module) -> VisionTransformer | TransformersViT:
    """The transformer as one that point tokens can be added to, ready for pictures of any size.

    What comes after its blocks is left out, for it is not asked.

    Raises:
        ModelError: It is neither of timm nor one of ``TAKEN``, or see ``accepted_of_timm``.
    """
    if is_taken(vit):
        return TransformersViT(vit)
    taken = accepted_of_timm(vit)
    taken.norm, taken.fc_norm, taken.head = (nn.Identity() for _ in range(3))
    return taken


def accepted_of_timm(vit: nn.Module) -> VisionTransformer:
    """The transformer of timm; if it was made for pictures of one size, it now takes any.

    Raises:
        ModelError: It is none of timm, has no table of positions, its blocks are not those whose
            attention can be read, or its patches are made for pictures of one size.
    """
    if not isinstance(vit, VisionTransformer):
        raise ModelError(
            f"Point tokens are added to a VisionTransformer of timm or to one of transformers, and "
            f"a {type(vit).__name__} was given. Make one, such as "
            'timm.create_model("vit_small_patch16_224", num_classes=0), or give one of these of '
            f"transformers: {', '.join(TAKEN)}."
        )
    if vit.pos_embed is None or not all(is_readable(block) for block in vit.blocks):
        raise ModelError(
            "The VisionTransformer has no table of positions, or blocks other than timm's Block "
            "with its Attention. Make it with positions and without block_fn and attn_layer."
        )
    if not vit.dynamic_img_size:
        if type(vit.patch_embed) is not PatchEmbed:
            raise ModelError(
                f"The VisionTransformer takes pictures of one size only, and its patches are a "
                f"{type(vit.patch_embed).__name__}. Make it with dynamic_img_size=True."
            )
        changed: Any = vit
        changed.dynamic_img_size, changed.patch_embed.strict_img_size = True, False
        changed.patch_embed.flatten, changed.patch_embed.output_fmt = False, Format.NHWC
    return vit


def take_tensors(vit: VisionTransformer, given: Sequence[Tensor]) -> None:
    """Copy the tensors of a pretrained transformer, which come in the order of timm's.

    The table of positions is brought to the transformer's own size, bicubically and without
    smoothing, as in DINOv2. What comes after the blocks is last, and left out if it is not there.

    Args:
        vit: Of the same form, made for pictures of any size.
        given: Its tensors; the patches of its positions are a square.
    """
    wanted = dict(zip(vit.state_dict(), given, strict=False))
    table, (rows, columns) = wanted["pos_embed"], vit.patch_embed.grid_size
    front = vit.num_prefix_tokens
    side = math.isqrt(table.shape[1] - front)
    square = table[:, front:].mT.reshape(1, -1, side, side)
    resized = F.interpolate(square, (rows, columns), mode="bicubic", align_corners=False)
    wanted["pos_embed"] = torch.cat([table[:, :front], resized.flatten(2).mT], dim=1)
    vit.load_state_dict(wanted)


def is_readable(block: nn.Module) -> bool:
    """Whether ``attention_weights`` knows how the block looks."""
    plain = isinstance(block, Block) and type(block.attn).__name__ == "Attention"
    return plain or isinstance(block, TransformersBlock)


def patch_side(vit: VisionTransformer | TransformersViT) -> int:
    """The side of a patch in pixels."""
    return vit.patch_px if isinstance(vit, TransformersViT) else int(vit.patch_embed.feat_ratio())


def embedded(
    vit: VisionTransformer | TransformersViT, image: Float[Tensor, "B 3 H W"]
) -> Float[Tensor, "B N D"]:
    """What the first block is given: tokens in front, such as CLS, if it has some; the patches."""
    if isinstance(vit, TransformersViT):
        return vit.embedded(image)
    tokens: Tensor = vit.norm_pre(vit._pos_embed(vit.patch_embed(image)))
    return tokens


def position_table(vit: VisionTransformer | TransformersViT) -> Float[Tensor, "D h w"]:
    """The positions of the patches as they were learned."""
    if isinstance(vit, TransformersViT):
        return vit.position_table()
    assert vit.pos_embed is not None  # see `accepted_of_timm`
    rows, columns = vit.patch_embed.grid_size
    return vit.pos_embed[0, -rows * columns :].T.reshape(-1, rows, columns)


@torch.no_grad()
def attention_weights(block: nn.Module, tokens: Float[Tensor, "B N D"]) -> Float[Tensor, "B N N"]:
    """The softmax weights of a readable block for what it is given, the mean over its heads.

    They are computed beside the block, so that the block may use attention that keeps none, and
    head after head, so that one N × N matrix is held for each picture.
    """
    batch, count, _ = tokens.shape
    q, k = _queries_and_keys(block, tokens)
    mean = tokens.new_zeros(batch, count, count, dtype=torch.float32)
    for one, other in zip(q, k, strict=True):
        mean += (one @ other.mT * one.shape[2] ** -0.5).softmax(dim=2)
    weights: Tensor = mean / len(q)
    return weights


def _queries_and_keys(block: nn.Module, tokens: Tensor) -> tuple[Tensor, Tensor]:
    if isinstance(block, TransformersBlock):
        q, k = block.queries_and_keys(tokens)
        return q.float(), k.float()
    attention: Any = block.attn
    qkv = attention.qkv(block.get_submodule("norm1")(tokens))
    qkv = qkv.view(*tokens.shape[:2], 3, attention.num_heads, -1)
    q, k = qkv.permute(2, 3, 0, 1, 4)[:2].float()
    return attention.q_norm(q), attention.k_norm(k)
