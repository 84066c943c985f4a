"""``clickmend train``: from photos to weights with a card."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clickmend.cli.progress import progress_bar

if TYPE_CHECKING:
    from clickmend.core.types import TaskName

train_app = typer.Typer(help="Train a network.", no_args_is_help=True)


@train_app.callback()
def _train() -> None:
    """Train a network."""


def _add_command(task: TaskName, default: str, help_text: str) -> None:
    """Add the command that trains networks of a task, by a recipe of that name by default."""

    @train_app.command(task, help=help_text)
    def command(
        recipe: Annotated[
            str, typer.Option(metavar="NAME", help="Schedule, data and network.")
        ] = default,
        out: Annotated[
            Path,
            typer.Option(
                metavar="FOLDER",
                help="Checkpoint, TensorBoard events and, at the end, weights and card, named "
                "like the folder. A run that is found there is continued.",
            ),
        ] = Path("runs") / default,
        start: Annotated[
            str | None,
            typer.Option(
                metavar="NAME",
                help="Weights to start from, a name or a card: a further leg, or the trunk of "
                "another task. By default what the recipe says.",
            ),
        ] = None,
        seed: Annotated[int, typer.Option(help="Of every random draw.")] = 0,
        workers: Annotated[int, typer.Option(min=0, help="Processes that prepare pictures.")] = 1,
        steps: Annotated[
            int | None, typer.Option(min=1, help="Stop after this step; the same command goes on.")
        ] = None,
        minutes: Annotated[
            float | None,
            typer.Option(min=0, help="Stop after this time; the same command goes on."),
        ] = None,
        validate_every: Annotated[
            int, typer.Option(min=1, metavar="STEPS", help="Steps between validations.")
        ] = 1000,
        device: Annotated[
            str | None, typer.Option(metavar="NAME", help="cpu, cuda or mps; chosen when left out.")
        ] = None,
    ) -> None:
        train_network(
            task,
            recipe,
            out,
            start=start,
            seed=seed,
            workers=workers,
            steps=steps,
            minutes=minutes,
            validate_every=validate_every,
            device=device,
        )


_ON = "on the photos below CLICKMEND_DATA."
_add_command("interactive", "interactive-s", f"Train an interactive network {_ON}")
_add_command("semantic", "semantic-s", f"Train a semantic network {_ON}")
_add_command("matting", "matting-s", f"Train a matting network {_ON}")
_add_command("depth", "depth-s", f"Train a depth network {_ON}")
_add_command("instances", "attentionshift-made", "Train instance masks from one point per object.")


def train_network(
    task: TaskName,
    recipe: str,
    out: Path,
    *,
    start: str | None,
    seed: int,
    workers: int,
    steps: int | None,
    minutes: float | None,
    validate_every: int,
    device: str | None,
) -> None:
    """Train by a recipe and write weights with their card; the options are the commands'.

    Where ``torchrun`` started several processes they train together, and the first one writes.

    Raises:
        OptionError: There is no such recipe, or it trains another task.
        OutputError: The folder cannot be made.
        ClickmendError: Whatever the data, the weights or the checkpoint refuses.
    """
    # Only now, for these load torch, and --help should not wait for it.
    from contextlib import ExitStack
    from functools import partial

    from torch import nn

    from clickmend.core.errors import OptionError
    from clickmend.data.files import make_folder
    from clickmend.evaluation.validation import VALIDATORS
    from clickmend.networks import Model, choose_device, load, save
    from clickmend.session import Session
    from clickmend.tasks.instances.detection import detect
    from clickmend.training import RECIPES, Report, Run, Watch, open_course, train
    from clickmend.training.board import Board
    from clickmend.training.export import leg_of, make_card
    from clickmend.training.processes import joined, place

    plan = RECIPES[recipe]
    if plan.task != task:
        fitting = ", ".join(name for name in RECIPES if RECIPES[name].task == task)
        raise OptionError(
            f"The recipe {recipe!r} is one of the task {plan.task}. Recipes of {task} are "
            f"{fitting}; choose one, or run `clickmend train {plan.task}`."
        )
    make_folder(out)
    begin = start or plan.start
    weights = None if begin is None else load(begin, device="cpu")
    earlier = None if weights is None else weights.card
    scores: dict[str, float] = {}
    with ExitStack() as opened:
        own_device = opened.enter_context(joined(choose_device(device)))
        run = Run.start(plan, seed=seed, weights=weights, device=own_device)
        checkpoint = out / "checkpoint.pt"
        if checkpoint.exists():
            run.load(checkpoint)
        course = open_course(plan)
        watch, leads = Watch(validate_every=validate_every), place().leads
        if leads:
            kept_back = course.kept_back(seed)
            board = opened.enter_context(Board(out))
            progress = opened.enter_context(progress_bar("Training"))
            progress(run.step, plan.steps)

            def record(report: Report) -> None:
                board.record(report)
                found = {k: v for k, v in report.numbers.items() if k.startswith("validation")}
                scores.update(found)
                loss = report.numbers["loss"]
                progress(report.step, plan.steps, what=f"Training, loss {loss:.3f}")

            def validate(network: nn.Module) -> dict[str, float]:
                model = Model(network, make_card(run, plan, name=out.name, legs=()))
                ask = detect if task == "instances" else partial(Session, refine="none")
                return VALIDATORS[task](kept_back, partial(ask, model=model))

            watch = Watch(record, validate if kept_back else None, validate_every=validate_every)
        train(
            run,
            plan,
            course,
            seed=seed,
            checkpoint=checkpoint,
            workers=workers,
            until_step=steps,
            limit_s=None if minutes is None else 60 * minutes,
            watch=watch,
        )
    if leads:
        legs = (leg_of(run, plan, name=recipe, seed=seed),)
        card = make_card(run, plan, name=out.name, legs=legs, earlier=earlier, scores=scores)
        typer.echo(f"Step {run.step} of {plan.steps}. Written: {save(run.average, card, out)}")
