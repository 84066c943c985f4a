"""The bench of points to masks: ``attentionshift``."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from clickmend.cli.bench.clicks import show
from clickmend.cli.bench.options import Datasets, Device, Fresh, Jobs, Limit, Out, Seed
from clickmend.cli.progress import progress_bar


class PointChoice(StrEnum):
    """Where the point of an object lies."""

    random = "random"
    centre = "centre"


def attentionshift(
    dataset: Datasets = None,
    points: Annotated[
        list[PointChoice] | None,
        typer.Option(
            help="random: any pixel of the object; centre: the one farthest from its border. May "
            "be repeated; by default both."
        ),
    ] = None,
    method: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="shift, k-means, k-means*, or click, a plain click in a session of its own. May "
            "be repeated, by default all; the first is run in all ways, the others in one.",
        ),
    ] = None,
    box_rule: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="How the box of an object is made: plain, as shipped, or symmetric. May be "
            "repeated; by default both, of the first method.",
        ),
    ] = None,
    finish: Annotated[
        bool,
        typer.Option(help="Also the masks of the first method, finished by the network."),
    ] = True,
    pictures: Annotated[
        int,
        typer.Option(
            min=0, help="Draw so many images of each dataset, into benchmarks/out (not published)."
        ),
    ] = 0,
    limit: Limit = None,
    seed: Seed = 0,
    jobs: Jobs = 1,
    model: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="The network, see clickmend models, or the path of a card. May be repeated; of "
            "one that takes no clicks (AttentionShift, or its pretraining) only the features are "
            "measured. By default the one that clickmend points takes.",
        ),
    ] = None,
    device: Device = "cpu",
    out: Out = Path("attentionshift"),
    fresh: Fresh = False,
) -> None:
    """Make masks from one point per object on held-out photos: parts, K-Means and clicks."""
    # Only now, for these load torch and the network, and --help should not wait for them.
    from clickmend.evaluation.instances import AttentionShiftOptions, run_attentionshift
    from clickmend.evaluation.instances.bench import HELD_OUT
    from clickmend.evaluation.instances.report import point_screen
    from clickmend.evaluation.instances.settings import ALL_BOXES, CLICK
    from clickmend.networks import load
    from clickmend.parts import METHODS
    from clickmend.tasks.instances.from_points import FINDER

    first, *further = model or [FINDER]
    options = AttentionShiftOptions(
        datasets=tuple(dataset or HELD_OUT),
        points=tuple(choice.value for choice in points or PointChoice),
        methods=tuple(method or (*METHODS, CLICK)),
        box_rules=tuple(box_rule or ALL_BOXES),
        finish=finish,
        pictures=pictures,
        limit=limit,
        seed=seed,
        jobs=jobs,
        model=first,
        further=tuple(further),
        device=device,
        out=out,
        fresh=fresh,
    )
    cards = [load(name, device=device).card for name in (first, *further)]
    with progress_bar("Pointing") as progress:
        result = run_attentionshift(options, cards, progress=progress)
    show(point_screen(result), out)
