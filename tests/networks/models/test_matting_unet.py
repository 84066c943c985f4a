"""Tests of how our matting network takes the trimap."""

import pytest
import torch

from clickmend.networks.models.matting_unet import MattingUNet, trimap_channels

TINY = {"widths": (8, 8, 8, 8), "blocks": (0, 1, 1, 1), "attention_blocks": 1}


def test_a_trimap_has_a_channel_for_each_of_its_three_words() -> None:
    trimap = torch.tensor([1.0, 0.0, 0.5, 0.75]).view(1, 1, 2, 2)
    front, back, unknown = trimap_channels(trimap)[0].flatten(1)
    assert front.tolist() == [1, 0, 0, 0.5]
    assert back.tolist() == [0, 1, 0, 0]
    assert unknown.tolist() == [0, 0, 1, 0.5]


def test_a_silent_head_says_what_the_trimap_says() -> None:
    network = MattingUNet(**TINY).eval()
    trimap = torch.randint(0, 3, (1, 1, 32, 64)) / 2
    with torch.no_grad():
        network.head.weight.zero_()
        network.head.bias.zero_()
        alpha = network(torch.rand(1, 3, 32, 64), trimap)
    assert torch.equal(alpha, trimap)


@pytest.mark.parametrize("known", [0.0, 1.0])
def test_what_the_trimap_knows_can_be_corrected(known: float) -> None:
    network = MattingUNet(**TINY).eval()
    with torch.no_grad():
        network.head.weight.zero_()
        network.head.bias.fill_(known - 0.5)  # beyond the range, where a clamp has no gradient
    alpha = network(torch.rand(1, 3, 32, 32), torch.full((1, 1, 32, 32), known))
    assert torch.equal(alpha, torch.full((1, 1, 32, 32), known))
    (alpha - 0.5).square().mean().backward()
    assert network.head.bias.grad.sign() == (1 if known else -1)


def test_details_of_single_pixels_reach_the_matte() -> None:
    network = MattingUNet(**TINY).eval()
    image = torch.full((1, 3, 32, 32), 0.5)
    image[..., ::2] = 1.0
    with torch.no_grad():
        alpha = network(image, torch.full((1, 1, 32, 32), 0.5))
    assert (alpha[..., 1:] - alpha[..., :-1]).abs().median() > 1e-3
