"""Mending photo after photo, so that one which fails does not stop the rest."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import typer

from clickmend.cli.errors import list_failures, one_line
from clickmend.core.errors import ClickError, ImageError, OutputError, PriorError
from clickmend.data import write_atomically
from clickmend.feedback import Mark
from clickmend.interfaces.pipeline import Pipeline
from clickmend.session import Session
from clickmend.tasks.prediction import Prediction
from clickmend.tasks.registry import task_named

OF_ONE_PHOTO = (ImageError, ClickError, PriorError, OutputError)
"""What may be wrong with one photo and right with the next; anything else ends the command."""


@dataclass(frozen=True)
class Job:
    """One photo: what is read for it, the marks on it and what is written.

    ``files`` are the options of the task whose value is a file of this photo.
    """

    photo: Path
    output: Path | None
    prior: Path | None = None
    protect: Path | None = None
    files: Mapping[str, Path] = field(default_factory=dict)
    overlay: Path | None = None
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class Options:
    """What all photos of one command share; ``numbers`` are the other options of the task."""

    task: str
    json: bool
    model: str | None = None
    refine: str | None = None
    adapt_keys: int = 0
    propagate: int = 0
    device: str | None = None
    numbers: Mapping[str, object] = field(default_factory=dict)


def mend_all(jobs: Sequence[Job], options: Options, *, verb: str) -> None:
    """Mend each photo; with several, a progress bar runs on stderr.

    Args:
        jobs: One for each photo.
        options: What they share.
        verb: What the progress bar says is being done.

    Raises:
        ClickmendError: The only photo fails, or what fails is no matter of one photo.
        typer.Exit: With code 1, when some of several photos failed; they are listed on stderr.
    """
    if len(jobs) == 1:
        mend_one(jobs[0], options)
        return
    from rich.console import Console
    from rich.progress import track

    screen = Console(stderr=True)
    failures: list[tuple[Path, str]] = []
    for job in track(jobs, verb, console=screen, disable=not screen.is_terminal):
        try:
            mend_one(job, options)
        except OF_ONE_PHOTO as error:
            failures.append((job.photo, one_line(error)))
    list_failures(failures, of=len(jobs))


def mended(job: Job, options: Options) -> Session[Prediction]:
    """The session on one photo, with its marks on it.

    Raises:
        ClickmendError: Whatever is wrong with the photo, the marks or the network.
    """
    pipe: Pipeline[Prediction] = Pipeline(
        task=options.task,
        model=options.model,
        refine=options.refine,
        adapt_keys=options.adapt_keys,
        propagate=options.propagate,
        device=options.device,
        options=options.numbers,
    )
    return pipe.session(
        job.photo, marks=job.marks, prior=job.prior, protect=job.protect, **job.files
    )


def mend_one(job: Job, options: Options) -> None:
    """Mend one photo, write the files that were asked for and print the JSON.

    Raises:
        ClickmendError: Whatever is wrong with the photo, the marks, the network or the place.
    """
    session = mended(job, options)
    prediction = session.prediction
    if job.output:
        prediction.save(job.output)
    if job.overlay:
        from clickmend.cli.overlay import overlay, png_of

        write_atomically(job.overlay, png_of(overlay(session.photo, prediction.pixels != 0)))
    if options.json:
        told: dict[str, object] = {"photo": str(job.photo), "size": list(session.size)}
        told |= task_named(options.task).record(job.marks, prediction, output=job.output)
        typer.echo(json.dumps(told, ensure_ascii=False))
