"""The maximum saving of replay: the cost of a network over that of the part that runs again."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clickmend.networks import Model


def costs_of_insertions(model: Model) -> dict[int, float]:
    """For the first 1…n places of the card: the cost of the whole network over the part after them.

    The cost is the number of multiplications and additions of a forward pass; the backward pass
    costs about as much again in both.
    """
    at = model.card.refinement.at
    return {number: _cost_ratio(model, at[:number]) for number in range(1, len(at) + 1)}


def _cost_ratio(model: Model, at: tuple[str, ...]) -> float:
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    from clickmend.networks.export import example_inputs
    from clickmend.refinement import Replay, insert

    network, side = copy.deepcopy(model.network), model.card.view_px
    device = next(network.parameters()).device
    inputs = [tensor[:1].to(device) for tensor in example_inputs(network, (side, side))]
    with insert(network, dict.fromkeys(at, "sb")) as insertion, torch.no_grad():
        replay = Replay(network)
        with FlopCounterMode(display=False) as whole:
            replay(*inputs)
        for variable in insertion.variables():
            variable.add_(0.1)  # So that what lies behind is given something new.
        with FlopCounterMode(display=False) as behind:
            replay(*inputs)
    return float(whole.get_total_flops() / max(1, behind.get_total_flops()))
