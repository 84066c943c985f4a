"""A mixture of scale and bias with a bias map."""

from __future__ import annotations

from typing import ClassVar, final

from torch import Tensor

from clickmend.core.shapes import Float
from clickmend.refinement.layers.base import LAYERS, EquationLayer, Variable, finite


def bmsb_m(
    m: Float[Tensor, "B C H W"],
    b_m: Float[Tensor, "H W"],
    w_c: Float[Tensor, " C"],
    s: Float[Tensor, " C"],
    b: Float[Tensor, " C"],
    w: Float[Tensor, ""],
) -> Float[Tensor, "B C H W"]:
    """w·(m·s + b) + (1−w)·(m + b_m·w_c) [Lin22, Eq. 5], written as m plus the change.

    w lies in [0, 1].
    """
    everywhere = finite(m) * (s - 1)[:, None, None] + b[:, None, None]
    locally = b_m * w_c[:, None, None]
    return m + (w * everywhere + (1 - w) * locally)


@final
@LAYERS.register("bmsb-m")
class BMSBM(EquationLayer):
    """A mixture of scale and bias with a bias map, see :func:`bmsb_m`."""

    variables: ClassVar = {
        "b_m": Variable("H W", start=-0.0),
        "w_c": Variable("C", start=1.0),
        "s": Variable("C", start=1.0),
        "b": Variable("C", start=-0.0),
        "w": Variable("", start=0.5, least=0.0, most=1.0),
    }
    equation = staticmethod(bmsb_m)
