"""Replay against running the whole network: the same bits, fewer runs."""

from collections.abc import Iterator
from typing import Any

import pytest
import timm
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torchvision.models import resnet18
from torchvision.models.segmentation import lraspp_mobilenet_v3_large

from clickmend.core.errors import ModelError
from clickmend.refinement import Insertion, Replay, insert, minimise


class Conv(nn.Conv2d):
    """A convolution that counts how often it runs."""

    def __init__(self, inside: int, outside: int) -> None:
        super().__init__(inside, outside, 3, padding=1)
        self.runs = 0

    def forward(self, x: Tensor) -> Tensor:
        self.runs += 1
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


def runs(net: nn.Module) -> dict[str, int]:
    """How often each convolution ran since the last question."""
    counted = {}
    for name, m in net.named_modules():
        if isinstance(m, Conv):
            counted[name], m.runs = m.runs, 0
    return counted


def click(insertion: Insertion, forward: Any, x: Tensor) -> tuple[list[Tensor], Tensor]:
    """Predictions of six iterations and one without gradients."""
    predictions: list[Tensor] = []

    def energy() -> Tensor:
        y = forward(x)
        predictions.append(y.detach().clone())
        return (y - 1).square().sum()

    minimise(energy, insertion.variables(), lr=0.1, iterations=5)
    with torch.no_grad():
        return predictions, forward(x)


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
        runs(m)
        assert vars(m).keys() == names.keys()
        assert vars(m).get("forward") == names.get("forward")


def test_a_pass_that_fails_leaves_the_network_and_the_replay_usable(x: Tensor) -> None:
    net = Skips().eval().requires_grad_(False)
    replay = Replay(net)

    with pytest.raises(RuntimeError):
        replay(x[:, :2])

    assert "forward" not in vars(net.stem)
    assert torch.equal(replay(x), net(x))


class Noise(nn.Module):
    """Draws random numbers, also in evaluation mode."""

    def forward(self, x: Tensor) -> Tensor:
        return x + torch.randn_like(x)


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


def test_random_parts_draw_again_in_each_pass(x: Tensor) -> None:
    replay = Replay(Watched(Noise()).eval())

    assert not torch.equal(replay(x), replay(x))


@pytest.mark.parametrize("part", [Overwrite(), Opaque()])
def test_parts_that_change_their_input_or_hide_values_always_run(
    part: nn.Module, x: Tensor
) -> None:
    net = Watched(part).eval()
    replay = Replay(net)

    for _ in range(3):
        assert torch.equal(replay(x), net(x))
    assert (replay.ran, replay.replayed) == (1, 1)


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


class Softmax(nn.Module):
    """A classification network read as a dense one."""

    def __init__(self) -> None:
        super().__init__()
        self.net = resnet18(weights=None)

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x).softmax(1)


class Features(nn.Module):
    """The last map of a timm network."""

    def __init__(self) -> None:
        super().__init__()
        self.net = timm.create_model("mobilenetv3_small_050", pretrained=False, features_only=True)

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)[-1]


class Dense(nn.Module):
    """The map of a torchvision segmentation network."""

    def __init__(self) -> None:
        super().__init__()
        self.net = lraspp_mobilenet_v3_large(weights=None, weights_backbone=None, num_classes=2)

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)["out"]


@pytest.mark.parametrize(
    ("make", "place"),
    [
        (Softmax, "net.layer3.0.conv1"),
        (Features, "net.blocks.3.1"),
        (Dense, "net.classifier.cbr"),
        (Dense, "net.backbone.8"),
    ],
)
def test_library_networks_answer_the_same_bits_and_run_fewer_convolutions(
    make: type[nn.Module], place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    net, x = make().eval(), torch.randn(1, 3, 64, 64)
    convolve, ran = nn.Conv2d._conv_forward, []
    monkeypatch.setattr(
        nn.Conv2d, "_conv_forward", lambda self, *given: ran.append(self) or convolve(self, *given)
    )
    with insert(net, {place: "bmsb"}) as insertion:
        net(x)
        start = insertion.state()
        ran.clear()
        whole, last_whole = click(insertion, net, x)
        all_runs = len(ran)
        insertion.load_state(start)
        ran.clear()
        replayed, last_replayed = click(insertion, Replay(net), x)

    assert all(map(torch.equal, whole, replayed))
    assert torch.equal(last_whole, last_replayed)
    assert len(ran) < 0.7 * all_runs
