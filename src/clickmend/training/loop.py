"""The loop: draw, step, keep. Every random draw comes from the seed and the step."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, cast

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset

from clickmend.core.types import RGB
from clickmend.training.checkpoint import Run
from clickmend.training.distributed import agreed, place, shared_step
from clickmend.training.recipe import Recipe
from clickmend.training.trainer import Batch, Outcome, Trainer


@dataclass(frozen=True, slots=True)
class Report:
    """The numbers of one step, and a picture of each of its views, made when it is asked for."""

    step: int
    numbers: dict[str, float]
    rows: Iterator[RGB]


@dataclass(frozen=True, slots=True)
class Watch:
    """What happens beside the steps.

    Args:
        record: Called after every step, for a progress bar or TensorBoard.
        validate: Measures the averaged network; its numbers join those of the step.
        validate_every: Steps between validations; there is also one at the end.
        checkpoint_every: Steps between checkpoints; there is also one at the end.
    """

    record: Callable[[Report], None] = lambda _: None
    validate: Callable[[nn.Module], dict[str, float]] | None = None
    validate_every: int = 1000
    checkpoint_every: int = 200


def train(
    run: Run,
    recipe: Recipe,
    trainer: Trainer[Any, Any],
    *,
    seed: int,
    checkpoint: Path,
    workers: int = 1,
    until_step: int | None = None,
    limit_s: float | None = None,
    watch: Watch | None = None,
) -> Run:
    """Train from ``run.step`` to the recipe's end.

    Processes that ``torchrun`` started and that joined (see ``clickmend.training.distributed``)
    train it together. A run that is killed and started again from its checkpoint ends like one
    that was not: bit for bit on a CPU with the same number of threads and processes.

    Args:
        run: Changed in place and returned.
        recipe: The schedule.
        trainer: Makes the batches and judges the answers.
        seed: The only seed.
        checkpoint: The file to keep the run in.
        workers: Processes that draw batches; 0 draws them in this one.
        until_step: Stop there, after a checkpoint.
        limit_s: Stop after that many seconds of this call, after a checkpoint.
        watch: What happens beside the steps, in the first process.

    Raises:
        OptionError: The processes cannot share the views of a step evenly.
    """
    watch = watch or Watch()
    end = min(recipe.steps, recipe.steps if until_step is None else until_step)
    run.learn()
    take = shared_step(run.network, trainer)
    begun, before = time.monotonic(), run.seconds
    batches: DataLoader[Any] = DataLoader(
        cast(Dataset[int], range(run.step, end)),
        batch_size=None,
        collate_fn=partial(trainer.draw, seed),
        num_workers=workers,
        prefetch_factor=4 if workers else None,
    )
    for batch in batches:
        rate = recipe.rate(run.step)
        outcome = _step(run, recipe, take, batch)
        elapsed = time.monotonic() - begun
        run.seconds = before + elapsed
        loss, stop = agreed(outcome.loss, stop=limit_s is not None and elapsed > limit_s)
        last = stop or run.step == end
        if place().leads:
            numbers = {"loss": loss, **outcome.numbers, "lr": rate}
            if watch.validate is not None and (last or run.step % watch.validate_every == 0):
                numbers.update(watch.validate(run.average))
            watch.record(Report(run.step, numbers, outcome.rows))
            if last or run.step % watch.checkpoint_every == 0:
                run.save(checkpoint)
        if last:
            break
    return run


def precision(device: torch.device) -> torch.autocast:
    """Mixed with bfloat16 where the device computes in it; a CPU without is ten times slower."""
    pays = device.type != "cpu" or torch.ops.mkldnn._is_mkldnn_bf16_supported()
    return torch.autocast(device.type, torch.bfloat16, enabled=pays)


def _step(run: Run, recipe: Recipe, take: nn.Module, batch: Batch[Any]) -> Outcome:
    """One step of the optimiser, at the rate that the scheduler has set for it."""
    device = next(run.network.parameters()).device
    outcome: Outcome = take(batch, precision(device))
    run.optimiser.zero_grad()
    torch.autograd.backward(outcome.loss)
    nn.utils.clip_grad_norm_(run.network.parameters(), recipe.gradient_norm)
    run.optimiser.step()
    run.scheduler.step()
    run.step += 1
    run.averaged.update_parameters(run.network)
    return outcome
