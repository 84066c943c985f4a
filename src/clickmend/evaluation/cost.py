"""What replay can save at most: the cost of a network over that of the part that runs again."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

    from clickmend.networks import Card, Model


def costs_of_insertions(model: Model) -> dict[int, float]:
    """For the first 1…n places of the card: whole network over the part behind them.

    The cost is that of one forward pass in multiplications and additions, counted, not timed; the
    way back of a gradient costs about as much again in both.
    """
    at = model.card.refinement.at
    return {number: _cost_ratio(model, at[:number]) for number in range(1, len(at) + 1)}


def _cost_ratio(model: Model, at: tuple[str, ...]) -> float:
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    from clickmend.refinement import Replay, insert

    network = copy.deepcopy(model.network)
    inputs = _inputs(model.card)
    device = next(network.parameters()).device
    inputs = [tensor.to(device) for tensor in inputs]
    with insert(network, dict.fromkeys(at, "sb")) as insertion, torch.no_grad():
        replay = Replay(network)
        with FlopCounterMode(display=False) as whole:
            replay(*inputs)
        for variable in insertion.variables():
            variable.add_(0.1)  # So that what lies behind is given something new.
        with FlopCounterMode(display=False) as behind:
            replay(*inputs)
    return float(whole.get_total_flops() / max(1, behind.get_total_flops()))


def _inputs(card: Card) -> list[Tensor]:
    """What a network of the card's task is given, over a square view."""
    import torch

    side = card.view_px
    image = torch.rand(1, 3, side, side)
    if card.task == "interactive":
        return [image, torch.zeros(1, 4, side, side)]
    if card.task == "matting":
        return [image, torch.full((1, 1, side, side), 0.5)]
    return [image]
