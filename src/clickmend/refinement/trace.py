"""One watched pass of a network: what each call of a part cost, put out and depended on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial, reduce
from operator import or_
from typing import Any

from torch import Tensor, nn
from torch.autograd.graph import Node
from torch.utils import _pytree as pytree
from torch.utils.flop_counter import FlopCounterMode


@dataclass(eq=False)
class Call:
    """One call of a part of a network.

    Attributes:
        part: Name of the part.
        output: What it put out.
        operations: Floating-point operations of the call itself, those of the parts called inside
            it not counted; two for each multiply-add.
        nodes: Where its output stood in the graph of the gradients.
    """

    part: str
    output: Any
    operations: int
    nodes: list[Node] = field(init=False)

    def __post_init__(self) -> None:
        # Taken now: an operation in place moves a tensor to another node.
        leaves = pytree.tree_leaves(self.output)
        nodes = [leaf.grad_fn for leaf in leaves if isinstance(leaf, Tensor)]
        self.nodes = [node for node in nodes if node is not None]


def watch(module: nn.Module, given: Sequence[Any]) -> tuple[list[Call], Any]:
    """Run a module once.

    Args:
        module: Any network; it is left as it was.
        given: What it is called with.

    Returns:
        Its calls, also that of the whole, in the order in which they ended; and its answer.
    """
    calls: list[Call] = []
    running: list[tuple[int, int]] = []  # Operations at the start, and those of calls inside.
    with FlopCounterMode(display=False) as counter, ExitStack() as hooks:

        def begin(_part: nn.Module, _given: Any) -> None:
            running.append((counter.get_total_flops(), 0))

        def end(name: str, _part: nn.Module, _given: Any, output: Any) -> None:
            start, inside = running.pop()
            spent = counter.get_total_flops() - start
            if running:
                outer, beside = running[-1]
                running[-1] = (outer, beside + spent)
            calls.append(Call(name, output, spent - inside))

        for name, part in module.named_modules():
            hooks.callback(part.register_forward_pre_hook(begin).remove)
            hooks.callback(part.register_forward_hook(partial(end, name)).remove)
        answer = module(*given)
    return calls, answer


def dependencies(calls: Sequence[Call], sources: Sequence[Sequence[Call]]) -> list[int]:
    """Which sources the output of each call depends on, other than by being their output.

    Args:
        calls: The calls in question.
        sources: Each some calls, such as all calls of one part.

    Returns:
        For each call an integer whose n-th bit says that it depends on source n.
    """
    own: dict[Node, int] = {}
    for n, source in enumerate(sources):
        for node in (node for call in source for node in call.nodes):
            own[node] = own.get(node, 0) | 1 << n
    behind: dict[Node, int] = {}
    # Depth first with a stack of our own, for graphs are deeper than Python may recurse.
    waiting = [node for call in calls for node in call.nodes]
    while waiting:
        node = waiting[-1]
        earlier = [other for other, _ in node.next_functions if other is not None]
        missing = [other for other in earlier if other not in behind]
        if missing and node not in behind:
            waiting.extend(missing)
            continue
        waiting.pop()
        behind[node] = _union(behind[other] | own.get(other, 0) for other in earlier)
    return [_union(behind[node] for node in call.nodes) for call in calls]


def _union(masks: Iterable[int]) -> int:
    return reduce(or_, masks, 0)
