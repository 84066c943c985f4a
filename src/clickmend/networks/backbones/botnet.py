"""ResNets whose last stage attends: BoTNet, and ProbBoTNet, which also adapts its keys online.

Srinivas et al., "Bottleneck Transformers for Visual Recognition" (2021): the 3×3 convolutions of a
ResNet's last stage become multi-head attention over the map; what surrounds them stays. BoTNet and
ProbBoTNet are the same network with the same weights: they differ in how often keys are adapted,
which may be changed at any time (``clickmend.networks.set_online``). Positions enter as
q·r^q + k·r^k in both.
"""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from torch import Tensor, nn

from clickmend.attention import AxialAttention, MapAttention, Online
from clickmend.attention.maps import PositionKind
from clickmend.core.errors import ModelError
from clickmend.core.shapes import Float

AttentionKind: TypeAlias = Literal["full", "axial"]


class BottleneckAttention(nn.Module):
    """Attention over a map of any size, in the place of a 3×3 convolution.

    Args:
        channels: C.
        kind: Over all pixels at once, or along columns and then along rows.
        heads: G, a divisor of the channels.
        positions: ``"full"``, ``"factored"`` or ``"none"``; along an axis the first two are one.
        side: The positions know the offsets within a map of side × side pixels.
        stride: 1, or 2 to halve the map after the attention.
        online: What is inferred beside the values; may be changed at any time.
    """

    def __init__(
        self,
        channels: int,
        *,
        kind: AttentionKind = "full",
        heads: int = 4,
        positions: PositionKind = "factored",
        side: int = 20,
        stride: int = 1,
        online: Online | None = None,
    ) -> None:
        super().__init__()
        make = {"full": MapAttention, "axial": AxialAttention}[kind]
        self.attention = make(
            channels, heads, height=side, width=side, positions=positions, online=online
        )
        self.pool = nn.Identity() if stride == 1 else nn.AvgPool2d(stride)

    def forward(self, x: Float[Tensor, "B C H W"]) -> Float[Tensor, "B C h w"]:
        """The values of all pixels, pooled."""
        attended: Tensor = self.pool(self.attention(x))
        return attended


def attend_in_last_stage(
    resnet: nn.Module,
    *,
    kind: AttentionKind = "full",
    heads: int = 4,
    positions: PositionKind = "factored",
    side: int = 20,
    adapt_keys: int = 0,
) -> None:
    """Replace the 3×3 convolutions of a ResNet's last stage by attention, in place.

    Args:
        resnet: timm's, with bottleneck blocks, for classes or ``features_only``.
        kind: See :class:`BottleneckAttention`, as for all that follow.
        heads: G.
        positions: Their kind.
        side: Of the map whose offsets they know.
        adapt_keys: Iterations of key adaptation to begin with.

    Raises:
        ModelError: The network has no last stage of bottleneck blocks.
    """
    stage = dict(resnet.named_children()).get("layer4")
    blocks = [] if stage is None else list(stage.children())
    if not blocks or not all(hasattr(block, "conv3") for block in blocks):
        raise ModelError(
            f"This {type(resnet).__name__} has no stage layer4 of bottleneck blocks, whose 3×3 "
            "convolutions could become attention. Take timm's resnet26, resnet50 or resnet101."
        )
    for block in blocks:
        convolution: Any = block.conv2
        block.conv2 = BottleneckAttention(
            convolution.out_channels,
            kind=kind,
            heads=heads,
            positions=positions,
            side=side,
            stride=convolution.stride[0],
            online=Online(adapt_keys=adapt_keys),
        )


def resnet_features(name: str, *, inputs: int = 3, **attention: Any) -> Any:
    """The maps at 1/4 and 1/16 of the input, of a ResNet, a BoTNet or a ProbBoTNet.

    Args:
        name: One of timm's ("resnet50"), or that with "botnet" or "probbotnet" for "resnet".
        inputs: Channels of the input.
        attention: Options of :func:`attend_in_last_stage`, for the latter two.

    Returns:
        timm's ``FeatureListNet``.
    """
    head, is_botnet, size = name.partition("botnet")
    import timm  # slow, and few networks are made of it

    features = timm.create_model(
        f"resnet{size}" if is_botnet else name,
        pretrained=False,
        features_only=True,
        in_chans=inputs,
        output_stride=16,
        out_indices=(1, 4),
    )
    if is_botnet:
        attend_in_last_stage(features, **{"adapt_keys": int(head == "prob"), **attention})
    return features
