"""Attention over tokens with its projections, in the places of timm's and of the library's."""

from __future__ import annotations

from typing import final

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from clickmend.attention.online import Online
from clickmend.core.errors import NotAvailableError, OptionError
from clickmend.core.shapes import Bool, Float


@final
class ProbabilisticAttention(nn.Module):
    """Self-attention with projections, in the place of timm's ``Attention``: same weights, names.

    Args:
        width: C of the tokens.
        heads: G, a divisor of the width.
        qkv_bias: Whether queries, keys and values have a bias.
        proj_bias: Whether the output has one.
        online: What is inferred beside the values; may be changed at any time.

    Raises:
        OptionError: The width is not a multiple of the heads.
    """

    def __init__(
        self,
        width: int,
        heads: int = 8,
        *,
        qkv_bias: bool = False,
        proj_bias: bool = True,
        online: Online | None = None,
    ) -> None:
        super().__init__()
        check_heads(width, heads)
        self.heads = heads
        self.online = Online() if online is None else online
        self.qkv = nn.Linear(width, 3 * width, bias=qkv_bias)
        self.proj = nn.Linear(width, width, bias=proj_bias)

    def forward(
        self,
        x: Float[Tensor, "B N C"],
        attn_mask: Bool[Tensor, "*_pairs"] | None = None,
        *,
        fixed_values: Float[Tensor, "B N C"] | None = None,
        fixed: Bool[Tensor, "B N"] | None = None,
    ) -> Float[Tensor, "B N C"]:
        """The new tokens.

        Args:
            x: The tokens.
            attn_mask: True = ignore, broadcastable to ``(B, G, N, N)``.
            fixed_values: Values before the last projection, where they are known.
            fixed: Which tokens have one.
        """
        q, keys, values = (split_heads(t, self.heads) for t in self.qkv(x).chunk(3, dim=-1))
        v = self.online.attend(
            q,
            keys,
            values,
            mask=None if attn_mask is None else ~attn_mask,
            fixed_values=None if fixed_values is None else split_heads(fixed_values, self.heads),
            fixed=fixed,
        )
        out: Tensor = self.proj(v.transpose(1, 2).flatten(2))
        return out


@final
class ProbabilisticMultiheadAttention(nn.MultiheadAttention):
    """``nn.MultiheadAttention`` with online inference: same arguments, weights and names.

    Weights are never returned, for they are never written out. Dropout of weights is not available.

    Args:
        embed_dim: C of the tokens.
        num_heads: G.
        bias: Whether projections have one.
        batch_first: Whether tokens are ``(B, N, C)`` instead of ``(N, B, C)``.
        online: What is inferred beside the values; may be changed at any time.

    Raises:
        OptionError: The width is not a multiple of the heads.
    """

    def __init__(
        self,
        embed_dim: int,
        num_heads: int,
        *,
        bias: bool = True,
        batch_first: bool = False,
        online: Online | None = None,
    ) -> None:
        check_heads(embed_dim, num_heads)
        super().__init__(embed_dim, num_heads, bias=bias, batch_first=batch_first)
        # By this the library's encoder layers call us instead of a kernel of theirs.
        self._qkv_same_embed_dim = False
        self.online = Online() if online is None else online

    def forward(
        self,
        query: Tensor,
        key: Tensor,
        value: Tensor,
        key_padding_mask: Tensor | None = None,
        need_weights: bool = False,
        attn_mask: Tensor | None = None,
        average_attn_weights: bool = True,
        is_causal: bool = False,
    ) -> tuple[Tensor, Tensor | None]:
        """The new tokens, and None in the place of the weights.

        Args:
            query: ``(B, N, C)``, or ``(N, B, C)`` unless ``batch_first``.
            key: ``(B, M, C)`` likewise.
            value: Likewise.
            key_padding_mask: ``(B, M)`` of booleans, True = ignore.
            need_weights: Must be False.
            attn_mask: ``(N, M)`` or ``(B·G, N, M)`` of booleans, True = ignore.
            average_attn_weights: Without meaning, as there are no weights.
            is_causal: A hint that ``attn_mask`` is causal; not needed.

        Raises:
            NotAvailableError: Weights are asked for, or a mask is not of booleans.
        """
        del average_attn_weights, is_causal
        if need_weights:
            raise NotAvailableError(
                "need_weights is True, but probabilistic attention writes no weights out. Call it "
                "with need_weights=False, or take responsibilities() of the tokens."
            )
        biases = (None,) * 3 if self.in_proj_bias is None else self.in_proj_bias.chunk(3)
        q, keys, values = (
            split_heads(
                F.linear(tokens if self.batch_first else tokens.transpose(0, 1), weight, one_bias),
                self.num_heads,
            )
            for tokens, weight, one_bias in zip(
                (query, key, value), self.in_proj_weight.chunk(3), biases, strict=True
            )
        )
        if attn_mask is not None and attn_mask.ndim == 3:
            attn_mask = attn_mask.reshape(*q.shape[:3], keys.shape[2])
        v = self.online.attend(q, keys, values, mask=_mask(key_padding_mask, attn_mask))
        out: Tensor = self.out_proj(v.transpose(1, 2).flatten(2))
        return (out if self.batch_first else out.transpose(0, 1)), None


def check_heads(width: int, heads: int) -> None:
    """Refuse heads that do not share the width evenly.

    Raises:
        OptionError: As said.
    """
    if heads < 1 or width % heads:
        raise OptionError(
            f"{heads} heads cannot share the width {width} evenly. Give a divisor of the width."
        )


def split_heads(x: Float[Tensor, "B N C"], heads: int) -> Float[Tensor, "B G N D"]:
    """Tokens of every head."""
    return x.reshape(*x.shape[:2], heads, x.shape[2] // heads).transpose(1, 2)


def _mask(ignored_units: Tensor | None, ignored_pairs: Tensor | None) -> Tensor | None:
    """True = attend, from masks in which True = ignore."""
    mask = None
    for ignored, lead in ((ignored_units, (slice(None), None, None)), (ignored_pairs, ())):
        if ignored is None:
            continue
        if ignored.dtype != torch.bool:
            raise NotAvailableError(
                f"A mask has the type {ignored.dtype}. Here masks are of booleans, True = ignore; "
                "give terms to add to the scores as prior of probabilistic_attention."
            )
        mask = ~ignored[lead] if mask is None else mask & ~ignored[lead]
    return mask
