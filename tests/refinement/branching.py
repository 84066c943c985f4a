"""Small networks with branches, skips, several scales and Python, and how often they run."""

from collections import Counter
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from clickmend.refinement import Insertion, minimise

# Outside of the modules, for one that changes its attributes is not replayed.
RUNS: Counter[nn.Module] = Counter()


class Conv(nn.Conv2d):
    """A convolution that counts how often it runs."""

    def __init__(self, inside: int, outside: int) -> None:
        super().__init__(inside, outside, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        RUNS[self] += 1
        return super().forward(x)


class Skips(nn.Module):
    """Branches, a skip that is added in place to a kept output, and a concatenation."""

    places = ("up",)
    behind = frozenset({"last"})

    def __init__(self) -> None:
        super().__init__()
        self.stem, self.deep, self.skip = Conv(3, 4), Conv(4, 4), Conv(4, 4)
        self.up, self.last = Conv(4, 4), Conv(8, 2)

    def forward(self, x: Tensor) -> Tensor:
        stem = self.stem(x)
        deep = self.deep(F.max_pool2d(stem, 2))
        up = F.interpolate(self.up(deep), size=x.shape[2:])
        skip = self.skip(stem)
        skip += up
        return self.last(torch.cat([skip, stem], 1))


class InPlace(nn.Sequential):
    """A plain chain whose activations overwrite what the convolutions put out."""

    places = ("4",)
    behind = frozenset({"6"})

    def __init__(self) -> None:
        parts: list[nn.Module] = []
        for inside, outside in [(3, 4), (4, 4), (4, 4), (4, 2)]:
            parts += [Conv(inside, outside), nn.ReLU(inplace=True)]
        super().__init__(*parts[:-1])


class LateChange(nn.Module):
    """What one part was given is changed in place after it was called."""

    places = ("b",)
    behind = frozenset({"last"})

    def __init__(self) -> None:
        super().__init__()
        self.a, self.b, self.last = Conv(3, 4), Conv(4, 4), Conv(4, 2)

    def forward(self, x: Tensor) -> Tensor:
        a = self.a(x)
        b = self.b(a)
        a.mul_(2)
        return self.last(a + b)


class TwoScales(nn.Module):
    """One backbone at two scales, refined behind the second."""

    places = ("head",)
    behind = frozenset({"last"})

    def __init__(self) -> None:
        super().__init__()
        self.backbone = nn.Sequential(Conv(3, 4), nn.ReLU(inplace=True), Conv(4, 4))
        self.head, self.last = Conv(4, 4), Conv(4, 2)

    def forward(self, x: Tensor) -> Tensor:
        fine = self.backbone(x)
        coarse = self.backbone(F.interpolate(x, scale_factor=0.5))
        return self.last(fine + F.interpolate(self.head(coarse), size=fine.shape[2:]))


class Twice(nn.Module):
    """The same module twice in a row, refined at both calls."""

    places = ("again",)
    behind = frozenset({"again"})

    def __init__(self) -> None:
        super().__init__()
        self.first, self.again = Conv(3, 2), Conv(2, 2)

    def forward(self, x: Tensor) -> Tensor:
        return self.again(self.again(self.first(x)).relu_())


class ControlFlow(nn.Module):
    """Python decides by the values of the prediction, and calls the ``forward`` of a part."""

    places = ("middle",)
    behind = frozenset({"left", "right"})

    def __init__(self) -> None:
        super().__init__()
        self.stem, self.middle = Conv(3, 4), Conv(4, 4)
        self.left, self.right = Conv(4, 2), Conv(4, 2)
        self.parts = nn.ModuleList([Conv(4, 4), Conv(4, 4)])

    def forward(self, x: Tensor) -> Tensor:
        stem = self.stem.forward(x)
        for part in self.parts:
            stem = part(stem) + stem
        m = self.middle(stem)
        return self.left(m) if m.mean() > 0 else self.right(m)


class MixedBlock(nn.Module):
    """A block that is given a refined and an unrefined map, and works on the latter."""

    places = ("deep",)
    behind = frozenset({"block.last"})

    def __init__(self) -> None:
        super().__init__()
        self.stem, self.deep = Conv(3, 4), Conv(4, 4)
        self.block = nn.Module()
        self.block.skip, self.block.last = Conv(4, 4), Conv(4, 2)
        self.block.forward = self.fuse

    def fuse(self, deep: Tensor, *, stem: Tensor) -> Tensor:
        return self.block.last(deep + self.block.skip(stem))

    def forward(self, x: Tensor) -> Tensor:
        stem = self.stem(x)
        return self.block(self.deep(stem), stem=stem)


NETS = [Skips, InPlace, LateChange, TwoScales, Twice, ControlFlow, MixedBlock]


def runs(net: nn.Module) -> dict[str, int]:
    """How often each convolution ran since the last question."""
    return {name: RUNS.pop(m, 0) for name, m in net.named_modules() if isinstance(m, Conv)}


def click(
    insertion: Insertion, forward: Any, *given: Tensor, iterations: int = 5
) -> tuple[list[Tensor], Tensor]:
    """The predictions of the start and of each iteration, and one without gradients."""
    predictions: list[Tensor] = []

    def energy() -> Tensor:
        y = forward(*given)
        predictions.append(y.detach().clone())
        return (y - 1).square().sum()

    minimise(energy, insertion.variables(), lr=0.1, iterations=iterations)
    with torch.no_grad():
        return predictions, forward(*given)
