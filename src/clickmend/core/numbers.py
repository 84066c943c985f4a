"""Which values count as numbers, whole or finite, whatever library they are of."""

from __future__ import annotations

import math
from numbers import Integral, Real
from typing import TypeGuard


def is_index(given: object) -> TypeGuard[int]:
    """Whether something is a whole number, of Python or of numpy, and no truth value."""
    return isinstance(given, Integral) and not isinstance(given, bool)


def is_finite(given: object) -> TypeGuard[float]:
    """Whether something is a number to reckon with; a text is none, and no tensor."""
    try:
        return isinstance(given, Real) and math.isfinite(given)
    except OverflowError:
        return False
