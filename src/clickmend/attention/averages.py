"""The two averages that every inference is made of, by the fast or the plain implementation.

The first goes over the units, for each query; the second over the queries, for each unit.
"""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

from torch import Tensor

from clickmend.attention import blocks, plain
from clickmend.attention.scores import Scores
from clickmend.core.errors import NotAvailableError
from clickmend.core.shapes import Bool, Float

Implementation: TypeAlias = Literal["auto", "fast", "plain"]


class Evidence(NamedTuple):
    """What queries say to each memory unit.

    Args:
        log_count: log Σ_i w_ik, ``(B, G, M)``; −∞ where no query can reach the unit.
        mean: Σ_i w_ik x_i / Σ_i w_ik, ``(B, G, M, X)``; zeros where no query can.
    """

    log_count: Tensor
    mean: Tensor


def log_sum_exp(
    scores: Scores, *, implementation: Implementation = "auto"
) -> Float[Tensor, "B G N"]:
    """The log-sum-exp, log Σ_j exp(s_ij), −∞ for a query that may attend to nothing."""
    right = scores.joined().right
    nothing = right.new_zeros(1, 1, right.shape[2], 1)
    if _is_fast(scores, implementation):
        return blocks.over_units(scores, nothing)[1]
    return plain.over_units(scores, nothing)[1]


def average_units(
    scores: Scores,
    values: Float[Tensor, "#B #G M V"],
    *,
    implementation: Implementation = "auto",
) -> Float[Tensor, "B G N V"]:
    """Σ_j w_ij values_j with w = softmax_j(s); zeros for a query that may attend to nothing."""
    if _is_fast(scores, implementation):
        return blocks.over_units(scores, values)[0]
    return plain.over_units(scores, values)[0]


def average_queries(
    scores: Scores,
    x: Float[Tensor, "#B #G N X"],
    *,
    taking_part: Bool[Tensor, "#B #G N"] | None = None,
    implementation: Implementation = "auto",
) -> Evidence:
    """Σ_i w_ik and Σ_i w_ik x_i / Σ_i w_ik over the queries that take part, all if not said.

    As it goes by logarithms, a mean is good even where the count is too small for a float.
    """
    engine = blocks if _is_fast(scores, implementation) else plain
    mean, log_count = engine.over_queries(scores, x, taking_part)
    return Evidence(log_count, mean)


def _is_fast(scores: Scores, implementation: Implementation) -> bool:
    if implementation == "fast" and scores.pair is not None:
        raise NotAvailableError(
            "The fast implementation can't do this: a prior of query and unit, its updates and "
            "full positions are n×m numbers by nature. Leave implementation out, or ask for "
            '"plain".'
        )
    return implementation != "plain" and scores.pair is None
