"""The networks of the papers at full size: a pass; for G-BRS a step of refinement at its places."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from clickmend.feedback.crop import whole_image
from clickmend.feedback.marks import Click
from clickmend.networks import ARCHITECTURES, InteractiveNetwork, set_online
from clickmend.networks.models.bts import BTS
from clickmend.networks.models.hmsa import MultiScaleAttention
from clickmend.networks.models.indexnet import IndexNet
from clickmend.refinement import Layer, TopK, insert, minimise

HEIGHT, WIDTH = 256, 288

Case = tuple[str, Callable[[Tensor], tuple[Tensor, ...]], dict[str, str | Layer], int]

CASES: list[Case] = [
    (
        "deeplabv3plus-r101",
        lambda image: (image, torch.rand(1, 4, HEIGHT, WIDTH)),
        {"aspp": "bmconv"},
        1,
    ),
    (
        "hmsa-hrnet-w48",
        lambda image: (image,),
        dict.fromkeys(MultiScaleAttention.PLACES, "bmconv"),
        6,
    ),
    (
        "indexnet-mobilenetv2",
        lambda image: (image, torch.randint(0, 3, (1, 1, HEIGHT, WIDTH)) / 2),
        dict.fromkeys(IndexNet.PLACES, "bmconv"),
        5,
    ),
    (
        "bts-densenet161",
        lambda image: (image,),
        dict.fromkeys(BTS.PLACES, TopK("bmconv", k=BTS.TOP_K)),
        1,
    ),
]


def tamed(network: nn.Module) -> nn.Module:
    """With smaller batch normalisations: untrained, maps would grow from block to block."""
    for part in network.modules():
        if isinstance(part, nn.BatchNorm2d):
            nn.init.constant_(part.weight, 0.7)
    return network.eval()


@pytest.mark.slow
@pytest.mark.parametrize(("name", "inputs", "places", "maps"), CASES, ids=[c[0] for c in CASES])
def test_a_step_of_refinement_starts_at_the_identity_and_reaches_every_variable(
    name: str,
    inputs: Callable[[Tensor], tuple[Tensor, ...]],
    places: dict[str, str | Layer],
    maps: int,
) -> None:
    torch.manual_seed(0)
    given = inputs(torch.rand(1, 3, HEIGHT, WIDTH))
    network = tamed(ARCHITECTURES[name]())
    with torch.no_grad():
        before = network(*given)
    assert before.shape[2:] == (HEIGHT, WIDTH)
    assert before.isfinite().all()

    with insert(network, places) as insertion:
        with torch.no_grad():
            assert torch.equal(network(*given), before)
        assert len(insertion.layers) == maps

        def energy() -> Tensor:
            here = (..., slice(100, 140), slice(100, 140))
            return (network(*given)[here] - before[here]).mean()

        variables = insertion.variables()
        report = minimise(energy, variables, lr=1e-3, iterations=3)
        assert min(report.energies) < report.energies[0]
        with torch.no_grad():
            assert not torch.equal(network(*given), before)
        # At the identity the weights of the bias map have no slope yet; one step on they have.
        gradients = torch.autograd.grad(energy(), variables)
        assert all(gradient.isfinite().all() and gradient.any() for gradient in gradients)

    with torch.no_grad():
        assert torch.equal(network(*given), before)


ATTENTIVE = [
    *(
        f"{p}botnet{d}-deeplabv3plus{c}"
        for p in ("", "prob")
        for d in (50, 101)
        for c in ("", "-csa")
    ),
    *("hrnet-ocr", "hrnet-csa"),
]


@pytest.mark.slow
@pytest.mark.parametrize("name", ATTENTIVE)
def test_the_networks_of_probabilistic_attention_answer_a_click(name: str) -> None:
    network = ARCHITECTURES[name]()
    assert isinstance(network, InteractiveNetwork)
    assert (network.encoding.kind, network.encoding.radius_px) == ("disk", 8.0)
    if name.endswith("-csa"):
        set_online(network, propagate=5)
    crop = whole_image(128, 128, long_side=128)
    marks = torch.from_numpy(network.encoding((Click(40, 50, "foreground"),), None, None, crop))
    with torch.no_grad():
        logits = tamed(network)(torch.rand(1, 3, 128, 128), marks)
    assert logits.shape == (1, 1, 128, 128)
    assert logits.isfinite().all()
