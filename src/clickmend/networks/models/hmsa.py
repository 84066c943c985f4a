"""Hierarchical multi-scale attention over HRNet-OCR, the class-map network that G-BRS refines.

Tao, Sapra and Catanzaro, "Hierarchical Multi-Scale Attention for Semantic Segmentation" (2020),
with the scales 0.5 and 1.0. The same network answers at both; the answer at the low scale says
per pixel how much it is to be trusted, α, and the two are joined as
L = U(L_0.5 · α) + (1 − U(α)) · L_1, where U enlarges bilinearly.

Modules are named as in NVIDIA/semantic-segmentation (BSD-3-Clause since 2020),
``network/ocrnet.py`` and ``network/utils.py``: ``backbone``, ``ocr``, ``scale_attn``. The backbone
is timm's HRNet, whose modules are named as in HRNet-Semantic-Segmentation (MIT); its maps are
enlarged bilinearly, as for segmentation, where timm repeats pixels. Weights with the published
names load as they are (``clickmend models import``); the published files themselves have not been
loaded.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, ClassVar

import torch.nn.functional as F
from torch import Tensor, nn

from clickmend.core.shapes import Float
from clickmend.data.layouts.cityscapes import CLASSES as CITYSCAPES
from clickmend.networks.architectures import ARCHITECTURES
from clickmend.networks.backbones.hrnet import hrnet_features, side_by_side
from clickmend.networks.blocks import Normalise, enlarged
from clickmend.networks.contracts import SemanticNetwork
from clickmend.networks.heads.ocr import ObjectContext
from clickmend.networks.sizes import STRIDE, require_whole_strides
from clickmend.networks.weights.published import PUBLISHED, Published, length
from clickmend.networks.weights.state import Checkpoint


@ARCHITECTURES.register("hmsa-hrnet-w48")
class MultiScaleAttention(SemanticNetwork):
    """HRNet-OCR at the scales 1 and 0.5, joined by attention.

    Args:
        classes: K; 19 for Cityscapes.
        backbone: A timm HRNet.
        width: Channels of the pixel features of OCR.
        keys: Channels in which OCR compares pixels with classes.
        attention_width: Channels of the head that tells how much to trust the low scale.

    Attributes:
        PLACES: Where G-BRS is inserted, from the deepest upwards: the three finest of the four
            branches of stage 4, at 1/16, 1/8 and 1/4 of the input (the paper prints 1/8, 1/4 and
            1/2, which HRNet's stage 4 does not have). Each is called twice in a pass, first at
            scale 1 and then at scale 0.5, so each of the six maps gets variables of its own.
            The names are those of HRNets with three modules in stage 4, which all but timm's
            "small" ones have.
    """

    PLACES: ClassVar[tuple[str, ...]] = (
        "backbone.stage4.2.branches.2",
        "backbone.stage4.2.branches.1",
        "backbone.stage4.2.branches.0",
    )

    def __init__(
        self,
        *,
        classes: int = 19,
        backbone: str = "hrnet_w48",
        width: int = 512,
        keys: int = 256,
        attention_width: int = 256,
    ) -> None:
        super().__init__()
        self.normalise = Normalise()
        self.backbone = hrnet_features(backbone)
        channels = sum(self.backbone.feature_info.channels())
        self.ocr = ObjectContext(channels, classes, width=width, keys=keys)
        self.scale_attn = _trust(width, attention_width)

    def forward(self, image: Float[Tensor, "B 3 H W"]) -> Float[Tensor, "B K H W"]:
        """Logits of the classes, see ``SemanticNetwork``.

        Raises:
            ModelError: H or W is no multiple of 32.
        """
        require_whole_strides(image)
        image = self.normalise(image)
        logits, _ = self.at_one_scale(image)
        low_logits, trust = self.at_one_scale(_halved(image))
        return fused(logits, low_logits, trust)

    def at_one_scale(
        self, image: Float[Tensor, "B 3 H W"]
    ) -> tuple[Float[Tensor, "B K H W"], Float[Tensor, "B 1 H W"]]:
        """Logits and how much to trust them, in [0, 1], of a normalised image of any scale."""
        logits, features = self.ocr(side_by_side(self.backbone(image)))
        return enlarged(logits, like=image), enlarged(self.scale_attn(features), like=image)


def fused(
    logits: Float[Tensor, "B K H W"],
    low_logits: Float[Tensor, "B K h w"],
    trust: Float[Tensor, "B 1 h w"],
) -> Float[Tensor, "B K H W"]:
    """U(L_low · α) + (1 − U(α)) · L.

    Args:
        logits: L, at scale 1.
        low_logits: L_low, at the low scale.
        trust: α, how much the low scale is to be trusted, in [0, 1].
    """
    return enlarged(low_logits * trust, like=logits) + (1 - enlarged(trust, like=logits)) * logits


def _halved(image: Tensor) -> Tensor:
    """The image at half the size, rounded up to whole strides."""
    size = [-(-side // (2 * STRIDE)) * STRIDE for side in image.shape[-2:]]
    return F.interpolate(image, size=size, mode="bilinear", align_corners=False)


def _trust(inputs: int, width: int) -> nn.Sequential:
    return nn.Sequential(
        OrderedDict(
            conv0=nn.Conv2d(inputs, width, 3, 1, 1, bias=False),
            bn0=nn.BatchNorm2d(width),
            re0=nn.ReLU(),
            conv1=nn.Conv2d(width, width, 3, 1, 1, bias=False),
            bn1=nn.BatchNorm2d(width),
            re1=nn.ReLU(),
            conv2=nn.Conv2d(width, 1, 1, bias=False),
            sig=nn.Sigmoid(),
        )
    )


def _options(checkpoint: Checkpoint) -> dict[str, Any] | None:
    state = checkpoint.state
    if not {key.partition(".")[0] for key in state} >= {"backbone", "ocr", "scale_attn"}:
        return None
    inside = "ocr.ocr_distri_head.object_context_block.f_pixel.0.weight"
    return {
        "classes": length(state, "ocr.cls_head.weight", otherwise=19),
        "backbone": f"hrnet_w{length(state, 'backbone.transition1.0.0.weight', otherwise=48)}",
        "width": length(state, "ocr.conv3x3_ocr.0.weight", otherwise=512),
        "keys": length(state, inside, otherwise=256),
        "attention_width": length(state, "scale_attn.conv0.weight", otherwise=256),
    }


def _card(options: Mapping[str, Any]) -> dict[str, Any]:
    count = options["classes"]
    names = CITYSCAPES if count == len(CITYSCAPES) else tuple(map(str, range(count)))
    return {"view_px": 1024, "labels": names}


PUBLISHED.register("hmsa-hrnet-w48")(
    Published(
        title="hierarchical multi-scale attention over HRNet-OCR",
        task="semantic",
        options=_options,
        name=str,
        at=MultiScaleAttention.PLACES,
        refine="bmsb",
        card=_card,
    )
)
