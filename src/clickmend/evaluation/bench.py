"""What every bench does: options to runs, runs kept, and where the numbers come from."""

from __future__ import annotations

import hashlib
import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from clickmend.core.errors import ModelError, OptionError
from clickmend.data import LabelDataset
from clickmend.evaluation.datasets import dataset_name
from clickmend.evaluation.protocol import Radius, SessionFactory, Setting
from clickmend.evaluation.provenance import code_fingerprint, commit, describe_machine
from clickmend.evaluation.runs import (
    RUN_KEY,
    ClickRuns,
    DatasetOpener,
    Maker,
    Progress,
    Run,
    RunT,
    make_runs,
    plan_runs,
)
from clickmend.evaluation.sessions import Sessions
from clickmend.evaluation.summary import UNREFINED
from clickmend.jobs import Record, RunLog, forget_runs

if TYPE_CHECKING:
    from clickmend.networks import Card


@dataclass(frozen=True, kw_only=True)
class SharedOptions:
    """What every bench is asked for.

    Args:
        datasets: Specs, see :func:`~clickmend.evaluation.datasets.open_bench_dataset`.
        out: The stem of the files: ``out.jsonl`` (runs), ``.json``, ``.md``, ``.png``, ``.svg``.
        limit: Images of each dataset, drawn by the seed; None takes all.
        seed: Of the draw.
        jobs: Processes.
        fresh: Forget the runs that ``out.jsonl`` holds.
        model: Name of the weights, or the path of their card.
        device: Where the network runs.

    Raises:
        OptionError: There is no process to run.
    """

    bench: ClassVar[str]

    datasets: tuple[str, ...]
    out: Path
    limit: int | None = None
    seed: int = 0
    jobs: int = 1
    fresh: bool = False
    model: str = "interactive-s"
    device: str = "cpu"

    def __post_init__(self) -> None:
        at_least_one("jobs", self.jobs)

    @property
    def task(self) -> str:
        """What is measured."""
        return "interactive"

    @property
    def tasks(self) -> tuple[str, ...]:
        """What the weights may be of."""
        return (self.task,)

    def words(self) -> list[str]:
        """What only this bench has on its command line."""
        return []


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchOptions(SharedOptions):
    """What a bench with simulated clicks is asked for, besides what every bench is.

    Args:
        refine: "none" or refinement layers.
        radii: Whose radius the clicks carry; every layer is run with each.
        clicks: n, clicks per object.

    Raises:
        OptionError: There is no click or no process to run.
    """

    bench: ClassVar[str] = "interactive"

    refine: tuple[str, ...] = (UNREFINED,)
    radii: tuple[Radius, ...] = ("default",)
    clicks: int = 20

    def __post_init__(self) -> None:
        at_least_one("clicks", self.clicks)
        SharedOptions.__post_init__(self)

    @property
    def settings(self) -> list[Setting]:
        """The rows of the table for each dataset, but for what the weights have a say in."""
        return [Setting(refine, radius) for radius in self.radii for refine in self.refine]

    def words(self) -> list[str]:
        """What only this bench has on its command line."""
        words = repeated("refine", self.refine) + repeated("radius", self.radii)
        return [*words, "--clicks", str(self.clicks)]


OptionsT = TypeVar("OptionsT", bound=SharedOptions)


class Bench(Generic[OptionsT]):
    """One bench at work: its runs, its log and the facts of its result.

    Args:
        options: What is asked for.
        card: Of the weights that ``options.model`` names.
        further: Of weights that are measured beside them.
        open_dataset: Opens datasets by spec.
        progress: Called at the start and after each run.
        key: The fields of a record that name its run.
        common: What holds for all runs, besides the weights and the code.

    Raises:
        ModelError: The weights are of another task, know other classes, or were trained on the
            photos of a dataset.
        OptionError: The log holds runs made in another way.
        OutputError: The log cannot be written.
    """

    def __init__(
        self,
        options: OptionsT,
        card: Card,
        *further: Card,
        open_dataset: DatasetOpener,
        progress: Progress | None,
        key: Sequence[str] = RUN_KEY,
        **common: Any,
    ) -> None:
        self.cards = (card, *further)
        for one in self.cards:
            _refuse_other_task(options, one)
            refuse_trained_photos(options.datasets, one)
            _refuse_other_classes(options, one, open_dataset)
        self.options = options
        self.open_dataset = open_dataset
        self.progress = progress
        self._code = code_fingerprint()
        self._log = _open_log(options, self.cards, {"code": self._code, **common}, key)

    def make(self, runs: Sequence[RunT], maker: Maker[RunT]) -> list[Record]:
        """See :func:`~clickmend.evaluation.runs.make_runs`."""
        return make_runs(runs, self._log, maker, jobs=self.options.jobs, progress=self.progress)

    def facts(self, objects: Iterable[tuple[str, str, int | None]]) -> dict[str, Any]:
        """Where the numbers come from.

        Args:
            objects: What was measured: spec of the dataset, image, and its object if it has some.
        """
        options, cards = self.options, self.cards
        trained_on = dict.fromkeys(data.name for card in cards for data in card.training_data)
        return {
            "command": command_line(options, *cards),
            "version": version("clickmend"),
            "commit": commit(),
            "code": self._code,
            "seed": options.seed,
            "weights": {
                "name": ", ".join(card.name for card in cards),
                "sha256": ", ".join(card.sha256[:12] for card in cards),
                "trained_on": list(trained_on),
            },
            "data": _counts(objects),
            "jobs": options.jobs,
            "machine": describe_machine(device=options.device, threads=_threads(options.jobs)),
        }


class ClickBench(Bench[BenchOptions]):
    """A bench with simulated clicks.

    Args:
        options: What is asked for.
        card: Of the weights that ``options.model`` names.
        further: Of weights that are measured beside them.
        make_session: Begins sessions; by default those of this package.
        open_dataset: Opens datasets by spec.
        progress: Called at the start and after each run.

    Raises:
        ModelError: The weights are of another task, know other classes, or were trained on the
            photos of a dataset.
        OptionError: The log holds runs made in another way.
        OutputError: The log cannot be written.
    """

    def __init__(
        self,
        options: BenchOptions,
        card: Card,
        *further: Card,
        make_session: SessionFactory | None,
        open_dataset: DatasetOpener,
        progress: Progress | None,
        **common: Any,
    ) -> None:
        super().__init__(
            options,
            card,
            *further,
            open_dataset=open_dataset,
            progress=progress,
            clicks=options.clicks,
            **common,
        )
        self.make_session = make_session or Sessions(options.task, options.model, options.device)

    @property
    def click_runs(self) -> ClickRuns:
        """Makes the runs of most benches."""
        options = self.options
        return ClickRuns(options.task, self.open_dataset, self.make_session, options.clicks)

    def plan(
        self,
        settings: Sequence[Setting],
        *,
        datasets: Sequence[str] | None = None,
        limit: int | None = None,
        largest_only: bool = False,
        trials: int | None = None,
    ) -> list[Run]:
        """See :func:`~clickmend.evaluation.runs.plan_runs`; by default on all datasets."""
        return plan_runs(
            self.options.datasets if datasets is None else datasets,
            settings,
            task=self.options.task,
            open_dataset=self.open_dataset,
            limit=limit,
            seed=self.options.seed,
            largest_only=largest_only,
            trials=trials,
        )

    def clicked(self, runs: Sequence[Run], maker: Maker[Run] | None = None) -> list[Record]:
        """The records of these runs; made by ``click_runs``, if not told otherwise."""
        return self.make(runs, maker or self.click_runs)

    def facts_of(self, runs: Sequence[Run]) -> dict[str, Any]:
        """Where the numbers of these runs come from."""
        return self.facts((run.dataset, run.image, run.object_id) for run in runs)


def at_least_one(option: str, number: int) -> None:
    """Refuse a number below 1.

    Raises:
        OptionError: With the option.
    """
    if number < 1:
        raise OptionError(f"{option} is {number}. Allowed is 1 or more; try --{option} 1.")


def named_once(cards: Sequence[Card]) -> list[str]:
    """The names of the weights.

    Raises:
        OptionError: Two are the same.
    """
    names = [card.name for card in cards]
    if len(set(names)) < len(names):
        raise OptionError(
            f"The bench has the weights {', '.join(names)}. Each has a name of its own in the "
            "tables; name every set of weights once."
        )
    return names


def refuse_trained_photos(datasets: tuple[str, ...], card: Card) -> None:
    """Refuse Berkeley for weights that saw BSDS, for its photos are BSDS photos.

    Raises:
        ModelError: With the part of the training data that stands in the way.
    """
    seen = [data.name for data in card.training_data if "bsds" in data.name.lower()]
    if seen and any(dataset_name(spec) == "berkeley" for spec in datasets):
        raise ModelError(
            f"The weights {card.name} were trained on {', '.join(seen)}, and Berkeley's photos are "
            "BSDS photos. Berkeley may be reported for weights that never saw BSDS; choose other "
            "weights or another dataset."
        )


def _refuse_other_task(options: SharedOptions, card: Card) -> None:
    if card.task not in options.tasks:
        raise ModelError(
            f"The weights {card.name} are of the task {card.task}, and the bench is of "
            f"{' and '.join(options.tasks)}. Weights of its own are needed; choose others with "
            "--model."
        )


def _refuse_other_classes(options: SharedOptions, card: Card, open_dataset: DatasetOpener) -> None:
    for spec in options.datasets if options.task == "semantic" else ():
        dataset = open_dataset(spec)
        if isinstance(dataset, LabelDataset) and dataset.classes != card.labels:
            raise ModelError(
                f"The weights {card.name} tell {', '.join(card.labels)} apart, and "
                f"{dataset_name(spec)} is labelled {', '.join(dataset.classes)}. Both must have "
                "the same classes in the same order; choose other weights or another dataset."
            )


def command_line(options: SharedOptions, *cards: Card) -> str:
    """The command that repeats a bench, without the folders of the machine that ran it."""
    words = ["clickmend", "bench", options.bench, *repeated("model", [c.name for c in cards])]
    for spec in options.datasets:
        words += ["--dataset", f"{dataset_name(spec)}=FOLDER" if "=" in spec else spec]
    words += options.words()
    if options.limit is not None:
        words += ["--limit", str(options.limit)]
    words += ["--seed", str(options.seed), "--jobs", str(options.jobs)]
    words += ["--device", options.device]
    return shlex.join([*words, "--out", without_folder(options.out)])


def without_folder(path: Path) -> str:
    """A path as a published command names it: an absolute one by its last part."""
    return path.name if path.is_absolute() else path.as_posix()


def repeated(option: str, values: Sequence[object]) -> list[str]:
    """An option's words, once for each value."""
    return [word for value in values for word in (f"--{option}", str(value))]


def _open_log(
    options: SharedOptions, cards: Sequence[Card], common: dict[str, Any], key: Sequence[str]
) -> RunLog:
    path = options.out.with_name(f"{options.out.name}.jsonl")
    if options.fresh:
        forget_runs(path)
    common = {
        "bench": options.bench,
        "weights": ", ".join(f"{card.name} {card.sha256[:12]}" for card in cards),
        "card": ", ".join(map(_behaviour, cards)),
        "device": options.device,
        **common,
    }
    return RunLog(path, common=common, key=key)


def _behaviour(card: Card) -> str:
    """Changes with what the card makes a session do (view, refinement), not with what it tells."""
    told = {"commit", "legs", "made", "scores", "sha256", "terms", "training_data"}
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
