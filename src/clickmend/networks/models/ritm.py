"""The interactive HRNets of RITM, which take their published weights.

Sofiiuk, Petrov and Konushin, "Reviving Iterative Training with Mask Guidance for Interactive
Segmentation" (2021). Disks and the previous mask are made features of their own and added behind
the first convolution of an HRNetV2; object-contextual representations tell the object apart. All
maps are enlarged with their corners aligned. The network is told no box.

Written from the paper and from the names and shapes of SamsungLabs/ritm_interactive_segmentation
(MIT). Its published files themselves have not been loaded.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from clickmend.core.errors import ModelError
from clickmend.core.shapes import Float
from clickmend.networks.architectures import ARCHITECTURES
from clickmend.networks.backbones.hrnet import hrnet_features
from clickmend.networks.blocks import IMAGENET_MEAN, IMAGENET_STD, Normalise
from clickmend.networks.contracts import InteractiveNetwork
from clickmend.networks.encoding import MarkEncoding
from clickmend.networks.heads.ocr import ObjectContext
from clickmend.networks.sizes import require_whole_strides
from clickmend.networks.weights.published import PUBLISHED, Published, length
from clickmend.networks.weights.state import Checkpoint


class Scale(nn.Module):
    """Times a number that is learned, without its sign."""

    def __init__(self, start: float) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.full((1,), start))

    def forward(self, x: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
        """|scale| · x."""
        return x * self.scale.abs()


@ARCHITECTURES.register("ritm-hrnet")
class RitmHRNet(InteractiveNetwork):
    """HRNetV2+OCR whose marks come in behind its first convolution.

    Args:
        backbone: A timm HRNet; "hrnet_w18_small_v2" is RITM's 18s.
        width: Channels of the pixel features of OCR.
        keys: Channels in which OCR compares pixels.
        radius_px: Of a click's disk, pixels of the view.
        previous: Whether it is told the previous mask.
        leaky: Whether the rectifier of the marks leaks.
    """

    def __init__(
        self,
        *,
        backbone: str = "hrnet_w18",
        width: int = 128,
        keys: int = 64,
        radius_px: float = 5.0,
        previous: bool = True,
        leaky: bool = True,
    ) -> None:
        super().__init__()
        self.encoding = MarkEncoding("disk", radius_px, previous=previous)
        self.normalise = Normalise()
        self.backbone = hrnet_features(backbone, align_corners=True)
        first = self.backbone.conv1.out_channels
        self.maps = nn.Sequential(
            nn.Conv2d(2 + previous, 16, 1),
            nn.LeakyReLU(0.2) if leaky else nn.ReLU(),
            nn.Conv2d(16, first, 3, 2, 1),
            Scale(0.05),
        )
        channels = sum(self.backbone.feature_info.channels())
        self.ocr = ObjectContext(channels, 1, width=width, keys=keys)

    def forward(
        self, image: Float[Tensor, "B 3 H W"], marks: Float[Tensor, "B 4 H W"]
    ) -> Float[Tensor, "B 1 H W"]:
        """Logits of "belongs to the object", see ``InteractiveNetwork``.

        Raises:
            ModelError: H or W is no multiple of 32.
        """
        require_whole_strides(image)
        told = marks[:, :2]
        if self.encoding.previous:
            told = torch.cat((marks[:, 3:], told), dim=1)
        net = self.backbone
        stem = net.act1(net.bn1(net.conv1(self.normalise(image)))) + self.maps(told)
        return behind_stem(net, self.ocr, stem, like=image)


def behind_stem(
    net: Any,
    ocr: ObjectContext,
    x: Float[Tensor, "B C h w"],
    *,
    like: Float[Tensor, "B _ H W"],
) -> Float[Tensor, "B 1 H W"]:
    """Logits of the object from what comes out of an HRNet's first convolution.

    Args:
        net: The HRNet.
        ocr: What tells the object by its maps.
        x: The features behind the first convolution.
        like: Of the size that the logits have.
    """
    finest, *coarser = net.stages(net.act2(net.bn2(net.conv2(x))))
    x = torch.cat([finest, *(aligned(one, like=finest) for one in coarser)], dim=1)
    logits, _ = ocr(x)
    return aligned(logits, like=like)


def aligned(x: Float[Tensor, "B C h w"], *, like: Float[Tensor, "B _ H W"]) -> Tensor:
    """Enlarged bilinearly to the size of another, corners on corners, ``(B, C, H, W)``."""
    return F.interpolate(x, like.shape[-2:], mode="bilinear", align_corners=True)


def published_name(ours: str) -> str:
    """What RITM calls a weight; a norm and its rectifier are no pair in two of its heads."""
    top, _, rest = ours.partition(".")
    if top == "maps":
        return f"maps_transform.{rest}"
    for head, last in (("conv3x3_ocr", None), ("aux_head", "2")):
        if rest.startswith(f"{head}.1.0."):
            rest = rest.replace(f"{head}.1.0.", f"{head}.1.", 1)
        elif last and rest.startswith(f"{head}.{last}."):
            rest = rest.replace(f"{head}.{last}.", f"{head}.3.", 1)
    return f"feature_extractor.{rest}"


TOLD: Mapping[str, Any] = {
    "use_rgb_conv": False,
    "use_disks": True,
    "binary_prev_mask": False,
    "clicks_groups": None,
    "conv_extend": False,
    "norm_mean_std": [list(IMAGENET_MEAN), list(IMAGENET_STD)],
}
"""What the configuration in a file has to say, where it speaks of it."""


def _options(checkpoint: Checkpoint) -> dict[str, Any] | None:
    state = checkpoint.state
    inside = "feature_extractor."
    if not any(key.startswith(f"{inside}stage4.") for key in state):
        return None
    config = checkpoint.beside.get("config") or {}
    if not config and any(key.startswith("rgb_conv.") for key in state):
        return None  # f-BRS's
    said = {key: value["value"] for key, value in (config.get("params") or {}).items()}
    for key, wanted in TOLD.items():
        found = said.get(key, wanted)
        if isinstance(found, list | tuple):
            found = [list(part) for part in found]
        if found != wanted:
            raise ModelError(
                f"The file says {key} = {found!r}. Taken are networks of RITM that are told disks "
                f"and masks by maps_transform ({key} = {wanted!r}); choose one of these, such as "
                "an itermask model."
            )
    return {
        **hrnet_options(state),
        "radius_px": float(said.get("norm_radius", 5)),
        "previous": length(state, "maps_transform.0.weight", axis=1, otherwise=3) == 3,
        "leaky": bool(said.get("use_leaky_relu", True)),
    }


def hrnet_options(state: Mapping[str, Tensor]) -> dict[str, Any]:
    """Backbone, width and keys of an HRNet with OCR, from published names and shapes."""
    inside = "feature_extractor."
    width = length(state, f"{inside}transition1.0.0.weight", otherwise=18)
    small = f"{inside}layer1.2.conv1.weight" not in state
    keys = length(
        state, f"{inside}ocr_distri_head.object_context_block.f_pixel.0.weight", otherwise=64
    )
    return {
        "backbone": f"hrnet_w{width}" + ("_small_v2" if small else ""),
        "width": 2 * keys,
        "keys": keys,
    }


PUBLISHED.register("ritm-hrnet")(
    Published(
        title="RITM with HRNet-18s, 18 or 32",
        task="interactive",
        options=_options,
        name=published_name,
        at=("ocr.ocr_distri_head",),
        refine="none",
        card=lambda _: {"overview_px": 416, "view_px": 416, "margin": 1.4},
    )
)
