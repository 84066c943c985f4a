"""A copy of a network that shares its weights and has hooks of its own."""

from __future__ import annotations

import copy
from typing import TypeVar

from torch import Tensor, nn
from torch.utils import _pytree as pytree

Network = TypeVar("Network", bound=nn.Module)

_ORIGINAL = "_orig_mod"
"""Where torch.compile keeps the module that it was given."""


def frozen_copy(network: Network) -> Network:
    """A copy in evaluation mode that shares all tensors and asks for no gradients of them.

    Hooks in it, its mode and whether its weights are frozen leave ``network`` as it is; its
    memory is that of the modules, not of the weights.
    """
    shared: dict[int, object] = {id(buffer): buffer for buffer in network.buffers()}
    for parameter in network.parameters():
        shared[id(parameter)] = nn.Parameter(parameter.detach(), requires_grad=False)
    for part in network.modules():  # what it has computed and kept, which is not copied otherwise
        for kept in pytree.tree_leaves(vars(part)):
            if isinstance(kept, Tensor) and not kept.is_leaf:
                shared[id(kept)] = kept.detach()
    return copy.deepcopy(network, shared).eval()


def is_compiled(network: nn.Module) -> bool:
    """Whether ``torch.compile`` wraps the network or a part of it."""
    return any(name.endswith(_ORIGINAL) for name, _ in network.named_modules())


def uncompiled(network: nn.Module) -> nn.Module:
    """The network of which ``torch.compile`` made this one; its parts are put back likewise.

    What is compiled is compiled again for each size, and for each hook inside it.
    """
    for part in list(network.modules()):
        for name, child in part.named_children():
            if name != _ORIGINAL and hasattr(child, _ORIGINAL):
                setattr(part, name, child.get_submodule(_ORIGINAL))
    return network.get_submodule(_ORIGINAL) if hasattr(network, _ORIGINAL) else network
