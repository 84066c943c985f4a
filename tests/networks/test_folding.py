"""Networks whose batch normalisations are part of their convolutions."""

import pytest
import torch
from torch import nn

from clickmend.networks import ARCHITECTURES
from clickmend.networks.folding import fold_batch_norms


def settled(name: str, **options: object) -> nn.Module:
    """A network whose normalisations have seen something."""
    torch.manual_seed(0)
    network = ARCHITECTURES[name](**options)
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.running_mean.uniform_(-0.5, 0.5)
            module.running_var.uniform_(0.5, 2)
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.uniform_(module.bias, -0.5, 0.5)
    return network.eval().requires_grad_(False)


@pytest.mark.parametrize("name", ["depth-unet", "depth-lite0-unet"])
def test_a_folded_network_answers_as_before_without_any_normalisation(name: str) -> None:
    network = settled(name)
    image = torch.rand(1, 3, 64, 96)
    before = network(image)
    fold_batch_norms(network)
    torch.testing.assert_close(network(image), before, rtol=1e-4, atol=1e-5)
    assert not any(isinstance(module, nn.BatchNorm2d) for module in network.modules())
    assert before.std() > 0.01
    assert not any(module.training for module in network.modules())


def test_a_normalisation_that_follows_no_convolution_stays() -> None:
    network = nn.Sequential(nn.BatchNorm2d(3), nn.Conv2d(3, 4, 1)).eval()
    image = torch.rand(1, 3, 8, 8)
    before = network(image)
    fold_batch_norms(network)
    assert torch.equal(network(image), before)
    assert isinstance(network[0], nn.BatchNorm2d)
