"""The bench of interactive segmentation as it is shipped: a few layers, IoU, clicks to reach it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from clickmend.evaluation.benches.base import BENCHES, ClickBench
from clickmend.evaluation.tables import Column


@BENCHES.register("interactive")
@dataclass(frozen=True, kw_only=True)
class Interactive(ClickBench):
    """Click on every object with the automatic annotator; table, JSON and curves."""

    name = "interactive"

    @classmethod
    def columns(cls, _: Any, common: Mapping[str, list[Column]]) -> list[Column]:
        """Scores after some clicks, the curve, and seconds."""
        return [
            *common["setting"],
            *common["objects"],
            *common["clicks"],
            *common["curve"],
            *common["worst"],
            Column("s/click p50", "seconds_p50", "{:.3f}"),
            Column("p95", "seconds_p95", "{:.3f}"),
        ]

    def protocol(self) -> dict[str, Any]:
        """How the numbers are to be read."""
        return {
            "annotator": "deepest error pixel, border counts; radius = farthest boundary pixel",
            "clicks": self.clicks,
            "curve_starts_at_click": 1,
            "noc_of_a_failure": self.clicks,
            "worst": "ceil(10 %) of objects by the unrefined IoU at click 1, same for all rows",
        }
