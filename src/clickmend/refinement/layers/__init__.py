"""The layers, one file each; importing one registers it, and a new file here is found by itself.

Every layer starts as the identity **bit for bit**, for every input (signed zeros, subnormals,
infinities and NaN too), in float32 and, computed in float32 and cast back, in bfloat16:

- biases start at −0.0, for x + (−0.0) is x for every x, while −0.0 + 0.0 is +0.0;
- ``bmsb-m`` and ``bmconv`` are written as m plus what they change. Printed, as w·m + (1−w)·m and
  as a product with the identity matrix, they would round, and spread an infinity as NaN;
- ``bmconv`` is a ``matmul``, which PyTorch runs without TF32 unless told otherwise (a convolution
  uses it by default). The change it adds is exactly zero at the start even with TF32.
"""

from importlib import import_module
from pkgutil import iter_modules

from clickmend.refinement.layers.base import LAYERS, EquationLayer, Layer, Variable, inner_layers

__all__ = ["LAYERS", "EquationLayer", "Layer", "Variable", "inner_layers"]

_IN_THE_PAPER = ("sb", "bmsb", "bmsb_m", "bmconv")  # Eq. 3 to 6; so they are listed everywhere

for _name in dict.fromkeys((*_IN_THE_PAPER, *(found.name for found in iter_modules(__path__)))):
    import_module(f"{__name__}.{_name}")
