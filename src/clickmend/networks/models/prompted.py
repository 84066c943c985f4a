"""Networks that are told points, a box and a mask by their coordinates: SAM and its kin."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from clickmend.core.shapes import Float
from clickmend.core.types import FloatMap
from clickmend.networks.contracts import InteractiveNetwork
from clickmend.networks.encoding import MarkEncoding

CUT = 1e-3
"""Probabilities of a previous mask are cut at this and one minus this."""


class PixelEncoding(MarkEncoding):
    """A click is the pixel that holds it, from which its coordinates can be had back."""

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__("disk", 1.0)

    def clicks(self, points: list[tuple[float, float]], *, height: int, width: int) -> FloatMap:
        """See ``MarkEncoding``."""
        drawn = np.zeros((height, width), np.float32)
        for x, y in points:
            drawn[min(int(y), height - 1), min(int(x), width - 1)] = 1
        return drawn


class PromptedNetwork(InteractiveNetwork):
    """A promptable network as an interactive one.

    What it makes of the photo is kept until another view comes, so that a click costs its mask
    decoder. The first click alone gets the best of its several masks, by its own score.

    Args:
        module: Called as ``SamModel`` of transformers is.
        mean: Of RGB in [0, 1].
        std: Likewise.
        side_px: It takes squares of this side.
        fit: Whether views are padded to the square or stretched to it.
    """

    def __init__(
        self,
        module: nn.Module,
        *,
        mean: Sequence[float],
        std: Sequence[float],
        side_px: int,
        fit: Literal["pad", "stretch"],
    ) -> None:
        super().__init__()
        self.module = module
        self.encoding = PixelEncoding()
        self._mean, self._std = tuple(mean), tuple(std)
        self.side_px = self._side = side_px
        self._fit = fit
        self._kept: tuple[Tensor, Any] | None = None

    def forward(
        self, image: Float[Tensor, "B 3 H W"], marks: Float[Tensor, "B 4 H W"]
    ) -> Float[Tensor, "B 1 H W"]:
        """Logits of "belongs to the object", see ``InteractiveNetwork``; B is 1."""
        height, width = image.shape[-2:]
        centre, spread = (image.new_tensor(v)[:, None, None] for v in (self._mean, self._std))
        pixels = self._square((image - centre) / spread)
        prompts = self._prompts(marks)
        answer = self.module(**self._photo(pixels), **prompts)
        masks = answer.pred_masks[0]
        best = int(answer.iou_scores.detach()[0, 0].argmax()) if masks.shape[1] > 1 else 0
        return self._unsquared(masks[:, best : best + 1], height, width)

    def over_view(self, x: Float[Tensor, "B C h w"], height: int, width: int) -> Tensor:
        """The part of a map of the square that lies over a view of that size."""
        if self._fit == "stretch":
            return x
        rows, columns = (
            max(1, round(side * size / self._side))
            for side, size in zip(x.shape[-2:], (height, width), strict=True)
        )
        return x[..., :rows, :columns]

    def _square(self, x: Tensor) -> Tensor:
        """A map of the view over the square that the network takes."""
        height, width = x.shape[-2:]
        if self._fit == "pad":
            return F.pad(x, (0, self._side - width, 0, self._side - height))
        return F.interpolate(x, (self._side, self._side), mode="bilinear", align_corners=False)

    def _unsquared(self, logits: Tensor, height: int, width: int) -> Tensor:
        """What it says of the square, over the view."""
        if self._fit == "stretch":
            return F.interpolate(logits, (height, width), mode="bilinear", align_corners=False)
        whole = F.interpolate(
            logits, (self._side, self._side), mode="bilinear", align_corners=False
        )
        return whole[..., :height, :width]

    def _photo(self, pixels: Tensor) -> dict[str, Any]:
        """The photo as the network takes it, or what it has made of it before."""
        encoder: Any = self.module.vision_encoder
        refined = pixels.requires_grad or any(
            part._forward_hooks or part._forward_pre_hooks for part in encoder.modules()
        )
        if refined:
            return {"pixel_values": pixels}
        if self._kept is None or not torch.equal(self._kept[0], pixels):
            seen: Any = self.module
            self._kept = (pixels.clone(), seen.get_image_embeddings(pixels))
        return {"image_embeddings": self._kept[1]}

    def _prompts(self, marks: Tensor) -> dict[str, Any]:
        """Points, box and previous mask as the network takes them."""
        height, width = marks.shape[-2:]
        scale = marks.new_ones(2)
        if self._fit == "stretch":
            scale = marks.new_tensor([self._side / width, self._side / height])
        places = [_pixels(marks[0, channel]) for channel in (0, 1)]
        points = torch.cat(places) * scale
        labels = torch.cat([torch.full((len(p),), 1 - n) for n, p in enumerate(places)])
        box = _pixels(marks[0, 2])
        told: dict[str, Any] = {}
        if len(points):
            told["input_points"] = points[None, None]
            told["input_labels"] = labels[None, None].to(marks.device)
        if len(box):
            corners = torch.stack([box.amin(dim=0), box.amax(dim=0)]) * scale
            told["input_boxes"] = corners.reshape(1, 1, 4)
        previous = marks[:, 3:]
        if bool((previous > 0).any()):
            encoder: Any = self.module.prompt_encoder
            logits = torch.logit(previous, eps=CUT)
            square = F.pad(
                logits, (0, self._side - width, 0, self._side - height), value=float(logits.min())
            )
            if self._fit == "stretch":
                square = self._square(logits)
            told["input_masks"] = F.interpolate(
                square, _mask_size(encoder), mode="bilinear", align_corners=False, antialias=True
            )
        told["multimask_output"] = len(points) == 1 and set(told) == {
            "input_points",
            "input_labels",
        }
        return told


def _pixels(drawn: Tensor) -> Tensor:
    """(x, y) of the pixels that are set, ``(K, 2)``."""
    rows, columns = (drawn > 0.5).nonzero(as_tuple=True)
    return torch.stack([columns, rows], dim=1).to(drawn.dtype)


def _mask_size(encoder: Any) -> tuple[int, int]:
    side = 4 * int(encoder.image_embedding_size[0])
    return side, side
