"""Online inferences over a mixture by EM: of its keys, of its values, and of a token's value."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, TypeAlias

import torch
from torch import Tensor

from clickmend.attention.averages import Implementation, average_queries, average_units
from clickmend.attention.mixture import (
    Mixture,
    gaussian_scores,
    joint_scores,
    position_constant,
    prior_scores,
    query_scores,
)
from clickmend.attention.scores import Amount, Scores, mask_scores, take_rows
from clickmend.attention.updates import (
    Concentration,
    mean_update,
    precision_update,
    prior_update,
)
from clickmend.core.errors import NotAvailableError
from clickmend.core.shapes import Bool, Float, Int

Anchor: TypeAlias = Literal["previous", "initial"]
Gamma: TypeAlias = tuple[float, float]


def adapt_keys(
    q: Float[Tensor, "B G N D"],
    model: Mixture,
    *,
    iterations: int = 1,
    prior_precision: Amount = 0.0,
    anchor: Anchor = "previous",
    precision_prior: Gamma | None = None,
    concentration: Concentration | None = None,
    mask: Bool[Tensor, "*_pairs"] | None = None,
    implementation: Implementation = "auto",
) -> Mixture:
    """Keys, and on demand α and π, fitted to the queries seen [Gabbur21, Eq. 18, B.10, B.12].

    One iteration takes the responsibilities of the queries alone, then moves the keys, then α with
    the new keys, then π.

    Args:
        q: The queries.
        model: The memory units.
        iterations: How often, ≥ 0.
        prior_precision: θ_ξ ≥ 0; at 0 (maximum likelihood) a key that no query can reach stays.
        anchor: What θ_ξ pulls to, the key of the ``"previous"`` iteration, as printed, or the
            ``"initial"`` one, as a Gaussian prior does.
        precision_prior: (θ_α1 > 1, θ_α2 > 0) of a Gamma prior, if α is to be updated.
        concentration: θ_π ≥ 1 of a Dirichlet prior, if π is to be updated; n×m numbers.
        mask: True = attend, broadcastable to ``(B, G, N, M)``.
        implementation: ``"fast"``, ``"plain"`` or chosen.

    Raises:
        NotAvailableError: α is to be updated with positions, or the fast implementation can't.
    """
    if precision_prior is not None and model.positions is not None:
        raise NotAvailableError(
            "With positions the update of the query precisions (B.10) is not defined. Leave out "
            "adapt_precision or positions."
        )
    allowed, initial = mask_scores(mask), model.keys
    for _ in range(iterations):
        scores = query_scores(q, model) + allowed
        keys, alpha = _em_step(
            scores,
            q,
            model.keys,
            model.keys if anchor == "previous" else initial,
            model.precision,
            prior_precision=prior_precision,
            precision_prior=precision_prior,
            implementation=implementation,
        )
        model = replace(model, keys=keys, precision=alpha)
        if concentration is not None:
            log_prior = prior_update(
                scores.written(), concentration=concentration, forbidden=allowed.forbidden()
            )
            model = replace(model, prior=_frozen(log_prior, model))
    return model


def propagate_values(
    q: Float[Tensor, "B G N D"],
    model: Mixture,
    fixed_values: Float[Tensor, "B G N Dv"],
    fixed: Bool[Tensor, "B N"],
    *,
    iterations: int = 1,
    prior_precision: Amount = 1.0,
    anchor: Anchor = "previous",
    precision_prior: Gamma | None = None,
    concentration: Concentration | None = None,
    mask: Bool[Tensor, "*_pairs"] | None = None,
    implementation: Implementation = "auto",
) -> Mixture:
    """Values μ, and on demand β and π, fitted to the values that are known.

    As in [Gabbur21, Eq. 23, B.11, B.12] only the tokens with a known value count, and their
    responsibilities go by that value too. A batch item without any is left untouched.

    Args:
        q: The queries.
        model: The memory units; β must not be 0.
        fixed_values: The values; what stands at tokens that are not fixed is not looked at.
        fixed: Which tokens have one.
        iterations: How often, ≥ 0.
        prior_precision: θ_μ ≥ 0.
        anchor: What θ_μ pulls to, the value of the ``"previous"`` iteration, as printed, or the
            ``"initial"`` one, as a Gaussian prior does.
        precision_prior: (θ_β1 > 1, θ_β2 > 0) of a Gamma prior, if β is to be updated.
        concentration: θ_π ≥ 1 of a Dirichlet prior, if π of the fixed tokens is to be updated;
            n×m numbers.
        mask: True = attend, broadcastable to ``(B, G, N, M)``.
        implementation: ``"fast"``, ``"plain"`` or chosen.
    """
    most = int(fixed.sum(1).max())
    if most == 0:
        return model
    index = fixed.int().argsort(dim=1, descending=True, stable=True)[:, :most]
    taking_part = fixed.gather(1, index)[:, None]
    known = take_rows(fixed_values, index).masked_fill(~taking_part[..., None], 0)
    allowed, initial = mask_scores(mask), model.values
    for _ in range(iterations):
        scores = (query_scores(q, model) + allowed).rows(index)
        scores += gaussian_scores(known, model.values, model.value_precision)
        values, beta = _em_step(
            scores,
            known,
            model.values,
            model.values if anchor == "previous" else initial,
            model.value_precision,
            prior_precision=prior_precision,
            precision_prior=precision_prior,
            taking_part=taking_part,
            implementation=implementation,
        )
        if precision_prior is not None:
            beta = torch.where(fixed.any(1)[:, None, None], beta, model.value_precision)
        model = replace(model, values=values, value_precision=beta)
        if concentration is not None:
            log_prior = prior_update(
                scores.written(),
                concentration=concentration,
                forbidden=allowed.rows(index).forbidden(),
            )
            model = replace(model, prior=_frozen_at(index, taking_part, log_prior, q, model))
    return model


def infer_values(
    q: Float[Tensor, "B G N D"],
    model: Mixture,
    *,
    iterations: int = 1,
    start: Float[Tensor, "B G N Dv"] | None = None,
    mask: Bool[Tensor, "*_pairs"] | None = None,
    implementation: Implementation = "auto",
) -> Float[Tensor, "B G N Dv"]:
    """The most probable value of every token, v_i ← Σ_j w_ij β_j μ_j / Σ_j w_ij β_j.

    See [Gabbur21, B.3, B.4].

    Args:
        q: The queries.
        model: The memory units. In the limit β → 0 one iteration is all there is: attention.
        iterations: Of EM, ≥ 1.
        start: v⁰, zeros when missing: with the magnitude prior the first iteration is then
            standard attention, whatever β [Gabbur21, B.6].
        mask: True = attend, broadcastable to ``(B, G, N, M)``; a fully masked row is zeros.
        implementation: ``"fast"``, ``"plain"`` or chosen.
    """
    beta, allowed = model.value_precision, mask_scores(mask)
    if isinstance(beta, Tensor):
        allowed += Scores(unit=beta.log())
    if not model.knows_values:
        scores = query_scores(q, model) + allowed
        return average_units(scores, model.values, implementation=implementation)
    v = q.new_zeros(*q.shape[:3], model.values.shape[3]) if start is None else start
    for _ in range(iterations):
        scores = joint_scores(q, v, model) + allowed
        v = average_units(scores, model.values, implementation=implementation)
    return v


def _em_step(
    scores: Scores,
    x: Float[Tensor, "#B #G N X"],
    current: Float[Tensor, "B G M X"],
    anchor: Float[Tensor, "B G M X"],
    precision: Amount,
    *,
    prior_precision: Amount,
    precision_prior: Gamma | None,
    taking_part: Bool[Tensor, "#B #G N"] | None = None,
    implementation: Implementation,
) -> tuple[Tensor, Amount]:
    """New means and precisions of a Gaussian that emits ``x``, from the scores of the tokens."""
    if precision_prior is not None:
        # The spread is the same about any centre, and rounds least about that of the tokens.
        centre = x.detach().mean(2, keepdim=True)
        x = x - centre
        x = torch.cat([x, x.square().sum(-1, keepdim=True)], dim=-1)
    evidence = average_queries(scores, x, taking_part=taking_part, implementation=implementation)
    if precision_prior is None:
        means = mean_update(
            current, anchor, evidence, precision=precision, prior_precision=prior_precision
        )
        return means, precision
    mean = evidence._replace(mean=evidence.mean[..., :-1] + centre)
    means = mean_update(current, anchor, mean, precision=precision, prior_precision=prior_precision)
    shape, rate = precision_prior
    return means, precision_update(evidence, means - centre, shape=shape, rate=rate)


def _frozen(log_prior: Float[Tensor, "B G N M"], model: Mixture) -> Scores:
    """An updated prior, and what of the likelihood never changes."""
    return Scores(pair=log_prior) + position_constant(model.positions, model.precision)


def _frozen_at(
    index: Int[Tensor, "B S"],
    taking_part: Bool[Tensor, "B 1 S"],
    log_prior: Float[Tensor, "B G S M"],
    q: Float[Tensor, "B G N D"],
    model: Mixture,
) -> Scores:
    """The prior with that of some tokens updated."""
    old = prior_scores(q, model).written()
    constant = position_constant(model.positions, model.precision).rows(index)
    new = (Scores(pair=log_prior) + constant).pair
    assert new is not None
    new = torch.where(taking_part[..., None], new, take_rows(old, index))
    spread = index[:, None, :, None].expand(new.shape)
    return Scores(pair=old.scatter(2, spread, new))
