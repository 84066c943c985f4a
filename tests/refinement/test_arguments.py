"""Layers before what a network is given: the places with an @."""

import pytest
import torch
from torch import Tensor, nn

from clickmend.core.errors import ModelError
from clickmend.refinement import InputBias, insert
from clickmend.refinement.arguments import find_argument


class TwoInputs(nn.Module):
    """Photo and marks by position or name, a gain by name only."""

    def __init__(self) -> None:
        super().__init__()
        self.photo, self.marks = nn.Conv2d(3, 4, 3, padding=1), nn.Conv2d(4, 4, 3, padding=1)
        self.head = nn.Conv2d(4, 1, 1)

    def forward(self, photo: Tensor, marks: Tensor, *, gain: Tensor | None = None) -> Tensor:
        x = torch.tanh(self.photo(photo) + self.marks(marks))
        return self.head(x if gain is None else x * gain)


@pytest.fixture
def net() -> TwoInputs:
    return TwoInputs().eval()


@pytest.fixture
def photo() -> Tensor:
    x = torch.randn(1, 3, 6, 8)
    x[0, 0, 0] = -0.0
    return x


@pytest.fixture
def marks() -> Tensor:
    return torch.rand(1, 4, 6, 8)


@pytest.mark.parametrize("place", ["@0", "@photo", "@1", "@marks", "head@0"])
@pytest.mark.parametrize("by_name", [False, True])
def test_a_bias_of_an_argument_is_added_to_it_however_it_is_given(
    place: str, by_name: bool, net: TwoInputs, photo: Tensor, marks: Tensor
) -> None:
    def call(*given: Tensor) -> Tensor:
        return net(**dict(zip(["photo", "marks"], given, strict=True))) if by_name else net(*given)

    plain = net(photo, marks).detach()
    with insert(net, {place: "delta"}) as insertion:
        assert torch.equal(call(photo, marks), plain)
        (z,) = insertion.variables()
        with torch.no_grad():
            z.copy_(torch.randn(z.shape))
        moved = call(photo, marks)
        (gradient,) = torch.autograd.grad(moved.square().sum(), z)
        assert (gradient != 0).any()

    if place != "head@0":
        added = (photo + z, marks) if place in ("@0", "@photo") else (photo, marks + z)
        assert torch.equal(moved, net(*added))
    assert torch.equal(net(photo, marks), plain)
    assert not any(m._forward_pre_hooks for m in net.modules())


def test_an_argument_that_is_given_by_name_only_is_a_place(
    net: TwoInputs, photo: Tensor, marks: Tensor
) -> None:
    gain = torch.rand(1, 4, 6, 8)
    with insert(net, {"@gain": "sb"}) as insertion:
        net(photo, marks, gain=gain)
        with torch.no_grad():
            insertion.layers["@gain"].s.mul_(2)
        moved = net(photo, marks, gain=gain)

    assert torch.equal(moved, net(photo, marks, gain=2 * gain))


def test_the_layer_meets_the_input_with_every_bit(
    net: TwoInputs, photo: Tensor, marks: Tensor
) -> None:
    met: list[Tensor] = []
    with insert(net, {"@0": "delta"}):
        net.photo.register_forward_pre_hook(lambda _module, given: met.append(given[0]))
        net(photo, marks)

    assert torch.equal(met[0].view(torch.int32), photo.view(torch.int32))


def test_input_and_parts_are_refined_together_and_undone_exactly(
    net: TwoInputs, photo: Tensor, marks: Tensor
) -> None:
    places = {"@0": "delta", "@1": InputBias(channels=(0, 1)), "photo": "bmsb"}
    with insert(net, places) as insertion:
        plain = net(photo, marks).detach()
        assert [tuple(v.shape) for v in insertion.variables()[:2]] == [(3, 6, 8), (2, 6, 8)]
        with torch.no_grad():
            for variable in insertion.variables():
                variable.add_(0.1)
        moved, snapshot = net(photo, marks).detach(), insertion.state()
        assert not torch.equal(moved, plain)

        insertion.reset()
        assert torch.equal(net(photo, marks), plain)
        insertion.load_state(snapshot)
        insertion.project()
        assert torch.equal(net(photo, marks), moved)


def test_an_argument_of_a_module_that_takes_any_is_found_by_position() -> None:
    class Any(nn.Module):
        def forward(self, *maps: Tensor) -> Tensor:
            return maps[0] + 2 * maps[1]

    net, maps = Any().eval(), torch.randn(2, 1, 2, 3, 3)
    with insert(net, {"@1": "sb"}) as insertion:
        net(*maps)
        with torch.no_grad():
            insertion.layers["@1"].b.fill_(1)

        torch.testing.assert_close(net(*maps), maps[0] + 2 * (maps[1] + 1))


@pytest.mark.parametrize("place", ["@2", "@mark", "@", "@-1"])
def test_an_argument_that_is_not_there_is_answered_with_those_that_are(
    place: str, net: TwoInputs
) -> None:
    known = "It takes @0 or @photo, @1 or @marks, @gain"
    with pytest.raises(ModelError, match=f"no argument '{place}'. {known}"):
        insert(net, {place: "delta"})

    assert not net._forward_pre_hooks
    assert net.head.weight.requires_grad


def test_a_part_that_is_not_there_is_answered_with_the_nearest_names(net: TwoInputs) -> None:
    with pytest.raises(ModelError, match=r"no part 'hed'. Nearest: head"):
        insert(net, {"hed@0": "delta"})


def test_a_call_without_the_argument_is_refused(
    net: TwoInputs, photo: Tensor, marks: Tensor
) -> None:
    with (
        insert(net, {"@gain": "delta"}),
        pytest.raises(ModelError, match="called without the argument '@gain'"),
    ):
        net(photo, marks)


def test_an_argument_that_is_no_feature_map_is_refused(net: TwoInputs, photo: Tensor) -> None:
    with insert(net, {"@1": "delta"}):
        with pytest.raises(ModelError, match=r"'@1' is a NoneType. A refinement layer needs one"):
            net(photo, None)
        with pytest.raises(ModelError, match=r"'@1' is torch.uint8 of shape \(1, 4, 6, 8\)"):
            net(photo, torch.zeros(1, 4, 6, 8, dtype=torch.uint8))
        with pytest.raises(ModelError, match="'@1' is a batch of 2"):
            net(photo, torch.zeros(2, 4, 6, 8))


def test_a_position_and_a_name_find_the_same_argument(net: TwoInputs) -> None:
    by_position, by_name = find_argument(net, "@1"), find_argument(net, "@marks")

    assert (by_position.position, by_position.name) == (by_name.position, by_name.name)
