"""Object-contextual representations: every pixel also sees the classes' mean features.

Yuan, Chen and Wang, "Object-Contextual Representations for Semantic Segmentation" (2020). With
pixel features x_i and coarse logits, the region of class k is f_k = Σ_i m̃_ki x_i, where m̃_k is the
softmax over the pixels of the coarse logits of k. A pixel takes from the regions
y_i = ρ(Σ_k w_ik δ(f_k)), w_i = softmax_k(φ(x_i)ᵀ ψ(f_k) / √D), and is augmented to
z_i = g([y_i, x_i]).

Modules are named as in ``network/ocrnet.py`` of NVIDIA/semantic-segmentation (BSD-3-Clause since
2020) and, inside ``ocr_distri_head``, as in ``lib/models/seg_hrnet_ocr.py`` of
HRNet-Semantic-Segmentation (MIT): φ is ``f_pixel``, ψ ``f_object``, δ ``f_down``, ρ ``f_up`` and g
``conv_bn_dropout``.
"""

from __future__ import annotations

from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from clickmend.core.shapes import Float


def object_regions(
    x: Float[Tensor, "B C H W"], coarse: Float[Tensor, "B K H W"]
) -> Float[Tensor, "B C K 1"]:
    """The features of each class: the mean over the pixels, weighted by how sure they are.

    Args:
        x: Features of the pixels.
        coarse: Logits of the K classes; the softmax is over the pixels, not over the classes.
    """
    weights = coarse.flatten(2).softmax(dim=2)
    return torch.einsum("bkn,bcn->bck", weights, x.flatten(2))[..., None]


class ObjectAttention(nn.Module):
    """What each pixel takes from the regions, y.

    Args:
        channels: C.
        keys: D, the channels in which pixels and regions are compared.
    """

    def __init__(self, channels: int, keys: int) -> None:
        super().__init__()
        self.f_pixel = _projection(channels, keys, keys)
        self.f_object = _projection(channels, keys, keys)
        self.f_down = _projection(channels, keys)
        self.f_up = _projection(keys, channels)

    def forward(
        self, x: Float[Tensor, "B C H W"], regions: Float[Tensor, "B C K 1"]
    ) -> Float[Tensor, "B C H W"]:
        """ρ(attention of the pixels to the regions)."""
        query, key, value = (
            projected.flatten(2).transpose(1, 2)
            for projected in (self.f_pixel(x), self.f_object(regions), self.f_down(regions))
        )
        taken = F.scaled_dot_product_attention(query, key, value)
        context: Tensor = self.f_up(taken.transpose(1, 2).reshape(len(x), -1, *x.shape[-2:]))
        return context


class ObjectDistribution(nn.Module):
    """The augmented features z."""

    def __init__(self, channels: int, keys: int) -> None:
        super().__init__()
        self.object_context_block = ObjectAttention(channels, keys)
        self.conv_bn_dropout = nn.Sequential(
            *_projection(2 * channels, channels), nn.Dropout2d(0.05)
        )

    def forward(
        self, x: Float[Tensor, "B C H W"], regions: Float[Tensor, "B C K 1"]
    ) -> Float[Tensor, "B C H W"]:
        """g([y, x])."""
        context = self.object_context_block(x, regions)
        augmented: Tensor = self.conv_bn_dropout(torch.cat((context, x), dim=1))
        return augmented


class ObjectFeatures(nn.Module):
    """From a backbone's map to pixel features that know those of the regions.

    Args:
        inputs: Channels of the backbone's map.
        regions: K, in which the image is coarsely divided.
        width: Channels of the pixel features.
        keys: Channels in which pixels and regions are compared.
    """

    def __init__(self, inputs: int, regions: int, *, width: int, keys: int) -> None:
        super().__init__()
        self.conv3x3_ocr = nn.Sequential(nn.Conv2d(inputs, width, 3, 1, 1), _norm(width))
        self.ocr_distri_head = ObjectDistribution(width, keys)
        self.aux_head = nn.Sequential(
            nn.Conv2d(inputs, inputs, 1), _norm(inputs), nn.Conv2d(inputs, regions, 1)
        )

    def augmented(self, x: Float[Tensor, "B D H W"]) -> Float[Tensor, "B C H W"]:
        """The features z."""
        features = self.conv3x3_ocr(x)
        regions = object_regions(features, self.aux_head(x))
        augmented: Tensor = self.ocr_distri_head(features, regions)
        return augmented


class ObjectContext(ObjectFeatures):
    """From a backbone's map to class logits by way of the classes' own features.

    Args:
        inputs: Channels of the backbone's map.
        classes: K.
        width: Channels of the pixel features.
        keys: Channels in which pixels and regions are compared.
    """

    def __init__(self, inputs: int, classes: int, *, width: int, keys: int) -> None:
        super().__init__(inputs, classes, width=width, keys=keys)
        self.cls_head = nn.Conv2d(width, classes, 1)

    def forward(
        self, x: Float[Tensor, "B D H W"]
    ) -> tuple[Float[Tensor, "B K H W"], Float[Tensor, "B C H W"]]:
        """Logits of the classes, and the augmented features that they were read from."""
        augmented = self.augmented(x)
        return self.cls_head(augmented), augmented


def _norm(channels: int) -> nn.Sequential:
    return nn.Sequential(nn.BatchNorm2d(channels), nn.ReLU())


def _projection(*channels: int) -> nn.Sequential:
    """1×1 convolutions from each number of channels to the next, normalised and rectified."""
    layers: list[nn.Module] = []
    for inputs, outputs in pairwise(channels):
        layers += (nn.Conv2d(inputs, outputs, 1, bias=False), _norm(outputs))
    return nn.Sequential(*layers)
