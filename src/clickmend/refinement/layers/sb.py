"""Scale and bias."""

from __future__ import annotations

from typing import ClassVar, final

from torch import Tensor

from clickmend.core.shapes import Float
from clickmend.refinement.layers.base import LAYERS, EquationLayer, Variable


def sb(
    m: Float[Tensor, "B C H W"], s: Float[Tensor, " C"], b: Float[Tensor, " C"]
) -> Float[Tensor, "B C H W"]:
    """m·s + b, per channel [Lin22, Eq. 3]; this is f-BRS."""
    return m * s[:, None, None] + b[:, None, None]


@final
@LAYERS.register("sb")
class SB(EquationLayer):
    """Scale and bias, see :func:`sb`."""

    variables: ClassVar = {"s": Variable("C", start=1.0), "b": Variable("C", start=-0.0)}
    equation = staticmethod(sb)
