"""What a trained AttentionShift network sees of a photo."""

from __future__ import annotations

import torch
from torch import Tensor

from clickmend.core.shapes import Float
from clickmend.core.types import RGB
from clickmend.feedback.crop import Crop, whole_image
from clickmend.networks import Model
from clickmend.networks.inputs import as_input
from clickmend.networks.models.attention_shift import AttentionShiftNetwork

FINE = 32
"""Patches along the longer side of a photo where they have to be fine."""


@torch.no_grad()
def token_features(
    photo: RGB, *, model: Model
) -> tuple[Float[Tensor, "C h w"], tuple[Float[Tensor, "1 N N"], ...], int]:
    """The features of a photo's patches, and the attention behind them, for ``find_instances``.

    Args:
        photo: ``(H, W, 3)``.
        model: Weights of the task "instances".

    Returns:
        Features, the mean weights of the last blocks, and where the patches start among the tokens.

    Raises:
        ModelError: The weights are of another task.
    """
    network, _, view = network_and_view(photo, model)
    queried = network.query(view)
    return queried.features[0], queried.attention, queried.first_patch


@torch.no_grad()
def fine_patches(photo: RGB, network: AttentionShiftNetwork) -> Float[Tensor, "C h w"]:
    """What the network sees in patches of the photo that are finer than those it detects by.

    Where blocks in front of the point tokens stayed as they were pretrained, it is what they say.

    Args:
        photo: ``(H, W, 3)``.
        network: Any of these.
    """
    height, width = photo.shape[:2]
    long_side, multiple = FINE * network.patch_px, network.patch_px
    crop = whole_image(width, height, long_side=long_side, multiple=multiple)
    view = as_input(crop.read(photo), next(network.parameters()).device)
    lower = network.lower(view)
    if network.tokens_from:
        return lower.patches[0]
    return network.query(lower, with_attention=False).features[0]


def network_and_view(photo: RGB, model: Model) -> tuple[AttentionShiftNetwork, Crop, Tensor]:
    """The network, the crop that it is shown, and that as its input.

    Raises:
        ModelError: The weights are of another task.
    """
    network = model.network_as(AttentionShiftNetwork)
    height, width = photo.shape[:2]
    long_side = model.card.view_px
    crop = whole_image(width, height, long_side=long_side, multiple=network.multiple)
    return network, crop, as_input(crop.read(photo), next(network.parameters()).device)
