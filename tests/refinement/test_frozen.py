"""Noticing that a network does not stand still."""

from collections.abc import Callable

import pytest
import torch
from torch import nn

from clickmend.core.errors import ModelError
from clickmend.refinement.frozen import Standing, require_evaluation_mode, require_frozen_weights


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
