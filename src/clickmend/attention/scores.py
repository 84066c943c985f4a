"""Log-weights of queries and memory units as a sum of terms, kept apart until they are needed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple, TypeAlias

import torch
from torch import Tensor

from clickmend.core.shapes import Bool, Float, Int

NEVER = -1e30
"""The log-weight of what is masked. Finite, so that no ∞ − ∞ arises on the way."""

Amount: TypeAlias = float | Float[Tensor, "*_units"]
"""A number for all memory units, or one for each."""


class Product(NamedTuple):
    """scale · left_i·right_j, with ``left`` ``(B, G, N, E)`` and ``right`` ``(B, G, M, E)``."""

    left: Tensor
    right: Tensor
    scale: float = 1.0


@dataclass(frozen=True)
class Scores:
    """s_ij = Σ products + unit_j + pair_ij, −∞ where the mask forbids.

    Products and ``unit`` are linear in the number of tokens; ``pair`` and ``mask`` are not.

    Args:
        products: Dot products of something of the query with something of the unit.
        unit: A term of the unit, ``(B, G, M)``.
        pair: A term of query and unit, ``(B, G, N, M)``.
        mask: True where the query may attend, ``(B, G, N, M)``. Any ``B`` and ``G`` may be 1.
    """

    products: tuple[Product, ...] = ()
    unit: Tensor | None = None
    pair: Tensor | None = None
    mask: Tensor | None = None

    def __add__(self, other: Scores) -> Scores:
        masks = (self.mask, other.mask)
        assert None in masks, "scores carry one mask"
        return Scores(
            self.products + other.products,
            _sum(self.unit, other.unit),
            _sum(self.pair, other.pair),
            masks[0] if masks[1] is None else masks[1],
        )

    def times(self, amount: Amount) -> Scores:
        """Every term times a number, or times one number for each unit."""
        if isinstance(amount, Tensor):
            products = [
                Product(p.left, p.right * amount[..., None], p.scale) for p in self.products
            ]
            pair = None if self.pair is None else self.pair * amount[..., None, :]
        else:
            products = [p._replace(scale=p.scale * amount) for p in self.products]
            pair = None if self.pair is None else self.pair * amount
        unit = None if self.unit is None else self.unit * amount
        return replace(self, products=tuple(products), unit=unit, pair=pair)

    def rows(self, index: Int[Tensor, "B S"]) -> Scores:
        """The scores of some queries of every batch item."""
        return Scores(
            tuple(p._replace(left=take_rows(p.left, index)) for p in self.products),
            self.unit,
            None if self.pair is None else take_rows(self.pair, index),
            None if self.mask is None else take_rows(self.mask, index),
        )

    def joined(self) -> Product:
        """All products as one, side by side."""
        if len(self.products) == 1:
            return self.products[0]
        lefts = [p.left for p in self.products]
        rights = [p.right * p.scale for p in self.products]
        return Product(_side_by_side(lefts), _side_by_side(rights))

    def written(self) -> Float[Tensor, "B G N M"]:
        """s_ij written out, :data:`NEVER` where the mask forbids."""
        left, right, scale = self.joined()
        scores = torch.matmul(left * scale, right.mT)
        if self.unit is not None:
            scores = scores + self.unit[..., None, :]
        if self.pair is not None:
            scores = scores + self.pair
        return scores if self.mask is None else scores.masked_fill(~self.mask, NEVER)

    def forbidden(self) -> Bool[Tensor, "#B #G #N #M"] | None:
        """What :func:`mask_scores` ruled out, of the mask's scores alone; nothing without one."""
        if self.mask is not None:
            return ~self.mask
        return None if self.unit is None else (self.unit < NEVER / 2)[..., None, :]


def take_rows(tokens: Tensor, index: Int[Tensor, "B S"]) -> Tensor:
    """Some tokens of every batch item: ``(B, G, N, E)`` to ``(B, G, S, E)``."""
    batch, some = index.shape
    tokens = tokens.expand(batch, -1, -1, -1)
    spread = index[:, None, :, None].expand(batch, tokens.shape[1], some, tokens.shape[3])
    return tokens.gather(2, spread)


def mask_scores(mask: Bool[Tensor, "*_pairs"] | None) -> Scores:
    """A mask as scores; one that is the same for all queries costs nothing to speak of.

    Args:
        mask: True = attend, broadcastable to ``(B, G, N, M)``.
    """
    if mask is None:
        return Scores()
    mask = mask.reshape((1,) * (4 - mask.ndim) + mask.shape)
    if mask.shape[2] > 1:
        return Scores(mask=mask)
    forbidden = torch.zeros(mask.shape, device=mask.device).masked_fill(~mask, NEVER)
    return Scores(unit=forbidden[:, :, 0])


def widest(*shapes: torch.Size) -> tuple[int, ...]:
    """What shapes of as many axes, each 1 or whole, are broadcast to."""
    return tuple(max(sizes) for sizes in zip(*shapes, strict=True))


def _sum(a: Tensor | None, b: Tensor | None) -> Tensor | None:
    if a is None or b is None:
        return a if b is None else b
    return a + b


def _side_by_side(tokens: list[Tensor]) -> Tensor:
    lead = widest(*(t.shape[:3] for t in tokens))
    return torch.cat([t.expand(*lead, t.shape[3]) for t in tokens], dim=3)
