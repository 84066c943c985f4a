"""The click curriculum: what the network is told about each view before it answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from clickmend.core.shapes import Float
from clickmend.core.types import Mask
from clickmend.feedback.corruption import corrupt_mask
from clickmend.feedback.crop import Crop
from clickmend.feedback.encoding import disk_map
from clickmend.feedback.marks import BACKGROUND, FOREGROUND, Box, Click
from clickmend.feedback.pointing import clicks_of
from clickmend.feedback.simulate import (
    click_inside,
    corrective_click,
    noisy_box,
    random_clicks,
)
from clickmend.networks import InteractiveNetwork
from clickmend.networks.encoding import MarkEncoding
from clickmend.training.objects import View
from clickmend.training.views import stack_images

MOST_TOGETHER = 0.9
"""Of the view, what all objects together may cover to be asked for at once."""


@dataclass(frozen=True, slots=True)
class Curriculum:
    """The three tasks and when each begins, as fractions of the run.

    Task 1 draws a mask from a box, task 2 adds random clicks, task 3 adds corrective clicks in
    the errors of the network's own prediction, which also comes back as the previous mask. A
    ``corrective_clicks_from`` of 1 leaves task 3 out. From task 2 on ``box_share`` of the views
    have a box, and ``boxed_clicks_share`` of these at most ``most_boxed_clicks`` clicks of a kind.

    Before all this ``pointed_share`` of the views are as one point per object tells them: a click
    anywhere in the object and, in half of them, one in each other object near by. Where other
    objects are known, ``together_share`` of these ask for all objects at once instead, a click in
    each.
    """

    random_clicks_from: float = 0.04
    corrective_clicks_from: float = 0.11
    rounds: tuple[float, ...] = (0.5, 0.25, 0.15, 0.1)
    box_share: float = 0.12
    single_click_share: float = 0.6
    most_random_clicks: int = 3
    boxed_clicks_share: float = 0.3
    most_boxed_clicks: int = 2
    corrupted_prior_share: float = 0.12
    keep_prior_share: float = 0.04
    drop_previous_share: float = 0.15
    pointed_share: float = 0.0
    together_share: float = 0.0


@dataclass(slots=True)
class Example:
    """A view with the feedback given so far.

    ``previous`` is the previous mask's probability, ``(S, S)``, or ``None``. ``open`` tells
    whether further corrective clicks may be added.
    """

    view: View
    clicks: list[Click] = field(default_factory=list)
    box: Box | None = None
    previous: NDArray[np.float32] | None = None
    open: bool = True


def begin(view: View, plan: Curriculum, rng: np.random.Generator, *, progress: float) -> Example:
    """The feedback that a view starts with, after a share ``progress`` of the run."""
    truth = view.truth
    if plan.pointed_share and rng.random() < plan.pointed_share:
        return _pointed(view, plan, rng)
    kind = float(rng.random())
    if progress < plan.random_clicks_from:
        return Example(view, box=noisy_box(truth, rng))
    if progress >= plan.corrective_clicks_from:
        if kind < plan.keep_prior_share:
            kept = corrupt_mask(truth, rng)
            view = View(view.image, kept, view.counted)
            return Example(view, previous=kept.astype(np.float32), open=False)
        if kind < plan.keep_prior_share + plan.corrupted_prior_share:
            return _from_prior(view, rng)
    if float(rng.random()) < plan.box_share:
        box = noisy_box(truth, rng)
        clicked = rng.random() < plan.boxed_clicks_share
        clicks = random_clicks(truth, rng, most=plan.most_boxed_clicks) if clicked else []
        return Example(view, clicks, box)
    if float(rng.random()) < plan.single_click_share:
        depth = 1.0 if rng.random() < 0.6 else float(rng.uniform(0.2, 1))
        click = click_inside(truth, FOREGROUND, rng, depth=depth)
        return Example(view, [] if click is None else [click])
    return Example(view, random_clicks(truth, rng, most=plan.most_random_clicks))


def _pointed(view: View, plan: Curriculum, rng: np.random.Generator) -> Example:
    """One point per object, as a look at this one is told them, or one at all of them."""
    depth = 0.0 if rng.random() < 0.5 else float(rng.random())
    click = click_inside(view.truth, FOREGROUND, rng, depth=depth)
    if click is None:
        return Example(view)
    if view.others is None:
        return Example(view, [click])
    numbers = [int(number) for number in np.unique(view.others) if number]
    everything: Mask = view.truth | (view.others > 0)
    if rng.random() < plan.together_share and everything.mean() < MOST_TOGETHER:
        others = [click_inside(view.others == n, FOREGROUND, rng, depth=0.0) for n in numbers]
        clicks = [click, *(other for other in others if other is not None)]
        return Example(View(view.image, everything, view.counted), clicks)
    if rng.random() < 0.5:
        return Example(view, [click])
    others = [click_inside(view.others == n, BACKGROUND, rng, depth=0.0) for n in numbers]
    places = [(other.x, other.y) for other in others if other is not None]
    return Example(view, list(clicks_of((click.x, click.y), places)))


def _from_prior(view: View, rng: np.random.Generator) -> Example:
    """Somebody else's mask with one to three clicks in its errors."""
    prior = corrupt_mask(view.truth, rng)
    ignore = ~view.counted
    shown, clicks = prior.copy(), []
    for _ in range(int(rng.integers(1, 4))):
        click = corrective_click(shown, view.truth, ignore, rng)
        if click is None:
            break
        clicks.append(click)
        # Stands for the correction, so that the next click falls elsewhere.
        near = disk_map(
            [(click.x, click.y)],
            height=shown.shape[0],
            width=shown.shape[1],
            radius_px=0.15 * shown.shape[0],
        )
        region: Mask = near > 0
        shown = np.where(region, view.truth, shown)
    return Example(view, clicks, previous=prior.astype(np.float32))


def encode(
    examples: Sequence[Example], encoding: MarkEncoding
) -> tuple[Float[Tensor, "B 3 S S"], Float[Tensor, "B 4 S S"]]:
    """Pictures in [0, 1] and mark channels, as the network takes them."""
    size = examples[0].view.truth.shape[0]
    crop = Crop(0, 0, size, size, size, size)
    marks = [encoding(tuple(e.clicks), e.box, e.previous, crop) for e in examples]
    return (
        stack_images([e.view.image for e in examples]),
        torch.from_numpy(np.concatenate(marks)).contiguous(memory_format=torch.channels_last),
    )


@torch.no_grad()
def correct(
    network: InteractiveNetwork,
    examples: Sequence[Example],
    rng: np.random.Generator,
    *,
    drop_previous: float,
    autocast: torch.autocast,
) -> None:
    """One round of iterated training: predict, click into the error, keep the mask for the next.

    The network answers in eval mode and is put back into its mode.
    """
    training = network.training
    device = next(network.parameters()).device
    network.eval()
    with autocast:
        logits = network(*(x.to(device) for x in encode(examples, network.encoding)))
    network.train(training)
    click_on(logits, examples, rng, drop_previous=drop_previous)


def click_on(
    logits: Float[Tensor, "B 1 S S"],
    examples: Sequence[Example],
    rng: np.random.Generator,
    *,
    drop_previous: float,
) -> None:
    """Click into the error of each answer, and keep its mask for the next.

    Args:
        logits: The answers.
        examples: Changed in place; those that are not open stay as they are.
        rng: The source of randomness.
        drop_previous: How often the new mask is not handed on.
    """
    probability = logits.detach().float().sigmoid()[:, 0].cpu().numpy()
    for example, shown in zip(examples, probability, strict=True):
        if not example.open:
            continue
        click = corrective_click(shown > 0.5, example.view.truth, ~example.view.counted, rng)
        if click is not None:
            example.clicks.append(click)
        if rng.random() >= drop_previous:
            example.previous = shown
