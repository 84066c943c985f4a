"""What every bench does: options to runs, runs kept, and where the numbers come from.

A bench is one file beside this one: a frozen dataclass of options that registers itself in
:data:`BENCHES`. From the options come its command on the command line, and the command that a
published result names.
"""

from __future__ import annotations

import hashlib
import shlex
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

from clickmend.core.errors import ModelError, OptionError
from clickmend.core.registry import Registry
from clickmend.data import LabelDataset
from clickmend.evaluation.datasets import dataset_name, open_bench_dataset
from clickmend.evaluation.measures import Measure
from clickmend.evaluation.plots import draw_curves
from clickmend.evaluation.protocol import RADII, UNREFINED, Radius, SessionFactory, Setting
from clickmend.evaluation.provenance import code_fingerprint, commit, describe_machine
from clickmend.evaluation.report import Column, Result, Shown, frame_in, write_report
from clickmend.evaluation.runs import (
    ClickRuns,
    DatasetOpener,
    Maker,
    Progress,
    Run,
    make_runs,
    plan_runs,
    run_key,
    subjects_in,
)
from clickmend.evaluation.sessions import Sessions
from clickmend.evaluation.summary import Row, summarise
from clickmend.evaluation.tasks import TASKS, BenchTask
from clickmend.jobs import Record, RunLog, forget_runs

if TYPE_CHECKING:
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
        OptionError: A number is below 1.
    """

    name: ClassVar[str]
    doing: ClassVar[str] = "Clicking"
    setting: ClassVar[type[Any]] = Setting
    several_models: ClassVar[bool] = False
    named: ClassVar[tuple[str, ...]] = ()
    """The options that only this bench has, in the order of the published command."""
    needs: ClassVar[tuple[str, ...]] = ("dataset", "setting.refine", "scores.curve")
    """The columns that the frame of a result has."""

    task: str = "interactive"
    datasets: tuple[str, ...] = option(
        "A set below CLICKMEND_DATA (voc99, camvid-val, …) or a published layout and its folder "
        "(grabcut=FOLDER). May be repeated; by default the sets kept for this.",
        flag="dataset",
        metavar="NAME[=FOLDER]",
    )
    limit: int | None = option("Images per dataset, drawn by the seed.", None, least=1)
    seed: int = option("Of everything random: the draw, and corrupted priors.", 0, least=0)
    jobs: int = option("Processes; above 1 with one thread each.", 1, least=1)
    models: tuple[str, ...] = option(
        "The weights, see clickmend models, or the path of a card; by default the task's.",
        ("interactive-s",),
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

    @classmethod
    def asked(cls, given: Mapping[str, Any]) -> Self:
        """The bench that a command line asks for.

        Args:
            given: By field; what was left out may be None or empty.

        Raises:
            OptionError: Two options contradict each other.
        """
        known = {name: value for name, value in given.items() if value not in (None, [], ())}
        known = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in known.items()
        }
        task = TASKS[known.get("task", cls.task)]
        return cls(**cls.defaults(task, known) | known)

    @classmethod
    def defaults(cls, task: BenchTask, given: Mapping[str, Any]) -> dict[str, Any]:
        """What is taken for options that were left out."""
        stem = f"{cls.name}-{task.name}" if "task" in given else cls.name
        return {"datasets": task.dev, "models": (task.model,), "out": Path(stem)}

    @classmethod
    def measure_of(cls, task: str) -> Measure:
        """What the curves of a result are of."""
        return TASKS[task].measure

    @classmethod
    @abstractmethod
    def tables(cls, result: Result) -> list[Shown]:
        """The tables and sentences of a result."""

    @classmethod
    def figure(cls, result: Result) -> Figure:
        """The figure of a result; by default its curves."""
        return draw_curves(frame_in(result), cls.measure_of(result.get("task", "interactive")))

    @property
    def measure(self) -> Measure:
        """What the curves are of."""
        return self.measure_of(self.task)

    @property
    def weights_of(self) -> tuple[str, ...]:
        """The tasks that the weights may be of."""
        return (self.task,)

    @abstractmethod
    def run(
        self,
        models: Sequence[Model],
        *,
        make_session: SessionFactory | None = None,
        open_dataset: DatasetOpener | None = None,
        progress: Progress | None = None,
    ) -> Result:
        """Make the runs that are missing and write the report.

        Args:
            models: The weights that ``models`` names, in this order.
            make_session: Begins sessions; by default those of this package.
            open_dataset: Opens datasets by spec; by default those of the task.
            progress: Called at the start and after each run.

        Returns:
            What ``out.json`` holds.

        Raises:
            ModelError: Weights are of another task, know other classes, or were trained on the
                photos of a dataset.
            ClickmendError: Whatever the options, a dataset, a session or the folder refuses.
        """

    def notes(self) -> list[str]:
        """What else was written, for the end of the command."""
        return []

    def command(self, cards: Sequence[Card]) -> str:
        """The command that repeats the bench, without the folders of the machine that ran it."""
        words = ["clickmend", "bench", self.name]
        words += [word for card in cards for word in ("--model", card.name)]
        for spec in self.datasets:
            words += ["--dataset", f"{dataset_name(spec)}=FOLDER" if "=" in spec else spec]
        known = {each.name: each for each in fields(self)}
        for name in (*self.named, "limit", "seed", "jobs", "device", "out"):
            words += _words(known[name], getattr(self, name))
        return shlex.join(words)


class Work:
    """One bench at work: its runs, its log and the facts of its result.

    Args:
        bench: What is asked for.
        models: The weights.
        open_dataset: Opens datasets by spec.
        progress: Called at the start and after each run.
        common: What holds for all runs, besides the weights and the code.

    Raises:
        ModelError: The weights are of another task, know other classes, or were trained on the
            photos of a dataset.
        OptionError: The log holds runs made in another way, or two weights have one name.
        OutputError: The log cannot be written.
    """

    def __init__(
        self,
        bench: Bench,
        models: Sequence[Model],
        *,
        open_dataset: DatasetOpener,
        progress: Progress | None,
        **common: Any,
    ) -> None:
        self.bench, self.open_dataset, self.progress = bench, open_dataset, progress
        self.cards = [model.card for model in models]
        _refuse_one_name(self.cards)
        for card in self.cards:
            _refuse_other_task(bench, card)
            _refuse_trained_photos(bench.datasets, card)
            _refuse_other_classes(bench, card, open_dataset)
        self._code = code_fingerprint()
        path = bench.out.with_name(f"{bench.out.name}.jsonl")
        if bench.fresh:
            forget_runs(path)
        common = {
            "bench": bench.name,
            "weights": ", ".join(f"{card.name} {card.sha256[:12]}" for card in self.cards),
            "card": ", ".join(map(_behaviour, self.cards)),
            "device": bench.device,
            "code": self._code,
            **common,
        }
        self._log = RunLog(path, common=common, key=run_key(bench.setting))

    def plan(self, settings: Sequence[Any], **options: Any) -> list[Run]:
        """See :func:`~clickmend.evaluation.runs.plan_runs`; by default on all datasets."""
        bench = self.bench
        given: dict[str, Any] = {
            "datasets": bench.datasets,
            "ids": subjects_in(bench.task),
            "limit": bench.limit,
        }
        given |= {"open_dataset": self.open_dataset, "seed": bench.seed}
        return plan_runs(settings=settings, **given | options)

    def make(self, runs: Sequence[Run], maker: Maker) -> list[Record]:
        """See :func:`~clickmend.evaluation.runs.make_runs`."""
        return make_runs(runs, self._log, maker, jobs=self.bench.jobs, progress=self.progress)

    def result(
        self,
        objects: Iterable[tuple[str, str, int | None]],
        rows: Sequence[Row],
        **facts: Any,
    ) -> Result:
        """What the JSON file holds: the facts of the run first, then the rows; and its report.

        Args:
            objects: What was measured: spec of the dataset, image, and its object if it has some.
            rows: The rows of the bench.
            facts: Everything else.
        """
        bench, cards = self.bench, self.cards
        trained_on = dict.fromkeys(data.name for card in cards for data in card.training_data)
        result = {
            "bench": bench.name,
            "task": bench.task,
            "command": bench.command(cards),
            "version": version("clickmend"),
            "commit": commit(),
            "code": self._code,
            "seed": bench.seed,
            "weights": {
                "name": ", ".join(card.name for card in cards),
                "sha256": ", ".join(card.sha256[:12] for card in cards),
                "trained_on": list(trained_on),
            },
            "data": _counts(objects),
            "jobs": bench.jobs,
            "machine": describe_machine(device=bench.device, threads=_threads(bench.jobs)),
            **facts,
            "rows": list(rows),
        }
        write_report(bench.out, result)
        return result


@dataclass(frozen=True, kw_only=True)
class ClickBench(Bench):
    """What a bench with simulated clicks is asked for, besides what every bench is."""

    named: ClassVar[tuple[str, ...]] = ("refine", "radii", "clicks")

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
    clicks: int = option("Clicks per object.", 20, least=1)

    def settings(self, models: Sequence[Model]) -> list[Setting]:
        """The rows of the table for each dataset."""
        assert models
        return [Setting(refine, radius) for radius in self.radii for refine in self.refine]

    def sessions(self, models: Sequence[Model]) -> SessionFactory:
        """Begins sessions of this package."""
        assert models
        return Sessions(self.task, self.models[0], self.device)

    def opener(self) -> DatasetOpener:
        """Opens datasets by spec."""
        return _Opener(self.task)

    def maker(self, runs: ClickRuns) -> Maker:
        """Makes the runs of the bench."""
        return runs

    def common(self) -> dict[str, Any]:
        """What holds for all runs of a log, besides the number of clicks."""
        return {}

    def rows(self, records: Sequence[Record]) -> list[Row]:
        """The rows of the table."""
        return summarise(records, self.measure)

    def protocol(self) -> dict[str, Any]:
        """How the numbers are to be read."""
        return {"clicks": self.clicks, "curve_starts_at_click": self.measure.first_click}

    def plan(self, work: Work, settings: Sequence[Setting]) -> list[Run]:
        """The runs of the table."""
        return work.plan(settings)

    def finish(self, work: Work, maker: Maker, rows: Sequence[Row], model: Model) -> dict[str, Any]:
        """Further facts of the result, once the rows are there."""
        assert work, (maker, rows, model)
        return {}

    def run(
        self,
        models: Sequence[Model],
        *,
        make_session: SessionFactory | None = None,
        open_dataset: DatasetOpener | None = None,
        progress: Progress | None = None,
    ) -> Result:
        """See the base class."""
        work = Work(
            self,
            models,
            open_dataset=open_dataset or self.opener(),
            progress=progress,
            clicks=self.clicks,
            **self.common(),
        )
        runs = self.plan(work, self.settings(models))
        begin = make_session or self.sessions(models)
        maker = self.maker(ClickRuns(self.task, work.open_dataset, begin, self.clicks))
        rows = self.rows(work.make(runs, maker))
        facts = {"protocol": self.protocol(), **self.finish(work, maker, rows, models[0])}
        objects = ((run.dataset, run.image, run.object_id) for run in runs)
        return work.result(objects, rows, **facts)


@dataclass(frozen=True, slots=True)
class _Opener:
    """Opens the datasets of a task; can be sent to another process."""

    task: str

    def __call__(self, spec: str) -> Any:
        return open_bench_dataset(spec, self.task)


def seconds_column() -> Column:
    """Mean seconds of a click."""
    return Column("s/click", "seconds_mean", "{:.3f}")


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


def _refuse_one_name(cards: Sequence[Card]) -> None:
    names = [card.name for card in cards]
    if len(set(names)) < len(names):
        raise OptionError(
            f"The bench has the weights {', '.join(names)}. Each has a name of its own in the "
            "tables; name every set of weights once."
        )


def _refuse_trained_photos(datasets: tuple[str, ...], card: Card) -> None:
    """Refuse Berkeley for weights that saw BSDS, for its photos are BSDS photos."""
    seen = [data.name for data in card.training_data if "bsds" in data.name.lower()]
    if seen and any(dataset_name(spec) == "berkeley" for spec in datasets):
        raise ModelError(
            f"The weights {card.name} were trained on {', '.join(seen)}, and Berkeley's photos are "
            "BSDS photos. Berkeley may be reported for weights that never saw BSDS; choose other "
            "weights or another dataset."
        )


def _refuse_other_task(bench: Bench, card: Card) -> None:
    if card.task not in bench.weights_of:
        raise ModelError(
            f"The weights {card.name} are of the task {card.task}, and the bench is of "
            f"{' and '.join(bench.weights_of)}. Weights of its own are needed; choose others with "
            "--model."
        )


def _refuse_other_classes(bench: Bench, card: Card, open_dataset: DatasetOpener) -> None:
    for spec in bench.datasets if bench.task == "semantic" else ():
        dataset = open_dataset(spec)
        if isinstance(dataset, LabelDataset) and dataset.classes != card.labels:
            raise ModelError(
                f"The weights {card.name} tell {', '.join(card.labels)} apart, and "
                f"{dataset_name(spec)} is labelled {', '.join(dataset.classes)}. Both must have "
                "the same classes in the same order; choose other weights or another dataset."
            )


def _behaviour(card: Card) -> str:
    """Changes with what the card makes a session do (view, refinement), not with what it tells."""
    told = {"commit", "encoder", "legs", "made", "scores", "sha256", "terms", "training_data"}
    return hashlib.sha256(card.model_dump_json(exclude=told).encode()).hexdigest()[:12]


def _counts(objects: Iterable[tuple[str, str, int | None]]) -> dict[str, dict[str, int]]:
    """Images and objects of each dataset."""
    of_sets: dict[str, set[tuple[str, int | None]]] = {}
    for spec, image, object_id in objects:
        of_sets.setdefault(dataset_name(spec), set()).add((image, object_id))
    return {
        name: {"images": len({image for image, _ in marked}), "objects": len(marked)}
        for name, marked in of_sets.items()
    }


def _threads(jobs: int) -> int:
    if jobs > 1:
        return 1
    import torch

    return torch.get_num_threads()
