"""A bias map, then a 1×1 convolution."""

from __future__ import annotations

from typing import ClassVar, final

import torch
from torch import Tensor

from clickmend.core.shapes import Float
from clickmend.refinement.layers.base import LAYERS, EquationLayer, Variable, finite


def bmconv(
    m: Float[Tensor, "B C H W"],
    b_m: Float[Tensor, "H W"],
    w_c: Float[Tensor, " C"],
    kernel: Float[Tensor, "C C"],
    b: Float[Tensor, " C"],
) -> Float[Tensor, "B C H W"]:
    """conv1×1(m + β·b_m·w_c) with β = 10 [Lin22, Eq. 6], written as its argument plus the change.

    ``kernel`` is what the printed kernel has beyond the identity: w_conv − 1.
    """
    x = m + 10 * b_m * w_c[:, None, None]
    # Subtracted, not added: the product with a zero kernel is a zero of either sign.
    lost = torch.matmul(-kernel, finite(x).flatten(2)).reshape(x.shape)
    return x - (lost - b[:, None, None])


@final
@LAYERS.register("bmconv")
class BMConv(EquationLayer):
    """Bias map, then a 1×1 convolution, see :func:`bmconv`."""

    variables: ClassVar = {
        "b_m": Variable("H W", start=-0.0),
        "w_c": Variable("C", start=1.0),
        "kernel": Variable("C C", start=0.0),
        "b": Variable("C", start=-0.0),
    }
    equation = staticmethod(bmconv)
