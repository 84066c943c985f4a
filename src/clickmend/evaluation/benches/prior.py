"""The bench of priors: sessions that begin with a spoilt truth and are to mend only that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from clickmend.core.types import Mask
from clickmend.evaluation.benches.base import BENCHES, SIMILAR, ClickBench, option
from clickmend.evaluation.measures import Measure, of_prior
from clickmend.evaluation.protocol import RADII, UNREFINED, Radius, Setting, Trace
from clickmend.evaluation.runs import ClickRuns, Run, record_of, stream_of
from clickmend.evaluation.subjects import TASKS, Subject
from clickmend.evaluation.summary import Row, grouped, means
from clickmend.evaluation.tables import Column
from clickmend.feedback.corruption import SPOILS, spoil_mask
from clickmend.feedback.marks import Click
from clickmend.jobs import Record
from clickmend.tasks.refine import REGION
from clickmend.tasks.registry import task_named

if TYPE_CHECKING:
    from clickmend.networks import Model


@BENCHES.register("prior")
@dataclass(frozen=True, kw_only=True)
class Prior(ClickBench):
    """Begin with a corrupted truth: what is mended, and what is left alone."""

    name = "prior"
    own_classes = True
    named = ("task", "refine", "similar", "spoils", "radii", "clicks")
    logged = ("clicks", "task", "seed")

    task: str = option("What is measured.", choices=tuple(TASKS))
    spoils: tuple[str, ...] = option(
        "Of objects: hole, blob (on the edge), part (cut off) or contour (too wide or too tight), "
        "a table line each. May be repeated; by default several of them mixed, as for other tasks.",
        (),
        flag="spoil",
        choices=SPOILS,
    )
    similar: bool = option(SIMILAR, False)
    radii: tuple[Radius, ...] = option(
        "annotator (by default): clicks carry the radius of the error; default: they carry none, "
        "so that what a session leaves alone is known only if it tells its reach.",
        ("annotator",),
        flag="radius",
        choices=RADII,
        quiet=True,
    )

    @classmethod
    def defaults(cls, task: str, given: Mapping[str, Any]) -> dict[str, Any]:
        """What a session does by default with a prior."""
        refine = UNREFINED if task == "interactive" else REGION
        models = (task_named(task).weights_for(prior=True),)
        return super().defaults(task, given) | {"refine": (refine,), "models": models}

    @classmethod
    def measure_of(cls, task: str) -> Measure:
        """The task's from before any click, for there always is an answer."""
        return of_prior(TASKS[task].measure)

    @classmethod
    def columns(cls, frame: Any, common: Mapping[str, list[Column]]) -> list[Column]:
        """What was mended, what was kept, and the harm that was done."""
        return [
            *common["setting"],
            *([Column("spoilt by", "setting.spoil")] if "setting.spoil" in frame else []),
            *common["objects"],
            *common["clicks"],
            *common["regained"],
            *(
                Column(title, f"prior.{name}", "{:.2f} %", 100)
                for title, name in BECAME
                if name not in HARM or f"prior.{name}" in frame
            ),
            *common["seconds"],
        ]

    def settings(self, models: Sequence[Model]) -> list[Setting]:
        """The rows of the table for each dataset."""
        spoils = self.spoils or (None,)
        settings = super().settings(models)
        return [replace(setting, spoil=spoil) for spoil in spoils for setting in settings]

    def record(self, clicks: ClickRuns, run: Run) -> Record:
        """Spoils the truth (by the seed), begins with it and clicks.

        The further facts ``prior``: ``kept`` is 1 or 0, ``outside`` and ``changed`` are shares
        (None where no reach is known), ``worse`` is 1 or 0, ``lowers`` a number of clicks,
        ``broken`` the sum of shares.
        """
        subject = clicks.subject(run)
        rng = np.random.default_rng([self.seed, stream_of(run.image, run.object_id)])
        spoil = run.setting.spoil
        prior = spoil_mask(subject.truth, spoil, rng) if spoil else subject.corrupted(rng)
        trace, measure = clicks.trace(run, subject, prior), self.measure
        return {
            **record_of(run, trace, measure),
            "prior": {
                "kept": float(np.array_equal(trace.shown[0], prior, equal_nan=True)),
                **_outside(run, trace, subject, prior),
                "lowers": sum(map(measure.better, trace.scores, trace.scores[1:])),
                "worse": float(measure.better(trace.scores[0], trace.scores[-1])),
                "broken": broken(trace.shown, subject),
            },
        }

    def rows(self, records: Sequence[Record]) -> list[Row]:
        """The rows with what became of the priors."""
        groups = grouped(records).values()
        rows = zip(super().rows(records), groups, strict=True)
        return [row | {"prior": became(of)} for row, of in rows]

    def protocol(self) -> dict[str, Any]:
        """How the numbers are to be read."""
        return {
            **super().protocol(),
            "prior": "the truth with holes, shifted boundaries and wrong classes or values",
            "kept": "bit for bit before any click",
            "changed": "share of the pixels outside all radii that a written file shows otherwise",
            "outside": "share of the pixels that are outside all radii, or all reaches where the "
            "session tells them",
            "lowers": "share of the clicks after which the score is worse than before",
            "worse": "share of the objects whose score ends worse than it began",
            "broken": "share of the right pixels of an object that a click made wrong, mean of "
            "all clicks",
        }


HARM = ("lowers", "worse", "broken")
"""What clicks did harm to; earlier results do not have it."""

BECAME = (
    ("prior kept", "kept"),
    ("outside", "outside"),
    ("changed outside", "changed"),
    ("at most", "most"),
    ("clicks that lower", "lowers"),
    ("end worse", "worse"),
    ("broken by a click", "broken"),
)
"""The headings of what became of priors, and the names of it."""


def became(records: Sequence[Record]) -> dict[str, float]:
    """What the clicks of some runs did to the priors: means, and the most that was changed.

    Of ``lowers`` and ``broken`` the mean is over clicks, of all others over runs.
    """
    found = means(records, "prior")
    clicks = sum(len(record["seconds"]) for record in records)
    for name in ("lowers", "broken"):
        if name in found:
            found[name] = sum(record["prior"][name] for record in records) / max(clicks, 1)
    changed = [one for record in records if (one := record["prior"]["changed"]) is not None]
    return found | ({"most": max(changed)} if changed else {})


def broken(shown: Sequence[NDArray[Any]], subject: Subject[Any]) -> float:
    """The sum over clicks of the share of an object's right pixels that a click made wrong.

    Of an object its own right pixels count; of a map all of them, and of numbers what a written
    file would show as the truth.
    """
    counts = np.ones(subject.truth.shape, bool) if subject.ignore is None else ~subject.ignore
    total = 0.0
    right = [counts & ~subject.changed(one, subject.truth) for one in shown]
    for before, after in pairwise(right):
        had = before & subject.truth if subject.truth.dtype == np.bool_ else before
        total += float((had & ~after).sum() / max(1, had.sum()))
    return total


def outside_radii(clicks: Sequence[Click], shape: tuple[int, ...]) -> Mask:
    """The pixels whose centres are farther from every click than its radius, ``(H, W)``."""
    outside = np.ones(shape, dtype=bool)
    rows, columns = np.indices(shape) + 0.5
    for click in clicks:
        assert click.radius_px is not None
        outside &= np.hypot(columns - click.x, rows - click.y) > click.radius_px
    return outside


def _outside(
    run: Run, trace: Trace, subject: Subject[Any], prior: NDArray[Any]
) -> dict[str, float | None]:
    """The share of pixels outside all reaches, and of these the share that changed."""
    if run.setting.radius == "annotator":
        outside = outside_radii(trace.clicks, prior.shape)
    elif trace.reached is not None:
        outside = ~trace.reached
    else:
        return {"changed": None, "outside": None}
    changed = subject.changed(prior, trace.shown[-1])[outside]
    return {
        "changed": float(changed.mean()) if outside.any() else 0.0,
        "outside": float(outside.mean()),
    }
