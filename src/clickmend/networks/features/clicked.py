"""What an interactive network sees of a photo when all its objects are clicked at once."""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from clickmend.core.shapes import Float
from clickmend.core.types import RGB
from clickmend.networks import InteractiveNetwork, Model
from clickmend.networks.decoders.unet import UNet
from clickmend.networks.features.view import PATCH_PX, VIEW_PX, clicked_view
from clickmend.networks.models.prompted import PromptedNetwork
from clickmend.networks.weight_sharing import frozen_copy


@torch.no_grad()
def clicked_features(
    photo: RGB, points: Sequence[tuple[float, float]], model: Model
) -> Float[Tensor, "C h w"]:
    """One vector for each patch of the photo, from one pass with a foreground click per point.

    Of a U-Net the finest maps of the decoder are taken, of another network those behind which
    its card refines; each is made of length 1 in every patch, so that all have a say.

    Args:
        photo: ``(H, W, 3)``.
        points: (x, y) in pixels of the photo, inside it.
        model: An interactive network and its card.

    Raises:
        ModelError: The network is not an interactive one.
    """
    network = frozen_copy(model.network_as(InteractiveNetwork))
    assert isinstance(network, InteractiveNetwork)
    prompted = network if isinstance(network, PromptedNetwork) else None
    side = VIEW_PX if prompted is None else min(VIEW_PX, prompted.side_px)
    crop, *inputs = clicked_view(photo, points, network.encoding, side=side)
    device = next(network.parameters()).device
    maps: list[Tensor] = []

    def keep(_part: nn.Module, _given: tuple[Tensor, ...], output: Tensor) -> None:
        if prompted is not None:
            output = prompted.over_view(output, crop.out_h, crop.out_w)
        maps.append(output[0].float())

    for part in _parts(network, model.card.refinement.at):
        part.register_forward_hook(keep)
    network(*(torch.from_numpy(one).to(device) for one in inputs))
    grid = (crop.out_h // PATCH_PX, crop.out_w // PATCH_PX)
    return torch.cat([F.normalize(on_grid(each, grid), dim=0) for each in maps])


def _parts(network: nn.Module, at: Sequence[str]) -> list[nn.Module]:
    if isinstance(network, UNet):
        return network.map_parts
    return [network.get_submodule(name) for name in at]


def on_grid(x: Tensor, grid: tuple[int, int]) -> Tensor:
    """A map ``(C, h, w)`` on the grid of patches: means down, bilinear up."""
    if x.shape[1] >= grid[0]:
        return F.adaptive_avg_pool2d(x, grid)
    return F.interpolate(x[None], grid, mode="bilinear", align_corners=False)[0]
