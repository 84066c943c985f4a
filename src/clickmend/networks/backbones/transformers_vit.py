"""Vision transformers of the transformers library, in the parts that point tokens ask for."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from typing import Any

from torch import Tensor, nn

from clickmend.core.shapes import Float

TAKEN = (
    "ViTModel",
    "DeiTModel",
    "ViTMSNModel",
    "IJepaModel",
    "Dinov2Model",
    "Dinov2WithRegistersModel",
    "CLIPVisionModel",
    "SiglipVisionModel",
)
"""Those with a table of positions and with attention that nothing is added to."""

FIRST_NORMS = ("layernorm_before", "layer_norm1", "norm1")
"""What the norm in front of a block's attention is called."""

QUERIES, KEYS = ("q_proj", "query"), ("k_proj", "key")
"""What the layers behind that norm are called, since version 5 and before."""


class TransformersBlock(nn.Module):
    """A block that is given tokens and nothing else, and whose queries and keys can be read."""

    def __init__(self, block: nn.Module, heads: int) -> None:
        super().__init__()
        self.block = block
        self.heads = heads

    def forward(self, tokens: Float[Tensor, "B N D"]) -> Float[Tensor, "B N D"]:
        """The tokens after the block; none is masked."""
        names = inspect.signature(self.block.forward).parameters
        said = self.block(tokens, **{name: None for name in names if name.endswith("mask")})
        after: Tensor = said if isinstance(said, Tensor) else said[0]
        return after

    def queries_and_keys(
        self, tokens: Float[Tensor, "B N D"]
    ) -> tuple[Float[Tensor, "G B N d"], Float[Tensor, "G B N d"]]:
        """Of each of its heads."""
        norm, query, key = (self._part(names) for names in (FIRST_NORMS, QUERIES, KEYS))
        normed = norm(tokens)
        q, k = (
            project(normed).unflatten(2, (self.heads, -1)).permute(2, 0, 1, 3)
            for project in (query, key)
        )
        return q, k

    def _part(self, names: tuple[str, ...]) -> Any:
        for name, part in self.block.named_modules():
            if name.rpartition(".")[2] in names:
                return part
        raise AssertionError(names)  # all of TAKEN have them


class TransformersViT(nn.Module):
    """A vision transformer of transformers, but for what comes after its blocks.

    Args:
        model: One of ``TAKEN``. Its parts are used and not copied.
    """

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        vit: Any = getattr(model, "vision_model", model)
        self.embeddings = vit.embeddings
        self.norm_pre = getattr(vit, "pre_layrnorm", None) or nn.Identity()
        heads = vit.config.num_attention_heads
        blocks = next(part for part in vit.modules() if isinstance(part, nn.ModuleList))
        self.blocks = nn.Sequential(*(TransformersBlock(block, heads) for block in blocks))
        self.embed_dim: int = vit.config.hidden_size
        self.patch_px: int = vit.config.patch_size

    def embedded(self, image: Float[Tensor, "B 3 H W"]) -> Float[Tensor, "B N D"]:
        """What the first block is given: some tokens of its own, then the patches."""
        options = sized(self.embeddings.forward)
        tokens: Tensor = self.norm_pre(self.embeddings(image, **options))
        return tokens

    def position_table(self) -> Float[Tensor, "D h w"]:
        """The positions of the patches as they were learned, which is for squares."""
        table = getattr(self.embeddings, "position_embeddings", None)
        rows: Tensor = self.embeddings.position_embedding.weight if table is None else table[0]
        side = math.isqrt(len(rows))
        return rows[-(side**2) :].T.reshape(-1, side, side)


def is_taken(vit: nn.Module) -> bool:
    """Whether it is one of ``TAKEN``; transformers itself need not be there."""
    kind = type(vit)
    return kind.__module__.startswith("transformers.") and kind.__name__ in TAKEN


def sized(forward: Callable[..., Any]) -> dict[str, bool]:
    """The option by which a part of transformers takes pictures of any size, if it needs one."""
    option = "interpolate_pos_encoding"
    return {option: True} if option in inspect.signature(forward).parameters else {}
