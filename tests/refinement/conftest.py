"""Makes ``branching`` importable; each of its networks with layers inserted."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from clickmend.refinement import Insertion, insert

sys.path.insert(0, str(Path(__file__).parent))

from branching import NETS


@pytest.fixture(params=NETS)
def net(request: pytest.FixtureRequest) -> nn.Module:
    return request.param().eval()


@pytest.fixture
def x() -> Tensor:
    return torch.randn(1, 3, 8, 12)


@pytest.fixture
def insertion(net: nn.Module) -> Iterator[Insertion]:
    with insert(net, dict.fromkeys(net.places, "bmsb")) as inserted:
        yield inserted
