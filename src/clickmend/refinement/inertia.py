"""The inertial energy of BRS: how far variables went from where they started."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from clickmend.core.errors import OptionError
from clickmend.core.shapes import Float


def inertial_energy(variables: Sequence[Tensor], start: Sequence[Tensor]) -> Float[Tensor, ""]:
    """‖Δp‖₂ over all variables together, what λ multiplies in Eq. 1 and 2.

    As printed: the norm, not its square. So it holds variables at their start as long as the other
    energy pulls with less than λ, and its gradient there is taken as zero.

    Args:
        variables: p + Δp, as ``Insertion.variables`` gives them.
        start: p, tensors of the same shapes.

    Returns:
        The norm, a scalar in the unit of the variables.

    Raises:
        OptionError: The shapes differ, or there are no variables.
    """
    shapes, start_shapes = ([tuple(t.shape) for t in group] for group in (variables, start))
    if not shapes or shapes != start_shapes:
        raise OptionError(
            f"The variables have the shapes {shapes}, their start {start_shapes}. Both must be the "
            "same and not empty; take the start as copies of the variables."
        )
    moved = [(p - q).flatten() for p, q in zip(variables, start, strict=True)]
    norm: Tensor = torch.linalg.vector_norm(torch.cat(moved))
    return norm
