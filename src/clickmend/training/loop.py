"""The loop: draw, step, keep. Every random draw comes from the seed and the step."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset

from clickmend.core.types import RGB
from clickmend.training.course import Batch, Course, Outcome
from clickmend.training.processes import Steps, agreed, place
from clickmend.training.recipes import Recipe
from clickmend.training.run import Run


@dataclass(frozen=True, slots=True)
class Report:
    """What one step tells: its numbers, and ``picture(n)``, the first n views as rows."""

    step: int
    numbers: dict[str, float]
    picture: Callable[[int], RGB]


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


class Batches(Dataset[Batch]):
    """The batches of a course by the number of their step."""

    def __init__(self, course: Course[Batch], *, seed: int) -> None:
        self._course = course
        self._seed = seed

    def __getitem__(self, step: int) -> Batch:
        return self._course.draw(self._seed, step)


def learning_rate(recipe: Recipe, step: int) -> float:
    """The stage's, after a linear warm-up at the very start."""
    stage, at = recipe.at(step)
    return stage.rate(at) * min(1.0, (step + 1) / recipe.warmup_steps)


def train(
    run: Run,
    recipe: Recipe,
    course: Course[Batch],
    *,
    seed: int,
    checkpoint: Path,
    workers: int = 1,
    until_step: int | None = None,
    limit_s: float | None = None,
    watch: Watch | None = None,
) -> Run:
    """Train from ``run.step`` to the recipe's end.

    Processes that ``torchrun`` started and that joined (see ``clickmend.training.processes``) train
    it together. A run that is killed and started again from its checkpoint ends like one that was
    not: bit for bit on a CPU with the same number of threads and processes.

    Args:
        run: Changed in place and returned.
        recipe: The schedule.
        course: Makes the batches and judges the answers.
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
    leads = place().leads
    run.learn()
    steps = Steps(run.network, course)
    begun, before = time.monotonic(), run.seconds
    for batch in _batches(course, seed=seed, start=run.step, end=end, workers=workers):
        outcome, rate = _step(run, recipe, steps, batch)
        elapsed = time.monotonic() - begun
        run.seconds = before + elapsed
        late = limit_s is not None and elapsed > limit_s
        loss, stop = agreed(outcome.loss, stop=late)
        last = stop or run.step == end
        if leads:
            numbers = {"loss": loss, **outcome.numbers, "lr": rate}
            if watch.validate is not None and (last or run.step % watch.validate_every == 0):
                numbers.update(watch.validate(run.average))
            watch.record(Report(run.step, numbers, outcome.picture))
            if last or run.step % watch.checkpoint_every == 0:
                run.save(checkpoint)
        if last:
            break
    return run


def _batches(
    course: Course[Batch], *, seed: int, start: int, end: int, workers: int
) -> Iterator[Batch]:
    return iter(
        DataLoader(
            Batches(course, seed=seed),
            batch_size=None,
            sampler=range(start, end),
            num_workers=workers,
            prefetch_factor=4 if workers else None,
        )
    )


def _step(run: Run, recipe: Recipe, steps: Steps, batch: Any) -> tuple[Outcome, float]:
    """One step of the optimiser, and its learning rate."""
    device = next(run.network.parameters()).device
    autocast = torch.autocast(device.type, torch.bfloat16)
    rate = learning_rate(recipe, run.step)
    for group in run.optimiser.param_groups:
        group["lr"] = rate * group.get("times", 1.0)
    outcome = steps(batch, autocast)
    run.optimiser.zero_grad()
    torch.autograd.backward(outcome.loss)
    nn.utils.clip_grad_norm_(run.network.parameters(), recipe.gradient_norm)
    run.optimiser.step()
    run.step += 1
    run.follow(min(recipe.average_decay, run.step / (run.step + 9)))
    return outcome, rate
