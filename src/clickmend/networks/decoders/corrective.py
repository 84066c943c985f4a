"""A step of the decoder in which keys adapt to the view and clicks propagate."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from clickmend.core.shapes import Float
from clickmend.networks.blocks import AttentionBlock
from clickmend.networks.heads.csa import SHARPNESS, CorrectiveSelfAttention

STRIDE = 8
"""Of the pixels that attend, in pixels of the view: 48 by 36 of them for one of 384 by 288."""

HEADS = 4


class CorrectiveStep(nn.Module):
    """Attention among the pixels of the decoder's map of 1/8, by which clicks reach what is alike.

    First the pixels group: a transformer block whose keys adapt to the queries of this view. Then a
    corrective self-attention classifier says where the object is, in which the clicks are known
    values that propagate. Its logits are told to the rest of the decoder, which knows the edges.

    What both add is nothing at first, so a network that was trained without starts as it was.
    Pixels attend to those like them from the start; were attention nearly even, keys that adapt
    would all become the mean of the queries, and nothing could be learned of them.

    Args:
        channels: C of the map.
        radius_px: Of the disks by which clicks are drawn.
    """

    def __init__(self, channels: int, *, radius_px: float) -> None:
        super().__init__()
        self.group = AttentionBlock(channels, heads=HEADS, learned_hold=True)
        self.classifier = CorrectiveSelfAttention(
            channels,
            radius_px=radius_px,
            kind="full",
            width=16 * HEADS,
            heads=HEADS,
            stride=STRIDE,
            learned_hold=True,
        )
        self.tell = nn.Conv2d(1, channels, 1)
        with torch.no_grad():
            queries, keys, _ = self.group.qkv.weight.chunk(3)
            keys.copy_(queries.mul_(SHARPNESS))
        for silent in (self.group.position, self.group.project, self.group.mlp[-1], self.tell):
            for parameter in silent.parameters():
                nn.init.zeros_(parameter)

    def forward(
        self, x: Float[Tensor, "B C h w"], clicks: Float[Tensor, "B 2 H W"]
    ) -> Float[Tensor, "B C h w"]:
        """The map with what was grouped and with what the clicks say of each pixel.

        Args:
            x: The map, h = H/8 and w = W/8.
            clicks: Disks of the foreground and of the background clicks.
        """
        x = self.group(x)
        told: Tensor = x + self.tell(self.classifier(x, clicks))
        return told
