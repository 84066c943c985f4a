"""The benches with simulated clicks: ``interactive``, ``gbrs`` and ``prior``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clickmend.cli.bench.options import (
    Clicks,
    Datasets,
    Device,
    EnergyChoice,
    Fresh,
    Jobs,
    Limit,
    ModelName,
    Out,
    Radii,
    RadiusChoice,
    Refine,
    Seed,
    Task,
    TaskOut,
)
from clickmend.cli.options import A_LAYER, complete_refinement
from clickmend.cli.progress import progress_bar

if TYPE_CHECKING:
    from rich.table import Table

    from clickmend.evaluation.report import Result


def interactive(
    dataset: Datasets = None,
    refine: Refine = None,
    radius: Radii = None,
    clicks: Clicks = 20,
    limit: Limit = None,
    seed: Seed = 0,
    jobs: Jobs = 1,
    model: ModelName = None,
    device: Device = "cpu",
    out: Out = Path("interactive"),
    fresh: Fresh = False,
) -> None:
    """Click on every object with the automatic annotator; table, JSON and curves."""
    # Only now, for these load torch and the network, and --help should not wait for them.
    from clickmend.evaluation.bench import BenchOptions
    from clickmend.evaluation.interactive import run_interactive
    from clickmend.evaluation.tasks import TASKS
    from clickmend.networks import load

    task = TASKS["interactive"]
    options = BenchOptions(
        datasets=tuple(dataset or task.dev),
        out=out,
        refine=tuple(refine or ("none",)),
        radii=tuple(choice.value for choice in radius or (RadiusChoice.default,)),
        clicks=clicks,
        limit=limit,
        seed=seed,
        jobs=jobs,
        fresh=fresh,
        model=model or task.model,
        device=device,
    )
    card = load(options.model, device=device).card
    with progress_bar("Clicking") as progress:
        result = run_interactive(options, card, progress=progress)
    tell(result, out)


def gbrs(
    task: Task,
    dataset: Datasets = None,
    refine: Annotated[
        list[str] | None,
        typer.Option(
            metavar="LAYER",
            help="none, region (not interactive), rgb-brs, distmap-brs (interactive only) or "
            f"{A_LAYER} May be repeated; by default all.",
            autocompletion=complete_refinement,
        ),
    ] = None,
    energy: Annotated[
        list[EnergyChoice] | None,
        typer.Option(
            help="consistency: agree with the clicks and change nothing else; clicks: agree with "
            "the clicks; brs: the energy of BRS. May be repeated; by default all, as far as a "
            "layer is compared with it."
        ),
    ] = None,
    insertions: Annotated[
        list[int] | None,
        typer.Option(
            min=1,
            help="At how many of the card's places, the deepest first. May be repeated; by "
            "default 1 to all.",
        ),
    ] = None,
    radius: Radii = None,
    clicks: Annotated[
        int | None, typer.Option(min=1, help="Clicks per object; by default 20, in a sweep 5.")
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="Images per dataset for the whole grid, drawn by the seed; by default 24, in a "
            "sweep 8 of all datasets together.",
        ),
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="Run the whole grid on all images.")] = False,
    whole: Annotated[
        bool,
        typer.Option(
            help="Run the row without refinement, sb and the best layer on all images afterwards."
        ),
    ] = True,
    sweep: Annotated[
        bool,
        typer.Option(
            "--sweep",
            help="Try learning rates on training photos; the best go into STEM.rates.json.",
        ),
    ] = False,
    rates: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Learning rates of a sweep; by default the card's."),
    ] = None,
    pictures: Annotated[
        int,
        typer.Option(
            min=0, help="Draw so many images of each dataset, into benchmarks/out (not published)."
        ),
    ] = 0,
    seed: Seed = 0,
    jobs: Jobs = 1,
    model: ModelName = None,
    device: Device = "cpu",
    out: TaskOut = None,
    fresh: Fresh = False,
) -> None:
    """Compare all refinements on a task: layers, energies, insertions and the baselines of BRS."""
    if full and (limit is not None or sweep):
        raise typer.BadParameter(
            "it runs on all images, which neither --limit nor --sweep does. Leave one out.",
            param_hint="--full",
        )
    from clickmend.evaluation.gbrs import GbrsOptions, rates_file, run_gbrs
    from clickmend.evaluation.protocol import ENERGIES
    from clickmend.evaluation.tasks import TASKS
    from clickmend.networks import load

    known = TASKS[task]
    datasets = tuple(dataset or (known.training if sweep else known.dev))
    images = -(-8 // len(datasets)) if sweep else 24
    stem = out or Path(f"gbrs-{task}-sweep" if sweep else f"gbrs-{task}")
    options = GbrsOptions(
        of_task=task.value,
        datasets=datasets,
        out=stem,
        refine=tuple(refine or ()),
        radii=tuple(choice.value for choice in radius or (RadiusChoice.annotator,)),
        energies=tuple(choice.value for choice in energy) if energy else ENERGIES,
        insertions=tuple(insertions or ()),
        clicks=clicks or (5 if sweep else 20),
        limit=None if full else limit or images,
        whole=whole,
        sweep=sweep,
        rates=rates,
        pictures=pictures,
        seed=seed,
        jobs=jobs,
        fresh=fresh,
        model=model or known.model,
        device=device,
    )
    loaded = load(options.model, device=device)
    with progress_bar("Clicking") as progress:
        result = run_gbrs(options, loaded, progress=progress)
    tell(result, stem)
    if sweep:
        typer.echo(f"The best rates: {rates_file(stem)}.", err=True)


def prior(
    task: Task,
    dataset: Datasets = None,
    refine: Refine = None,
    clicks: Clicks = 20,
    limit: Limit = None,
    seed: Seed = 0,
    jobs: Jobs = 1,
    model: ModelName = None,
    device: Device = "cpu",
    out: TaskOut = None,
    fresh: Fresh = False,
) -> None:
    """Begin with a corrupted truth: what is mended, and what is left alone."""
    from clickmend.evaluation.prior import PriorOptions, run_prior
    from clickmend.evaluation.tasks import TASKS
    from clickmend.networks import load

    known = TASKS[task]
    stem = out or Path(f"prior-{task}")
    options = PriorOptions(
        of_task=task.value,
        datasets=tuple(dataset or known.dev),
        out=stem,
        refine=tuple(refine or (known.mends_by,)),
        clicks=clicks,
        limit=limit,
        seed=seed,
        jobs=jobs,
        fresh=fresh,
        model=model or known.model,
        device=device,
    )
    card = load(options.model, device=device).card
    with progress_bar("Clicking") as progress:
        result = run_prior(options, card, progress=progress)
    tell(result, stem)


def tell(result: Result, out: Path) -> None:
    """The tables to stdout, where the files are to stderr."""
    from clickmend.evaluation.report import on_screen

    show(on_screen(result), out)


def show(parts: Sequence[Table | str], out: Path) -> None:
    """Tables and sentences to stdout, where the files are to stderr."""
    from rich.console import Console

    for part in parts:
        screen = Console()
        # Wider than a narrow screen rather than cut: the figures are what was asked for.
        width = screen.measure(part, options=screen.options.update(max_width=1000)).maximum
        Console(width=max(width, screen.width)).print(part)
    typer.echo(f"Written: {out}.json, .md, .png, .svg; runs in {out}.jsonl.", err=True)
