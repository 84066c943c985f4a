"""Which pixels a metric counts, and the refusal where there is nothing to compare."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from clickmend.core.errors import OptionError


def check_sizes(
    prediction: NDArray[np.generic], others: Mapping[str, NDArray[np.generic] | None]
) -> None:
    """Refuse maps that differ in size.

    Args:
        prediction: ``(H, W)``.
        others: What has to be of the same size, under the name that an error gives it; None is
            left out.

    Raises:
        OptionError: With both sizes.
    """
    for name, other in others.items():
        if other is not None and other.shape != prediction.shape:
            raise OptionError(
                f"The prediction is {_size(prediction)} and the {name} {_size(other)}. "
                "Only maps of one size can be compared; bring both to the size of the photo."
            )


def _size(array: NDArray[np.generic]) -> str:
    return "×".join(str(length) for length in reversed(array.shape)) + " pixels"
