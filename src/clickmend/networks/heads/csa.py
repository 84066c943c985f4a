"""The corrective self-attention classifier: clicks hold the values of pixels, and these propagate.

In the place of the 1×1 convolution by which a network says whether a pixel belongs to the object.
That convolution gives each pixel a value, its logit; self-attention then lets pixels that are alike
agree, along the columns and then along the rows of the map at output resolution, or among all
pixels of a small image. Clicked pixels are fixed values of this attention: where it propagates,
the values of pixels like them move towards theirs (Eq. 23) before any pixel takes its own.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Literal, TypeAlias

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from clickmend.attention import Online
from clickmend.attention.arguments import check_word
from clickmend.attention.modules import check_heads
from clickmend.core.errors import OptionError
from clickmend.core.shapes import Bool, Float
from clickmend.networks.blocks import enlarged
from clickmend.networks.encoding import MarkEncoding

ClassifierKind: TypeAlias = Literal["pointwise", "axial", "full"]

WAVELENGTHS_PX = (16, 32, 64, 128, 256, 512)
"""Of the waves by which queries and keys know where their pixels are."""

SHARPNESS = 2.0
"""By how much the first weights of queries and keys are larger than usual; else attention begins
as an average over everything, and so does the mask."""


class CorrectiveSelfAttention(nn.Module):
    """Logits by self-attention in which clicked pixels are fixed values.

    Queries and keys see the features, the clicks and, by waves, the place of a pixel, so a map may
    have any size. They begin as the same projection, by which pixels attend to those like them.

    The weights of a 1×1 convolution can be loaded: they become those of the values.

    Args:
        channels: C of the features.
        radius_px: Of the disks by which clicks are drawn.
        kind: ``"axial"``, or ``"full"`` for images of about 64 pixels.
        width: D·G, the channels of queries and keys.
        heads: G; the answer is the mean of their values.
        stride: Of the map of pixels that attend, in pixels of the image.
        certainty: The logit of a clicked pixel, > 0; that of the background is its negative.
        compared: E of a map by which pixels are compared in the place of the features, if any.
        share: None for logits that are what attention makes of the values. A number for the values
            themselves, in the resolution of the features, and that share of what attention changes
            of them; it is learned from there. From 0 the classifier begins as its convolution.
        learned_hold: Whether each head learns how many times θ_μ/n its values are held by, at
            first once. By the n pixels that attend to each other a view may have any size: a click
            shares itself among the pixels like it, which grow with n.
        online: What is inferred beside the values; may be changed at any time.

    Raises:
        OptionError: The kind is not known, or heads do not divide the width.
    """

    def __init__(
        self,
        channels: int,
        *,
        radius_px: float,
        kind: Literal["axial", "full"] = "axial",
        width: int = 32,
        heads: int = 1,
        stride: int = 1,
        certainty: float = 4.0,
        compared: int | None = None,
        share: float | None = None,
        learned_hold: bool = False,
        online: Online | None = None,
    ) -> None:
        super().__init__()
        check_word("kind", kind, ("axial", "full"))
        check_heads(width, heads)
        self.radius_px, self.kind, self.stride = radius_px, kind, stride
        self.heads, self.certainty = heads, certainty
        self.online = Online() if online is None else online
        passes = 2 if kind == "axial" else 1
        self.values = nn.Conv2d(channels, heads, 1)
        self.likeness = nn.Conv2d(compared or channels, 2 * passes * width, 1)
        self.place = nn.Conv2d(2 + 4 * len(WAVELENGTHS_PX), 2 * passes * width, 1, bias=False)
        with torch.no_grad():
            for weight in (self.likeness.weight, self.likeness.bias, self.place.weight):
                assert weight is not None
                queries, keys = weight.view(passes, 2, width, -1).unbind(1)
                keys.copy_(queries.mul_(SHARPNESS))
        self.hold = nn.Parameter(torch.zeros(heads, 1)) if learned_hold else None
        self.share = None if share is None else nn.Parameter(torch.full((heads, 1, 1), share))
        register: Callable[..., Any] = self.register_load_state_dict_pre_hook
        register(_values_of_convolution)

    def forward(
        self,
        features: Float[Tensor, "B C h w"],
        clicks: Float[Tensor, "B 2 H W"],
        compared: Float[Tensor, "B E i j"] | None = None,
    ) -> Float[Tensor, "B 1 P Q"]:
        """Logits of "belongs to the object".

        P = H/stride and Q = W/stride; with a share P = h and Q = w.

        Args:
            features: Of the pixels; as large as the pixels that attend after their projections,
                which is the same as before them.
            clicks: Disks of the foreground and of the background clicks, 1 inside, else 0.
            compared: The map by which pixels are compared, as the features; these when missing.
        """
        disks = F.max_pool2d(clicks, self.stride)
        fine = self.values(features)
        begun = values = enlarged(fine, like=disks)
        place = waves(*disks.shape[-2:], like=values).expand(len(values), -1, -1, -1)
        pairs = enlarged(self.likeness(features if compared is None else compared), like=disks)
        pairs = pairs + self.place(torch.cat((disks.to(values.dtype), place), dim=1))

        foreground, background = F.max_pool2d(cores(clicks, self.radius_px), self.stride).unbind(1)
        fixed = (foreground != background).detach()
        known = (self.certainty * (foreground - background)).to(values.dtype)[:, None]
        known = known.expand_as(values)
        if self.kind == "full":
            pairs, flat, known = (x.flatten(2)[..., None] for x in (pairs, values, known))
            flat = self._along_columns(pairs, flat, known, fixed.flatten(1)[..., None])
            values = flat.reshape(values.shape)
        else:
            of_columns, of_rows = pairs.chunk(2, dim=1)
            values = self._along_columns(of_columns, values, known, fixed)
            values = self._along_columns(of_rows.mT, values.mT, known.mT, fixed.mT).mT
        if self.share is not None:
            values = fine + self.share * enlarged(values - begun, like=fine)
        return values.mean(dim=1, keepdim=True)

    def _along_columns(
        self,
        pairs: Float[Tensor, "B C L R"],
        values: Float[Tensor, "B G L R"],
        known: Float[Tensor, "B G L R"],
        fixed: Bool[Tensor, "B L R"],
    ) -> Float[Tensor, "B G L R"]:
        """The values after attention along the third axis, every line of the fourth by itself."""
        batch, heads, length, lines = values.shape

        def alone(x: Tensor) -> Tensor:
            of_heads = x.reshape(batch, heads, -1, length, lines)
            return of_heads.permute(0, 4, 1, 3, 2).flatten(0, 1)

        queries, keys = pairs.chunk(2, dim=1)
        online = self.online
        if self.hold is not None:
            online = online.held(self.hold.exp() / length)
        v = online.attend(
            alone(queries),
            alone(keys),
            alone(values),
            fixed_values=alone(known),
            fixed=fixed.mT.flatten(0, 1),
        )
        spread: Tensor = v.reshape(batch, lines, heads, length).permute(0, 2, 3, 1)
        return spread


def cores(disks: Float[Tensor, "B K H W"], radius_px: float) -> Float[Tensor, "B K H W"]:
    """The middles of disks, as small as can be without losing one.

    A disk reaches over the edge of what was clicked; only its middle is sure to belong to it.

    Args:
        disks: 1 within ``radius_px`` of a click, else 0.
        radius_px: Of the disks.

    Returns:
        1 where a square as large as fits into a disk around any pixel of it lies in disks, else 0.
    """
    reach = max(0, math.floor(radius_px / math.sqrt(2) - 0.5))
    return 1 - F.max_pool2d(1 - disks, 2 * reach + 1, stride=1, padding=reach)


def waves(height: int, width: int, *, like: Tensor) -> Float[Tensor, "1 E H W"]:
    """Sine and cosine of the row and of the column of every pixel, at all wavelengths."""
    lengths = torch.tensor(WAVELENGTHS_PX, dtype=torch.float32, device=like.device)
    phases = [
        2 * math.pi * torch.arange(size, device=like.device) / lengths[:, None]
        for size in (height, width)
    ]
    rows, columns = (torch.cat((phase.sin(), phase.cos())) for phase in phases)
    grid = [rows[:, :, None].expand(-1, -1, width), columns[:, None].expand(-1, height, -1)]
    return torch.cat(grid)[None].to(like.dtype)


def _values_of_convolution(
    _module: nn.Module, state: dict[str, Tensor], prefix: str, *_others: Any
) -> None:
    """Let the weights of a 1×1 convolution be those of the values."""
    for name in ("weight", "bias"):
        if prefix + name in state:
            state[f"{prefix}values.{name}"] = state.pop(prefix + name)


def make_classifier(
    kind: ClassifierKind,
    channels: int,
    *,
    encoding: MarkEncoding,
    stride: int = 1,
    compared: int | None = None,
    share: float | None = None,
) -> nn.Conv2d | CorrectiveSelfAttention:
    """What makes logits of features: a 1×1 convolution or corrective self-attention.

    Args:
        kind: ``"pointwise"`` for the convolution, or the kind of attention.
        channels: C of the features.
        encoding: How clicks are drawn.
        stride: Of the map of pixels that attend.
        compared: Channels of the map by which they are compared, if it is not the features.
        share: See :class:`CorrectiveSelfAttention`.

    Raises:
        OptionError: The kind is not known, or there is attention, but clicks are not disks.
    """
    check_word("classifier", kind, ("pointwise", "axial", "full"))
    if kind == "pointwise":
        return nn.Conv2d(channels, 1, 1)
    if encoding.kind == "distance":
        raise OptionError(
            "Distance maps do not say which pixels were clicked, so none can be held in the "
            f'classifier {kind!r}. Take kind="disk", or classifier="pointwise".'
        )
    return CorrectiveSelfAttention(
        channels,
        radius_px=encoding.radius_px,
        kind=kind,
        stride=stride,
        compared=compared,
        share=share,
    )


def classify(
    head: nn.Conv2d | CorrectiveSelfAttention,
    features: Float[Tensor, "B C h w"],
    marks: Float[Tensor, "B K H W"],
    *,
    compared: Float[Tensor, "B E i j"] | None = None,
) -> Float[Tensor, "B 1 H W"]:
    """Logits as large as the marks, whose first two channels are the clicks."""
    if isinstance(head, CorrectiveSelfAttention):
        return enlarged(head(features, marks[:, :2], compared), like=marks)
    return enlarged(head(features), like=marks)
