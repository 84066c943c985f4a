"""Noticing that a network does not stand still."""

import random
from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import nn

from clickmend.core.errors import ModelError
from clickmend.refinement.frozen import (
    Circumstances,
    Standing,
    require_evaluation_mode,
    require_frozen_weights,
)


def network() -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(1, 2, 1), nn.BatchNorm2d(2), nn.ReLU()).eval()


def test_a_network_at_rest_is_still() -> None:
    net = network()

    before = Standing(net)
    net(torch.zeros(1, 1, 2, 2))

    assert before.still(Standing(net))


def replace_a_part(net: nn.Sequential) -> None:
    net[2] = nn.Sigmoid()


def append_a_part(net: nn.Sequential) -> None:
    net.append(nn.ReLU())


def change_a_weight_in_place(net: nn.Sequential) -> None:
    with torch.no_grad():
        net[0].weight.mul_(2)


def replace_a_weight(net: nn.Sequential) -> None:
    net[0].weight = nn.Parameter(net[0].weight.detach().clone())


def replace_the_data(net: nn.Sequential) -> None:
    net[0].weight.data = net[0].weight.data.clone()


def change_a_statistic(net: nn.Sequential) -> None:
    net[1].running_mean.add_(1)


def load_a_state(net: nn.Sequential) -> None:
    net.load_state_dict(net.state_dict())


@pytest.mark.parametrize(
    "change",
    [
        replace_a_part,
        append_a_part,
        change_a_weight_in_place,
        replace_a_weight,
        replace_the_data,
        change_a_statistic,
        load_a_state,
    ],
)
def test_every_change_of_parts_and_weights_is_noticed(
    change: Callable[[nn.Sequential], None],
) -> None:
    net = network()
    before = Standing(net)

    change(net)

    assert not before.still(Standing(net))


def test_training_mode_of_a_part_is_refused_and_named() -> None:
    net = network()
    net[1].train()

    with pytest.raises(ModelError, match=r"1 parts .* training mode \(1\).*call .eval\(\)"):
        require_evaluation_mode(net)


def test_weights_with_gradients_are_refused_and_named() -> None:
    with pytest.raises(ModelError, match=r"weight '0.weight' requires gradients"):
        require_frozen_weights(network())


class Stateful(nn.Module):
    """Attributes of many kinds, one level inside."""

    def __init__(self) -> None:
        super().__init__()
        self.part = nn.Conv2d(1, 1, 1)
        self.part.count, self.part.size = 1000, (300, 400)
        self.part.map, self.part.draws = torch.zeros(2), torch.Generator()
        self.part.seen, self.part.grids = [torch.zeros(1)], {"a": [1, 2]}
        self.part.pairs = [[1, 2], [3]]


def same_values_again(part: nn.Module) -> None:
    part.count, part.size, part.grids = int("1000"), (int("300"), int("400")), {"a": [1, 2]}


@pytest.mark.parametrize("change", [lambda _part: None, same_values_again])
def test_circumstances_that_hold_the_same_values_are_the_same(
    change: Callable[[nn.Module], None],
) -> None:
    module = Stateful()
    before = Circumstances(module)

    change(module.part)

    assert before.same(Circumstances(module))


@pytest.mark.parametrize(
    "change",
    [
        lambda part: setattr(part, "count", 1001),
        lambda part: setattr(part, "count", 1000.0),
        lambda part: setattr(part, "added", 1),
        lambda part: delattr(part, "count"),
        lambda part: setattr(part, "size", [300, 400]),
        lambda part: part.map.add_(1),
        lambda part: setattr(part, "map", torch.zeros(2)),
        lambda part: torch.rand(1, generator=part.draws),
        lambda part: part.seen.append(torch.zeros(1)),
        lambda part: part.seen[0].add_(1),
        lambda part: part.grids["a"].append(3),
        lambda part: part.grids.update(b=1),
        lambda part: setattr(part, "pairs", [[1], [2, 3]]),
        lambda _part: torch.rand(1),
        lambda _part: random.random(),
        lambda _part: np.random.mtrand.random(),
    ],
)
def test_every_change_of_circumstances_is_noticed(change: Callable[[nn.Module], object]) -> None:
    module = Stateful()
    before = Circumstances(module)

    change(module.part)

    assert not before.same(Circumstances(module))


def test_containers_that_hold_themselves_are_opened_once() -> None:
    module = nn.Identity()
    module.chain = []
    module.chain.append(module.chain)

    assert Circumstances(module).same(Circumstances(module))


@pytest.mark.parametrize(
    ("change", "rests"),
    [
        (lambda _net: None, False),
        (lambda net: net.requires_grad_(False), True),
        (lambda net: net.requires_grad_(False)[1].train(), False),
    ],
)
def test_at_rest_is_in_evaluation_mode_and_frozen(
    change: Callable[[nn.Sequential], object], rests: bool
) -> None:
    net = network()

    change(net)

    assert Standing(net).at_rest is rests
