"""Segmenting photo after photo, so that one which fails does not stop the rest."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.progress import track

from clickmend.cli.errors import one_line
from clickmend.cli.overlay import overlay_png
from clickmend.core.errors import ClickError, ImageError, OutputError, PriorError
from clickmend.core.types import Mask
from clickmend.data import encode_rle, write_atomically
from clickmend.feedback import Box, Click
from clickmend.session import Session

OF_ONE_PHOTO = (ImageError, ClickError, PriorError, OutputError)
"""What may be wrong with one photo and right with the next; anything else ends the command."""


@dataclass(frozen=True)
class Job:
    """One photo: what is read for it and what is written."""

    photo: Path
    prior: Path | None
    mask: Path | None
    overlay: Path | None


@dataclass(frozen=True)
class Manner:
    """What all photos of one command share."""

    box: Box | None
    clicks: tuple[Click, ...]
    model: str | None
    refine: str | None
    device: str | None
    json: bool


def segment_all(jobs: Sequence[Job], manner: Manner) -> None:
    """Segment each photo; with several, a progress bar runs on stderr.

    Raises:
        ClickmendError: The only photo fails, or what fails is no matter of one photo.
        typer.Exit: With code 1, when some of several photos failed; they are listed on stderr.
    """
    if len(jobs) == 1:
        segment_one(jobs[0], manner)
        return
    screen = Console(stderr=True)
    failures: list[tuple[Path, str]] = []
    for job in track(jobs, "Segmenting", console=screen, disable=not screen.is_terminal):
        try:
            segment_one(job, manner)
        except OF_ONE_PHOTO as error:
            failures.append((job.photo, one_line(error)))
    if failures:
        typer.echo(f"clickmend: {len(failures)} of {len(jobs)} photos failed:", err=True)
        for photo, reason in failures:
            typer.echo(f"  {photo}: {reason}", err=True)
        raise typer.Exit(1)


def segment_one(job: Job, manner: Manner) -> None:
    """Segment one photo, write the files that were asked for and print the JSON.

    Raises:
        ClickmendError: Whatever is wrong with the photo, the marks, the network or the place.
    """
    session = Session(
        job.photo,
        task="interactive",
        model=manner.model,
        prior=job.prior,
        refine=manner.refine,
        device=manner.device,
    )
    if manner.box:
        session.box(manner.box.x0, manner.box.y0, manner.box.x1, manner.box.y1)
    for click in manner.clicks:
        session.click(click.x, click.y, label=click.label)
    prediction = session.prediction
    if job.mask:
        prediction.save(job.mask)
    if job.overlay:
        write_atomically(job.overlay, overlay_png(session.photo, prediction.mask))
    if manner.json:
        typer.echo(json.dumps(record(job, manner, prediction.mask), ensure_ascii=False))


def record(job: Job, manner: Manner, mask: Mask) -> dict[str, Any]:
    """What ``--json`` prints for one photo.

    Returns:
        ``size`` is [W, H] as everywhere in clickmend; ``rle`` is COCO's, whose size is [H, W].
    """
    height, width = mask.shape
    return {
        "photo": str(job.photo),
        "size": [width, height],
        "box": list(asdict(manner.box).values()) if manner.box else None,
        "clicks": [{"x": c.x, "y": c.y, "label": c.label} for c in manner.clicks],
        "mask": str(job.mask) if job.mask else None,
        "rle": encode_rle(mask),
    }
