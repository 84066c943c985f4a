"""One formula for the arrays of numpy and the tensors of torch, see the array API standard."""

from __future__ import annotations

from typing import Any, TypeAlias, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = Any
"""An array of numpy or a tensor of torch; what is made of one is of the same kind."""

A = TypeVar("A")
"""One of both, and what comes back is the same."""


def namespace(array: Array) -> Any:
    """The functions of the standard for the kind that ``array`` is.

    Example:
        >>> namespace(np.ones(2)).exp is np.exp
        True
    """
    if isinstance(array, np.ndarray | np.generic):
        return np
    from array_api_compat import array_namespace

    return array_namespace(array)


def to_numpy(array: Array) -> NDArray[Any]:
    """The same values as an array of numpy."""
    return array if isinstance(array, np.ndarray) else np.asarray(array.detach().cpu())


def like(values: NDArray[Any], other: Array) -> Array:
    """Values as an array of the kind of another, where that one is."""
    return namespace(other).asarray(values, device=other.device)


def as_units(vectors: A, *, axis: int) -> A:
    """Vectors brought to length 1; one of length 0 stays."""
    xp, given = namespace(vectors), cast(Array, vectors)
    length = xp.sqrt(xp.sum(given * given, axis=axis, keepdims=True))
    unit: A = given / xp.clip(length, min=1e-12)
    return unit
