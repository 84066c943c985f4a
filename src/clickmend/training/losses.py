"""Losses of mask training."""

from __future__ import annotations

import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor


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
