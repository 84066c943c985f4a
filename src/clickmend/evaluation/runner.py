"""Running a bench: checks, the log, the runs and the facts of the result."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import partial
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from clickmend.core.errors import ModelError, OptionError
from clickmend.data import LabelDataset
from clickmend.evaluation.benches.base import Bench
from clickmend.evaluation.datasets import dataset_name, open_bench_dataset
from clickmend.evaluation.protocol import SessionFactory
from clickmend.evaluation.provenance import code_fingerprint, commit, describe_machine
from clickmend.evaluation.report import write_report
from clickmend.evaluation.runs import ClickRuns, DatasetOpener, Run, plan_runs, run_key
from clickmend.evaluation.scheduling import Progress, engine_of, make_runs
from clickmend.evaluation.summary import Row
from clickmend.evaluation.tables import Result
from clickmend.jobs import Record, RunLog, forget_runs

if TYPE_CHECKING:
    from clickmend.networks import Card, Model


def run_bench(
    bench: Bench,
    models: Sequence[Model],
    *,
    make_session: SessionFactory | None = None,
    open_dataset: DatasetOpener | None = None,
    progress: Progress | None = None,
) -> Result:
    """Execute the missing runs of a bench and write its report; see :class:`BenchRunner`.

    Returns:
        The content of the JSON file of the report.

    Raises:
        ClickmendError: Any error of the options, a dataset, a session or the folder.
    """
    runner = BenchRunner(
        bench, models, make_session=make_session, open_dataset=open_dataset, progress=progress
    )
    runs = runner.plan(bench.settings(models))
    records = runner.make(runs)
    rows = bench.rows(records)
    facts = {"protocol": bench.protocol(), **bench.conclude(runner, runs, rows)}
    result = runner.result(records, rows, **facts)
    write_report(bench.out, result)
    return result


class BenchRunner:
    """The runs of a bench, their log and the facts of the result.

    Args:
        bench: The bench.
        models: The weights that it names, in their order.
        make_session: Begins sessions; by default those of this package.
        open_dataset: Opens datasets by spec; by default those of the task.
        progress: Called at the start and after each run.

    Attributes:
        clicks: What clicks in the runs: their datasets and sessions.

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
        make_session: SessionFactory | None = None,
        open_dataset: DatasetOpener | None = None,
        progress: Progress | None = None,
    ) -> None:
        self.bench, self.models, self._progress = bench, models, progress
        self.cards = [model.card for model in models]
        self.open_dataset = open_dataset or partial(
            open_bench_dataset, task=bench.task, part=bench.part
        )
        self._refuse()
        networks = dict(zip([card.name for card in self.cards], bench.models, strict=False))
        self.clicks = ClickRuns(
            bench.task, self.open_dataset, make_session or bench.sessions(networks), bench.clicks
        )
        self._code = code_fingerprint()
        path = bench.out.with_name(f"{bench.out.name}.jsonl")
        if bench.fresh:
            forget_runs(path)
        logged = {name: getattr(bench, name) for name in bench.logged}
        common = {
            "bench": bench.name,
            "weights": ", ".join(f"{card.name} {card.sha256[:12]}" for card in self.cards),
            "card": ", ".join(map(_behaviour, self.cards)),
            "device": bench.device,
            "code": self._code,
            **{n: sorted(one) if isinstance(one, tuple) else one for n, one in logged.items()},
        }
        self._log = RunLog(path, common=common, key=run_key(bench.setting))

    def plan(self, settings: Sequence[Any], **options: Any) -> list[Run]:
        """See :func:`~clickmend.evaluation.runs.plan_runs`; by default on all datasets."""
        bench = self.bench
        given: dict[str, Any] = {"open_dataset": self.open_dataset, "ids": bench.ids}
        given |= {name: getattr(bench, name) for name in ("datasets", "limit", "seed", "trials")}
        return plan_runs(settings=settings, **given | options)

    def make(self, runs: Sequence[Run]) -> list[Record]:
        """See :func:`~clickmend.evaluation.scheduling.make_runs`."""
        bench = self.bench
        return make_runs(
            runs,
            self._log,
            partial(bench.record, self.clicks),
            jobs=bench.jobs,
            engine=bench.engine,
            fresh=bench.fresh,
            progress=self._progress,
        )

    def result(self, records: Sequence[Record], rows: Sequence[Row], **facts: Any) -> Result:
        """The content of the JSON file: the facts of the run, then the rows."""
        bench, cards = self.bench, self.cards
        trained_on = dict.fromkeys(data.name for card in cards for data in card.training_data)
        return {
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
            "data": _counts(records),
            "jobs": bench.jobs,
            "machine": describe_machine(device=bench.device, threads=_threads(bench)),
            **facts,
            "rows": list(rows),
        }

    def _refuse(self) -> None:
        """Check that the bench can be reported for the weights."""
        bench, names = self.bench, [card.name for card in self.cards]
        if len(set(names)) < len(names):
            raise OptionError(
                f"The bench has the weights {', '.join(names)}. Each has a name of its own in the "
                "tables; name every set of weights once."
            )
        for card in self.cards:
            if card.task not in bench.weights_of:
                raise ModelError(
                    f"The weights {card.name} are of the task {card.task}, and the bench is of "
                    f"{' and '.join(bench.weights_of)}. Weights of its own are needed; choose "
                    "others with --model."
                )
            seen = [data.name for data in card.training_data if "bsds" in data.name.lower()]
            for spec in bench.datasets:
                name = dataset_name(spec)
                if seen and name == "berkeley":
                    raise ModelError(
                        f"The weights {card.name} were trained on {', '.join(seen)}, and "
                        "Berkeley's photos are BSDS photos. Berkeley may be reported for weights "
                        "that never saw BSDS; choose other weights or another dataset."
                    )
                fixed = bench.task == "semantic" and not bench.own_classes
                dataset = self.open_dataset(spec) if fixed else None
                if isinstance(dataset, LabelDataset) and dataset.classes != card.labels:
                    raise ModelError(
                        f"The weights {card.name} tell {', '.join(card.labels)} apart, and {name} "
                        f"is labelled {', '.join(dataset.classes)}. Both must have the same "
                        "classes in the same order; choose other weights or another dataset."
                    )


def _behaviour(card: Card) -> str:
    """A hash of the fields of a card that change predictions (view, refinement)."""
    told = {"commit", "encoder", "made", "scores", "sha256", "stages", "terms", "training_data"}
    return hashlib.sha256(card.model_dump_json(exclude=told).encode()).hexdigest()[:12]


def _counts(records: Sequence[Record]) -> dict[str, dict[str, int]]:
    """Numbers of images and objects of each dataset; without an object it is the whole image."""
    of_sets: dict[str, set[tuple[str, int | None]]] = {}
    for record in records:
        # An image with points has one in each object.
        objects = range(len(record["at"])) if "at" in record else [record.get("object")]
        of_sets.setdefault(record["dataset"], set()).update((record["image"], o) for o in objects)
    return {
        name: {"images": len({image for image, _ in marked}), "objects": len(marked)}
        for name, marked in of_sets.items()
    }


def _threads(bench: Bench) -> int:
    if engine_of(bench.engine, bench.jobs) is not None:
        return 1
    import torch

    return torch.get_num_threads()
