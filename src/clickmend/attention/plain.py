"""Averages over softmax weights with every weight written out: n×m memory, and every term."""

from __future__ import annotations

import math

from torch import Tensor

from clickmend.attention.scores import NEVER, Scores
from clickmend.core.shapes import Bool, Float


def over_units(
    scores: Scores, values: Float[Tensor, "#B #G M V"]
) -> tuple[Float[Tensor, "B G N V"], Float[Tensor, "B G N"]]:
    """Σ_j w_ij values_j with w = softmax_j(s), and log Σ_j exp(s_ij).

    A query that may attend to nothing gets zeros and −∞.
    """
    written = scores.written()
    mean, total = written.softmax(-1) @ values, written.logsumexp(-1)
    nothing = total < NEVER / 2
    return mean.masked_fill(nothing[..., None], 0), total.masked_fill(nothing, -math.inf)


def over_queries(
    scores: Scores,
    x: Float[Tensor, "#B #G N X"],
    taking_part: Bool[Tensor, "#B #G N"] | None,
) -> tuple[Float[Tensor, "B G M X"], Float[Tensor, "B G M"]]:
    """Σ_i w_ik x_i / Σ_i w_ik and log Σ_i w_ik over the queries that take part.

    A unit that no query can reach gets zeros and −∞.
    """
    written = scores.written()
    log_weights = written.log_softmax(-1).masked_fill(written < NEVER / 2, NEVER)
    if taking_part is not None:
        log_weights = log_weights.masked_fill(~taking_part[..., None], NEVER)
    mean, log_count = log_weights.softmax(2).mT @ x, log_weights.logsumexp(2)
    nothing = log_count < NEVER / 2
    return mean.masked_fill(nothing[..., None], 0), log_count.masked_fill(nothing, -math.inf)
