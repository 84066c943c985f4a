"""The whole interactive bench: from options to runs, rows and files."""

from __future__ import annotations

import hashlib
import shlex
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from clickmend.core.errors import ModelError, OptionError, OutputError
from clickmend.core.types import RGB
from clickmend.evaluation.datasets import dataset_name, open_bench_dataset
from clickmend.evaluation.interactive import (
    RUN_KEY,
    DatasetOpener,
    Progress,
    Run,
    make_runs,
    plan_runs,
)
from clickmend.evaluation.protocol import ClickSession, Radius, SessionFactory, Setting
from clickmend.evaluation.provenance import code_fingerprint, commit, describe_machine
from clickmend.evaluation.report import Result, to_result, write_report
from clickmend.evaluation.runlog import RunLog
from clickmend.evaluation.summary import UNREFINED, summarise

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
    def settings(self) -> list[Setting]:
        """The rows of the table for each dataset."""
        return [Setting(refine, radius) for radius in self.radii for refine in self.refine]


@dataclass(frozen=True, slots=True)
class InteractiveSessions:
    """Starts :class:`clickmend.session.Session`; can be sent to another process."""

    model: str
    device: str

    def __call__(self, image: RGB, setting: Setting) -> ClickSession:
        """A fresh session on ``image``, ``(H, W, 3)``, refined as ``setting`` says."""
        from clickmend.session import Session

        return Session(
            image,
            task="interactive",
            model=self.model,
            refine=setting.refine,
            device=self.device,
        )


def run_interactive(
    options: BenchOptions,
    card: Card,
    *,
    make_session: SessionFactory | None = None,
    open_dataset: DatasetOpener = open_bench_dataset,
    progress: Progress | None = None,
) -> Result:
    """Make the runs that are missing and write the report.

    Args:
        options: What is asked for.
        card: Of the weights that ``options.model`` names.
        make_session: Starts sessions; by default those of this package.
        open_dataset: Opens datasets by spec.
        progress: Called at the start and after each run.

    Returns:
        What ``out.json`` holds.

    Raises:
        ModelError: The weights were trained on the photos of a dataset.
        ClickmendError: Whatever the options, a dataset, a session or the folder refuses.
    """
    refuse_trained_photos(options.datasets, card)
    runs = plan_runs(
        options.datasets,
        options.settings,
        open_dataset=open_dataset,
        limit=options.limit,
        seed=options.seed,
    )
    records = make_runs(
        runs,
        _open_log(options, card),
        open_dataset=open_dataset,
        make_session=make_session or InteractiveSessions(options.model, options.device),
        clicks=options.clicks,
        jobs=options.jobs,
        progress=progress,
    )
    result = to_result(
        summarise(records),
        bench="interactive",
        command=command_line(options, card),
        version=version("clickmend"),
        commit=commit(),
        code=code_fingerprint(),
        seed=options.seed,
        weights={
            "name": card.name,
            "sha256": card.sha256[:12],
            "trained_on": [data.name for data in card.training_data],
        },
        data=_counts(runs),
        protocol={
            "annotator": "deepest error pixel, border counts; radius = farthest boundary pixel",
            "clicks": options.clicks,
            "curve_starts_at_click": 1,
            "noc_of_a_failure": options.clicks,
            "worst": "ceil(10 %) of objects by the unrefined IoU at click 1, same for all rows",
        },
        jobs=options.jobs,
        machine=describe_machine(device=options.device, threads=_threads(options.jobs)),
    )
    write_report(options.out, result)
    return result


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


def command_line(options: BenchOptions, card: Card) -> str:
    """The command that repeats a bench, without the folders of the machine that ran it."""
    words = ["clickmend", "bench", "interactive", "--model", card.name]
    for spec in options.datasets:
        words += ["--dataset", f"{dataset_name(spec)}=FOLDER" if "=" in spec else spec]
    for refine in options.refine:
        words += ["--refine", refine]
    for radius in options.radii:
        words += ["--radius", radius]
    words += ["--clicks", str(options.clicks)]
    if options.limit is not None:
        words += ["--limit", str(options.limit)]
    words += ["--seed", str(options.seed), "--jobs", str(options.jobs)]
    words += ["--device", options.device]
    out = options.out.name if options.out.is_absolute() else options.out.as_posix()
    return shlex.join([*words, "--out", out])


def _open_log(options: BenchOptions, card: Card) -> RunLog:
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
        "bench": "interactive",
        "weights": f"{card.name} {card.sha256[:12]}",
        "card": _behaviour(card),
        "clicks": options.clicks,
        "device": options.device,
        "code": code_fingerprint(),
    }
    return RunLog(path, common=common, key=RUN_KEY)


def _behaviour(card: Card) -> str:
    """Changes with what the card makes a session do (view, refinement), not with what it tells."""
    told = {"commit", "legs", "made", "scores", "sha256", "terms", "training_data"}
    return hashlib.sha256(card.model_dump_json(exclude=told).encode()).hexdigest()[:12]


def _counts(runs: list[Run]) -> dict[str, dict[str, int]]:
    """Images and objects of each dataset."""
    objects: dict[str, set[tuple[str, int]]] = {}
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
