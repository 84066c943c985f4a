"""Whether the order that [Lin22] claims holds: the best layer over f-BRS over no refinement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from clickmend.evaluation.measures import Measure
from clickmend.evaluation.protocol import UNREFINED
from clickmend.evaluation.summary import Row, best_of, setting_in
from clickmend.evaluation.tables import lines_of
from clickmend.refinement import inner_layers

F_BRS = "sb"
"""The layer that is f-BRS; all layers inside the network are refined with and without L_c."""


def orders(frame: Any, measure: Measure) -> list[list[Row]]:
    """The lines whose order the paper claims, of each dataset and radius that has all three.

    The best of the other layers (G-BRS's know places), the best of f-BRS's and the one
    without refinement, by AUC; and the same among the layers with regions.
    """
    found = []
    if "setting.similar" in frame:  # the paper has no such clicks
        frame = frame[frame["setting.similar"] != True]  # noqa: E712
    others = [name for name in inner_layers() if name != F_BRS]
    for none in lines_of(frame[frame["setting.refine"] == UNREFINED]):
        here = frame
        for name in ("dataset", "setting.radius"):
            here = here[here[name] == none[name]]
        spread = here["setting.spread"] if "setting.spread" in here else here["dataset"] == ""
        for kind in (here[spread != True], here[spread == True]):  # noqa: E712
            best = [
                best_of(kind[kind["setting.refine"].isin(names)], measure)
                for names in (others, [F_BRS])
            ]
            if None not in best:
                found.append([*lines_of(frame.loc[best]), none])
    return found


def order_of(rows: Sequence[Row], measure: Measure) -> str:
    """Whether AUC is in the order of the lines, on all and on the worst tenth, in words."""
    titles = " > ".join(setting_in(row).title for row in rows)
    told = []
    for part in ("scores", "worst"):
        aucs = [row.get(f"{part}.auc") for row in rows]
        shown = [
            row["scores.auc"] if auc is None else auc for row, auc in zip(rows, aucs, strict=True)
        ]
        known = [auc for auc in aucs if auc is not None]
        holds = all(map(measure.better, known, known[1:]))
        figures = ", ".join(f"{auc * measure.shown_times:.4f}" for auc in shown)
        told.append(("holds" if holds else "does not hold", figures))
    (whole, figures), (worst, tenth) = told
    return (
        f"{rows[0]['dataset']}, radius = {rows[0]['setting.radius']}: {titles} {whole} for AUC "
        f"({figures}) and {worst} on the worst tenth ({tenth})."
    )
