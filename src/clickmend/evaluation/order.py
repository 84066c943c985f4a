"""Does the paper's order hold: the best layer of G-BRS before f-BRS's, and that before none?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from clickmend.evaluation.grid import F_BRS
from clickmend.evaluation.measures import Measure
from clickmend.evaluation.protocol import Radius
from clickmend.evaluation.summary import UNREFINED, Row, Scores
from clickmend.refinement import inner_layers


@dataclass(frozen=True, slots=True)
class Order:
    """The three rows that are compared, of one dataset and radius.

    Args:
        layer: The best of the other layers (G-BRS's know places), by AUC.
        sb: The best row of f-BRS's layer, by AUC.
        none: The row without refinement.
        measure: What is compared.
    """

    layer: Row
    sb: Row
    none: Row
    measure: Measure

    @property
    def dataset(self) -> str:
        """Of all three."""
        return self.none.dataset

    @property
    def radius(self) -> Radius:
        """Of all three."""
        return self.none.setting.radius

    @property
    def holds(self) -> bool:
        """Whether AUC is in the order."""
        return self._in_order([row.scores for row in self._rows])

    @property
    def holds_for_worst(self) -> bool:
        """Whether AUC is in the order on the worst tenth, with the same three rows."""
        worst = [row.worst for row in self._rows]
        return self._in_order([scores for scores in worst if scores is not None])

    def sentences(self) -> str:
        """The order in words and figures."""
        titles = [row.setting.title for row in self._rows]
        tenth = [row.worst or row.scores for row in self._rows]
        return (
            f"{self.dataset}, radius = {self.radius}: {' > '.join(titles)} "
            f"{_verdict(self.holds)} for AUC ({self._figures([r.scores for r in self._rows])}) "
            f"and {_verdict(self.holds_for_worst)} on the worst tenth ({self._figures(tenth)})."
        )

    @property
    def _rows(self) -> tuple[Row, Row, Row]:
        return self.layer, self.sb, self.none

    def _in_order(self, scores: Sequence[Scores]) -> bool:
        aucs = [one.auc for one in scores]
        return all(map(self.measure.better, aucs, aucs[1:]))

    def _figures(self, scores: Sequence[Scores]) -> str:
        return ", ".join(f"{one.auc * self.measure.shown_times:.4f}" for one in scores)


def orders(rows: Sequence[Row], measure: Measure) -> list[Order]:
    """One order for each dataset and radius that has all three rows, and one with regions."""
    found: list[Order] = []
    others = [name for name in inner_layers() if name != F_BRS]
    for none in rows:
        if none.setting.refine != UNREFINED:
            continue
        for spread in (None, True):
            there = [
                row
                for row in rows
                if (row.dataset, row.setting.radius) == (none.dataset, none.setting.radius)
                and row.setting.spread == spread
            ]
            sb = best_row([row for row in there if row.setting.refine == F_BRS], measure)
            layer = best_row([row for row in there if row.setting.refine in others], measure)
            if sb is not None and layer is not None:
                found.append(Order(layer, sb, none, measure))
    return found


def best_row(rows: Sequence[Row], measure: Measure) -> Row | None:
    """The row with the best AUC, the first of equal ones; None of none."""
    return max(rows, key=lambda row: measure.sign * row.scores.auc, default=None)


def _verdict(holds: bool) -> str:
    return "holds" if holds else "does not hold"
