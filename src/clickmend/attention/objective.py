"""What the inferences climb: the log-likelihood, and the log-density of the priors."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from clickmend.attention.averages import Implementation, log_sum_exp
from clickmend.attention.inference import Gamma
from clickmend.attention.mixture import (
    Mixture,
    common_precision,
    is_per_unit,
    joint_scores,
    position_constant,
    prior_scores,
)
from clickmend.attention.scores import NEVER, Amount, mask_scores
from clickmend.attention.updates import Concentration
from clickmend.core.shapes import Bool, Float


def log_likelihood(
    q: Float[Tensor, "B G N D"],
    model: Mixture,
    *,
    v: Float[Tensor, "B G N Dv"] | None = None,
    mask: Bool[Tensor, "*_pairs"] | None = None,
    implementation: Implementation = "auto",
) -> Float[Tensor, "B G N"]:
    """Of every token log Σ_j π_ij·N(q_i; ξ_j, I/α_j)·[N(v_i; μ_j, I/β_j)].

    π sums to 1 over the units that a query may attend to. With positions it is so up to a term
    of the query that no inference moves. A query that may attend to nothing has −∞.

    Args:
        q: The queries.
        model: The memory units.
        v: The values, if they count too; dropped in the limit β → 0.
        mask: True = attend, broadcastable to ``(B, G, N, M)``.
        implementation: ``"fast"``, ``"plain"`` or chosen.
    """
    allowed = mask_scores(mask)
    joint = log_sum_exp(joint_scores(q, v, model) + allowed, implementation=implementation)
    prior = log_sum_exp(prior_scores(q, model) + allowed, implementation=implementation)
    apart = _left_out(q, model.precision)
    if v is not None and model.knows_values:
        apart = apart + _left_out(v, model.value_precision)
    return torch.where(joint == -math.inf, joint, joint - prior + apart)


def log_prior(
    model: Mixture,
    *,
    initial: Mixture,
    prior_precision: Amount = 0.0,
    value_prior_precision: Amount = 0.0,
    precision_prior: Gamma | None = None,
    value_precision_prior: Gamma | None = None,
    concentration: Concentration | None = None,
) -> Float[Tensor, "B G"]:
    """The log-density of the parameters under their priors, up to constants.

    With :func:`log_likelihood` it makes the log-posterior, which no iteration lowers.

    Args:
        model: The memory units as inferred.
        initial: As they were, the centres of the Gaussian priors.
        prior_precision: θ_ξ; 0 leaves the keys out.
        value_prior_precision: θ_μ; 0 leaves the values out.
        precision_prior: (θ_α1, θ_α2) of the Gamma prior of α, if it has one.
        value_precision_prior: (θ_β1, θ_β2) of that of β.
        concentration: θ_π of the Dirichlet prior of π, once π has been updated.
    """
    moved = prior_precision * (model.keys - initial.keys).square().sum(-1)
    moved = moved + value_prior_precision * (model.values - initial.values).square().sum(-1)
    density = -0.5 * moved
    if precision_prior is not None:
        density = density + _gamma(model.precision, precision_prior, like=density)
    if value_precision_prior is not None:
        density = density + _gamma(model.value_precision, value_precision_prior, like=density)
    density = density.sum(-1)
    if concentration is not None:
        density = density + _dirichlet(model, concentration)
    return density


def _left_out(x: Float[Tensor, "B G N X"], precision: Amount) -> Float[Tensor, "B G N"]:
    """What scores leave out of log N(x; mean_j, I/precision_j), the same for all units."""
    apart = -0.5 * common_precision(precision) * x.square().sum(-1)
    if not is_per_unit(precision):
        log = precision.log() if isinstance(precision, Tensor) else math.log(precision)
        apart = apart + 0.5 * x.shape[-1] * log
    return apart - 0.5 * x.shape[-1] * math.log(2 * math.pi)


def _gamma(precision: Amount, prior: Gamma, *, like: Tensor) -> Tensor:
    """(θ_1 − 1)·log precision − θ_2·precision, of every unit."""
    amount = precision if isinstance(precision, Tensor) else like.new_tensor(precision)
    shape, rate = prior
    return ((shape - 1) * amount.log() - rate * amount).expand_as(like)


def _dirichlet(model: Mixture, concentration: Concentration) -> Float[Tensor, "#B #G"]:
    """Σ_ik (θ_π − 1)·log π_ik over the units that a query may attend to."""
    log_pi = model.prior.pair
    assert log_pi is not None, "only an updated prior has a density"
    constant = position_constant(model.positions, model.precision).pair
    if constant is not None:
        log_pi = log_pi - constant
    return ((concentration - 1) * log_pi.masked_fill(log_pi < NEVER / 2, 0)).sum((2, 3))
