"""The bench of G-BRS [Lin22]: every layer and baseline on a task, and the rates that suit them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from clickmend.core.errors import DataError, OptionError
from clickmend.data.files import make_folder, write_atomically
from clickmend.evaluation.benches.base import (
    BENCHES,
    ClickBench,
    Work,
    option,
    seconds_column,
)
from clickmend.evaluation.cost import costs_of_insertions
from clickmend.evaluation.datasets import dataset_name, open_training_dataset
from clickmend.evaluation.measures import Measure
from clickmend.evaluation.plots import as_png, draw_run
from clickmend.evaluation.protocol import ENERGIES, RADII, UNREFINED, Radius, Setting
from clickmend.evaluation.report import (
    Column,
    Result,
    Shown,
    click_columns,
    curve_columns,
    frame_in,
    further_tables,
    lines_of,
    regained_column,
    setting_columns,
    table_of,
    worst_columns,
)
from clickmend.evaluation.runs import ClickRuns, DatasetOpener, Maker, Run, subjects_in
from clickmend.evaluation.summary import Row, best_of, frame_of, setting_in, summarise
from clickmend.evaluation.tasks import TASKS, BenchTask
from clickmend.refinement import inner_layers
from clickmend.tasks.base import REGION
from clickmend.tasks.refine import INPUT_BASELINES, EnergyKind

if TYPE_CHECKING:
    from clickmend.networks import Card, Model

F_BRS = "sb"
"""The layer that is f-BRS; all layers inside the network are refined with and without L_c."""

INPUTS = tuple(INPUT_BASELINES)
"""The network's inputs as variables, with BRS's own energy and with L_c; the first is what
seconds per click are compared with."""

WITHOUT_VARIABLES = (UNREFINED, REGION)

RATES = tuple(0.1 * 0.5**k for k in (0, 3, 6, 9))
"""The learning rates of a sweep."""


@BENCHES.register("gbrs")
@dataclass(frozen=True, kw_only=True)
class Gbrs(ClickBench):
    """Compare all refinements on a task: layers, energies, insertions and the baselines of BRS."""

    name = "gbrs"
    named = (
        *("task", "refine", "energies", "insertions", "radii", "rates", "sweep", "full", "whole"),
        "clicks",
    )

    task: str = option("What is measured.", choices=tuple(TASKS))
    refine: tuple[str, ...] = option(
        "none, region (not interactive), rgb-brs, distmap-brs (interactive only) or a layer. May "
        "be repeated; by default all.",
        (),
        metavar="LAYER",
    )
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
    def defaults(cls, task: BenchTask, given: Mapping[str, Any]) -> dict[str, Any]:
        """A sweep runs on training sets, on fewer photos and with fewer clicks."""
        sweep = given.get("sweep", False)
        if given.get("full") and (sweep or "limit" in given):
            raise OptionError(
                "--full runs on all images, which neither --limit nor --sweep does. Allowed is "
                "one of them; leave the others out."
            )
        found = super().defaults(task, given) | {"clicks": 5 if sweep else 20}
        if sweep:
            found |= {"datasets": task.training, "out": Path(f"gbrs-{task.name}-sweep")}
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
            frame = frame_in(result, part)
            shown += [title] if title else []
            shown.append(table_of(frame, _columns(frame, measure, result), measure))
            shown += further_tables(frame)
            shown += [order_of(rows, measure) for rows in orders(frame, measure)]
        return shown

    def opener(self) -> DatasetOpener:
        """In a sweep, datasets without what is held out from training."""
        return _TrainingOpener(self.task) if self.sweep else super().opener()

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
        return with_rates(settings, read_rates(self.rates)) if self.rates else settings

    def common(self) -> dict[str, Any]:
        """The log is of one task."""
        return {"task": self.task}

    def plan(self, work: Work, settings: Sequence[Setting]) -> list[Run]:
        """A sweep takes the largest object of an image alone."""
        return work.plan(settings, ids=subjects_in(self.task, largest_only=self.sweep))

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

    def finish(self, work: Work, maker: Maker, rows: Sequence[Row], model: Model) -> dict[str, Any]:
        """The rows on whole datasets, the costs, the file of rates and the pictures."""
        frame = frame_of(rows, self.measure)
        found = orders(frame, self.measure)
        facts: dict[str, Any] = {
            "costs": {str(n): c for n, c in costs_of_insertions(model).items()}
        }
        if self.whole and not self.sweep and (records := self._whole(work, maker, found)):
            facts["whole"] = summarise(records, self.measure)
        if self.sweep:
            write_rates(self.rates_file, rows, self.measure)
        if self.pictures:
            assert isinstance(maker, ClickRuns)
            self._draw(work, maker, found)
        return facts

    def notes(self) -> list[str]:
        """Where the rates are."""
        return [f"The best rates: {self.rates_file}."] if self.sweep else []

    @property
    def rates_file(self) -> Path:
        """Where a sweep writes the best rates."""
        return self.out.with_name(f"{self.out.name}.rates.json")

    def _whole(self, work: Work, maker: Maker, found: Sequence[Sequence[Row]]) -> list[Any]:
        """Without refinement, "sb" and the best layer, where the grid saw a part of a dataset."""
        records = []
        for spec in self.datasets:
            there = [rows for rows in found if rows[0]["dataset"] == dataset_name(spec)]
            images = len(work.open_dataset(spec).names)
            if there and self.limit is not None and self.limit < images:
                rows = [row for three in there for row in reversed(three)]
                settings = list(dict.fromkeys(map(setting_in, rows)))
                runs = work.plan(settings, datasets=[spec], limit=None)
                records += work.make(runs, maker)
        return records

    def _draw(self, work: Work, maker: ClickRuns, found: Sequence[Sequence[Row]]) -> None:
        """The photos are those of the datasets, so the folder is one that is not published."""
        for spec in self.datasets:
            for layer, *_ in found:
                if layer["dataset"] == dataset_name(spec):
                    settings = [setting_in(layer)]
                    runs = work.plan(settings, datasets=[spec], limit=self.pictures)
                    draw_runs(runs, maker, folder=self.pictures_in / f"{self.out.name}-pictures")


def refinements(task: str) -> tuple[str, ...]:
    """Everything that can be compared on a task; only marks have maps of their distances."""
    if task == "interactive":
        return (UNREFINED, *inner_layers(), *INPUTS)
    return (UNREFINED, REGION, *inner_layers(), *INPUTS[:1])


def energies_of(refine: str) -> tuple[EnergyKind, ...]:
    """What a refinement is compared with; f-BRS came with the energy of BRS."""
    if refine in WITHOUT_VARIABLES:
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

    Args:
        refine: "none", layers and baselines.
        energies: Those to compare, as far as :func:`energies_of` a refinement has them.
        insertions: Numbers of places for the layers.
        radii: Whose radii the clicks carry.
        spread: Whether each layer is also measured with regions.

    Raises:
        OptionError: A refinement does not exist, or has none of the energies.
    """
    settings: list[Setting] = []
    layers = inner_layers()
    for radius in radii:
        for name in refine:
            if name not in (*WITHOUT_VARIABLES, *layers, *INPUTS):
                known = ", ".join((*WITHOUT_VARIABLES, *layers, *INPUTS))
                raise OptionError(f"There is no refinement {name!r}. Available: {known}.")
            if name in WITHOUT_VARIABLES:
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
        if setting.refine not in WITHOUT_VARIABLES
        for rate in RATES
    ]


def with_rates(settings: Iterable[Setting], rates: Mapping[Setting, float]) -> list[Setting]:
    """The settings with their learning rates, whatever the radius; else the card's stays."""
    return [
        replace(setting, learning_rate=rates.get(_swept_key(setting), setting.learning_rate))
        for setting in settings
    ]


def write_rates(path: Path, rows: Sequence[Row], measure: Measure) -> None:
    """Write the best learning rate of each setting, by the mean AUC over the datasets.

    Raises:
        OutputError: The file cannot be written.
    """
    scores: dict[Setting, dict[float, list[float]]] = {}
    for row in rows:
        setting = Setting.of(row["setting"])
        if setting.learning_rate is not None:
            of_rate = scores.setdefault(_swept_key(setting), {})
            of_rate.setdefault(setting.learning_rate, []).append(row["scores"]["auc"])
    best: list[dict[str, Any]] = []
    for setting, of_rate in scores.items():
        means = {rate: float(np.mean(aucs)) for rate, aucs in of_rate.items()}
        rate = max(means, key=lambda rate: measure.sign * means[rate])
        auc = [[tried, mean] for tried, mean in means.items()]
        best.append({"setting": setting.facts(), "learning_rate": rate, "auc": auc})
    write_atomically(path, (json.dumps({"rates": best}, indent=1) + "\n").encode())


def read_rates(path: Path) -> dict[Setting, float]:
    """The rates that :func:`write_rates` wrote.

    Raises:
        DataError: The file is missing or no such file.
    """
    try:
        entries = json.loads(path.read_text("utf-8"))["rates"]
        return {Setting(**entry["setting"]): float(entry["learning_rate"]) for entry in entries}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(
            f"{path} is no file of learning rates ({error!r}). Allowed are those that "
            "`clickmend bench gbrs --sweep` writes; run it, or leave --rates out to take the "
            "card's."
        ) from None


def orders(frame: Any, measure: Measure) -> list[list[Row]]:
    """The lines whose order the paper claims, of each dataset and radius that has all three.

    The best of the other layers (G-BRS's know places), the best of f-BRS's and the one
    without refinement, by AUC; and the same among the layers with regions.
    """
    found = []
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


def draw_runs(runs: Sequence[Run], maker: ClickRuns, *, folder: Path) -> list[Path]:
    """Make the runs again and draw each; ``folder/DATASET-IMAGE-SETTING.png``.

    Returns:
        The files written.

    Raises:
        OutputError: The folder or a file cannot be written.
        ClickmendError: Whatever a dataset or a session refuses.
    """
    make_folder(folder)
    files: list[Path] = []
    for run in runs:
        subject = maker.subject(run)
        trace = maker.trace(run, subject)
        words = [dataset_name(run.dataset), run.image, run.object_id, run.setting.refine]
        name = "-".join(str(word).replace("/", "_") for word in words if word is not None)
        files.append(folder / f"{name}.png")
        write_atomically(files[-1], as_png(draw_run(subject, trace.shown, trace.clicks)))
    return files


@dataclass(frozen=True, slots=True)
class _TrainingOpener:
    """Opens the training sets of a task; can be sent to another process."""

    task: str

    def __call__(self, spec: str) -> Any:
        return open_training_dataset(spec, self.task)


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
    costs = result.get("costs", {})

    def speed(line: Row) -> float | None:
        """How many times longer a click of RGB-BRS takes in the same run."""
        other = seconds.get((line["dataset"], line["setting.radius"]))
        return other / line["seconds_mean"] if other and line["seconds_mean"] else None

    return [
        *setting_columns(),
        Column("rate", "setting.learning_rate", "{:.2g}"),
        Column("objects", "scores.objects", "{:d}"),
        *click_columns(frame, measure),
        *curve_columns(measure),
        regained_column(measure),
        *worst_columns(measure),
        seconds_column(),
        Column("RGB-BRS / s", speed, "{:.2f}"),
        Column(
            "cost / behind", lambda line: costs.get(str(line.get("setting.insertions"))), "{:.2f}"
        ),
    ]
