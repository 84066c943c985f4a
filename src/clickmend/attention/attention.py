"""The front door: attention as inference, with the online inferences that are asked for."""

from __future__ import annotations

import torch
from torch import Tensor

from clickmend.attention import arguments, inference
from clickmend.attention.averages import Implementation
from clickmend.attention.inference import Anchor, Gamma
from clickmend.attention.mixture import Prior, mixture_of
from clickmend.attention.positions import Positions
from clickmend.attention.scores import Amount
from clickmend.attention.tensors import check_tensors
from clickmend.attention.updates import Concentration
from clickmend.core.shapes import Bool, Float

PROPAGATION_PRECISION = 0.1
"""β where values propagate and nothing else is said, as in the paper (C.4)."""


def probabilistic_attention(
    q: Float[Tensor, "B G N D"],
    keys: Float[Tensor, "B G M D"],
    values: Float[Tensor, "B G M Dv"],
    *,
    adapt_keys: int = 0,
    prior_precision: Amount = 0.0,
    fixed_values: Float[Tensor, "B G N Dv"] | None = None,
    fixed: Bool[Tensor, "B N"] | None = None,
    propagate: int = 0,
    value_prior_precision: Amount = 1.0,
    mask: Bool[Tensor, "*_pairs"] | None = None,
    precision: Amount | None = None,
    value_precision: Amount | None = None,
    prior: Prior = "magnitude",
    positions: Positions | None = None,
    anchor: Anchor = "previous",
    adapt_precision: Gamma | None = None,
    adapt_value_precision: Gamma | None = None,
    adapt_prior: Concentration | None = None,
    value_iterations: int = 1,
    initial_values: Float[Tensor, "B G N Dv"] | None = None,
    clamp: bool = False,
    implementation: Implementation = "auto",
) -> Float[Tensor, "B G N Dv"]:
    """Attention as the most probable value of every token under a mixture of memory units.

    With no option it is ``torch.nn.functional.scaled_dot_product_attention(q, keys, values)``.
    Options infer more before the values are: the keys from all queries (``adapt_keys``), then the
    values from those that are known (``propagate``). Gradients flow through all of it. Computed in
    float32 at least; time and memory of every iteration are those of about two attentions, memory
    linear in the tokens, unless a prior is given for each pair of query and unit, or updated, or
    positions are full or their prior is not the magnitude: these are n×m numbers by nature.

    Args:
        q: The queries.
        keys: ξ, one for each memory unit; M may differ from N.
        values: μ, likewise.
        adapt_keys: Iterations of key adaptation [Gabbur21, Eq. 18], ≥ 0.
        prior_precision: θ_ξ ≥ 0, how strongly the keys are held; 0 is maximum likelihood.
        fixed_values: v_i of the tokens whose value is known, ``(B, G, N, Dv)``; what stands at the
            others is not looked at.
        fixed: Which tokens have one, ``(B, N)``.
        propagate: Iterations of value propagation from the fixed tokens [Gabbur21, Eq. 23], ≥ 0;
            without fixed tokens, and in every batch item without any, it does nothing.
        value_prior_precision: θ_μ ≥ 0, how strongly the values are held.
        mask: True = attend, broadcastable to ``(B, G, N, M)``. A query that may attend to nothing
            gets zeros.
        precision: α > 0, of the queries: a number or ``(B, G, M)``; 1/√D when missing.
        value_precision: β > 0, of the values, likewise; the number 0 is the shared limit β → 0.
            When missing, 0.1 if values propagate, 0 otherwise.
        prior: ``"magnitude"``, ``"uniform"``, or log π_ij, broadcastable to ``(B, G, N, M)``; see
            :func:`clickmend.attention.mixture_of`. From the initial keys and values, then frozen.
        positions: Of the tokens of a map, for self-attention.
        anchor: What θ_ξ and θ_μ hold keys and values to: ``"previous"``, the iteration before, or
            ``"initial"``.
        adapt_precision: (θ_α1 > 1, θ_α2 > 0) of a Gamma prior: α is adapted with the keys
            [Gabbur21, B.10].
        adapt_value_precision: (θ_β1 > 1, θ_β2 > 0): β is adapted with the propagated values
            [Gabbur21, B.11].
        adapt_prior: θ_π ≥ 1 of a Dirichlet prior: π is adapted too [Gabbur21, B.12]. Above 1 a
            unit whose π was 0 has one again; only ``mask`` forbids for good.
        value_iterations: Of the inference of the tokens' values, ≥ 1; one is all there is if β = 0.
        initial_values: v⁰, zeros when missing: with the magnitude prior the first iteration is
            then standard attention, whatever β [Gabbur21, B.6].
        clamp: Give the fixed tokens their fixed values in the output.
        implementation: ``"fast"`` is linear in memory, ``"plain"`` writes every weight out and can
            all; ``"auto"`` is fast where that can.

    Returns:
        The values of the tokens, of the type of ``values``.

    Raises:
        OptionError: An option has a value that is not allowed, or one without effect.
        NotAvailableError: The fast implementation is asked for what only the plain one can, or
            ``adapt_precision`` comes with positions.

    Example:
        >>> noise = torch.Generator().manual_seed(0)
        >>> q, k, v = torch.randn(3, 1, 2, 5, 8, generator=noise)
        >>> plain = torch.nn.functional.scaled_dot_product_attention(q, k, v)
        >>> torch.allclose(probabilistic_attention(q, k, v), plain, atol=1e-6)
        True
        >>> adapted = probabilistic_attention(q, k, v, adapt_keys=1)
        >>> adapted.shape
        torch.Size([1, 2, 5, 8])
    """
    check_tensors(
        q,
        keys,
        values,
        queries_values={"fixed_values": fixed_values, "initial_values": initial_values},
        fixed=fixed,
        mask=mask,
        prior=prior,
        positions=positions,
    )
    arguments.check_word("anchor", anchor, ("previous", "initial"))
    arguments.check_word("implementation", implementation, ("auto", "fast", "plain"))
    arguments.check_count("adapt_keys", adapt_keys, least=0)
    arguments.check_count("propagate", propagate, least=0)
    arguments.check_count("value_iterations", value_iterations, least=1)
    arguments.check_gamma("adapt_precision", adapt_precision, adapt_keys=adapt_keys)
    arguments.check_gamma("adapt_value_precision", adapt_value_precision, propagate=propagate)
    arguments.check_clamp(clamp=clamp, fixed=fixed)
    arguments.check_concentration(
        adapt_prior, (*q.shape[:3], keys.shape[2]), iterations=adapt_keys + propagate
    )
    alpha = q.shape[-1] ** -0.5 if precision is None else precision
    beta: Amount = PROPAGATION_PRECISION if propagate else 0.0
    beta = beta if value_precision is None else value_precision
    arguments.check_precisions(
        (*q.shape[:2], keys.shape[2]),
        precision=alpha,
        value_precision=beta,
        prior_precision=prior_precision,
        value_prior_precision=value_prior_precision,
        propagate=propagate,
    )

    wide = torch.promote_types(torch.promote_types(q.dtype, keys.dtype), torch.float32)
    with torch.autocast(q.device.type, enabled=False):
        q = q.to(wide)
        known = None if fixed_values is None else fixed_values.to(wide)
        model = mixture_of(
            keys.to(wide),
            values.to(wide),
            precision=_as(alpha, wide),
            value_precision=_as(beta, wide),
            prior=prior if isinstance(prior, str) else prior.to(wide),
            positions=None if positions is None else positions.to(wide),
        )
        model = inference.adapt_keys(
            q,
            model,
            iterations=adapt_keys,
            prior_precision=_as(prior_precision, wide),
            anchor=anchor,
            precision_prior=adapt_precision,
            concentration=None if adapt_prior is None else _as(adapt_prior, wide),
            mask=mask,
            implementation=implementation,
        )
        if known is not None and fixed is not None:
            model = inference.propagate_values(
                q,
                model,
                known,
                fixed,
                iterations=propagate,
                prior_precision=_as(value_prior_precision, wide),
                anchor=anchor,
                precision_prior=adapt_value_precision,
                concentration=None if adapt_prior is None else _as(adapt_prior, wide),
                mask=mask,
                implementation=implementation,
            )
        v = inference.infer_values(
            q,
            model,
            iterations=value_iterations,
            start=None if initial_values is None else initial_values.to(wide),
            mask=mask,
            implementation=implementation,
        )
    if clamp and known is not None and fixed is not None:
        v = torch.where(fixed[:, None, :, None], known, v)
    return v.to(values.dtype)


def _as(amount: float | Tensor, dtype: torch.dtype) -> float | Tensor:
    return amount.to(dtype) if isinstance(amount, Tensor) else amount
