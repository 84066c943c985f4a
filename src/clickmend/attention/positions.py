"""Relative positions of the tokens of a map, as terms of the scores.

A position says what lies between query and unit: r^q speaks to the query, r^k to the key. Tokens
are the pixels of an H×W map row by row; an axis alone is a map of height 1.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import Literal, final

import torch
import torch.nn.functional as F
from torch import Tensor

from clickmend.attention.scores import Product, Scores
from clickmend.core.errors import OptionError
from clickmend.core.shapes import Float, Int


class Positions(ABC):
    """Embeddings r^q_ij and r^k_ij, of the width of the queries, for query i and unit j."""

    @abstractmethod
    def to(self, dtype: torch.dtype) -> Positions:
        """The same of another type."""

    @abstractmethod
    def query_scores(self, q: Float[Tensor, "B G N D"]) -> Scores:
        """q_i·r^q_ij."""

    @abstractmethod
    def key_scores(self, keys: Float[Tensor, "B G M D"]) -> Scores:
        """ξ_j·r^k_ij."""

    @abstractmethod
    def squared_lengths(self) -> Float[Tensor, "#B #G N M"]:
        """‖r^q_ij‖², written out."""

    @property
    @abstractmethod
    def tokens(self) -> int:
        """H·W, the number of queries and of units."""


@final
@dataclass(frozen=True)
class FullPositions(Positions):
    """One embedding for each offset on both axes at once; n×m numbers by nature.

    Args:
        of_queries: r^q at offset (Δy, Δx) = position of the unit − position of the query, stored
            at ``[..., Δy + H − 1, Δx + W − 1, :]``, ``(G or 1, 2H−1, 2W−1, D)``.
        of_keys: r^k, likewise.
    """

    of_queries: Float[Tensor, "#G P Q D"]
    of_keys: Float[Tensor, "#G P Q D"]

    def to(self, dtype: torch.dtype) -> Positions:
        """The same of another type."""
        return replace(self, of_queries=self.of_queries.to(dtype), of_keys=self.of_keys.to(dtype))

    def query_scores(self, q: Float[Tensor, "B G N D"]) -> Scores:
        """q_i·r^q_ij."""
        products = torch.matmul(q, self.of_queries.flatten(1, 2).mT)
        index = self._offsets().expand(*products.shape[:2], -1, -1)
        return Scores(pair=products.gather(3, index))

    def key_scores(self, keys: Float[Tensor, "B G M D"]) -> Scores:
        """ξ_j·r^k_ij."""
        products = torch.matmul(keys, self.of_keys.flatten(1, 2).mT)
        index = self._offsets().mT.expand(*products.shape[:2], -1, -1)
        return Scores(pair=products.gather(3, index).mT)

    def squared_lengths(self) -> Float[Tensor, "#B #G N M"]:
        """‖r^q_ij‖², written out."""
        squares = self.of_queries.square().sum(-1).flatten(1)
        return squares[:, self._offsets()][None]

    @property
    def tokens(self) -> int:
        """H·W."""
        return len(self._offsets())

    def _offsets(self) -> Int[Tensor, "N N"]:
        return _offsets(self.of_queries.shape[1], self.of_queries.shape[2], self.of_queries.device)


@final
@dataclass(frozen=True)
class FactoredPositions(Positions):
    """The sum of an embedding for the offset in y and one for that in x.

    Stays linear in the number of tokens times (H + W), for the fast implementation too.

    Args:
        rows_of_queries: The part of r^q for Δy, at ``[..., Δy + H − 1, :]``, ``(G or 1, 2H−1, D)``.
        columns_of_queries: The part of r^q for Δx, ``(G or 1, 2W−1, D)``.
        rows_of_keys: The part of r^k for Δy.
        columns_of_keys: The part of r^k for Δx.
    """

    rows_of_queries: Float[Tensor, "#G P D"]
    columns_of_queries: Float[Tensor, "#G Q D"]
    rows_of_keys: Float[Tensor, "#G P D"]
    columns_of_keys: Float[Tensor, "#G Q D"]

    def to(self, dtype: torch.dtype) -> Positions:
        """The same of another type."""
        return replace(
            self,
            rows_of_queries=self.rows_of_queries.to(dtype),
            columns_of_queries=self.columns_of_queries.to(dtype),
            rows_of_keys=self.rows_of_keys.to(dtype),
            columns_of_keys=self.columns_of_keys.to(dtype),
        )

    def query_scores(self, q: Float[Tensor, "B G N D"]) -> Scores:
        """q_i·r^q_ij: what q_i says to every row and column, picked by the unit's own."""
        y, x = self._places()
        return Scores(
            tuple(
                Product(_by_target(q, table, place, sign=1), _one_hot(place, like=q))
                for table, place in ((self.rows_of_queries, y), (self.columns_of_queries, x))
            )
        )

    def key_scores(self, keys: Float[Tensor, "B G M D"]) -> Scores:
        """ξ_j·r^k_ij: what ξ_j says to every row and column, picked by the query's own."""
        y, x = self._places()
        return Scores(
            tuple(
                Product(_one_hot(place, like=keys), _by_target(keys, table, place, sign=-1))
                for table, place in ((self.rows_of_keys, y), (self.columns_of_keys, x))
            )
        )

    def squared_lengths(self) -> Float[Tensor, "#B #G N M"]:
        """‖r^q_ij‖², written out."""
        rows, columns = self.rows_of_queries, self.columns_of_queries
        squares = (rows[:, :, None] + columns[:, None]).square().sum(-1).flatten(1)
        return squares[:, _offsets(rows.shape[1], columns.shape[1], rows.device)][None]

    @property
    def tokens(self) -> int:
        """H·W."""
        return len(self._places()[0])

    def _places(self) -> tuple[Int[Tensor, " N"], Int[Tensor, " N"]]:
        """The row and the column of every token."""
        rows, columns = self.rows_of_queries, self.columns_of_queries
        return _pixels(rows.shape[1], columns.shape[1], rows.device)


def distance_prior(
    height: int,
    width: int,
    *,
    scale_px: float = 1.0,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str | None = None,
) -> Float[Tensor, "#B #G N N"]:
    """The log-prior −d(i, j)/scale of the pixels of a map, up to a constant [Gabbur21, B.14].

    Args:
        height: H of the map.
        width: W.
        scale_px: The distance at which the prior has fallen to 1/e, > 0.
        dtype: Of the result.
        device: Of the result.

    Raises:
        OptionError: ``scale_px`` is not more than 0.

    Example:
        >>> distance_prior(1, 3)[0, 0, 0].tolist()
        [-0.0, -1.0, -2.0]
    """
    if scale_px <= 0:
        raise OptionError(
            f"scale_px is {scale_px:g}. It is the distance at which the prior has fallen to 1/e; "
            "give more than 0."
        )
    y, x = _pixels(2 * height - 1, 2 * width - 1, torch.device(device or "cpu"))
    places = torch.stack([y, x], dim=1).to(torch.float64)
    return (-torch.cdist(places, places) / scale_px).to(dtype)[None, None]


def _pixels(rows: int, columns: int, device: torch.device) -> tuple[Tensor, Tensor]:
    """The row and the column of every pixel of the map that has so many offsets on its axes."""
    height, width = (rows + 1) // 2, (columns + 1) // 2
    y = torch.arange(height, device=device).repeat_interleave(width)
    x = torch.arange(width, device=device).repeat(height)
    return y, x


def _offsets(rows: int, columns: int, device: torch.device) -> Int[Tensor, "N N"]:
    """Where the embedding for query i and unit j is stored in a table of all offsets."""
    y, x = _pixels(rows, columns, device)
    apart_y, apart_x = y - y[:, None] + rows // 2, x - x[:, None] + columns // 2
    return apart_y * columns + apart_x


def _by_target(
    tokens: Float[Tensor, "B G N D"],
    table: Float[Tensor, "#G P D"],
    place: Int[Tensor, " N"],
    *,
    sign: Literal[1, -1],
) -> Float[Tensor, "B G N T"]:
    """What each token says to each place of an axis; the offset is sign·(target − place)."""
    products = torch.matmul(tokens, table.mT)
    middle = table.shape[1] // 2
    targets = torch.arange(middle + 1, device=table.device)
    index = sign * (targets - place[:, None]) + middle
    return products.gather(3, index.expand(*products.shape[:2], -1, -1))


def _one_hot(place: Int[Tensor, " N"], *, like: Tensor) -> Float[Tensor, "1 1 N T"]:
    return F.one_hot(place).to(like.dtype)[None, None]
