"""``clickmend train``: from photos to weights with a card."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from clickmend.cli.options import OUTPUT
from clickmend.cli.progress import progress_bar


def train_network(
    task: Annotated[
        str, typer.Argument(metavar="TASK", help="Task of the network, such as semantic.")
    ],
    recipe: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Schedule and network; by default TASK-s, or attentionshift-made for instances.",
        ),
    ] = None,
    data: Annotated[
        list[str] | None,
        typer.Option(
            "--data",
            "--dataset",
            metavar="NAME=FOLDER",
            help="Your own photos in place of the recipe's; NAME=LAYOUT:FOLDER if they are not in "
            "the plain layout, or the NAME of a shared set. Repeatable.",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            *OUTPUT,
            metavar="FOLDER",
            help="Where to write the checkpoint, the TensorBoard events and, at the end, weights "
            "and card, named after the folder; by default runs/RECIPE. An unfinished run there is "
            "continued.",
        ),
    ] = None,
    start: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Weights to start from, a name or a card: an earlier stage, or the backbone of "
            "another task. By default those of the recipe.",
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of every random draw.")] = 0,
    workers: Annotated[
        int, typer.Option(min=0, help="Processes that load and augment images.")
    ] = 1,
    steps: Annotated[
        int | None, typer.Option(min=1, help="Stop after this step; the same command continues.")
    ] = None,
    minutes: Annotated[
        float | None, typer.Option(min=0, help="Stop after this time; the same command continues.")
    ] = None,
    validate_every: Annotated[
        int, typer.Option(min=1, metavar="STEPS", help="Steps between validations.")
    ] = 1000,
    device: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="cpu, cuda or mps; by default the best available."),
    ] = None,
) -> None:
    """Train a network on the photos below CLICKMEND_DATA, or on your own.

    Under torchrun or accelerate launch the processes train together, and the first one writes.
    """
    # Only now, for these load torch, and --help should not wait for it.
    from contextlib import ExitStack
    from importlib.util import find_spec

    from torch import nn

    from clickmend.core.errors import OptionError
    from clickmend.core.files import make_folder
    from clickmend.evaluation.validation import VALIDATORS
    from clickmend.networks import Model, choose_device, load, save
    from clickmend.networks.export import has_graph, write_graph
    from clickmend.training import RECIPES, Report, Run, Watch, logger, train
    from clickmend.training.card import make_card, stage_of
    from clickmend.training.distributed import joined, place
    from clickmend.training.sources import own_source

    tasks = list(dict.fromkeys(RECIPES[name].task for name in RECIPES))
    fitting = [name for name in RECIPES if RECIPES[name].task == task]
    if not fitting:
        raise OptionError(
            f"There is no task {task!r} to train. Tasks are {', '.join(tasks)}; choose one."
        )
    recipe = recipe or fitting[0]
    plan = RECIPES[recipe]
    if plan.task != task:
        raise OptionError(
            f"The recipe {recipe!r} is one of the task {plan.task}. Recipes of {task} are "
            f"{', '.join(fitting)}; choose one, or run `clickmend train {plan.task}`."
        )
    if data:
        plan = plan.on([own_source(given, plan.kind) for given in data])
    out = out or Path("runs") / recipe
    make_folder(out)
    begin = start or plan.start
    weights = None if begin is None else load(begin, device="cpu", fold=False)
    earlier = None if weights is None else weights.card
    scores: dict[str, float] = {}
    with ExitStack() as opened:
        own_device = opened.enter_context(joined(choose_device(device)))
        run = Run.start(plan, seed=seed, weights=weights, device=own_device)
        checkpoint = out / "checkpoint.pt"
        if checkpoint.exists():
            run.load(checkpoint)
        trainer = plan.trainer()
        watch, leads = Watch(validate_every=validate_every), place().leads
        if leads:
            validation = trainer.validation(seed)
            log = opened.enter_context(logger.tensorboard(out))
            progress = opened.enter_context(progress_bar("Training"))
            progress(run.step, plan.steps)

            def record(report: Report) -> None:
                log(report)
                found = {k: v for k, v in report.numbers.items() if k.startswith("validation")}
                scores.update(found)
                loss = report.numbers["loss"]
                progress(report.step, plan.steps, what=f"Training, loss {loss:.3f}")

            def validate(network: nn.Module) -> dict[str, float]:
                model = Model(network, make_card(run, plan, name=out.name))
                return VALIDATORS[plan.task](validation, trainer.ask(model))

            watch = Watch(record, validate if validation else None, validate_every=validate_every)
        train(
            run,
            plan,
            trainer,
            seed=seed,
            checkpoint=checkpoint,
            workers=workers,
            until_step=steps,
            limit_s=None if minutes is None else 60 * minutes,
            watch=watch,
        )
    if leads:
        stages = (stage_of(run, plan, name=recipe, seed=seed),)
        card = make_card(run, plan, name=out.name, stages=stages, earlier=earlier, scores=scores)
        typer.echo(f"Step {run.step} of {plan.steps}. Written: {save(run.average, card, out)}")
        if has_graph(run.average) and find_spec("onnx"):
            write_graph(run.average, card, out)
