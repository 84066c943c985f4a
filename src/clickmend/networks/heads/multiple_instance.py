"""The multiple-instance head: which of the boxes that an object may have is its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import torch
from torch import Tensor, nn
from torchvision.ops import roi_align

from clickmend.core.shapes import Float, Int

SAMPLES = 1
"""Samples along each side of a bin of a cut-out: patches are means already, and gradients of
cut-outs are a good part of a step's time."""

ROI = 7
"""The side of what is cut out of the map for each box (specification, step 2)."""


@final
@dataclass(frozen=True)
class BoxVotes:
    """What is said of the J boxes of K objects.

    Attributes:
        share: How much each box counts for each of the C classes, ``(J, K, C)``; over the J boxes
            it adds up to 1.
        kind: Which class each box shows, ``(J, K, C)``; over the classes it adds up to 1.
    """

    share: Float[Tensor, "J K C"]
    kind: Float[Tensor, "J K C"]

    def classes(self) -> Float[Tensor, "K C"]:
        """How much each object is of each class, in [0, 1]: Σ_j share · kind."""
        return (self.share * self.kind).sum(dim=0)

    def chosen(self, classes: Int[Tensor, " K"]) -> Int[Tensor, " K"]:
        """The box that says most for the class that each object is known to have."""
        votes = self.share * self.kind
        return votes[:, torch.arange(len(classes), device=classes.device), classes].argmax(dim=0)


class MultipleInstanceHead(nn.Module):
    """Two linear branches over 7×7 cut-outs, softmax over classes and softmax over boxes.

    Args:
        width: Channels of the map.
        classes: C.
    """

    def __init__(self, width: int, *, classes: int) -> None:
        super().__init__()
        self.kind = nn.Linear(width * ROI**2, classes)
        self.share = nn.Linear(width * ROI**2, classes)

    def forward(self, features: Float[Tensor, "D h w"], boxes: Float[Tensor, "J K 4"]) -> BoxVotes:
        """The votes of the boxes of one picture.

        Args:
            features: Its patches.
            boxes: x0, y0, x1, y1 in patches.
        """
        flat_boxes = [boxes.flatten(0, 1).float()]
        cut = roi_align(
            features[None].float(), flat_boxes, ROI, sampling_ratio=SAMPLES, aligned=True
        )
        flat = cut.flatten(1).unflatten(0, boxes.shape[:2])
        return BoxVotes(self.share(flat).softmax(dim=0), self.kind(flat).softmax(dim=2))
