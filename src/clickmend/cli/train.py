"""``clickmend train``: from photos to weights with a card."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

train_app = typer.Typer(help="Train a network.", no_args_is_help=True)


@train_app.callback()
def _train() -> None:
    """Train a network."""


@train_app.command()
def interactive(
    recipe: Annotated[
        str, typer.Option(metavar="NAME", help="Schedule, data and network.")
    ] = "interactive-s",
    out: Annotated[
        Path,
        typer.Option(
            metavar="FOLDER",
            help="Checkpoint, TensorBoard events and, at the end, weights and card, named like "
            "the folder. A run that is found there is continued.",
        ),
    ] = Path("runs/interactive-s"),
    start: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="Weights to start from, a name or a card: a further leg."
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="Of every random draw.")] = 0,
    workers: Annotated[int, typer.Option(min=0, help="Processes that prepare pictures.")] = 1,
    steps: Annotated[
        int | None, typer.Option(min=1, help="Stop after this step; the same command goes on.")
    ] = None,
    minutes: Annotated[
        float | None, typer.Option(min=0, help="Stop after this time; the same command goes on.")
    ] = None,
    validate_every: Annotated[
        int, typer.Option(min=1, metavar="STEPS", help="Steps between validations.")
    ] = 1000,
    device: Annotated[
        str | None, typer.Option(metavar="NAME", help="cpu, cuda or mps; chosen when left out.")
    ] = None,
) -> None:
    """Train an interactive network on the photos below CLICKMEND_DATA."""
    # Only now, for these load torch, and --help should not wait for it.
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as Remaining

    from clickmend.core.errors import OutputError
    from clickmend.core.types import RGB
    from clickmend.evaluation.validation import validate_clicks
    from clickmend.networks import InteractiveNetwork, Model, choose_device, load, save
    from clickmend.session import Session
    from clickmend.training import RECIPES, Report, Run, Scenes, Watch, train
    from clickmend.training.board import Board
    from clickmend.training.export import leg_of, make_card
    from clickmend.training.scenes import validation_views

    plan = RECIPES[recipe]
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"{out} cannot be made ({error.strerror}). Results go into a folder that you may "
            "write to; choose another."
        ) from error
    weights = None if start is None else load(start, device="cpu")
    run = Run.start(plan, seed=seed, weights=weights, device=choose_device(device))
    checkpoint = out / "checkpoint.pt"
    if checkpoint.exists():
        run.load(checkpoint)
    scenes = Scenes(plan.sources, part="train", paste_share=plan.paste_share)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Remaining())
    kept_back = validation_views(plan.sources, most=60, seed=seed)
    scores: dict[str, float] = {}
    with (
        Board(out) as board,
        Progress(*columns, console=Console(stderr=True), transient=True) as bar,
    ):
        task = bar.add_task("Training", total=plan.steps, completed=run.step)

        def record(report: Report) -> None:
            board.record(report)
            scores.update({k: v for k, v in report.numbers.items() if k.startswith("validation")})
            loss = report.numbers["loss"]
            bar.update(task, completed=report.step, description=f"Training, loss {loss:.3f}")

        def validate(network: InteractiveNetwork) -> dict[str, float]:
            model = Model(network, make_card(run, plan, name=out.name, legs=()))

            def open_session(photo: RGB) -> Session:
                return Session(photo, model=model, refine="none")

            return validate_clicks(kept_back, open_session)

        watch = Watch(record, validate, validate_every=validate_every)
        limit_s = None if minutes is None else 60 * minutes
        train(
            run,
            plan,
            scenes,
            seed=seed,
            checkpoint=checkpoint,
            workers=workers,
            until_step=steps,
            limit_s=limit_s,
            watch=watch,
        )
    earlier = () if weights is None else weights.card.legs
    legs = (*earlier, leg_of(run, plan, name=recipe, seed=seed))
    card = make_card(run, plan, name=out.name, legs=legs, scores=scores)
    typer.echo(f"Step {run.step} of {plan.steps}. Written: {save(run.average, card, out)}")
