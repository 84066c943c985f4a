"""A bias map, then scale and bias."""

from __future__ import annotations

from typing import ClassVar, final

from torch import Tensor

from clickmend.core.shapes import Float
from clickmend.refinement.layers.base import LAYERS, EquationLayer, Variable
from clickmend.refinement.layers.sb import sb


def bmsb(
    m: Float[Tensor, "B C H W"],
    b_m: Float[Tensor, "H W"],
    w_c: Float[Tensor, " C"],
    s: Float[Tensor, " C"],
    b: Float[Tensor, " C"],
) -> Float[Tensor, "B C H W"]:
    """(m + b_m·w_c)·s + b [Lin22, Eq. 4]: a bias map weighted per channel, then scale and bias."""
    return sb(m + b_m * w_c[:, None, None], s, b)


@final
@LAYERS.register("bmsb")
class BMSB(EquationLayer):
    """Bias map, then scale and bias, see :func:`bmsb`."""

    variables: ClassVar = {
        "b_m": Variable("H W", start=-0.0),
        "w_c": Variable("C", start=1.0),
        "s": Variable("C", start=1.0),
        "b": Variable("C", start=-0.0),
    }
    equation = staticmethod(bmsb)
