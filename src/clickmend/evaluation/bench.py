"""What every bench does: options to runs, runs kept, and where the numbers come from."""

from __future__ import annotations

import hashlib
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from clickmend.core.errors import ModelError, OptionError, OutputError
from clickmend.data import LabelDataset
from clickmend.evaluation.datasets import dataset_name
from clickmend.evaluation.protocol import Radius, SessionFactory, Setting
from clickmend.evaluation.provenance import code_fingerprint, commit, describe_machine
from clickmend.evaluation.runlog import Record, RunLog
from clickmend.evaluation.runs import (
    RUN_KEY,
    ClickRuns,
    DatasetOpener,
    Maker,
    Progress,
    Run,
    make_runs,
    plan_runs,
)
from clickmend.evaluation.sessions import Sessions
from clickmend.evaluation.summary import UNREFINED

if TYPE_CHECKING:
    from clickmend.networks import Card


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchOptions:
    """What a bench is asked for.

    Args:
        datasets: Specs, see :func:`~clickmend.evaluation.datasets.open_bench_dataset`.
        out: The stem of the files: ``out.jsonl`` (runs), ``.json``, ``.md``, ``.png``, ``.svg``.
        refine: "none" or refinement layers.
        radii: Whose radius the clicks carry; every layer is run with each.
        clicks: n, clicks per object.
        limit: Images of each dataset, drawn by the seed; None takes all.
        seed: Of the draw. Nothing else is random.
        jobs: Processes.
        fresh: Forget the runs that ``out.jsonl`` holds.
        model: Name of the weights, or the path of their card.
        device: Where the network runs.

    Raises:
        OptionError: There is no click or no process to run.
    """

    bench: ClassVar[str] = "interactive"

    datasets: tuple[str, ...]
    out: Path
    refine: tuple[str, ...] = (UNREFINED,)
    radii: tuple[Radius, ...] = ("default",)
    clicks: int = 20
    limit: int | None = None
    seed: int = 0
    jobs: int = 1
    fresh: bool = False
    model: str = "interactive-s"
    device: str = "cpu"

    def __post_init__(self) -> None:
        for option, number in (("clicks", self.clicks), ("jobs", self.jobs)):
            if number < 1:
                raise OptionError(f"{option} is {number}. Allowed is 1 or more; try --{option} 1.")

    @property
    def task(self) -> str:
        """What is measured."""
        return "interactive"

    @property
    def settings(self) -> list[Setting]:
        """The rows of the table for each dataset, but for what the weights have a say in."""
        return [Setting(refine, radius) for radius in self.radii for refine in self.refine]

    def words(self) -> list[str]:
        """What only this bench has on its command line."""
        return repeated("refine", self.refine) + repeated("radius", self.radii)


class Bench:
    """One bench at work: its runs, its log and the facts of its result.

    Args:
        options: What is asked for.
        card: Of the weights that ``options.model`` names.
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
        *,
        make_session: SessionFactory | None,
        open_dataset: DatasetOpener,
        progress: Progress | None,
        **common: Any,
    ) -> None:
        _refuse_other_task(options, card)
        refuse_trained_photos(options.datasets, card)
        _refuse_other_classes(options, card, open_dataset)
        self.options = options
        self.card = card
        self.make_session = make_session or Sessions(options.task, options.model, options.device)
        self.open_dataset = open_dataset
        self.progress = progress
        self._code = code_fingerprint()
        self._log = _open_log(options, card, {"code": self._code, **common})

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
        )

    def make(self, runs: Sequence[Run], maker: Maker | None = None) -> list[Record]:
        """See :func:`~clickmend.evaluation.runs.make_runs`."""
        return make_runs(
            runs,
            self._log,
            maker or self.click_runs,
            jobs=self.options.jobs,
            progress=self.progress,
        )

    def facts(self, runs: Sequence[Run]) -> dict[str, Any]:
        """Where the numbers come from."""
        options, card = self.options, self.card
        return {
            "command": command_line(options, card),
            "version": version("clickmend"),
            "commit": commit(),
            "code": self._code,
            "seed": options.seed,
            "weights": {
                "name": card.name,
                "sha256": card.sha256[:12],
                "trained_on": [data.name for data in card.training_data],
            },
            "data": _counts(runs),
            "jobs": options.jobs,
            "machine": describe_machine(device=options.device, threads=_threads(options.jobs)),
        }


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


def _refuse_other_task(options: BenchOptions, card: Card) -> None:
    if card.task != options.task:
        raise ModelError(
            f"The weights {card.name} are of the task {card.task}, and the bench is of "
            f"{options.task}. Weights of its own task are needed; choose others with --model."
        )


def _refuse_other_classes(options: BenchOptions, card: Card, open_dataset: DatasetOpener) -> None:
    for spec in options.datasets if options.task == "semantic" else ():
        dataset = open_dataset(spec)
        if isinstance(dataset, LabelDataset) and dataset.classes != card.labels:
            raise ModelError(
                f"The weights {card.name} tell {', '.join(card.labels)} apart, and "
                f"{dataset_name(spec)} is labelled {', '.join(dataset.classes)}. Both must have "
                "the same classes in the same order; choose other weights or another dataset."
            )


def command_line(options: BenchOptions, card: Card) -> str:
    """The command that repeats a bench, without the folders of the machine that ran it."""
    words = ["clickmend", "bench", options.bench, "--model", card.name]
    for spec in options.datasets:
        words += ["--dataset", f"{dataset_name(spec)}=FOLDER" if "=" in spec else spec]
    words += options.words()
    words += ["--clicks", str(options.clicks)]
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


def _open_log(options: BenchOptions, card: Card, common: dict[str, Any]) -> RunLog:
    path = options.out.with_name(f"{options.out.name}.jsonl")
    if options.fresh:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise OutputError(
                f"The runs in {path} cannot be removed: {error.strerror}. "
                "A file that this user may remove is needed; name another place with --out."
            ) from None
    common = {
        "bench": options.bench,
        "weights": f"{card.name} {card.sha256[:12]}",
        "card": _behaviour(card),
        "clicks": options.clicks,
        "device": options.device,
        **common,
    }
    return RunLog(path, common=common, key=RUN_KEY)


def _behaviour(card: Card) -> str:
    """Changes with what the card makes a session do (view, refinement), not with what it tells."""
    told = {"commit", "legs", "made", "scores", "sha256", "terms", "training_data"}
    return hashlib.sha256(card.model_dump_json(exclude=told).encode()).hexdigest()[:12]


def _counts(runs: Sequence[Run]) -> dict[str, dict[str, int]]:
    """Images and objects of each dataset."""
    objects: dict[str, set[tuple[str, int | None]]] = {}
    for run in runs:
        objects.setdefault(dataset_name(run.dataset), set()).add((run.image, run.object_id))
    return {
        name: {"images": len({image for image, _ in marked}), "objects": len(marked)}
        for name, marked in objects.items()
    }


def _threads(jobs: int) -> int:
    if jobs > 1:
        return 1
    import torch

    return torch.get_num_threads()
