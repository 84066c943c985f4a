"""What a watched pass tells: operations of each call, and what depends on what."""

import torch
from branching import Skips, TwoScales
from torch import Tensor, nn

from clickmend.refinement.trace import Call, dependencies, watch


class Functional(nn.Module):
    """A product of matrices beside a convolution, in one part."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        m = self.conv(x).flatten(2)
        return m @ m.transpose(1, 2)


def dependent(calls: list[Call], part: str) -> list[str]:
    """The parts whose outputs depend on that of ``part``, in the order of the pass."""
    masks = dependencies(calls, [[call for call in calls if call.part == part]])
    return [call.part for call, mask in zip(calls, masks, strict=True) if mask]


def test_operations_belong_to_the_call_that_does_them() -> None:
    calls, answer = watch(Functional().eval(), [torch.randn(1, 3, 2, 5)])

    assert answer.shape == (1, 4, 4)
    assert [(call.part, call.operations) for call in calls] == [
        ("conv", 2 * 3 * 4 * 10),
        ("", 2 * 4 * 10 * 4),
    ]


def test_calls_come_in_the_order_in_which_they_end_and_each_by_itself() -> None:
    calls, _ = watch(TwoScales().eval(), [torch.randn(1, 3, 8, 8)])

    backbone = ["backbone.0", "backbone.1", "backbone.2", "backbone"]
    assert [call.part for call in calls] == [*backbone, *backbone, "head", "last", ""]
    assert calls[0].operations == 4 * calls[4].operations


def test_dependence_follows_branches_not_the_order_of_the_calls() -> None:
    calls, _ = watch(Skips().eval(), [torch.randn(1, 3, 8, 8)])

    assert [call.part for call in calls] == ["stem", "deep", "up", "skip", "last", ""]
    assert dependent(calls, "stem") == ["deep", "up", "skip", "last", ""]
    assert dependent(calls, "deep") == ["up", "last", ""]
    assert dependent(calls, "skip") == ["last", ""]
    assert dependent(calls, "last") == []  # The whole puts out the same.


def test_dependence_survives_operations_in_place() -> None:
    net = nn.Sequential(nn.Conv2d(3, 4, 1), nn.ReLU(inplace=True), nn.Conv2d(4, 2, 1)).eval()

    calls, _ = watch(net, [torch.randn(1, 3, 4, 4)])

    assert dependent(calls, "0") == ["1", "2", ""]
    assert dependent(calls, "1") == ["2", ""]


def test_a_graph_deeper_than_python_recurses_is_followed() -> None:
    class Deep(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first = nn.Conv2d(1, 1, 1)

        def forward(self, x: Tensor) -> Tensor:
            y = self.first(x)
            for _ in range(5000):
                y = y + 1
            return y

    calls, _ = watch(Deep().eval(), [torch.zeros(1, 1, 1, 1)])

    assert dependent(calls, "first") == [""]


def test_the_network_is_left_without_hooks() -> None:
    net = Skips().eval()
    watch(net, [torch.randn(1, 3, 8, 8)])

    assert not any(m._forward_hooks or m._forward_pre_hooks for m in net.modules())
