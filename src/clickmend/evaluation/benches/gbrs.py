"""The bench of G-BRS [Lin22]: every layer and baseline on a task, and the rates that suit them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clickmend.core.errors import OptionError
from clickmend.evaluation.baselines import BASELINES, baselines_of
from clickmend.evaluation.benches.base import BENCHES, SIMILAR, option
from clickmend.evaluation.benches.sweep import SweepBench, Tried
from clickmend.evaluation.cost import costs_of_insertions
from clickmend.evaluation.datasets import dataset_name
from clickmend.evaluation.measures import Measure
from clickmend.evaluation.order import F_BRS, order_of, orders
from clickmend.evaluation.plots import draw_run, write_pictures
from clickmend.evaluation.protocol import ENERGIES, RADII, UNREFINED, Radius, Setting
from clickmend.evaluation.runs import ClickRuns, Run, Runner
from clickmend.evaluation.subjects import TASKS
from clickmend.evaluation.summary import Row, frame_of, setting_in, summarise
from clickmend.evaluation.tables import (
    Column,
    Result,
    Shown,
    columns_of,
    further_tables,
    lines_of,
    table_of,
)
from clickmend.refinement import inner_layers
from clickmend.tasks.refine import INPUT_BASELINES, REGION, EnergyKind

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from clickmend.networks import Card, Model

INPUTS = tuple(INPUT_BASELINES)
"""The network's inputs as variables, with BRS's own energy and with L_c; the first is what
seconds per click are compared with."""

WITHOUT_VARIABLES = (UNREFINED, REGION)

RATES = tuple(0.1 * 0.5**k for k in (0, 3, 6, 9))
"""The learning rates of a sweep."""


@BENCHES.register("gbrs")
@dataclass(frozen=True, kw_only=True)
class Gbrs(SweepBench):
    """Compare all refinements on a task: layers, energies, insertions and trivial baselines."""

    name = "gbrs"
    holds, says, chosen = "rates", "learning rates", ("learning_rate",)
    named = (
        *("task", "refine", "similar", "energies", "insertions", "radii", "rates", "sweep", "full"),
        *("whole", "clicks"),
    )
    logged = ("clicks", "task")

    task: str = option("What is measured.", choices=tuple(TASKS))
    refine: tuple[str, ...] = option(
        "none, region (not interactive), rgb-brs, distmap-brs (interactive only), a layer, or a "
        "baseline: brush, fill, nearest, smooth-field and scaled (depth), closed-form and knn "
        "(matting). May be repeated; by default all of the task.",
        (),
        metavar="LAYER",
    )
    similar: bool = option(SIMILAR, False)
    energies: tuple[EnergyKind, ...] = option(
        "consistency: agree with the clicks and change nothing else; clicks: agree with the "
        "clicks; brs: the energy of BRS. May be repeated; by default all, as far as a layer is "
        "compared with it.",
        ENERGIES,
        flag="energy",
        choices=ENERGIES,
        quiet=True,
    )
    insertions: tuple[int, ...] = option(
        "At how many of the card's places, the deepest first. May be repeated; by default 1 to "
        "all.",
        (),
    )
    radii: tuple[Radius, ...] = option(
        "annotator: clicks carry the radius of the error; default: they carry none and the "
        "session uses its own rule. May be repeated.",
        ("annotator",),
        flag="radius",
        choices=RADII,
    )
    clicks: int = option("Clicks per object; by default 20, in a sweep 5.", least=1)
    limit: int | None = option(
        "Images per dataset for the whole grid, drawn by the seed; by default 24, in a sweep 8 of "
        "all datasets together.",
        None,
        least=1,
    )
    full: bool = option("Run the whole grid on all images.", False)
    whole: bool = option(
        "Run the row without refinement, sb and the best layer on all images afterwards.", True
    )
    sweep: bool = option(
        "Try learning rates on training photos; the best go into STEM.rates.json.", False
    )
    rates: Path | None = option(
        "Learning rates of a sweep; by default the card's.", None, metavar="FILE"
    )
    pictures: int = option(
        "Draw so many images of each dataset, into benchmarks/out (not published).", 0, least=0
    )
    pictures_in: Path = Path("benchmarks/out")

    @classmethod
    def defaults(cls, task: str, given: Mapping[str, Any]) -> dict[str, Any]:
        """A sweep runs on training sets, on fewer photos and with fewer clicks."""
        sweep = given.get("sweep", False)
        if given.get("full") and (sweep or "limit" in given):
            raise OptionError(
                "--full runs on all images, which neither --limit nor --sweep does. Allowed is "
                "one of them; leave the others out."
            )
        found = super().defaults(task, given) | {"clicks": 5 if sweep else 20}
        if sweep:
            found |= {"datasets": TASKS[task].training, "out": Path(f"gbrs-{task}-sweep")}
        images = -(-8 // len(given.get("datasets", found["datasets"]))) if sweep else 24
        return found | {"limit": None if given.get("full") else images}

    @classmethod
    def tables(cls, result: Result) -> list[Shown]:
        """The grid, and below it whether the paper's order holds; the same on whole datasets."""
        measure = cls.measure_of(result["task"])
        shown: list[Shown] = []
        for part, title in (("rows", None), ("whole", "On whole datasets:")):
            if part not in result:
                continue
            frame = cls.frame(result, part)
            shown += [title] if title else []
            shown.append(table_of(frame, _columns(frame, measure, result), measure))
            shown += further_tables(frame)
            shown += [order_of(rows, measure) for rows in orders(frame, measure)]
        return shown

    def settings(self, models: Sequence[Model]) -> list[Setting]:
        """The rows of the table for each dataset.

        Raises:
            OptionError: More insertions than the card has places, or an unknown refinement.
            DataError: The file of rates is none.
        """
        card = models[0].card
        settings = grid(
            self.refine or refinements(self.task),
            energies=self.energies,
            insertions=_places(self.insertions, card),
            radii=self.radii,
            spread=self.task != "interactive",
        )
        if self.sweep:
            return swept(settings)
        settings = self.with_similar(settings)
        return with_rates(settings, self.read_choice(self.rates)) if self.rates else settings

    def tried(self, setting: Setting, scores: Row) -> Tried:
        """A learning rate and its AUC."""
        best = max if self.measure.sign > 0 else min
        return Tried(_swept_key(setting), "learning_rate", "auc", scores["auc"], best)

    def protocol(self) -> dict[str, Any]:
        """How the numbers are to be read."""
        measure = self.measure
        return {
            **super().protocol(),
            "noc_of_a_failure": self.clicks,
            "worst": f"ceil(10 %) by the unrefined {measure.label} at click {measure.first_click}, "
            "same for all rows",
            "best": "the whole datasets are run with the settings whose AUC is best on the grid",
            "cost": "multiplications and additions of the whole network over those behind the "
            "places",
        }

    def conclude(self, runner: Runner, runs: Sequence[Run], rows: Sequence[Row]) -> dict[str, Any]:
        """The rows on whole datasets, the costs, the choice of a sweep and the pictures."""
        super().conclude(runner, runs, rows)
        found = orders(frame_of(rows, self.measure), self.measure)
        costs = costs_of_insertions(runner.models[0])
        facts: dict[str, Any] = {"costs": {str(number): cost for number, cost in costs.items()}}
        if self.whole and not self.sweep and (records := self._whole(runner, found)):
            facts["whole"] = summarise(records, self.measure)
        for spec in self.datasets if self.pictures else ():
            # The photos are those of the datasets, so the folder is one that is not published.
            for layer, *_ in _of_dataset(found, spec):
                drawn = runner.plan([setting_in(layer)], datasets=[spec], limit=self.pictures)
                folder = self.pictures_in / f"{self.out.name}-pictures"
                draw_runs(drawn, runner.clicks, folder=folder)
        return facts

    def _whole(self, runner: Runner, found: Sequence[Sequence[Row]]) -> list[Any]:
        """Without refinement, "sb" and the best layer, where the grid saw a part of a dataset."""
        records = []
        for spec in self.datasets:
            there, images = _of_dataset(found, spec), len(runner.open_dataset(spec).names)
            if there and self.limit is not None and self.limit < images:
                rows = [row for three in there for row in reversed(three)]
                settings = list(dict.fromkeys(map(setting_in, rows)))
                records += runner.make(runner.plan(settings, datasets=[spec], limit=None))
        return records


def _of_dataset(found: Sequence[Sequence[Row]], spec: str) -> list[Sequence[Row]]:
    return [rows for rows in found if rows[0]["dataset"] == dataset_name(spec)]


def refinements(task: str) -> tuple[str, ...]:
    """Everything that can be compared on a task; only marks have maps of their distances."""
    trivial = baselines_of(TASKS[task].shows)
    if task == "interactive":
        return (UNREFINED, *trivial, *inner_layers(), *INPUTS)
    return (UNREFINED, *trivial, REGION, *inner_layers(), *INPUTS[:1])


def has_variables(refine: str) -> bool:
    """Whether something is moved, so that there are energies to compare and rates to choose."""
    return refine not in (*WITHOUT_VARIABLES, *BASELINES)


def energies_of(refine: str) -> tuple[EnergyKind, ...]:
    """What a refinement is compared with; f-BRS came with the energy of BRS."""
    if not has_variables(refine):
        return ()
    if refine in INPUTS:
        return ("consistency", "brs")
    return ENERGIES if refine == F_BRS else ("consistency", "clicks")


def grid(
    refine: Sequence[str],
    *,
    energies: Sequence[EnergyKind],
    insertions: Sequence[int],
    radii: Sequence[Radius],
    spread: bool = False,
) -> list[Setting]:
    """Every setting, radius by radius.

    The energies are compared as far as :func:`energies_of` a refinement has them, the insertions
    are of layers, and with ``spread`` each layer is also measured with regions.

    Raises:
        OptionError: A refinement does not exist, or has none of the energies.
    """
    settings: list[Setting] = []
    layers = inner_layers()
    for radius in radii:
        for name in refine:
            if name not in (known := (*WITHOUT_VARIABLES, *layers, *INPUTS, *BASELINES)):
                raise OptionError(
                    f"There is no refinement {name!r}. Available: {', '.join(known)}."
                )
            if not has_variables(name):
                settings.append(Setting(name, radius))
                continue
            found = [energy for energy in energies_of(name) if energy in energies]
            if not found:
                raise OptionError(
                    f"{name} is not compared with the energy {', '.join(energies) or '(none)'}. "
                    f"It has {', '.join(energies_of(name))}; ask for one of these."
                )
            places = insertions if name in layers else [None]
            settings += [
                Setting(name, radius, energy, number) for energy in found for number in places
            ]
            if spread and name in layers and "consistency" in found:
                settings.append(Setting(name, radius, "consistency", insertions[-1], spread=True))
    return settings


def swept(settings: Iterable[Setting]) -> list[Setting]:
    """Each setting with each of the ``RATES``; the row without refinement has none."""
    return [
        replace(setting, learning_rate=rate)
        for setting in settings
        if has_variables(setting.refine)
        for rate in RATES
    ]


def with_rates(settings: Iterable[Setting], rates: Mapping[Setting, float]) -> list[Setting]:
    """The settings with their learning rates, whatever the radius; else the card's stays."""
    return [
        replace(setting, learning_rate=rates.get(_swept_key(setting), setting.learning_rate))
        for setting in settings
    ]


def draw_runs(runs: Sequence[Run], maker: ClickRuns, *, folder: Path) -> list[Path]:
    """Make the runs again and draw each; the files are ``folder/DATASET-IMAGE-SETTING.png``.

    Raises:
        OutputError: The folder or a file cannot be written.
        ClickmendError: Whatever a dataset or a session refuses.
    """

    def pictures() -> Iterator[tuple[Iterable[object], Figure]]:
        for run in runs:
            subject = maker.subject(run)
            trace = maker.trace(run, subject)
            words = dataset_name(run.dataset), run.image, run.object_id, run.setting.refine
            yield words, draw_run(subject, trace.shown, trace.clicks)

    return write_pictures(folder, pictures())


def _places(insertions: tuple[int, ...], card: Card) -> tuple[int, ...]:
    places = len(card.refinement.at)
    for number in insertions:
        if not 1 <= number <= places:
            raise OptionError(
                f"{number} insertions are asked for, and the card of {card.name} names {places} "
                f"({', '.join(card.refinement.at)}). Allowed are 1 to {places}."
            )
    return insertions or tuple(range(1, places + 1))


def _swept_key(setting: Setting) -> Setting:
    return replace(setting, radius="annotator", learning_rate=None)


def _columns(frame: Any, measure: Measure, result: Result) -> list[Column]:
    brs = frame[
        (frame["setting.refine"] == INPUTS[0])
        & (frame.get("setting.energy", frame["dataset"]) == "consistency")
    ]
    seconds = {(b["dataset"], b["setting.radius"]): b["seconds_mean"] for b in lines_of(brs)}
    costs, common = result.get("costs", {}), columns_of(frame, measure)

    def speed(line: Row) -> float | None:
        """How many times longer a click of RGB-BRS takes in the same run."""
        other = seconds.get((line["dataset"], line["setting.radius"]))
        return other / line["seconds_mean"] if other and line["seconds_mean"] else None

    return [
        *common["setting"],
        *common["energy"],
        Column("rate", "setting.learning_rate", "{:.2g}"),
        *common["objects"],
        *common["clicks"],
        *common["curve"],
        *common["regained"],
        *common["worst"],
        *common["seconds"],
        Column("RGB-BRS / s", speed, "{:.2f}"),
        Column(
            "cost / behind", lambda line: costs.get(str(line.get("setting.insertions"))), "{:.2f}"
        ),
    ]
