"""Tests of the four kinds of network."""

import pytest
import torch

from clickmend.networks import DepthNetwork, InteractiveNetwork, MattingNetwork, SemanticNetwork

PHOTO, MARKS, TRIMAP = (torch.zeros(1, channels, 32, 32) for channels in (3, 4, 1))


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        (InteractiveNetwork, (PHOTO, MARKS)),
        (SemanticNetwork, (PHOTO,)),
        (MattingNetwork, (PHOTO, TRIMAP)),
        (DepthNetwork, (PHOTO,)),
    ],
)
def test_a_kind_of_network_is_no_network(kind: type, given: tuple[torch.Tensor, ...]) -> None:
    with pytest.raises(NotImplementedError):
        kind()(*given)
