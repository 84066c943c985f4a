"""The M-steps: parameters of the memory units from what the queries say to them."""

from __future__ import annotations

import math
from typing import TypeAlias

import torch
from torch import Tensor

from clickmend.attention.averages import Evidence
from clickmend.attention.scores import NEVER, Amount
from clickmend.core.shapes import Bool, Float

Concentration: TypeAlias = float | Float[Tensor, "*_pairs"]


def mean_update(
    current: Float[Tensor, "B G M X"],
    anchor: Float[Tensor, "B G M X"],
    evidence: Evidence,
    *,
    precision: Amount,
    prior_precision: Amount,
) -> Float[Tensor, "B G M X"]:
    """The new keys or values: (θ·anchor + α Σ w x)/(θ + α Σ w) [Gabbur21, Eq. 18, Eq. 23].

    Args:
        current: ξ or μ as it is.
        anchor: What the Gaussian prior pulls to: the current or the initial mean.
        evidence: Σ_i w_ik and the mean of what the units' queries (ξ) or values (μ) are.
        precision: α or β.
        prior_precision: θ ≥ 0. At 0, a mean for which no query answers stays where it is.
    """
    # 1/(α Σ w), held within a float, so that θ = 0 times it is 0.
    scarcity = (-evidence.log_count.clamp(min=-60)).exp() / precision
    share = 1 / (1 + prior_precision * scarcity)
    share = share.masked_fill(evidence.log_count == -math.inf, 0)[..., None]
    if isinstance(prior_precision, Tensor):
        start = torch.where(prior_precision[..., None] > 0, anchor, current)
    else:
        start = anchor if prior_precision > 0 else current
    return torch.lerp(start, evidence.mean, share)


def precision_update(
    evidence: Evidence, means: Float[Tensor, "B G M X"], *, shape: float, rate: float
) -> Float[Tensor, "B G M"]:
    """The new α [Gabbur21, B.10] or β [Gabbur21, B.11] under a Gamma prior.

    (θ_1 + X/2·Σ w − 1)/(θ_2 + ½ Σ w ‖x − mean‖²), with X the width of a query or of a value.

    Args:
        evidence: Of ``[x, ‖x‖²]``, of width X + 1. Centred x lose less to rounding.
        means: The new keys or values, centred likewise.
        shape: θ_1 > 1.
        rate: θ_2 > 0.
    """
    count = evidence.log_count.exp()
    mean, mean_square = evidence.mean[..., :-1], evidence.mean[..., -1]
    spread = (mean_square - mean.square().sum(-1)).clamp(min=0)
    squared_distance = spread + (mean - means).square().sum(-1)
    return (shape - 1 + 0.5 * means.shape[-1] * count) / (rate + 0.5 * count * squared_distance)


def prior_update(
    scores: Float[Tensor, "B G N M"],
    *,
    concentration: Concentration,
    forbidden: Bool[Tensor, "#B #G #N #M"] | None = None,
) -> Float[Tensor, "B G N M"]:
    """The logarithm of the new π under a Dirichlet prior [Gabbur21, B.12].

    (w_ik + θ_π − 1)/Σ_k(w_ik + θ_π − 1), over the units that a query may attend to. A unit whose π
    was 0 has one again where θ_π > 1; only a mask forbids for good.

    Args:
        scores: log w, unnormalised; below :data:`NEVER`/2 where w is 0.
        concentration: θ_π ≥ 1, a number or broadcastable to ``(B, G, N, M)``.
        forbidden: What the mask rules out.
    """
    new = scores.log_softmax(-1).masked_fill(scores < NEVER / 2, NEVER)
    if isinstance(concentration, Tensor):
        more = (concentration - 1).clamp(min=torch.finfo(new.dtype).tiny)
        new = torch.logaddexp(new, more.log())
    elif concentration > 1:
        new = torch.logaddexp(new, new.new_tensor(math.log(concentration - 1)))
    if forbidden is not None:
        new = new.masked_fill(forbidden, NEVER)
    return (new - new.logsumexp(-1, keepdim=True)).masked_fill(new < NEVER / 2, NEVER)
