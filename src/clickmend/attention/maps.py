"""Attention over the pixels of a map, all at once or along one axis at a time."""

from __future__ import annotations

from typing import Literal, TypeAlias, final

import torch
from torch import Tensor, nn

from clickmend.attention.arguments import check_word
from clickmend.attention.modules import check_heads, split_heads
from clickmend.attention.online import Online
from clickmend.attention.positions import FactoredPositions, FullPositions, Positions
from clickmend.core.shapes import Bool, Float

PositionKind: TypeAlias = Literal["full", "factored", "none"]


@final
class LearnedPositions(nn.Module):
    """Embeddings r^q and r^k for the offsets within a map, shared by the heads.

    Offsets beyond those of the map they are made for are taken as the farthest that are known.

    Args:
        width: D of the queries.
        height: H of the map.
        length: W of the map.
        kind: One embedding for both axes at once, a sum of one for each, or none.

    Raises:
        OptionError: The kind is not known.
    """

    def __init__(self, width: int, height: int, length: int, *, kind: PositionKind) -> None:
        super().__init__()
        check_word("positions", kind, ("full", "factored", "none"))
        rows, columns = 2 * height - 1, 2 * length - 1
        sizes: dict[PositionKind, list[tuple[int, ...]]] = {
            "full": [(1, rows, columns, width)] * 2,
            "factored": [(1, rows, width), (1, columns, width)] * 2,
            "none": [],
        }
        self.kind = kind
        self.tables = nn.ParameterList(
            nn.Parameter(torch.randn(size) * width**-0.5) for size in sizes[kind]
        )

    def forward(self, height: int, length: int) -> Positions | None:
        """The positions, for a map of any size."""
        if self.kind == "none":
            return None
        if self.kind == "full":
            return FullPositions(*(_of_offsets(t, height, length) for t in self.tables))
        sides = (height, length) * 2
        return FactoredPositions(
            *(_of_offsets(t, s) for t, s in zip(self.tables, sides, strict=True))
        )


def _of_offsets(table: Float[Tensor, "*_known"], *sides: int) -> Float[Tensor, "*_asked"]:
    """The embeddings of the offsets 1 − side … side − 1 along each axis behind the first."""
    for axis, side in enumerate(sides, start=1):
        reach = table.shape[axis] // 2
        if side != reach + 1:
            offsets = torch.arange(1 - side, side, device=table.device).clamp(-reach, reach)
            table = table.index_select(axis, offsets + reach)
    return table


@final
class MapAttention(nn.Module):
    """Self-attention of every pixel of a map to every other, with 1×1 projections before it.

    Args:
        channels: C of the map.
        heads: G, a divisor of the channels and of those of the values.
        height: H of the maps whose offsets the positions know; maps may have any size.
        width: W of these.
        positions: ``"full"``, ``"factored"`` or ``"none"``.
        value_channels: Of the values and of the output; C when missing.
        online: What is inferred beside the values; may be changed at any time.

    Raises:
        OptionError: Heads do not divide the channels, or positions are of a kind not known.
    """

    def __init__(
        self,
        channels: int,
        heads: int,
        *,
        height: int,
        width: int,
        positions: PositionKind = "factored",
        value_channels: int | None = None,
        online: Online | None = None,
    ) -> None:
        super().__init__()
        value_channels = channels if value_channels is None else value_channels
        check_heads(channels, heads)
        check_heads(value_channels, heads)
        self.channels, self.heads = channels, heads
        self.online = Online() if online is None else online
        self.qkv = nn.Conv2d(channels, 2 * channels + value_channels, 1, bias=False)
        self.positions = LearnedPositions(channels // heads, height, width, kind=positions)

    def forward(
        self,
        features: Float[Tensor, "B C H W"],
        *,
        fixed_values: Float[Tensor, "B V H W"] | None = None,
        fixed: Bool[Tensor, "B H W"] | None = None,
    ) -> Float[Tensor, "B V H W"]:
        """The values of all pixels.

        Args:
            features: The map.
            fixed_values: Values where they are known.
            fixed: The pixels that have one.
        """
        q, keys, values = (
            self.qkv(features)
            .flatten(2)
            .mT.tensor_split((self.channels, 2 * self.channels), dim=-1)
        )
        known = None if fixed_values is None else fixed_values.flatten(2).mT
        v = self.online.attend(
            split_heads(q, self.heads),
            split_heads(keys, self.heads),
            split_heads(values, self.heads),
            positions=self.positions(*features.shape[2:]),
            fixed_values=None if known is None else split_heads(known, self.heads),
            fixed=None if fixed is None else fixed.flatten(1),
        )
        return v.transpose(2, 3).reshape(len(v), -1, *features.shape[2:])


@final
class AxialAttention(nn.Module):
    """Attention along the columns of a map (its height), then along its rows (its width).

    Memory and time are those of H·W·(H + W) pairs. Fixed pixels propagate along both axes: by the
    second also what the first has spread, as its values are those that the first inferred.

    Args:
        channels: C of the map.
        heads: G, a divisor of the channels and of those of the values.
        height: H of the maps whose offsets the positions know; maps may have any size.
        width: W of these.
        positions: ``"factored"`` (along one axis the same as ``"full"``) or ``"none"``.
        value_channels: Of the values and of the output; C when missing.
        online: What is inferred beside the values, along either axis.

    Raises:
        OptionError: Heads do not divide the channels, or positions are of a kind not known.
    """

    def __init__(
        self,
        channels: int,
        heads: int,
        *,
        height: int,
        width: int,
        positions: PositionKind = "factored",
        value_channels: int | None = None,
        online: Online | None = None,
    ) -> None:
        super().__init__()
        value_channels = channels if value_channels is None else value_channels
        online = Online() if online is None else online
        self.along_height = MapAttention(
            channels,
            heads,
            height=height,
            width=1,
            positions=positions,
            value_channels=value_channels,
            online=online,
        )
        self.along_width = MapAttention(
            value_channels, heads, height=width, width=1, positions=positions, online=online
        )

    def forward(
        self,
        features: Float[Tensor, "B C H W"],
        *,
        fixed_values: Float[Tensor, "B V H W"] | None = None,
        fixed: Bool[Tensor, "B H W"] | None = None,
    ) -> Float[Tensor, "B V H W"]:
        """The values of all pixels.

        Args:
            features: The map.
            fixed_values: Values where they are known.
            fixed: The pixels that have one.
        """
        known, flags = fixed_values, fixed
        v = _along(self.along_height, features, known, flags)
        known = None if known is None else known.mT
        flags = None if flags is None else flags.mT
        return _along(self.along_width, v.mT, known, flags).mT


def _along(
    attention: MapAttention,
    features: Float[Tensor, "B C L R"],
    fixed_values: Float[Tensor, "B V L R"] | None,
    fixed: Bool[Tensor, "B L R"] | None,
) -> Float[Tensor, "B V L R"]:
    """Attention along the third axis, every line of the fourth an item of its own."""
    batch, _, length, lines = features.shape

    def alone(pixels: Tensor) -> Tensor:
        return pixels.permute(0, 3, 1, 2).flatten(0, 1)[..., None]

    flags = None if fixed is None else fixed.mT.reshape(batch * lines, length, 1)
    known = None if fixed_values is None else alone(fixed_values)
    v = attention(alone(features), fixed_values=known, fixed=flags)
    spread: Tensor = v.reshape(batch, lines, -1, length).permute(0, 2, 3, 1)
    return spread
