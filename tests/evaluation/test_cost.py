"""The counted cost of a network and of its parts, against the sums written out."""

import pytest
from torch import nn

from clickmend.evaluation.cost import costs_of_insertions
from clickmend.networks import ARCHITECTURES, Card, Model
from clickmend.networks.weights.cards import Refinement

SIDE = 32


class Chain(nn.Module):
    """Four convolutions; the image is all it is given."""

    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(3, 8, 3, padding=1)
        self.middle = nn.Conv2d(8, 8, 3, padding=1)
        self.late = nn.Conv2d(8, 4, 3, padding=1)
        self.last = nn.Conv2d(4, 1, 1)

    def forward(self, image):
        return self.last(self.late(self.middle(self.first(image))))


@pytest.fixture
def model():
    refinement = Refinement(default="sb", at=("late", "middle"), learning_rates={})
    card = Card.model_construct(task="depth", view_px=SIDE, refinement=refinement)
    return Model(Chain().eval().requires_grad_(False), card)


def test_the_ratio_is_that_of_the_multiplications_behind_the_first_place_that_runs_again(model):
    first, middle, late, last = 3 * 8 * 9, 8 * 8 * 9, 8 * 4 * 9, 4
    whole = first + middle + late + last
    assert costs_of_insertions(model) == {
        1: pytest.approx(whole / last),
        2: pytest.approx(whole / (late + last)),
    }


def test_the_network_itself_is_left_as_it_was(model):
    costs_of_insertions(model)
    assert not any(part._forward_hooks for part in model.network.modules())


@pytest.mark.parametrize("architecture", ["interactive-unet", "matting-unet"])
def test_a_network_is_given_all_that_its_task_has(architecture):
    network = ARCHITECTURES[architecture](widths=(8, 8, 8, 8), blocks=(0, 1, 1, 1))
    refinement = Refinement(default="sb", at=("decoder.1",), learning_rates={})
    card = Card.model_construct(view_px=64, refinement=refinement)
    costs = costs_of_insertions(Model(network.eval().requires_grad_(False), card))
    assert costs[1] > 1
