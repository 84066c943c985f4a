"""Replay against running the whole network: the same bits, fewer runs."""

import pytest
import torch
from branching import Conv, MixedBlock, Skips, click, runs
from torch import Tensor, nn

from clickmend.refinement import InputBias, Insertion, Replay, insert


def test_a_click_with_replay_equals_a_click_without_bit_for_bit(
    net: nn.Module, x: Tensor, insertion: Insertion
) -> None:
    net(x)
    start = insertion.state()
    whole, last_whole = click(insertion, net, x)
    end = insertion.state()

    insertion.load_state(start)
    replayed, last_replayed = click(insertion, Replay(net), x)

    assert not torch.equal(whole[0], whole[-1])
    assert all(map(torch.equal, whole, replayed))
    assert torch.equal(last_whole, last_replayed)
    assert all(torch.equal(insertion.state()[k][n], v) for k in end for n, v in end[k].items())


def test_only_what_lies_behind_the_insertion_runs_in_each_iteration(
    net: nn.Module, x: Tensor, insertion: Insertion
) -> None:
    replay = Replay(net)
    replay(x)
    click(insertion, replay, x)  # What is changed in place is learnt in the first passes.
    runs(net)

    click(insertion, replay, x)

    counted = runs(net)
    assert {name for name, n in counted.items() if n} <= net.behind
    assert sum(counted.values()) > 0
    assert replay.replayed > 0


def test_another_input_runs_everything_that_depends_on_it(
    net: nn.Module, x: Tensor, insertion: Insertion
) -> None:
    replay = Replay(net)
    for image in (x, x + 1, x, x.flip(3), x):
        with torch.no_grad():
            assert torch.equal(replay(image), net(image))


def test_an_equal_input_in_other_memory_is_recognised_across_clicks(
    net: nn.Module, x: Tensor, insertion: Insertion
) -> None:
    replay = Replay(net)
    replay(x)
    click(insertion, replay, x)
    runs(net)

    click(insertion, replay, x.clone())

    assert {name for name, n in runs(net).items() if n} <= net.behind


def test_input_memory_that_is_written_through_numpy_is_noticed(x: Tensor) -> None:
    net = Skips().eval().requires_grad_(False)
    replay = Replay(net)
    replay(x)

    x.numpy()[:] = 3

    assert torch.equal(replay(x), net(x))


def test_an_output_that_the_caller_spoils_does_no_harm(x: Tensor) -> None:
    net = Skips().eval().requires_grad_(False)
    replay = Replay(net)
    expected = net(x)

    for _ in range(3):
        y = replay(x)
        assert torch.equal(y, expected)
        y.numpy()[:] = 0


def test_a_network_without_variables_runs_once(x: Tensor) -> None:
    net = Skips().eval().requires_grad_(False)
    replay = Replay(net)
    first = replay(x)
    runs(net)

    assert torch.equal(replay(x), first)
    assert not any(runs(net).values())
    assert (replay.ran, replay.replayed) == (0, 1)


def test_refining_the_image_itself_runs_everything_and_has_its_gradient(x: Tensor) -> None:
    net = Skips().eval().requires_grad_(False)
    variable = x.clone().requires_grad_()
    (whole,) = torch.autograd.grad(net(variable).square().sum(), variable)
    replay = Replay(net)

    (replayed,) = torch.autograd.grad(replay(variable).square().sum(), variable)

    assert torch.equal(whole, replayed)


def test_weights_that_change_are_noticed(x: Tensor) -> None:
    net = Skips().eval().requires_grad_(False)
    replay = Replay(net)
    replay(x)

    net.stem.weight.mul_(2)

    assert torch.equal(replay(x), net(x))


def test_forgetting_runs_everything_again(x: Tensor) -> None:
    net = Skips().eval().requires_grad_(False)
    replay = Replay(net)
    replay(x)

    replay.forget()
    replay(x)

    assert (replay.ran, replay.replayed) == (1, 0)


def test_insertions_may_come_and_go(x: Tensor) -> None:
    net = Skips().eval().requires_grad_(False)
    replay = Replay(net)
    plain = replay(x)
    for place in ("stem", "last", "up"):
        with insert(net, {place: "sb"}) as insertion, torch.no_grad():
            replay(x)
            insertion.layers[place].b.fill_(1)
            assert torch.equal(replay(x), net(x))
            assert not torch.equal(replay(x), plain)
    assert torch.equal(replay(x), plain)


def test_hooks_of_others_fire_in_every_pass(x: Tensor) -> None:
    net = Skips().eval().requires_grad_(False)
    seen: list[Tensor] = []
    net.deep.register_forward_hook(lambda _module, _given, output: seen.append(output.clone()))
    replay = Replay(net)

    replay(x)
    replay(x)

    assert len(seen) == 2
    assert torch.equal(*seen)


def test_the_network_is_the_same_after_a_pass(x: Tensor) -> None:
    net = MixedBlock().eval().requires_grad_(False)
    before = [dict(vars(m)) for m in net.modules()]

    Replay(net)(x)

    for m, names in zip(net.modules(), before, strict=True):
        assert vars(m).keys() == names.keys()
        assert vars(m).get("forward") == names.get("forward")


def test_a_pass_that_fails_leaves_the_network_and_the_replay_usable(x: Tensor) -> None:
    net = Skips().eval().requires_grad_(False)
    replay = Replay(net)

    with pytest.raises(RuntimeError):
        replay(x[:, :2])

    assert "forward" not in vars(net.stem)
    assert torch.equal(replay(x), net(x))


def test_autocast_is_told_apart(x: Tensor) -> None:
    net = Skips().eval().requires_grad_(False)
    replay = Replay(net)
    replay(x)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert torch.equal(replay(x), net(x))
    assert torch.equal(replay(x), net(x))


def test_keyword_and_plain_arguments_are_part_of_the_input(x: Tensor) -> None:
    class Scaled(nn.Module):
        def forward(self, x: Tensor, *, scale: float, names: list[str]) -> dict[str, Tensor]:
            return dict.fromkeys(names, x * scale)

    replay = Replay(Scaled().eval())

    assert torch.equal(replay(x, scale=2.0, names=["a"])["a"], 2 * x)
    assert torch.equal(replay(x, scale=3.0, names=["a"])["a"], 3 * x)
    assert list(replay(x, scale=3.0, names=["b"])) == ["b"]
    assert (replay.ran, replay.replayed) == (1, 0)


class Marked(nn.Module):
    """A network of photo and marks that meet behind their stems."""

    def __init__(self) -> None:
        super().__init__()
        self.photo, self.marks, self.rest = Conv(3, 4), Conv(4, 4), Skips()
        self.to_rest = Conv(4, 3)

    def forward(self, photo: Tensor, marks: Tensor) -> Tensor:
        return self.rest(self.to_rest(self.photo(photo) + self.marks(marks)))


@pytest.mark.parametrize(
    ("places", "kept"),
    [
        ({"@photo": "delta"}, {"marks"}),
        ({"@1": InputBias(channels=(0, 1))}, {"photo"}),
        ({"@0": "delta", "@marks": "delta"}, set()),
        ({"@1": "delta", "rest.up": "bmsb"}, {"photo"}),
    ],
)
def test_with_the_input_as_variables_nothing_that_depends_on_it_is_kept(
    places: dict[str, str], kept: set[str], x: Tensor
) -> None:
    net, marks = Marked().eval(), torch.rand(1, 4, 8, 12)
    with insert(net, places) as insertion:
        replay = Replay(net)
        with torch.no_grad():
            replay(x, marks)
        for photo, drawn in [(x, marks), (x, marks + 1), (x.flip(3), marks + 1)]:
            start = insertion.state()
            whole, last_whole = click(insertion, net, photo, drawn)
            end = insertion.state()
            insertion.load_state(start)
            replayed, last_replayed = click(insertion, replay, photo, drawn)

            assert not torch.equal(whole[0], whole[-1])
            assert all(map(torch.equal, whole, replayed))
            assert torch.equal(last_whole, last_replayed)
            assert all(
                torch.equal(insertion.state()[k][n], v) for k in end for n, v in end[k].items()
            )
        runs(net)
        replay(photo, drawn)
        assert {name for name, count in runs(net).items() if not count} == kept
