"""The loop: draw, correct, step, keep. Every random draw comes from the seed and the step."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from clickmend.networks import InteractiveNetwork
from clickmend.training.curriculum import Example, begin, correct, encode
from clickmend.training.losses import mask_loss
from clickmend.training.recipes import InteractiveRecipe
from clickmend.training.run import Run
from clickmend.training.scenes import Scenes


@dataclass(frozen=True, slots=True)
class Report:
    """What one step tells: its numbers, and the batch with the logits ``(B, 1, S, S)`` to it."""

    step: int
    numbers: dict[str, float]
    examples: Sequence[Example]
    logits: Tensor


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
    validate: Callable[[InteractiveNetwork], dict[str, float]] | None = None
    validate_every: int = 1000
    checkpoint_every: int = 200


class ExampleBatches(Dataset[list[Example]]):
    """Batch ``n`` of a run depends on the seed and n alone, so that a run can be continued."""

    def __init__(self, scenes: Scenes, recipe: InteractiveRecipe, *, seed: int) -> None:
        self.scenes = scenes
        self.recipe = recipe
        self.seed = seed

    def __len__(self) -> int:
        return self.recipe.steps

    def __getitem__(self, step: int) -> list[Example]:
        stage, _ = self.recipe.at(step)
        rng = np.random.default_rng([self.seed, step, 0])
        plan, progress = self.recipe.curriculum, step / self.recipe.steps
        return [
            begin(self.scenes.draw(rng, stage.size_px), plan, rng, progress=progress)
            for _ in range(stage.batch)
        ]


def learning_rate(recipe: InteractiveRecipe, step: int) -> float:
    """Half a cosine within each stage, after a linear warm-up at the very start."""
    stage, at = recipe.at(step)
    share = at / max(1, stage.steps - 1)
    rate = stage.lr_end + (stage.lr_start - stage.lr_end) * 0.5 * (1 + math.cos(math.pi * share))
    return rate * min(1.0, (step + 1) / recipe.warmup_steps)


def train(
    run: Run,
    recipe: InteractiveRecipe,
    scenes: Scenes,
    *,
    seed: int,
    checkpoint: Path,
    workers: int = 1,
    until_step: int | None = None,
    limit_s: float | None = None,
    watch: Watch | None = None,
) -> Run:
    """Train from ``run.step`` to the recipe's end.

    A run that is killed and started again from its checkpoint ends like one that was not: bit
    for bit on a CPU with the same number of threads.

    Args:
        run: Changed in place and returned.
        recipe: Schedule, curriculum and sources.
        scenes: Where views come from.
        seed: The only seed.
        checkpoint: The file to keep the run in.
        workers: Processes that draw views; 0 draws them in this one.
        until_step: Stop there, after a checkpoint.
        limit_s: Stop after that many seconds of this call, after a checkpoint.
        watch: What happens beside the steps.
    """
    watch = watch or Watch()
    end = min(recipe.steps, recipe.steps if until_step is None else until_step)
    run.network.train()
    begun, before = time.monotonic(), run.seconds
    for batch in _batches(scenes, recipe, seed=seed, start=run.step, end=end, workers=workers):
        report = _step(run, recipe, batch, seed=seed)
        elapsed = time.monotonic() - begun
        run.seconds = before + elapsed
        last = run.step == end or (limit_s is not None and elapsed > limit_s)
        if watch.validate is not None and (last or run.step % watch.validate_every == 0):
            report.numbers.update(watch.validate(run.average))
        watch.record(report)
        if last or run.step % watch.checkpoint_every == 0:
            run.save(checkpoint)
        if last:
            break
    return run


def _batches(
    scenes: Scenes, recipe: InteractiveRecipe, *, seed: int, start: int, end: int, workers: int
) -> Iterator[list[Example]]:
    return iter(
        DataLoader(
            ExampleBatches(scenes, recipe, seed=seed),
            batch_size=None,
            sampler=range(start, end),
            num_workers=workers,
            prefetch_factor=4 if workers else None,
        )
    )


def _step(run: Run, recipe: InteractiveRecipe, batch: list[Example], *, seed: int) -> Report:
    """One step of the optimiser, after the corrective rounds that the curriculum asks for."""
    rng = np.random.default_rng([seed, run.step, 1])
    device = next(run.network.parameters()).device
    autocast = torch.autocast(device.type, torch.bfloat16)
    plan, rounds = recipe.curriculum, 0
    if run.step >= plan.corrective_clicks_from * recipe.steps:
        rounds = int(rng.choice(len(plan.rounds), p=plan.rounds))
    for _ in range(rounds):
        correct(run.network, batch, rng, drop_previous=plan.drop_previous_share, autocast=autocast)
    rate = learning_rate(recipe, run.step)
    for group in run.optimiser.param_groups:
        group["lr"] = rate
    image, marks = encode(batch, run.network.encoding)
    with autocast:
        logits = run.network(image.to(device), marks.to(device))
    truth = _stack([example.view.truth for example in batch]).to(device)
    counted = _stack([example.view.counted for example in batch]).to(device)
    loss = mask_loss(logits, truth, counted)
    run.optimiser.zero_grad()
    torch.autograd.backward(loss)
    nn.utils.clip_grad_norm_(run.network.parameters(), recipe.gradient_norm)
    run.optimiser.step()
    run.step += 1
    run.follow(min(recipe.average_decay, run.step / (run.step + 9)))
    logits = logits.detach().float()
    iou = _overlap(logits > 0, truth > 0, counted > 0)
    numbers = {"loss": float(loss.detach()), f"iou after {rounds} corrections": iou, "lr": rate}
    return Report(run.step, numbers, batch, logits)


def _stack(masks: Sequence[np.ndarray]) -> Tensor:
    return torch.from_numpy(np.stack(masks))[:, None].float()


def _overlap(shown: Tensor, truth: Tensor, counted: Tensor) -> float:
    both = (shown & truth & counted).sum(dim=(1, 2, 3))
    either = ((shown | truth) & counted).sum(dim=(1, 2, 3))
    return float((both / either.clamp(min=1)).mean())
