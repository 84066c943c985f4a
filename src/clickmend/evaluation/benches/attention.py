"""The bench of probabilistic attention [Gabbur21]: what key adaptation and value propagation give.

Readings that are fixed here, because the paper (supplement, C.3) leaves them open:
 * A box is the object's with every side moved by up to 15 % of its size, drawn anew in each trial
   and the same for all rows. Its two corners are no clicks of the curve.
 * The padding around it is a quarter of its size, so the object is always seen whole.
 * The network sees the crop at its own size, to the nearest multiple of 32.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from clickmend.core.errors import OptionError
from clickmend.data import sequence_of
from clickmend.evaluation.benches.base import BENCHES, option
from clickmend.evaluation.benches.sweep import Choice, SweepBench, Tried
from clickmend.evaluation.boxes import VIEWS, View, click_after_box
from clickmend.evaluation.measures import IOU, Measure, of_box
from clickmend.evaluation.plots import COLOURS, label_axis, panels_of
from clickmend.evaluation.protocol import Radius, Setting
from clickmend.evaluation.runs import ClickRuns, Run
from clickmend.evaluation.sessions import Sessions
from clickmend.evaluation.subjects import TASKS
from clickmend.evaluation.summary import FEW, MANY, Row, grouped, over, setting_in, spread_of
from clickmend.evaluation.tables import Column, Result, Shown, Table, lines_of
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

PARTS = {"by_keys": "key adaptation", "by_values": "value propagation"}
"""What of the inference a row is compared without."""

SHOWN_DIFFERENCES = (0, 1, 2, 3, 5, 7, 10, 15, 20)
"""The clicks at which differences stand in the table; the JSON holds all of them."""

STYLES = ("-", "--", ":", "-.")
"""Lines of each set of weights."""


@BENCHES.register("attention")
@dataclass(frozen=True, kw_only=True)
class Attention(SweepBench):
    """Begin with a noisy box and click: key adaptation and value propagation, off and on."""

    name = "attention"
    holds, says = "priors", "priors"
    chosen = ("prior_precision", "value_prior_precision")
    several_models = True
    named = ("refine", "view", "priors", "sweep", "trials", "clicks")
    logged = ("clicks", "view", "seed")

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
    def defaults(cls, task: str, given: Mapping[str, Any]) -> dict[str, Any]:
        """A sweep runs on training sets."""
        if given.get("sweep") and "priors" in given:
            raise OptionError("--priors is what a sweep chooses. Allowed is one; leave one out.")
        datasets = {"datasets": TASKS[task].training} if given.get("sweep") else {}
        return super().defaults(task, given) | datasets

    @classmethod
    def measure_of(cls, task: str) -> Measure:
        """IoU from the box on."""
        return of_box(super().measure_of(task))

    @classmethod
    def columns(cls, _: Any, common: Mapping[str, list[Column]]) -> list[Column]:
        """Means with their errors; few and many are ranges of clicks."""
        few, many = (f"{first}–{last}" for first, last in (FEW, MANY))
        return [
            Column("dataset", "dataset"),
            Column("weights", "setting.weights"),
            Column("refine", lambda line: setting_in(line).layer),
            Column("inference", lambda line: setting_in(line).inference),
            Column("runs", "scores.objects", "{:d}"),
            *common["clicks"],
            *(
                Column(f"{title} {clicks}", _figure(f"{name}{of}", times), "{:s}")
                for title, of, times in (
                    (IOU.label, "", 1),
                    ("over none", "_over", 1),
                    ("gain/click·10³", "_gain", 1000),
                )
                for clicks, name in ((few, "few"), (many, "many"))
            ),
            Column("NoC@90", "scores.noc90", "{:.2f}"),
            *common["seconds"],
        ]

    @classmethod
    def tables(cls, result: Result) -> list[Shown]:
        """The table of all rows, and what each inference brings to them at each number of clicks.

        Results of before that was kept have the first alone.
        """
        lines = [
            {"row": row, "part": part, **row["spread"][part]}
            for row in result["rows"]
            for part in PARTS
            if row["spread"].get(part) is not None
        ]
        shown = super().tables(result)
        if not lines:
            return shown
        last = len(lines[0]["mean"]) - 1
        columns = [
            Column("dataset", lambda line: line["row"]["dataset"]),
            Column("weights", lambda line: line["row"]["setting"]["weights"]),
            Column("refine", lambda line: Setting.of(line["row"]["setting"]).layer),
            Column("inference", lambda line: Setting.of(line["row"]["setting"]).inference),
            Column("over the same without", lambda line: PARTS[line["part"]]),
            *(
                Column(f"@{click}", partial(_over_at, click), "{:s}")
                for click in SHOWN_DIFFERENCES
                if click <= last
            ),
            *(
                Column(f"{first}–{end}", partial(_over_in, name), "{:s}")
                for name, (first, end) in (("few", FEW), ("many", MANY))
            ),
        ]
        return [*shown, Table(lines, columns)]

    @classmethod
    def figure(cls, result: Result) -> Figure:
        """The measure over clicks, and what a click gains."""
        return draw_gains(cls.frame(result), of_box(IOU))

    def settings(self, models: Sequence[Model]) -> list[Setting]:
        """The rows of the table for each dataset.

        Raises:
            OptionError: A sweep has nothing to choose.
        """
        priors = self.read_choice(self.priors) if self.priors else {}
        settings = [
            setting
            for model in models
            for refine in self.refine
            for setting in inferences(model, refine=refine, priors=priors)
        ]
        return swept(settings) if self.sweep else settings

    def sessions(self, networks: Mapping[str, str]) -> Sessions:
        """In the view of the paper the network sees all of the crop at once."""
        return Sessions(self.task, networks, self.device, whole=self.view == "crop")

    def tried(self, setting: Setting, scores: Row) -> Tried:
        """θ_ξ by the IoU over the first clicks, θ_μ by the clicks to 90 %."""
        assert setting.weights is not None
        if setting.adapt_keys:
            first = float(np.mean(scores[self.measure.name][1 : 1 + FIRST_CLICKS]))
            kind = prior_kind(setting.weights, adapt_keys=setting.adapt_keys)
            return Tried(kind, "prior_precision", "first_clicks", first)
        kind = prior_kind(setting.weights, propagate=setting.propagate)
        return Tried(kind, "value_prior_precision", "noc90", scores["noc90"], min)

    def record(self, clicks: ClickRuns, run: Run) -> Record:
        """Begins with a box."""
        return click_after_box(clicks, run, seed=self.seed, view=self.view)

    def rows(self, records: Sequence[Record]) -> list[Row]:
        """The rows with what lies between trials, or between sequences."""
        means = {key: _curves(of, self.measure) for key, of in grouped(records).items()}
        rows = []
        for row, ((dataset, setting), curves) in zip(
            super().rows(records), means.items(), strict=True
        ):
            plain = means.get((dataset, _plain(setting)))
            spread = spread_of(curves, None if plain is curves else plain)
            for part, without in _parts_of(setting).items():
                if (others := means.get((dataset, without))) is not None:
                    spread[part] = over(curves, others)
            rows.append(row | {"spread": spread})
        return rows

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


def prior_kind(
    weights: str, *, adapt_keys: int | None = None, propagate: int | None = None
) -> Setting:
    """What a prior is chosen for: θ_ξ for iterations over keys, θ_μ for iterations of values."""
    return Setting("none", "default", weights=weights, adapt_keys=adapt_keys, propagate=propagate)


def inferences(model: Model, *, refine: str, priors: Choice) -> list[Setting]:
    """Everything that the places of a network allow, nothing first, both together last.

    Where no θ_ξ or θ_μ was chosen it is the card's. Weights in whose training keys adapted infer as
    they did there, if they do; for others the paper's numbers stand beside each other.
    """
    from clickmend.networks import online_places

    body, classifiers = online_places(model.network)
    name, online = model.card.name, model.card.online
    plain = Setting(refine, "default", weights=name, adapt_keys=0, propagate=0)
    trained = online.adapt_keys > 0
    often = online.adapt_keys if trained else 1
    own = priors.get(prior_kind(name, adapt_keys=often), online.prior_precision)
    keys = [
        replace(plain, adapt_keys=often, prior_precision=prior)
        for prior in dict.fromkeys((*(() if trained else KEY_PRIORS), own))
    ]
    values = [
        replace(
            plain,
            propagate=iterations,
            value_prior_precision=priors.get(
                prior_kind(name, propagate=iterations), online.value_prior_precision
            ),
        )
        for iterations in ((online.propagate,) if trained and online.propagate else ITERATIONS)
    ]
    both = [replace(setting, adapt_keys=often, prior_precision=own) for setting in values]
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


def _plain(setting: Setting) -> Setting:
    """That of the same weights without online inference."""
    return Setting(
        setting.refine, setting.radius, weights=setting.weights, adapt_keys=0, propagate=0
    )


def _parts_of(setting: Setting) -> dict[str, Setting]:
    """The same row without one of its inferences, by :data:`PARTS`."""
    found = {}
    if setting.adapt_keys:
        found["by_keys"] = replace(setting, adapt_keys=0, prior_precision=None)
    if setting.propagate:
        found["by_values"] = replace(setting, propagate=0, value_prior_precision=None)
    return found


def _curves(records: Sequence[Record], measure: Measure) -> dict[Hashable, list[float]]:
    """The mean curve of each unit: of a sequence with its frames, else of a trial."""
    units: dict[Hashable, list[list[float]]] = {}
    for record in records:
        frames = record["dataset"] in SEQUENCES
        unit = sequence_of(str(record["image"])) if frames else record["trial"]
        units.setdefault(unit, []).append(record[measure.name])
    return {unit: np.mean(curves, axis=0).tolist() for unit, curves in units.items()}


def _over_at(click: int, line: Row) -> str:
    return _told(line["mean"][click], line["error"][click])


def _over_in(name: str, line: Row) -> str | None:
    return None if line[name] is None else _told(line[name]["mean"], line[name]["error"])


def _told(mean: float, error: float | None, times: float = 1.0) -> str:
    told = f"{times * mean:.4f}"
    return told if error is None else f"{told} ± {times * error:.4f}"


def _figure(name: str, times: float) -> Callable[[Row], str | None]:
    def cell(line: Row) -> str | None:
        mean, error = (line.get(f"spread.{name}.{of}") for of in ("mean", "error"))
        return None if mean is None else _told(mean, error, times)

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
