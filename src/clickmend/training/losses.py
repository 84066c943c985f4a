"""The losses of all tasks."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor

VOID = 255
"""The class of pixels that do not count."""


def mask_loss(
    logits: Float[Tensor, "B 1 H W"],
    truth: Float[Tensor, "B 1 H W"],
    counted: Float[Tensor, "B 1 H W"],
    *,
    overlap_weight: float = 1.0,
) -> Float[Tensor, ""]:
    """Cross-entropy plus soft intersection over union, each a mean over the batch.

    The second term asks for the quantity that is measured: where the extent of the object is
    unsure it prefers the answer with the larger expected overlap, which cross-entropy does not.

    Args:
        logits: The network's answer.
        truth: 1 on the object, 0 elsewhere.
        counted: 0 on pixels that take no part.
        overlap_weight: Weight of the overlap term.
    """
    logits = logits.float()
    entropy = F.binary_cross_entropy_with_logits(logits, truth, reduction="none") * counted
    entropy = entropy.sum(dim=(1, 2, 3)) / counted.sum(dim=(1, 2, 3)).clamp(min=1)
    probability = logits.sigmoid() * counted
    wanted = truth * counted
    both = (probability * wanted).sum(dim=(1, 2, 3))
    either = (probability + wanted - probability * wanted).sum(dim=(1, 2, 3))
    overlap = 1 - (both + 1) / (either + 1)
    loss: Tensor = (entropy + overlap_weight * overlap).mean()
    return loss


def label_loss(
    logits: Float[Tensor, "B K H W"],
    labels: Int[Tensor, "B H W"],
    weights: Float[Tensor, " K"],
) -> Float[Tensor, ""]:
    """Cross-entropy, a weighted mean over the pixels that count.

    Args:
        logits: The network's answer.
        labels: The classes, ``VOID`` where nothing counts.
        weights: Of the classes.
    """
    entropy = F.cross_entropy(
        logits.float(), labels, weight=weights, ignore_index=VOID, reduction="sum"
    )
    counted = labels != VOID
    return entropy / weights[labels[counted]].sum().clamp(min=1e-6)


def matte_loss(
    alpha: Float[Tensor, "B 1 H W"],
    truth: Float[Tensor, "B 1 H W"],
    unknown: Float[Tensor, "B 1 H W"],
    contrast: Float[Tensor, "B 1 H W"],
    *,
    known_weight: float = 0.1,
    levels: int = 5,
) -> Float[Tensor, ""]:
    """What alpha, the picture composed with it and its Laplacian pyramid miss.

    With d = alpha − truth, per view: the means of |d| and of |d| |F − B| over the unknown pixels,
    which is what composing with the true colours misses; Σ_l 2^l Σ |L_l(d)| divided by their
    number; and a little |d| over the known ones.

    Args:
        alpha: The network's answer.
        truth: The true alpha.
        unknown: 1 where the trimap asks, 0 where it tells.
        contrast: |F − B|, the mean over the channels, in [0, 1].
        known_weight: Weight of the last term.
        levels: Of the pyramid.
    """
    miss = alpha.float() - truth
    asked = unknown.sum(dim=(1, 2, 3)).clamp(min=1)
    inside = miss * unknown
    found = (inside.abs() * (1 + contrast)).sum(dim=(1, 2, 3))
    rest = inside
    for level in range(levels):
        smaller = F.avg_pool2d(rest, 2) if level < levels - 1 else torch.zeros_like(rest)
        back = F.interpolate(smaller, size=rest.shape[-2:], mode="bilinear", align_corners=False)
        found = found + 2**level * (rest - back).abs().sum(dim=(1, 2, 3))
        rest = smaller
    known = (miss * (1 - unknown)).abs().mean(dim=(1, 2, 3))
    return (found / asked + known_weight * known).mean()


def depth_loss(
    depth_m: Float[Tensor, "B 1 H W"],
    truth_m: Float[Tensor, "B 1 H W"],
    *,
    scale_freedom: float = 0.5,
    gradient_weight: float = 0.5,
    levels: int = 4,
) -> Float[Tensor, ""]:
    """The scale-invariant error of log-depth, and that of its slopes.

    With g = log(depth / truth) where the truth is known: √(mean g² − λ (mean g)²) per view, plus
    the mean |slope of g| at strides 1, 2, 4, 8, along both axes.

    Args:
        depth_m: The network's answer, metres.
        truth_m: Metres, NaN where unknown.
        scale_freedom: λ; at 1 a wrong scale of the whole view costs nothing.
        gradient_weight: Weight of the slopes.
        levels: How many strides.
    """
    known = truth_m.isfinite()
    ratio = depth_m.float().log() - torch.where(known, truth_m, 1.0).log()
    ratio = torch.where(known, ratio, 0.0)
    count = known.sum(dim=(1, 2, 3)).clamp(min=1)
    mean = ratio.sum(dim=(1, 2, 3)) / count
    spread = ratio.square().sum(dim=(1, 2, 3)) / count - scale_freedom * mean.square()
    # The slope of a root is endless at 0.
    loss = (spread + 1e-4).sqrt().mean()
    for level in range(levels):
        stride = 2**level
        g, seen = ratio[..., ::stride, ::stride], known[..., ::stride, ::stride]
        for axis in (2, 3):
            both = seen.narrow(axis, 0, seen.shape[axis] - 1) & seen.narrow(
                axis, 1, seen.shape[axis] - 1
            )
            slopes = (g.diff(dim=axis).abs() * both).sum() / both.sum().clamp(min=1)
            loss = loss + gradient_weight / levels * slopes
    return loss
