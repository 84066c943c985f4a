"""Where a network is."""

from __future__ import annotations

from itertools import chain

import torch
from torch import nn


def device_of(network: nn.Module) -> torch.device:
    """The device of a network's weights; the CPU where it has none, as a rule by hand."""
    tensors = chain(network.parameters(), network.buffers())
    return next((tensor.device for tensor in tensors), torch.device("cpu"))
