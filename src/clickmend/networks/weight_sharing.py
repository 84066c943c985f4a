"""A copy of a network that shares its weights and has hooks of its own."""

from __future__ import annotations

import copy
from typing import TypeVar

from torch import nn

Network = TypeVar("Network", bound=nn.Module)


def frozen_copy(network: Network) -> Network:
    """A copy in evaluation mode that shares all tensors and asks for no gradients of them.

    Hooks in it, its mode and whether its weights are frozen leave ``network`` as it is; its
    memory is that of the modules, not of the weights.
    """
    shared: dict[int, object] = {id(buffer): buffer for buffer in network.buffers()}
    for parameter in network.parameters():
        shared[id(parameter)] = nn.Parameter(parameter.detach(), requires_grad=False)
    return copy.deepcopy(network, shared).eval()
