"""Encoded views of one photo, for networks with late fusion."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from clickmend.feedback.crop import Crop
from clickmend.networks import Model
from clickmend.networks.weights.model import Encoded

MOST = 3
"""Number of cached views, about 2 MiB each: the whole photo, the current view and the previous
one."""


class EncodedViews:
    """Runs a network on views; for a cached view only the decoder runs.

    A network without late fusion runs as a whole.

    Args:
        model: Network and card.
    """

    def __init__(self, model: Model) -> None:
        self._model = model
        self._kept: OrderedDict[Crop, Encoded] = OrderedDict()

    def answer(
        self,
        crop: Crop,
        marks: NDArray[np.float32],
        *,
        planes: Callable[[Crop], NDArray[np.float32]],
    ) -> NDArray[np.float32]:
        """The output of the network for marks in a view.

        Args:
            crop: The view.
            marks: ``(1, 4, h, w)``.
            planes: Returns a view of the photo as input of the network, ``(1, 3, h, w)``.
        """
        if not self._model.encodes:
            return self._model.answer(planes(crop), marks)
        if crop not in self._kept:
            self._kept[crop] = self._model.encode(planes(crop))
            if len(self._kept) > MOST:
                self._kept.popitem(last=False)
        self._kept.move_to_end(crop)
        return self._model.decode(marks, *self._kept[crop])
