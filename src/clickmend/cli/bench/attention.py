"""The bench of probabilistic attention: ``attention``."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from clickmend.cli.bench.clicks import tell
from clickmend.cli.bench.options import Clicks, Datasets, Device, Fresh, Jobs, Limit, Out, Seed
from clickmend.cli.options import A_LAYER, complete_refinement
from clickmend.cli.progress import progress_bar


class ViewChoice(StrEnum):
    """What the networks see."""

    crop = "crop"
    session = "session"


def attention(
    dataset: Datasets = None,
    model: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="The weights, see clickmend models, or the path of a card. May be repeated: rows "
            "for each.",
        ),
    ] = None,
    refine: Annotated[
        list[str] | None,
        typer.Option(
            metavar="LAYER",
            help="Beside what the network infers: none or "
            f"{A_LAYER} May be repeated; by default none.",
            autocompletion=complete_refinement,
        ),
    ] = None,
    view: Annotated[
        ViewChoice,
        typer.Option(
            help="crop: the box with its padding, at its own size, as in the paper; session: "
            "what a session shows the network."
        ),
    ] = ViewChoice.crop,
    trials: Annotated[int, typer.Option(min=1, help="Noisy boxes for each object.")] = 5,
    clicks: Clicks = 20,
    sweep: Annotated[
        bool,
        typer.Option(
            "--sweep",
            help="Choose how strongly keys (θ_ξ) and values (θ_μ) are held, on training photos; "
            "the choice goes into STEM.priors.json.",
        ),
    ] = False,
    priors: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The choice of a sweep; by default the cards'."),
    ] = None,
    limit: Limit = None,
    seed: Seed = 0,
    jobs: Jobs = 1,
    device: Device = "cpu",
    out: Out = Path("attention"),
    fresh: Fresh = False,
) -> None:
    """Begin with a noisy box and click: key adaptation and value propagation, off and on."""
    if sweep and priors is not None:
        raise typer.BadParameter(
            "a sweep chooses what this file holds. Leave one out.", param_hint="--priors"
        )
    # Only now, for these load torch and the networks, and --help should not wait for them.
    from clickmend.evaluation.attention import AttentionOptions, priors_file, run_attention
    from clickmend.evaluation.tasks import TASKS
    from clickmend.networks import load

    task = TASKS["interactive"]
    first, *further = model or [task.model]
    options = AttentionOptions(
        datasets=tuple(dataset or (task.training if sweep else task.dev)),
        out=out,
        refine=tuple(refine or ("none",)),
        clicks=clicks,
        limit=limit,
        seed=seed,
        jobs=jobs,
        fresh=fresh,
        model=first,
        further=tuple(further),
        trials=trials,
        view=view.value,
        priors=priors,
        sweep=sweep,
        device=device,
    )
    models = [load(name, device=device) for name in (first, *further)]
    with progress_bar("Clicking") as progress:
        result = run_attention(options, models, progress=progress)
    tell(result, out)
    if sweep:
        typer.echo(f"The choice: {priors_file(out)}.", err=True)
