"""The generative model: memory units that emit queries and values, and what scores they give.

Token i draws a unit j with prior π_ij, then a query q_i ~ N(ξ_j, I/α_j) and a value
v_i ~ N(μ_j, I/β_j). A score s_ij is the logarithm of that joint density, less what is the same
for all units: their softmax are the responsibilities.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, TypeGuard

import torch
from torch import Tensor

from clickmend.attention.positions import Positions
from clickmend.attention.scores import NEVER, Amount, Product, Scores, mask_scores
from clickmend.core.shapes import Bool, Float

Prior: TypeAlias = Literal["magnitude", "uniform"] | Float[Tensor, "*_pairs"]


@dataclass(frozen=True)
class Mixture:
    """The parameters of the memory units; make one with :func:`mixture_of`.

    Args:
        keys: ξ, the means of the queries, ``(B, G, M, D)``.
        values: μ, the means of the values, ``(B, G, M, Dv)``.
        precision: α, a number or ``(B, G, M)``.
        value_precision: β, a number or ``(B, G, M)``; 0 stands for the shared limit β → 0.
        prior: log π_ij, frozen as it was made, and what of the likelihood never changes.
        positions: Of the tokens.
    """

    keys: Tensor
    values: Tensor
    precision: Amount
    value_precision: Amount
    prior: Scores
    positions: Positions | None = None

    @property
    def knows_values(self) -> bool:
        """Whether a value says anything about its unit: β is not the limit 0."""
        return isinstance(self.value_precision, Tensor) or self.value_precision > 0


def mixture_of(
    keys: Float[Tensor, "B G M D"],
    values: Float[Tensor, "B G M Dv"],
    *,
    precision: Amount | None = None,
    value_precision: Amount = 0.0,
    prior: Prior = "magnitude",
    positions: Positions | None = None,
) -> Mixture:
    """The model before any inference, its prior computed from these keys and values.

    Args:
        keys: ξ.
        values: μ.
        precision: α > 0, a number or one for each unit, ``(B, G, M)``; 1/√D when missing.
        value_precision: β, likewise; the number 0 is the shared limit β → 0.
        prior: ``"magnitude"``: π_ij ∝ exp(α_j/2·‖ξ_j‖²)·exp(β_j/2·‖μ_j‖²), with which attention is
            the standard one, or ``"uniform"``, or log π_ij for each unit or each pair of query and
            unit, in which a constant for each query doesn't matter.
        positions: Of the tokens of a map, for self-attention. The query likelihood is then
            N(q; ξ_j, I/α_j)·N(q; r^q_ij, I/α_j), the left side of [Gabbur21, B.13], and the
            magnitude prior has ξ_j·r^k_ij and ‖r^q_ij‖² in it, by which the scores are those of
            q·k + q·r^q + k·r^k.

    Example:
        >>> keys, values = torch.ones(1, 1, 3, 4), torch.zeros(1, 1, 3, 2)
        >>> mixture_of(keys, values).precision
        0.5
    """
    alpha = _units(keys.shape[-1] ** -0.5 if precision is None else precision)
    beta = _units(value_precision)
    if isinstance(prior, Tensor):
        frozen = log_prior_scores(prior) + position_constant(positions, alpha)
    elif prior == "uniform":
        frozen = position_constant(positions, alpha)
    else:
        frozen = Scores(unit=_half_squares(keys, alpha) + _half_squares(values, beta))
        if positions is not None:  # α/2·‖r^q‖² of the prior and of the likelihood cancel
            frozen += positions.key_scores(keys).times(alpha)
            if is_per_unit(alpha):  # the normaliser of N(ξ; r^k, I/α)
                frozen += Scores(unit=0.5 * keys.shape[-1] * alpha.log())
    return Mixture(keys, values, alpha, beta, frozen, positions)


def log_prior_scores(log_prior: Float[Tensor, "*_pairs"]) -> Scores:
    """A log-prior as scores, linear in the tokens if it is the same for all queries."""
    log_prior = log_prior.clamp(min=NEVER)
    log_prior = log_prior.reshape((1,) * (4 - log_prior.ndim) + log_prior.shape)
    return Scores(unit=log_prior[:, :, 0]) if log_prior.shape[2] == 1 else Scores(pair=log_prior)


def position_constant(positions: Positions | None, precision: Amount) -> Scores:
    """−α_j/2·‖r^q_ij‖², what positions add to the likelihood for good."""
    if positions is None:
        return Scores()
    return Scores(pair=-0.5 * positions.squared_lengths()).times(precision)


def gaussian_scores(
    x: Float[Tensor, "B G N X"], means: Float[Tensor, "B G M X"], precision: Amount
) -> Scores:
    """The log-density log N(x_i; mean_j, I/precision_j), less what is the same for all units."""
    scores = Scores((Product(x, means),)).times(precision)
    scores += Scores(unit=-_half_squares(means, precision))
    return scores + _normaliser(x, precision)


def query_scores(q: Float[Tensor, "B G N D"], model: Mixture) -> Scores:
    """The log of π_ij·N(q_i; ξ_j, I/α_j), less what is the same for all units [Gabbur21, B.8]."""
    scores = model.prior + gaussian_scores(q, model.keys, model.precision)
    if model.positions is not None:
        scores += model.positions.query_scores(q).times(model.precision)
        scores += _normaliser(q, model.precision)
    return scores


def joint_scores(
    q: Float[Tensor, "B G N D"], v: Float[Tensor, "B G N Dv"] | None, model: Mixture
) -> Scores:
    """The scores of queries and, if known and β is not 0, of their values [Gabbur21, B.2]."""
    scores = query_scores(q, model)
    if v is None or not model.knows_values:
        return scores
    return scores + gaussian_scores(v, model.values, model.value_precision)


def prior_scores(q: Float[Tensor, "B G N D"], model: Mixture) -> Scores:
    """The frozen part alone, as scores of these queries."""
    nothing = Product(torch.zeros_like(q[..., :1]), torch.zeros_like(model.keys[..., :1]))
    return Scores((nothing,)) + model.prior


def responsibilities(
    q: Float[Tensor, "B G N D"],
    model: Mixture,
    *,
    v: Float[Tensor, "B G N Dv"] | None = None,
    mask: Bool[Tensor, "*_pairs"] | None = None,
) -> Float[Tensor, "B G N M"]:
    """w_ij ∝ π_ij·N(q_i; ξ_j, I/α_j)·[N(v_i; μ_j, I/β_j)], written out [Gabbur21, B.2, B.8].

    Args:
        q: The queries.
        model: The memory units.
        v: The values, where they are known; their likelihood is dropped when missing or β = 0.
        mask: True = attend, broadcastable to ``(B, G, N, M)``; a fully masked row is zeros.

    Example:
        >>> q = torch.zeros(1, 1, 2, 4)
        >>> model = mixture_of(torch.ones(1, 1, 4, 4), torch.zeros(1, 1, 4, 2))
        >>> responsibilities(q, model)[0, 0, 0].tolist()
        [0.25, 0.25, 0.25, 0.25]
    """
    written = (joint_scores(q, v, model) + mask_scores(mask)).written()
    return written.softmax(-1).masked_fill(written < NEVER / 2, 0)


def _units(amount: float | Tensor) -> Amount:
    """A number, or a tensor of three axes."""
    if not isinstance(amount, Tensor):
        return amount
    return amount.reshape((1,) * (3 - amount.ndim) + amount.shape)


def _half_squares(x: Float[Tensor, "B G M X"], amount: Amount) -> Float[Tensor, "B G M"]:
    squares: Tensor = torch.linalg.vecdot(x, x)
    return 0.5 * amount * squares


def _normaliser(x: Float[Tensor, "#B #G N X"], precision: Amount) -> Scores:
    """X/2·log α_j − α_j/2·‖x_i‖²; the same for all units, so nothing, if the precision is.

    What units have in common is left out of the second term, to keep it small.
    """
    if not is_per_unit(precision):
        return Scores()
    apart = precision - common_precision(precision)
    squares = Product(x.square().sum(-1, keepdim=True), apart[..., None], -0.5)
    return Scores((squares,), unit=0.5 * x.shape[-1] * precision.log())


def is_per_unit(precision: Amount) -> TypeGuard[Tensor]:
    """Whether units may differ in it, so that the normaliser of the Gaussian counts."""
    return isinstance(precision, Tensor) and precision.shape[-1] > 1


def common_precision(precision: Amount) -> Amount:
    """What of a precision all units have: the mean of those that differ."""
    return precision.detach().mean(-1, keepdim=True) if is_per_unit(precision) else precision
