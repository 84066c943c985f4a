"""What every bench does: options to runs, runs kept, and where the numbers come from.

A bench is one file beside this one: a frozen dataclass of options that registers itself in
:data:`BENCHES`. From the options come its command on the command line, and the command that a
published result names.
"""

from __future__ import annotations

import shlex
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

from clickmend.core.errors import DataError, OptionError
from clickmend.core.registry import Registry
from clickmend.evaluation.datasets import Part, spec_without_folder
from clickmend.evaluation.measures import Measure
from clickmend.evaluation.plots import draw_curves
from clickmend.evaluation.protocol import RADII, UNREFINED, Radius, Setting
from clickmend.evaluation.runs import ClickRuns, Finder, Run, Runner, subjects_in
from clickmend.evaluation.scheduling import engine_of
from clickmend.evaluation.sessions import Sessions
from clickmend.evaluation.subjects import TASKS
from clickmend.evaluation.summary import Row, frame_of, summarise
from clickmend.evaluation.tables import (
    Column,
    Result,
    Shown,
    columns_of,
    further_tables,
    table_of,
)
from clickmend.jobs import Record
from clickmend.tasks.registry import task_named

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from clickmend.networks import Card, Model

BENCHES: Registry[type[Bench]] = Registry("bench")
"""The benches by the names of their commands."""


def option(help_text: str, default: Any = MISSING, **more: Any) -> Any:
    """A field that is an option of the command line.

    Args:
        help_text: What ``--help`` shows.
        default: Of the field; without one the option is required, or :meth:`Bench.defaults` has it.
        more: ``flag`` (its name there), ``choices``, ``least``, ``metavar``; ``quiet`` leaves the
            default out of the published command.
    """
    return field(default=default, metadata={"help": help_text, **more})


@dataclass(frozen=True, kw_only=True)
class Bench(ABC):
    """What every bench is asked for. The docstring of a bench is the help of its command.

    Raises:
        OptionError: A number is below 1, or there is no such engine.
    """

    name: ClassVar[str]
    doing: ClassVar[str] = "Clicking"
    setting: ClassVar[type[Any]] = Setting
    several_models: ClassVar[bool] = False
    own_classes: ClassVar[bool] = False
    """Whether class maps may have classes that the network does not know."""
    named: ClassVar[tuple[str, ...]] = ()
    """The options that only this bench has, in the order of the published command."""
    logged: ClassVar[tuple[str, ...]] = ()
    """The options that all runs of a log have in common."""
    needs: ClassVar[tuple[str, ...]] = ("dataset", "setting.refine", "scores.curve")
    """The columns that the frame of a result has."""

    task: str = "interactive"
    clicks: int = 0
    trials: int | None = None
    datasets: tuple[str, ...] = option(
        "A set below CLICKMEND_DATA (voc99, camvid-val, …) or a folder of your own, as in "
        "clickmend train --data: NAME=FOLDER in the plain layout, NAME=LAYOUT:FOLDER in another; "
        "a NAME that is a layout (grabcut=FOLDER) means it. May be repeated; by default the sets "
        "kept for this.",
        flag="dataset",
        metavar="NAME[=FOLDER]",
    )
    limit: int | None = option("Images per dataset, drawn by the seed.", None, least=1)
    seed: int = option("Of everything random: the draw, and corrupted priors.", 0, least=0)
    jobs: int = option("Processes; above 1 with one thread each.", 1, least=1)
    engine: str | None = option(
        "serial (one process), pool (several of this machine) or ray (a cluster, with one thread "
        "each); by default what --jobs asks for.",
        None,
        metavar="NAME",
    )
    models: tuple[str, ...] = option(
        "The weights, see clickmend models, or the path of a card; by default the task's.",
        ("interactive-l0",),
        flag="model",
        metavar="NAME",
    )
    device: str = option("cpu, cuda or mps; timings of the CPU by default.", "cpu", metavar="NAME")
    out: Path = option(
        "Writes STEM.jsonl (runs), STEM.json, STEM.md, STEM.png, STEM.svg; by default named after "
        "the bench and its task.",
        metavar="STEM",
    )
    fresh: bool = option("Start over instead of continuing STEM.jsonl.", False)

    def __post_init__(self) -> None:
        for each in fields(self):
            number = getattr(self, each.name)
            if each.metadata.get("least") == 1 and number is not None and _least(number) < 1:
                raise OptionError(
                    f"{each.name} is {number}. Allowed is 1 or more; try --{flag_of(each)} 1."
                )
        engine_of(self.engine, self.jobs)

    @classmethod
    def asked(cls, given: Mapping[str, Any]) -> Self:
        """The bench that a command line asks for; what it left out may be None or empty.

        Raises:
            OptionError: Two options contradict each other.
        """
        known: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in given.items()
            if value not in (None, [], ())
        }
        return cls(**cls.defaults(known.get("task", cls.task), known) | known)

    @classmethod
    def defaults(cls, task: str, given: Mapping[str, Any]) -> dict[str, Any]:
        """What is taken for options that were left out."""
        stem = f"{cls.name}-{task}" if "task" in given else cls.name
        models = (task_named(task).weights,)
        return {"datasets": TASKS[task].dev, "models": models, "out": Path(stem)}

    @classmethod
    def measure_of(cls, task: str) -> Measure:
        """What the curves of a result are of."""
        return TASKS[task].measure

    @classmethod
    def frame(cls, result: Result, part: str = "rows") -> pd.DataFrame:
        """The rows of a result; ``part`` may be "whole" where a result has these too.

        Raises:
            DataError: The result has no rows of this kind.
        """
        try:
            frame = frame_of(result[part], cls.measure_of(result.get("task", cls.task)))
            _ = frame[list(cls.needs)]
        except (KeyError, TypeError, AttributeError) as error:
            raise DataError(
                f"This is no result of `clickmend bench` ({error!r}). Allowed are the JSON files "
                "that it writes; run it again."
            ) from None
        return frame

    @classmethod
    def tables(cls, result: Result) -> list[Shown]:
        """The tables and sentences of a result; by default a table of ``columns``.

        And one of the further measures of the task, where runs have them.
        """
        frame, measure = cls.frame(result), cls.measure_of(result.get("task", cls.task))
        columns = cls.columns(frame, columns_of(frame, measure))
        return [table_of(frame, columns, measure), *further_tables(frame)]

    @classmethod
    def columns(cls, frame: Any, common: Mapping[str, list[Column]]) -> list[Column]:
        """The columns of the table of a frame, the common ones among them."""
        raise NotImplementedError

    @classmethod
    def figure(cls, result: Result) -> Figure:
        """The figure of a result; by default its curves."""
        return draw_curves(cls.frame(result), cls.measure_of(result.get("task", cls.task)))

    @property
    def measure(self) -> Measure:
        """What the curves are of."""
        return self.measure_of(self.task)

    @property
    def weights_of(self) -> tuple[str, ...]:
        """The tasks that the weights may be of."""
        return (self.task,)

    @property
    def part(self) -> Part:
        """Which photos of a dataset are opened."""
        return "whole"

    @property
    def ids(self) -> Finder:
        """What is run in an image."""
        return subjects_in(self.task)

    def sessions(self, networks: Mapping[str, str]) -> Sessions:
        """Begins sessions of this package; ``networks`` is what to load by the weights' names."""
        return Sessions(self.task, networks, self.device)

    @abstractmethod
    def settings(self, models: Sequence[Model]) -> Sequence[Any]:
        """The rows of the table for each dataset."""

    def record(self, clicks: ClickRuns, run: Run) -> Record:
        """Makes a run; what it returns starts with the run's facts."""
        return clicks(run)

    def rows(self, records: Sequence[Record]) -> list[Row]:
        """The rows of the table."""
        return summarise(records, self.measure)

    @abstractmethod
    def protocol(self) -> dict[str, Any]:
        """How the numbers are to be read."""

    def conclude(self, runner: Runner, runs: Sequence[Run], rows: Sequence[Row]) -> dict[str, Any]:
        """Further facts of the result, once the rows are there."""
        assert runner, (runs, rows)
        return {}

    def notes(self) -> list[str]:
        """What else was written, for the end of the command."""
        return []

    def command(self, cards: Sequence[Card]) -> str:
        """The command that repeats the bench, without the folders of the machine that ran it."""
        words = ["clickmend", "bench", self.name]
        words += [word for card in cards for word in ("--model", card.name)]
        for spec in self.datasets:
            words += ["--dataset", spec_without_folder(spec, self.task)]
        known = {each.name: each for each in fields(self)}
        for name in (*self.named, "limit", "seed", "jobs", "engine", "device", "out"):
            words += _words(known[name], getattr(self, name))
        return shlex.join(words)


SIMILAR = (
    "Of class maps: measure each session also with clicks that mend all parts that are wrong alike."
)
"""What the option of a bench that has class maps is called."""


@dataclass(frozen=True, kw_only=True)
class ClickBench(Bench):
    """What a bench with simulated clicks is asked for, besides what every bench is."""

    named: ClassVar[tuple[str, ...]] = ("refine", "radii", "clicks")
    logged: ClassVar[tuple[str, ...]] = ("clicks",)

    refine: tuple[str, ...] = option(
        "none, region (not interactive), a layer, or a baseline: brush, fill, "
        "nearest and smooth-field (depth), closed-form and knn (matting). May be repeated.",
        (UNREFINED,),
        metavar="LAYER",
    )
    radii: tuple[Radius, ...] = option(
        "annotator: clicks carry the radius of the error; default: they carry none and the "
        "session uses its own rule. May be repeated.",
        ("default",),
        flag="radius",
        choices=RADII,
    )
    similar: bool = False
    clicks: int = option("Clicks per object.", 20, least=1)

    def settings(self, models: Sequence[Model]) -> list[Setting]:
        """The rows of the table for each dataset."""
        assert models
        rows = [Setting(refine, radius) for radius in self.radii for refine in self.refine]
        return self.with_similar(rows)

    def with_similar(self, settings: Sequence[Setting]) -> list[Setting]:
        """Where that is asked for, also with clicks for all that is wrong alike.

        Only of sessions whose marks hold over regions, for the others have no parts to find alike.
        """
        found: list[Setting] = []
        for setting in settings:
            found.append(setting)
            if self.similar and setting.holds_over_regions:
                found.append(replace(setting, similar=True))
        return found

    def protocol(self) -> dict[str, Any]:
        """How the numbers are to be read."""
        return {"clicks": self.clicks, "curve_starts_at_click": self.measure.first_click}


def flag_of(each: Any) -> str:
    """The name of a field on the command line, without dashes."""
    flag: str = each.metadata.get("flag", each.name.replace("_", "-"))
    return flag


def without_folder(path: Path) -> str:
    """A path as a published command names it: an absolute one by its last part."""
    return path.name if path.is_absolute() else path.as_posix()


def _least(number: Any) -> Any:
    return min(number, default=1) if isinstance(number, tuple) else number


def _words(each: Any, value: Any) -> list[str]:
    """An option as the published command has it."""
    flag = flag_of(each)
    if value is None or (each.metadata.get("quiet") and value == each.default):
        return []
    if isinstance(value, bool):
        return [] if value == each.default else [f"--{flag}" if value else f"--no-{flag}"]
    if isinstance(value, Path):
        return [f"--{flag}", without_folder(value)]
    values = value if isinstance(value, tuple) else (value,)
    return [word for one in values for word in (f"--{flag}", str(one))]
