"""The detector: torchvision's pyramid, proposals and heads over the patches of a transformer."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, final

import torch
from torch import Tensor, nn
from torchvision.models.detection.anchor_utils import AnchorGenerator
from torchvision.models.detection.faster_rcnn import FastRCNNPredictor, TwoMLPHead
from torchvision.models.detection.image_list import ImageList
from torchvision.models.detection.mask_rcnn import MaskRCNNHeads, MaskRCNNPredictor
from torchvision.models.detection.roi_heads import RoIHeads, paste_masks_in_image
from torchvision.models.detection.rpn import RegionProposalNetwork, RPNHead
from torchvision.ops import FeaturePyramidNetwork, MultiScaleRoIAlign
from torchvision.ops.feature_pyramid_network import LastLevelMaxPool

from clickmend.core.shapes import Bool, Float, Int
from clickmend.networks.heads.multiple_instance import SAMPLES

FINEST = 4
"""The finest stride of the pyramid (specification, step 6), or the next larger one that halving the
side of a patch leads to: anchors lie at whole pixels, and a patch of 14 px has maps at 7."""

LEVELS = 4
"""Maps of the pyramid, each of twice the stride of the one before; one more is added."""

ANCHOR_STRIDES = 4
"""The side of an anchor, in strides of its map."""

BOX_ROI, MASK_ROI = 7, 14
"""Cut-outs for boxes and masks, the same for training and answers; a mask is twice as fine."""


@final
@dataclass(frozen=True)
class Detections:
    """The objects found in one picture, the surest first.

    Attributes:
        boxes: x0, y0, x1, y1 in pixels of the picture, ``(K, 4)``.
        labels: The class of each, 0…C − 1.
        scores: How sure each is, in [0, 1].
        probabilities: Of each pixel of the picture, ``(K, H, W)``; 0 outside the boxes.
    """

    boxes: Float[Tensor, "K 4"]
    labels: Int[Tensor, " K"]
    scores: Float[Tensor, " K"]
    probabilities: Float[Tensor, "K H W"]

    @property
    def masks(self) -> Bool[Tensor, "K H W"]:
        """Where an object is at least as likely as not; they may overlap."""
        return self.probabilities >= 0.5


@final
@dataclass(frozen=True)
class Proposed:
    """What the heads say of R proposals of a batch, P of which lie on an object.

    Attributes:
        proposal_loss: Of the proposals themselves, as torchvision has it.
        class_logits: Background first, ``(R, C + 1)``.
        classes: The class that each should have, 0 for the background.
        boxes: What is said of the P boxes, in pixels.
        wanted: The boxes that they should be.
        regions: Where the P masks were cut out, in pixels.
        masks: Their logits, ``(P, S, S)``.
        picture: Which picture of the batch each of the P is in.
        objects: Which object of that picture it lies on.
    """

    proposal_loss: Float[Tensor, ""]
    class_logits: Float[Tensor, "R C1"]
    classes: Int[Tensor, " R"]
    boxes: Float[Tensor, "P 4"]
    wanted: Float[Tensor, "P 4"]
    regions: Float[Tensor, "P 4"]
    masks: Float[Tensor, "P S S"]
    picture: Int[Tensor, " P"]
    objects: Int[Tensor, " P"]


class Detector(nn.Module):
    """Proposals from a pyramid of four maps; boxes, classes and masks from the last map.

    Args:
        width: Channels of the maps.
        classes: C.
        patch_px: The side of a patch.
        channels: Of the pyramid and of the heads.
        units: Of the two layers behind a cut-out for boxes.
        mask_layers: Convolutions before a mask is made twice as fine.
        regions: Proposals of a picture that the heads are trained on.
        proposals: Proposals of a picture that they see when they answer.
        most: Objects of an answer.
        overlap: IoU of two boxes of a class from which on the less sure one is left out of an
            answer.
    """

    def __init__(
        self,
        width: int,
        *,
        classes: int,
        patch_px: int,
        channels: int = 256,
        units: int = 1024,
        mask_layers: int = 4,
        regions: int = 256,
        proposals: int = 1000,
        most: int = 100,
        overlap: float = 0.5,
    ) -> None:
        super().__init__()
        self.patch_px = patch_px
        self.strides = strides_of(patch_px)
        self.rescale = nn.ModuleList(_rescale(width, patch_px, stride) for stride in self.strides)
        self.pyramid: Any = FeaturePyramidNetwork(
            [width] * len(self.strides), channels, extra_blocks=LastLevelMaxPool()
        )
        strides = (*self.strides, 2 * self.strides[-1])
        ratios = ((0.5, 1.0, 2.0),) * len(strides)
        self.proposals: Any = RegionProposalNetwork(
            AnchorGenerator(tuple((ANCHOR_STRIDES * stride,) for stride in strides), ratios),
            RPNHead(channels, len(ratios[0])),
            fg_iou_thresh=0.7,
            bg_iou_thresh=0.3,
            batch_size_per_image=regions,
            positive_fraction=0.5,
            pre_nms_top_n={"training": 2 * proposals, "testing": proposals},
            post_nms_top_n={"training": proposals, "testing": proposals},
            nms_thresh=0.7,
        )
        self.narrow = nn.Conv2d(width, channels, 1)
        self.heads: Any = RoIHeads(
            MultiScaleRoIAlign(["last"], BOX_ROI, SAMPLES),
            TwoMLPHead(channels * BOX_ROI**2, units),
            FastRCNNPredictor(units, classes + 1),
            fg_iou_thresh=0.5,
            bg_iou_thresh=0.5,
            batch_size_per_image=regions,
            positive_fraction=0.25,
            bbox_reg_weights=None,
            score_thresh=0.05,
            nms_thresh=overlap,
            detections_per_img=most,
        )
        self.cut_masks: Any = MultiScaleRoIAlign(["last"], MASK_ROI, SAMPLES)
        self.mask_head = nn.Sequential(
            MaskRCNNHeads(channels, (channels,) * mask_layers, 1),
            MaskRCNNPredictor(channels, channels, 1),
        )

    def forward(
        self, maps: Sequence[Float[Tensor, "B D h w"]], size: tuple[int, int]
    ) -> list[Detections]:
        """What is found in each picture of a batch.

        Args:
            maps: The patches after four blocks.
            size: H and W of the pictures.
        """
        regions, _ = self._propose(maps, size, None)
        last = self._last(maps)
        logits, shifts = self._box_answers(last, regions, size)
        found = self.heads.postprocess_detections(logits, shifts, regions, [size] * len(regions))
        boxes, scores, labels = found
        masks = self._mask_logits(last, boxes, size).sigmoid()
        apart = torch.split(masks, [len(each) for each in boxes])
        return [
            Detections(around, kind - 1, score, _pasted(mask, around, size))
            for around, kind, score, mask in zip(boxes, labels, scores, apart, strict=True)
        ]

    def propose(
        self,
        maps: Sequence[Float[Tensor, "B D h w"]],
        size: tuple[int, int],
        boxes: Sequence[Float[Tensor, "_ 4"]],
        classes: Sequence[Int[Tensor, " _"]],
    ) -> Proposed:
        """What the heads say of proposals of which it is known what they should say.

        Args:
            maps: The patches after four blocks.
            size: H and W of the pictures.
            boxes: Of the objects of each picture, in pixels.
            classes: Of the objects, 0…C − 1.
        """
        targets = [
            {"boxes": around, "labels": kind + 1}
            for around, kind in zip(boxes, classes, strict=True)
        ]
        regions, losses = self._propose(maps, size, targets)
        last = self._last(maps)
        regions, objects, kinds, _ = self.heads.select_training_samples(regions, targets)
        logits, shifts = self._box_answers(last, regions, size)
        label = torch.cat(kinds)
        decoded = self.heads.box_coder.decode(shifts, regions)
        picture = torch.cat([torch.full_like(each, i) for i, each in enumerate(kinds)])
        hit = label > 0
        said = decoded[hit, label[hit]]
        on_objects = [each[kind > 0] for each, kind in zip(regions, kinds, strict=True)]
        at = torch.cat(objects)[hit]
        first = torch.tensor([0, *map(len, boxes)], device=at.device).cumsum(dim=0)[:-1]
        return Proposed(
            torch.stack(list(losses.values())).sum(),
            logits,
            label,
            said,
            torch.cat(list(boxes))[first[picture[hit]] + at],
            torch.cat(on_objects),
            self._mask_logits(last, on_objects, size)[:, 0],
            picture[hit],
            at,
        )

    def _propose(
        self, maps: Sequence[Tensor], size: tuple[int, int], targets: list[dict[str, Tensor]] | None
    ) -> tuple[list[Tensor], dict[str, Tensor]]:
        scaled = OrderedDict(
            (str(stride), rescale(x.float()))
            for stride, rescale, x in zip(self.strides, self.rescale, maps, strict=True)
        )
        pictures = ImageList(maps[0].new_empty(len(maps[0]), 3, *size), [size] * len(maps[0]))
        regions, losses = self.proposals(pictures, self.pyramid(scaled), targets)
        return regions, losses

    def _last(self, maps: Sequence[Tensor]) -> dict[str, Tensor]:
        return {"last": self.narrow(maps[-1].float()).relu()}

    def _box_answers(
        self, last: dict[str, Tensor], regions: list[Tensor], size: tuple[int, int]
    ) -> tuple[Tensor, Tensor]:
        heads = self.heads
        cut = heads.box_roi_pool(last, regions, [size] * len(regions))
        logits, shifts = heads.box_predictor(heads.box_head(cut))
        return logits, shifts

    def _mask_logits(
        self, last: dict[str, Tensor], regions: list[Tensor], size: tuple[int, int]
    ) -> Tensor:
        """``(P, 1, S, S)``."""
        cut = self.cut_masks(last, regions, [size] * len(regions))
        logits: Tensor = self.mask_head(cut)
        return logits


def strides_of(patch_px: int) -> tuple[int, ...]:
    """The strides of the pyramid's maps, the last added one left out.

    Example:
        >>> strides_of(16), strides_of(14)
        ((4, 8, 16, 32), (7, 14, 28, 56))
    """
    finest = patch_px
    while finest % 2 == 0 and finest >= 2 * FINEST:
        finest //= 2
    while finest < FINEST:
        finest *= 2
    return tuple(finest << level for level in range(LEVELS))


def _rescale(width: int, patch_px: int, stride: int) -> nn.Module:
    """From the stride of the patches to that of a map of the pyramid."""
    if stride >= patch_px:
        return nn.MaxPool2d(stride // patch_px)
    layers: list[nn.Module] = []
    while stride < patch_px:
        layers += [nn.ConvTranspose2d(width, width, 2, 2), nn.GELU()]
        stride *= 2
    return nn.Sequential(*layers[:-1])


def _pasted(masks: Tensor, boxes: Tensor, size: tuple[int, int]) -> Tensor:
    """Probabilities ``(K, 1, S, S)`` in their boxes, ``(K, H, W)``."""
    if not len(masks):
        return masks.new_zeros(0, *size)
    pasted: Tensor = paste_masks_in_image(masks, boxes, size)[:, 0]
    return pasted
