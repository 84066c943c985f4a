"""``clickmend bench``: measure a network with simulated clicks."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

bench_app = typer.Typer(help="Measure a network.", no_args_is_help=True)


class RadiusChoice(StrEnum):
    """Whose attention radius the simulated clicks carry."""

    annotator = "annotator"
    default = "default"


@bench_app.callback()
def _bench() -> None:
    """Measure a network."""


@bench_app.command()
def interactive(
    dataset: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME[=FOLDER]",
            help="A set below CLICKMEND_DATA (voc99, davis10, …) or a published layout and its "
            "folder (grabcut=FOLDER). May be repeated; by default voc99 and davis10.",
        ),
    ] = None,
    refine: Annotated[
        list[str] | None,
        typer.Option(
            metavar="LAYER",
            help="none, sb, bmsb, bmsb-m or bmconv. May be repeated; by default none.",
        ),
    ] = None,
    radius: Annotated[
        list[RadiusChoice] | None,
        typer.Option(
            help="annotator: clicks carry the radius of the error; default (the default): they "
            "carry none and the session uses its own rule. May be repeated."
        ),
    ] = None,
    clicks: Annotated[int, typer.Option(min=1, help="Clicks per object.")] = 20,
    limit: Annotated[
        int | None, typer.Option(min=1, help="Images per dataset, drawn by the seed.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Of the draw; nothing else is random.")] = 0,
    jobs: Annotated[int, typer.Option(min=1, help="Processes; above 1 with one thread each.")] = 1,
    model: Annotated[
        str, typer.Option(metavar="NAME", help="The weights, see clickmend models.")
    ] = "interactive-s",
    device: Annotated[
        str, typer.Option(metavar="NAME", help="cpu, cuda or mps; timings of the CPU by default.")
    ] = "cpu",
    out: Annotated[
        Path,
        typer.Option(
            metavar="STEM", help="Writes STEM.jsonl (runs), STEM.json, STEM.md, STEM.png, STEM.svg."
        ),
    ] = Path("interactive"),
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Start over instead of continuing STEM.jsonl.")
    ] = False,
) -> None:
    """Click on every object with the automatic annotator; table, JSON and curves.

    Stopped with Ctrl+C, it continues when the same command is given again.
    """
    # Only now, for these load torch and the network, and --help should not wait for them.
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as Remaining

    from clickmend.evaluation.bench import BenchOptions, run_interactive
    from clickmend.evaluation.report import rich_table, rows_of
    from clickmend.networks import load

    options = BenchOptions(
        datasets=tuple(dataset or ("voc99", "davis10")),
        out=out,
        refine=tuple(refine or ("none",)),
        radii=tuple(choice.value for choice in radius or (RadiusChoice.default,)),
        clicks=clicks,
        limit=limit,
        seed=seed,
        jobs=jobs,
        fresh=fresh,
        model=model,
        device=device,
    )
    card = load(model, device=device).card
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Remaining())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Clicking", total=None)
        result = run_interactive(
            options,
            card,
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )
    table, screen = rich_table(rows_of(result)), Console()
    # Wider than a narrow screen rather than cut: the figures are what was asked for.
    width = screen.measure(table, options=screen.options.update(max_width=1000)).maximum
    Console(width=max(width, screen.width)).print(table)
    typer.echo(f"Written: {out}.json, .md, .png, .svg; runs in {out}.jsonl.", err=True)
