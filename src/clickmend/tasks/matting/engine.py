"""The engine of matting: the network's output combined with the matting Laplacian."""

from __future__ import annotations

from functools import cached_property
from typing import cast

from clickmend.core.types import FloatMap
from clickmend.correction.mattes import Matte
from clickmend.correction.values import Window
from clickmend.data.codecs import UNKNOWN
from clickmend.tasks.dense_engine import DenseEngine
from clickmend.tasks.matting.prediction import MattingPrediction
from clickmend.tasks.matting.rules import MattingRules


class MattingEngine(DenseEngine[MattingPrediction]):
    """Displays the minimum of the matte's energy, which marks constrain further.

    If variables are optimised inside the network, its output is used alone, as in [Lin22].
    """

    @cached_property
    def _matte(self) -> Matte:
        """Computed once per photo."""
        trimap = cast("MattingRules", self.rules).trimap
        assert trimap is not None
        return Matte.of(self.photo, trimap == UNKNOWN, super()._read(self._viewer.witness))

    def _read(self, output: FloatMap) -> FloatMap:
        """See the base class."""
        if self._viewer.active:
            return cast("FloatMap", super()._read(output))
        return self._matte.initial

    def _response(self, window: Window) -> FloatMap | None:
        """See the base class."""
        return None if self._viewer.active else self._matte.response(window)
