"""What a module infers online, beside its values."""

from __future__ import annotations

from dataclasses import dataclass, replace

from torch import Tensor

from clickmend.attention.attention import probabilistic_attention
from clickmend.attention.inference import Anchor
from clickmend.attention.mixture import Prior
from clickmend.attention.positions import Positions
from clickmend.attention.scores import Amount
from clickmend.core.shapes import Bool, Float


@dataclass
class Online:
    """Options of :func:`clickmend.attention.probabilistic_attention` that a module keeps.

    They may be changed at any time; as they are at first, attention is the standard one.

    Args:
        adapt_keys: Iterations of key adaptation.
        prior_precision: θ_ξ, how strongly the keys are held.
        propagate: Iterations of value propagation, where tokens are fixed.
        value_prior_precision: θ_μ, how strongly the values are held.
        value_precision: β > 0 of propagation; 0.1 when missing.
        anchor: What θ_ξ and θ_μ hold to.
    """

    adapt_keys: int = 0
    prior_precision: Amount = 0.0
    propagate: int = 0
    value_prior_precision: Amount = 1.0
    value_precision: float | None = None
    anchor: Anchor = "previous"

    def held(self, times: Amount) -> Online:
        """The same options with keys and values held so many times as strongly.

        Args:
            times: A positive number, or positive numbers broadcastable to ``(B, G, M)``.
        """
        return replace(
            self,
            prior_precision=self.prior_precision * times,
            value_prior_precision=self.value_prior_precision * times,
        )

    def attend(
        self,
        q: Float[Tensor, "B G N D"],
        keys: Float[Tensor, "B G M D"],
        values: Float[Tensor, "B G M Dv"],
        *,
        mask: Bool[Tensor, "*_pairs"] | None = None,
        precision: float | None = None,
        prior: Prior = "magnitude",
        positions: Positions | None = None,
        fixed_values: Float[Tensor, "B G N Dv"] | None = None,
        fixed: Bool[Tensor, "B N"] | None = None,
    ) -> Float[Tensor, "B G N Dv"]:
        """Attention with these options; without fixed tokens nothing propagates.

        Args:
            q: The queries.
            keys: One for each memory unit.
            values: Likewise.
            mask: True = attend, broadcastable to ``(B, G, N, M)``.
            precision: α; 1/√D when missing.
            prior: As in the function.
            positions: Likewise.
            fixed_values: Values of the tokens where they are known.
            fixed: Which tokens have one.
        """
        propagating = fixed is not None and self.propagate > 0
        return probabilistic_attention(
            q,
            keys,
            values,
            adapt_keys=self.adapt_keys,
            prior_precision=self.prior_precision,
            fixed_values=fixed_values,
            fixed=fixed,
            propagate=self.propagate if propagating else 0,
            value_prior_precision=self.value_prior_precision,
            value_precision=self.value_precision if propagating else 0.0,
            mask=mask,
            precision=precision,
            prior=prior,
            positions=positions,
            anchor=self.anchor,
        )
