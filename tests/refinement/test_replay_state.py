"""What must not be replayed is not: randomness, state, hidden values, training mode."""

import copy
import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from branching import Skips, runs
from torch import Tensor, nn

from clickmend.core.errors import ModelError
from clickmend.refinement import Replay


class Noise(nn.Module):
    """Draws random numbers, also in evaluation mode."""

    def __init__(self, draw: Callable[[], float | Tensor]) -> None:
        super().__init__()
        self.draw = draw

    def forward(self, x: Tensor) -> Tensor:
        return x + self.draw()


class OwnGenerator(nn.Module):
    """Draws from a generator of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.generator = torch.Generator().manual_seed(0)

    def forward(self, x: Tensor) -> Tensor:
        return x + torch.randn(1, generator=self.generator)


class CountsInBuffer(nn.Module):
    """Answers by how often it was called, counted in a buffer."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("calls", torch.zeros(()))

    def forward(self, x: Tensor) -> Tensor:
        self.calls += 1
        return x * self.calls


class CountsInAttribute(nn.Module):
    """The same, counted in a number."""

    def __init__(self) -> None:
        super().__init__()
        self.calls = 0

    def forward(self, x: Tensor) -> Tensor:
        self.calls += 1
        return x * self.calls


class Remembers(nn.Module):
    """Adds all that it was given before."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[Tensor] = []

    def forward(self, x: Tensor) -> Tensor:
        self.seen.append(x.clone())
        return torch.stack(self.seen).sum(0)


class Accumulates(nn.Module):
    """Adds in place to a tensor that is no buffer."""

    def __init__(self) -> None:
        super().__init__()
        self.sum = torch.zeros(())

    def forward(self, x: Tensor) -> Tensor:
        return x + self.sum.add_(1)


class Overwrite(nn.Module):
    """Answers in what it was given."""

    def forward(self, x: Tensor) -> None:
        x.mul_(2)


class Opaque(nn.Module):
    """Hands over something that may hide anything."""

    def forward(self, x: Tensor) -> Any:
        return x.numpy()


class Watched(nn.Module):
    """Calls a part so that the part, not the whole, is looked at."""

    def __init__(self, part: nn.Module) -> None:
        super().__init__()
        self.part, self.end = part, nn.Identity()
        self.end.register_forward_hook(lambda *_: None)

    def forward(self, x: Tensor) -> Tensor:
        x = self.end(x).clone()
        answer = self.part(x)
        return x if answer is None else torch.as_tensor(answer) + 0


@pytest.mark.parametrize(
    "part",
    [
        Noise(lambda: torch.randn(1)),
        Noise(random.random),
        Noise(np.random.mtrand.random),
        OwnGenerator(),
    ],
    ids=["torch", "python", "numpy", "own generator"],
)
def test_random_parts_draw_again_in_each_pass(part: nn.Module, x: Tensor) -> None:
    replay = Replay(Watched(part).eval())

    assert not torch.equal(replay(x), replay(x))


@pytest.mark.parametrize(
    "part", [CountsInBuffer(), CountsInAttribute(), Remembers(), Accumulates()]
)
@pytest.mark.parametrize("around", [Watched, nn.Sequential])
def test_parts_that_change_their_own_state_answer_as_without_replay(
    around: Callable[[nn.Module], nn.Module], part: nn.Module, x: Tensor
) -> None:
    net = around(copy.deepcopy(part)).eval()
    replay = Replay(around(copy.deepcopy(part)).eval())

    for _ in range(4):
        assert torch.equal(replay(x), net(x))


class Caches(nn.Module):
    """Makes a grid once for each size."""

    def __init__(self) -> None:
        super().__init__()
        self.grids: dict[torch.Size, Tensor] = {}

    def forward(self, x: Tensor) -> Tensor:
        if x.shape not in self.grids:
            self.grids[x.shape] = torch.ones(x.shape)
        return x + self.grids[x.shape]


def test_a_part_that_fills_a_cache_is_replayed_once_it_is_full(x: Tensor) -> None:
    replay = Replay(Caches().eval())

    seen = [(torch.equal(replay(x), x + 1), replay.ran, replay.replayed) for _ in range(3)]

    assert seen == [(True, 1, 0), (True, 1, 0), (True, 0, 1)]


@pytest.mark.parametrize("part", [nn.Dropout(), nn.BatchNorm2d(3), nn.GELU()])
def test_one_part_in_training_mode_is_enough_to_refuse(part: nn.Module, x: Tensor) -> None:
    net = nn.Sequential(Skips(), part).eval().requires_grad_(False)
    replay = Replay(net)
    part.train()

    with pytest.raises(ModelError, match=r"1 parts .* training mode \(1\).*call .eval\(\)"):
        replay(x)
    with pytest.raises(ModelError, match=r"1 parts .* training mode \(1\).*call .eval\(\)"):
        Replay(net)


@pytest.mark.parametrize("part", [Overwrite(), Opaque()])
def test_parts_that_change_their_input_or_hide_values_always_run(
    part: nn.Module, x: Tensor
) -> None:
    net = Watched(part).eval()
    replay = Replay(net)

    for _ in range(3):
        assert torch.equal(replay(x), net(x))
    assert (replay.ran, replay.replayed) == (1, 1)


def test_in_inference_mode_the_whole_network_runs(x: Tensor) -> None:
    net = Skips().eval().requires_grad_(False)
    replay = Replay(net)
    replay(x)
    runs(net)
    with torch.inference_mode():
        y = replay(x)

    assert runs(net)["stem"] == 1
    assert torch.equal(y, replay(x))


def test_inputs_made_in_inference_mode_are_run_whole(x: Tensor) -> None:
    net = Skips().eval().requires_grad_(False)
    with torch.inference_mode():
        image = x.clone()

    assert torch.equal(Replay(net)(image), net(x))


@pytest.mark.parametrize("when", ["at the start", "at a pass"])
def test_training_mode_and_unfrozen_weights_are_refused(when: str, x: Tensor) -> None:
    net = Skips().eval().requires_grad_(False)
    replay = Replay(net)

    def use() -> None:
        Replay(net) if when == "at the start" else replay(x)

    net.train()
    with pytest.raises(ModelError, match=r"training mode.*call .eval\(\)"):
        use()
    net.eval().requires_grad_(True)
    with pytest.raises(ModelError, match=r"weight 'stem.weight' requires gradients"):
        use()
