"""Mending photo after photo, so that one which fails does not stop the rest."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.progress import track

from clickmend.cli.errors import list_failures, one_line
from clickmend.cli.overlay import overlay, png_of
from clickmend.core.errors import ClickError, ImageError, OutputError, PriorError
from clickmend.data import encode_rle, write_atomically
from clickmend.feedback import Box, Click, Mark, Push, Stroke
from clickmend.session import Session

OF_ONE_PHOTO = (ImageError, ClickError, PriorError, OutputError)
"""What may be wrong with one photo and right with the next; anything else ends the command."""


@dataclass(frozen=True)
class Job:
    """One photo: what is read for it and what is written."""

    photo: Path
    output: Path | None
    prior: Path | None = None
    trimap: Path | None = None
    overlay: Path | None = None


@dataclass(frozen=True)
class Manner:
    """What all photos of one command share."""

    task: str
    marks: tuple[Mark, ...]
    json: bool
    model: str | None = None
    refine: str | None = None
    adapt_keys: int = 0
    propagate: int = 0
    device: str | None = None
    depth_scale: float | None = None


def mend_all(jobs: Sequence[Job], manner: Manner, *, verb: str) -> None:
    """Mend each photo; with several, a progress bar runs on stderr.

    Args:
        jobs: One for each photo.
        manner: What they share.
        verb: What the progress bar says is being done.

    Raises:
        ClickmendError: The only photo fails, or what fails is no matter of one photo.
        typer.Exit: With code 1, when some of several photos failed; they are listed on stderr.
    """
    if len(jobs) == 1:
        mend_one(jobs[0], manner)
        return
    screen = Console(stderr=True)
    failures: list[tuple[Path, str]] = []
    for job in track(jobs, verb, console=screen, disable=not screen.is_terminal):
        try:
            mend_one(job, manner)
        except OF_ONE_PHOTO as error:
            failures.append((job.photo, one_line(error)))
    list_failures(failures, of=len(jobs))


def mend_one(job: Job, manner: Manner) -> None:
    """Mend one photo, write the files that were asked for and print the JSON.

    Raises:
        ClickmendError: Whatever is wrong with the photo, the marks, the network or the place.
    """
    session = Session(
        job.photo,
        task=manner.task,
        model=manner.model,
        prior=job.prior,
        trimap=job.trimap,
        depth_scale=manner.depth_scale,
        refine=manner.refine,
        adapt_keys=manner.adapt_keys,
        propagate=manner.propagate,
        device=manner.device,
    )
    for mark in manner.marks:
        _give(session, mark)
    prediction = session.prediction
    if job.output:
        prediction.save(job.output)
    if job.overlay:
        write_atomically(job.overlay, png_of(overlay(session.photo, prediction.mask)))
    if manner.json:
        typer.echo(json.dumps(record(job, manner, session), ensure_ascii=False))


def _give(session: Session, mark: Mark) -> None:
    if isinstance(mark, Box):
        session.box(mark.x0, mark.y0, mark.x1, mark.y1)
    elif isinstance(mark, Push):
        session.push(mark.x, mark.y, mark.direction, radius_px=mark.radius_px)
    elif isinstance(mark, Stroke):
        session.stroke(mark.points, label=mark.label or 0, radius_px=mark.radius_px)
    else:
        session.click(mark.x, mark.y, label=mark.label, value=mark.value, radius_px=mark.radius_px)


def record(job: Job, manner: Manner, session: Session) -> dict[str, Any]:
    """What ``--json`` prints for one photo.

    Returns:
        ``size`` is [W, H] as everywhere in clickmend; ``rle``, of the task "interactive", is
        COCO's, whose size is [H, W].
    """
    told: dict[str, Any] = {"photo": str(job.photo), "size": list(session.size)}
    if manner.task == "interactive":
        boxes = [mark for mark in manner.marks if isinstance(mark, Box)]
        clicks = [mark for mark in manner.marks if isinstance(mark, Click)]
        return {
            **told,
            "box": list(asdict(boxes[0]).values()) if boxes else None,
            "clicks": [{"x": c.x, "y": c.y, "label": c.label} for c in clicks],
            "mask": str(job.output) if job.output else None,
            "rle": encode_rle(session.prediction.mask),
        }
    marks = [
        {key: value for key, value in asdict(mark).items() if value is not None}
        for mark in manner.marks
    ]
    return {
        **told,
        "task": manner.task,
        "marks": marks,
        "output": str(job.output) if job.output else None,
    }
