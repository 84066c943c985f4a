"""The bench of interactive segmentation as it is shipped: a few layers, IoU, clicks to reach it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from clickmend.evaluation.benches.base import BENCHES, ClickBench
from clickmend.evaluation.measures import IOU
from clickmend.evaluation.report import Column, Result, Shown, columns_of, frame_in, table_of


@BENCHES.register("interactive")
@dataclass(frozen=True, kw_only=True)
class Interactive(ClickBench):
    """Click on every object with the automatic annotator; table, JSON and curves."""

    name = "interactive"

    @classmethod
    def tables(cls, result: Result) -> list[Shown]:
        """One table."""
        frame = frame_in(result)
        common = columns_of(frame, IOU)
        columns = [
            *common["setting"],
            *common["objects"],
            *common["clicks"],
            *common["curve"],
            *common["worst"],
            Column("s/click p50", "seconds_p50", "{:.3f}"),
            Column("p95", "seconds_p95", "{:.3f}"),
        ]
        return [table_of(frame, columns, IOU)]

    def protocol(self) -> dict[str, Any]:
        """How the numbers are to be read."""
        return {
            "annotator": "deepest error pixel, border counts; radius = farthest boundary pixel",
            "clicks": self.clicks,
            "curve_starts_at_click": 1,
            "noc_of_a_failure": self.clicks,
            "worst": "ceil(10 %) of objects by the unrefined IoU at click 1, same for all rows",
        }
