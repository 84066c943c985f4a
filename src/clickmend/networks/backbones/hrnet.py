"""HRNetV2, whose maps are enlarged bilinearly, as for segmentation; timm's repeats pixels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from clickmend.core.shapes import Float
from clickmend.networks.blocks import enlarged


def hrnet_features(name: str, *, inputs: int = 3, align_corners: bool = False) -> Any:
    """The maps at 1/4, 1/8, 1/16 and 1/32 of the input.

    Args:
        name: One of timm's HRNets.
        inputs: Channels of the input.
        align_corners: Whether maps are enlarged with their corners aligned.

    Returns:
        timm's ``HighResolutionNetFeatures``.
    """
    import timm  # slow, and few networks are made of it

    features = timm.create_model(
        name,
        pretrained=False,
        features_only=True,
        feature_location="",
        in_chans=inputs,
        out_indices=(1, 2, 3, 4),
    )
    for part in features.modules():
        if isinstance(part, nn.Upsample):
            part.mode, part.align_corners = "bilinear", align_corners
    return features


def side_by_side(maps: Sequence[Tensor]) -> Float[Tensor, "B C H W"]:
    """The maps as one, all as large as the first."""
    finest, *coarser = maps
    return torch.cat([finest, *(enlarged(x, like=finest) for x in coarser)], dim=1)
