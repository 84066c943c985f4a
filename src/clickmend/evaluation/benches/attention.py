"""The bench of probabilistic attention [Gabbur21]: what key adaptation and value propagation give.

Readings that are fixed here, because the paper (supplement, C.3) leaves them open:
 * A box is the object's with every side moved by up to 15 % of its size, drawn anew in each trial
   and the same for all rows. Its two corners are no clicks of the curve.
 * The padding around it is a quarter of its size, so the object is always seen whole.
 * The network sees the crop at its own size, to the nearest multiple of 32.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from clickmend.core.errors import DataError, OptionError
from clickmend.data import sequence_of
from clickmend.data.files import write_atomically
from clickmend.evaluation.benches.base import (
    BENCHES,
    ClickBench,
    Work,
    option,
    seconds_column,
)
from clickmend.evaluation.boxes import VIEWS, BoxRuns, OnlineSessions, View
from clickmend.evaluation.datasets import open_bench_dataset, open_training_dataset
from clickmend.evaluation.measures import IOU, Measure, of_box
from clickmend.evaluation.plots import COLOURS, label_axis, panels_of
from clickmend.evaluation.protocol import Radius, SessionFactory, Setting
from clickmend.evaluation.report import (
    Column,
    Result,
    Shown,
    click_columns,
    frame_in,
    lines_of,
    table_of,
)
from clickmend.evaluation.runs import ClickRuns, DatasetOpener, Maker, Run, subjects_in
from clickmend.evaluation.summary import FEW, MANY, Row, by_setting, setting_in, spread_of
from clickmend.evaluation.tasks import BenchTask
from clickmend.jobs import Record

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from clickmend.networks import Model

SEQUENCES = frozenset({"davis10"})
"""Datasets of video frames, NAME_NUMBER."""

KEY_PRIORS = (0.0, 0.001)
"""θ_ξ of the paper's tables."""

KEY_CHOICES = (0.0, 0.001, 0.1, 1.0, 10.0)
"""θ_ξ among which a sweep chooses. The paper has the first two, for networks that were trained
with their keys adapted; others want theirs held more firmly."""

FIRST_CLICKS = 3
"""θ_ξ is chosen by the mean IoU of so many clicks: keys adapt while there are few."""

VALUE_PRIORS = (0.1, 1.0, 10.0, 100.0)
"""θ_μ among which is chosen on training photos."""

ITERATIONS = (1, 5)
"""Of value propagation."""

STYLES = ("-", "--", ":", "-.")
"""Lines of each set of weights."""


@BENCHES.register("attention")
@dataclass(frozen=True, kw_only=True)
class Attention(ClickBench):
    """Begin with a noisy box and click: key adaptation and value propagation, off and on."""

    name = "attention"
    several_models = True
    named = ("refine", "view", "priors", "sweep", "trials", "clicks")

    refine: tuple[str, ...] = option(
        "none, sb, bmsb, bmsb-m or bmconv, beside what the network infers. May be repeated.",
        ("none",),
        metavar="LAYER",
    )
    radii: tuple[Radius, ...] = ("default",)
    view: View = option(
        "crop: the box with its padding, at its own size, as in the paper; session: what a "
        "session shows the network.",
        "crop",
        choices=VIEWS,
    )
    trials: int = option("Noisy boxes for each object.", 5, least=1)
    sweep: bool = option(
        "Choose how strongly keys (θ_ξ) and values (θ_μ) are held, on training photos; the choice "
        "goes into STEM.priors.json.",
        False,
    )
    priors: Path | None = option(
        "The choice of a sweep; by default the cards'.", None, metavar="FILE"
    )

    @classmethod
    def defaults(cls, task: BenchTask, given: Mapping[str, Any]) -> dict[str, Any]:
        """A sweep runs on training sets."""
        if given.get("sweep") and "priors" in given:
            raise OptionError("--priors is what a sweep chooses. Allowed is one; leave one out.")
        found = super().defaults(task, given)
        return found | ({"datasets": task.training} if given.get("sweep") else {})

    @classmethod
    def measure_of(cls, task: str) -> Measure:
        """IoU from the box on."""
        return of_box(super().measure_of(task))

    @classmethod
    def tables(cls, result: Result) -> list[Shown]:
        """One table; few and many are ranges of clicks."""
        frame, measure = frame_in(result), of_box(IOU)
        few, many = (f"{first}–{last}" for first, last in (FEW, MANY))
        columns = [
            Column("dataset", "dataset"),
            Column("weights", "setting.weights"),
            Column("refine", lambda line: setting_in(line).layer),
            Column("inference", lambda line: setting_in(line).inference),
            Column("runs", "scores.objects", "{:d}"),
            *click_columns(frame, measure),
            *(
                Column(f"{title} {clicks}", _figure(f"{name}{of}", times), "{:s}")
                for title, of, times in (
                    (measure.label, "", 1),
                    ("over none", "_over", 1),
                    ("gain/click·10³", "_gain", 1000),
                )
                for clicks, name in ((few, "few"), (many, "many"))
            ),
            Column("NoC@90", "scores.noc90", "{:.2f}"),
            seconds_column(),
        ]
        return [table_of(frame, columns, measure)]

    @classmethod
    def figure(cls, result: Result) -> Figure:
        """The measure over clicks, and what a click gains."""
        return draw_gains(frame_in(result), of_box(IOU))

    def settings(self, models: Sequence[Model]) -> list[Setting]:
        """The rows of the table for each dataset.

        Raises:
            OptionError: A sweep has nothing to choose.
        """
        priors = read_priors(self.priors) if self.priors else Priors()
        settings = [
            setting
            for model in models
            for refine in self.refine
            for setting in inferences(model, refine=refine, priors=priors)
        ]
        return swept(settings) if self.sweep else settings

    def sessions(self, models: Sequence[Model]) -> SessionFactory:
        """Sessions that infer online what a setting asks for."""
        names = [model.card.name for model in models]
        return OnlineSessions(dict(zip(names, self.models, strict=True)), self.device, self.view)

    def opener(self) -> DatasetOpener:
        """In a sweep, datasets without what is held out from training."""
        return _open_training if self.sweep else _open_bench

    def plan(self, work: Work, settings: Sequence[Setting]) -> list[Run]:
        """Every object once in each trial; a sweep takes the largest of an image alone."""
        ids = subjects_in(self.task, largest_only=self.sweep)
        return work.plan(settings, ids=ids, trials=self.trials)

    def common(self) -> dict[str, Any]:
        """The log is of one view and one seed."""
        return {"view": self.view, "seed": self.seed}

    def maker(self, runs: ClickRuns) -> Maker:
        """Begins with a box."""
        return BoxRuns(runs, self.seed, self.view)

    def rows(self, records: Sequence[Record]) -> list[Row]:
        """The rows with what lies between trials, or between sequences."""
        rows = super().rows(records)
        curves = {row_key(row): _curves(by_setting(records, row), self.measure) for row in rows}
        return [
            row | {"spread": spread_of(curves[row_key(row)], curves.get(_plain_key(row)))}
            for row in rows
        ]

    def protocol(self) -> dict[str, Any]:
        """How the numbers are to be read."""
        return {
            **super().protocol(),
            "trials": self.trials,
            "box": "the object's, every side moved by up to 15 % of its size; before the first "
            "click",
            "view": "the box padded by a quarter of its size, at its own size"
            if self.view == "crop"
            else "what a session shows the network",
            "annotator": "deepest error pixel, border counts",
            "standard_error": "over trials; where images are frames, over sequences",
            "over_none": "difference to the same weights without online inference, unit by unit",
            "noc_of_a_failure": self.clicks,
        }

    def finish(self, work: Work, maker: Maker, rows: Sequence[Row], model: Model) -> dict[str, Any]:
        """A sweep writes what it chose."""
        if self.sweep:
            write_priors(self.priors_file, rows)
        return super().finish(work, maker, rows, model)

    def notes(self) -> list[str]:
        """Where the choice is."""
        return [f"The choice: {self.priors_file}."] if self.sweep else []

    @property
    def priors_file(self) -> Path:
        """Where a sweep writes what it chose."""
        return self.out.with_name(f"{self.out.name}.priors.json")


@dataclass(frozen=True, slots=True)
class Priors:
    """What a sweep chose.

    Attributes:
        keys: θ_ξ by the weights.
        values: θ_μ by the weights and the iterations of propagation.
    """

    keys: Mapping[str, float] = field(default_factory=dict)
    values: Mapping[tuple[str, int], float] = field(default_factory=dict)


def inferences(model: Model, *, refine: str, priors: Priors) -> list[Setting]:
    """Everything that the places of a network allow, nothing first, both together last.

    Args:
        model: Network and card, which has a θ_ξ and a θ_μ where none was chosen.
        refine: How sessions refine.
        priors: What was chosen.
    """
    from clickmend.networks import online_places

    body, classifiers = online_places(model.network)
    name, online = model.card.name, model.card.online
    plain = Setting(refine, "default", weights=name, adapt_keys=0, propagate=0)
    own = priors.keys.get(name, online.prior_precision)
    keys = [
        replace(plain, adapt_keys=1, prior_precision=prior)
        for prior in dict.fromkeys((*KEY_PRIORS, own))
    ]
    values = [
        replace(
            plain,
            propagate=iterations,
            value_prior_precision=priors.values.get(
                (name, iterations), online.value_prior_precision
            ),
        )
        for iterations in ITERATIONS
    ]
    both = [replace(setting, adapt_keys=1, prior_precision=own) for setting in values]
    settings = [plain, *(keys if body else []), *(values if classifiers else [])]
    return settings + (both if body and classifiers else [])


def swept(settings: Sequence[Setting]) -> list[Setting]:
    """The settings that adapt keys or propagate values, each alone, with every prior.

    Raises:
        OptionError: There is none.
    """
    keys = dict.fromkeys(
        replace(setting, prior_precision=prior)
        for setting in settings
        if setting.adapt_keys and not setting.propagate
        for prior in KEY_CHOICES
    )
    values = [
        replace(setting, value_prior_precision=prior)
        for setting in settings
        if setting.propagate and not setting.adapt_keys
        for prior in VALUE_PRIORS
    ]
    if not (keys or values):
        raise OptionError(
            "None of the networks attends to anything, so there is no θ_ξ or θ_μ to choose. Leave "
            "out --sweep, or name weights with attention by --model."
        )
    return [*keys, *values]


def write_priors(path: Path, rows: Sequence[Row]) -> None:
    """Write the best priors, by their mean over the datasets.

    Of θ_ξ it is the one with the highest IoU over the first clicks, of θ_μ the one that needs the
    fewest clicks to 90 %.

    Raises:
        OutputError: The file cannot be written.
    """
    tried: dict[tuple[Any, Any], dict[float, list[float]]] = {}
    for row in rows:
        of, scores = row["setting"], row["scores"]
        keys = bool(of.get("adapt_keys"))
        prior = of["prior_precision" if keys else "value_prior_precision"]
        first = float(np.mean(scores["iou"][1 : 1 + FIRST_CLICKS]))
        group = tried.setdefault((of["weights"], None if keys else of["propagate"]), {})
        group.setdefault(prior, []).append(first if keys else scores["noc90"])
    chosen: list[dict[str, Any]] = []
    for (weights, propagate), of_prior in sorted(
        tried.items(), key=lambda one: one[0][1] is not None
    ):
        means = {prior: float(np.mean(scores)) for prior, scores in of_prior.items()}
        best = (max if propagate is None else min)(means, key=lambda prior: means[prior])
        figures = list(means.items())
        chosen.append(
            {"weights": weights, "prior_precision": best, "first_clicks": figures}
            if propagate is None
            else {
                "weights": weights,
                "propagate": propagate,
                "value_prior_precision": best,
                "noc90": figures,
            }
        )
    write_atomically(path, (json.dumps({"priors": chosen}, indent=1) + "\n").encode())


def read_priors(path: Path) -> Priors:
    """What :func:`write_priors` chose.

    Raises:
        DataError: The file is missing or no such file.
    """
    try:
        keys: dict[str, float] = {}
        values: dict[tuple[str, int], float] = {}
        for entry in json.loads(path.read_text("utf-8"))["priors"]:
            name = str(entry["weights"])
            if "propagate" in entry:
                values[name, int(entry["propagate"])] = float(entry["value_prior_precision"])
            else:
                keys[name] = float(entry["prior_precision"])
        return Priors(keys, values)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(
            f"{path} is no file of priors ({error!r}). Allowed are those that `clickmend bench "
            "attention --sweep` writes; run it, or leave --priors out to take the cards'."
        ) from None


def draw_gains(frame: Any, measure: Measure) -> Figure:
    """One column per dataset: the mean with its standard error, and the gain per click."""
    datasets, weights = (list(frame[name].unique()) for name in ("dataset", "setting.weights"))
    figure, panels = panels_of(2, len(datasets), size=(5.6, 3.7), sharex=True)
    for dataset, (above, below) in zip(datasets, panels.T, strict=True):
        for name, style in zip(weights, cycle(STYLES), strict=False):
            here = frame[(frame["dataset"] == dataset) & (frame["setting.weights"] == name)]
            for row, colour in zip(lines_of(here), cycle(COLOURS), strict=False):
                _draw_gain(above, below, row, color=colour, linestyle=style, linewidth=1.4)
        above.set_title(dataset, fontsize=10)
        label_axis(above, f"mean {measure.label}, ± standard error")
        label_axis(below, f"{measure.label} gain per click so far")
        below.set_xlabel("clicks after the box")
        above.legend(fontsize=6, loc="lower right")
    return figure


def row_key(row: Row) -> tuple[str, Setting]:
    """Dataset and setting of a row."""
    return row["dataset"], Setting.of(row["setting"])


def _plain_key(row: Row) -> tuple[str, Setting]:
    """The row of the same weights that infers nothing; none that there is of that row itself."""
    dataset, setting = row_key(row)
    plain = Setting(
        setting.refine, setting.radius, weights=setting.weights, adapt_keys=0, propagate=0
    )
    return "" if plain == setting else dataset, plain


def _curves(records: Sequence[Record], measure: Measure) -> dict[Hashable, list[float]]:
    """The mean curve of each unit."""
    units: dict[Hashable, list[list[float]]] = {}
    for record in records:
        units.setdefault(_unit(record), []).append(record[measure.name])
    return {unit: np.mean(curves, axis=0).tolist() for unit, curves in units.items()}


def _unit(record: Record) -> Hashable:
    """What stands for itself: the sequence of a frame, else the trial."""
    if record["dataset"] in SEQUENCES:
        return sequence_of(str(record["image"]))
    trial: int = record["trial"]
    return trial


def _figure(name: str, times: float) -> Callable[[Row], str | None]:
    def cell(line: Row) -> str | None:
        mean, error = (line.get(f"spread.{name}.{of}") for of in ("mean", "error"))
        if mean is None:
            return None
        told = f"{times * mean:.4f}"
        return told if error is None else f"{told} ± {times * error:.4f}"

    return cell


def _draw_gain(above: Axes, below: Axes, row: Row, **style: Any) -> None:
    curve = np.array(row["scores.curve"])
    clicks = np.arange(len(curve))
    setting = setting_in(row)
    refine = "" if setting.refine == "none" else f", {setting.layer}"
    above.plot(clicks, curve, label=f"{setting.weights}: {setting.inference}{refine}", **style)
    if row.get("spread.errors") is not None:
        errors = np.array([error or 0.0 for error in row["spread.errors"]])
        above.fill_between(clicks, curve - errors, curve + errors, color=style["color"], alpha=0.12)
    below.plot(clicks[1:], (curve[1:] - curve[0]) / clicks[1:], **style)


def _open_bench(spec: str) -> Any:
    return open_bench_dataset(spec, "interactive")


def _open_training(spec: str) -> Any:
    return open_training_dataset(spec, "interactive")
