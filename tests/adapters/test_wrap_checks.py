"""Tests of what ``wrap`` refuses or mends before a session can go wrong."""

from __future__ import annotations

import logging
import threading

import numpy as np
import pytest
import torch
from torch import Tensor, nn

import clickmend as cm
from clickmend.core.errors import ModelError, OptionError


class Tiny(nn.Module):
    """RGB to a map at a quarter of the size, changed by ``how``."""

    def __init__(self, channels=3, how=lambda y: y):
        super().__init__()
        self.features = nn.Conv2d(3, 16, 4, 4)
        self.head = nn.Sequential(nn.ReLU(), nn.Conv2d(16, 16, 3, 1, 1))
        self.classify = nn.Conv2d(16, channels, 1)
        self.how = how

    def forward(self, x: Tensor) -> Tensor:
        return self.how(self.classify(self.head(self.features(x))))


class WritesIntoItsInput(Tiny):
    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x.sub_(0.5))


class WritesIntoACopy(Tiny):
    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x - 0.5)


class Threshold(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([x, 1 - x], dim=1)


def wrapped(module, **options):
    return cm.wrap(module, **({"task": "semantic", "at": "head", "view_px": 96} | options))


@pytest.fixture
def photo(rng):
    return rng.integers(0, 255, (64, 96, 3)).astype(np.uint8)


class WithoutGradient(Tiny):
    @torch.no_grad()
    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x)


class UnderInference(Tiny):
    @torch.inference_mode()
    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x)


class KeepsWhatItComputed(Tiny):
    def forward(self, x: Tensor) -> Tensor:
        self.kept = {"maps": [self.features(x)]}
        return super().forward(x)


class Locked(Tiny):
    def __init__(self):
        super().__init__()
        self.lock = threading.Lock()


@pytest.mark.parametrize("by_hand", [False, True])
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_a_module_of_another_precision_is_mended_as_one_of_ours(photo, dtype, by_hand):
    options = {"preprocess": lambda x: x.to(dtype)} if by_hand else {}
    model = wrapped(Tiny().to(dtype), **options)
    session = cm.Session(photo, model=model, refine="bmsb")
    session.click(30, 30, label=1)
    assert session.prediction.labels[30, 30] == 1
    assert session.report.iterations > 0


def test_a_module_that_writes_into_its_input_answers_each_mark_from_the_photo(photo):
    torch.manual_seed(0)
    writes, copies = WritesIntoItsInput(), WritesIntoACopy()
    copies.load_state_dict(writes.state_dict())
    shown = []
    for module in (writes, copies):
        session = cm.Session(photo, model=wrapped(module), refine="sb")
        for number, (x, y) in enumerate([(30, 30), (70, 20), (10, 50), (50, 50)]):
            session.click(x, y, label=number % 3)
        shown.append(session.prediction.labels)
    np.testing.assert_array_equal(*shown)


def test_a_module_without_weights_can_be_wrapped(photo):
    session = cm.Session(photo, model=wrapped(Threshold(), at="", refine="region"))
    np.testing.assert_array_equal(session.click(30, 30, label=4).labels[30, 30], 4)


def test_a_compiled_module_is_mended_as_what_it_was_compiled_from(photo, caplog):
    plain = nn.Sequential(Tiny(), nn.Identity())
    compiled = nn.Sequential(torch.compile(plain[0], backend=_never), nn.Identity())
    places = ("0.head", "0._orig_mod.head", "0._orig_mod.head")
    sessions = []
    modules = (plain, compiled, torch.compile(compiled, backend=_never))
    for module, place in zip(modules, places, strict=True):
        sessions.append(cm.Session(photo, model=wrapped(module, at=place), refine="bmsb"))
        sessions[-1].click(30, 30, label=1)
    for session in sessions[1:]:
        np.testing.assert_array_equal(session.prediction.labels, sessions[0].prediction.labels)
    assert "run what it was compiled from" in caplog.text
    assert isinstance(compiled[0], torch._dynamo.OptimizedModule)  # the user's is as it was


def _never(*_):
    raise AssertionError("a compiled module was run")


def test_a_module_that_keeps_what_it_computed_is_mended(photo):
    module = KeepsWhatItComputed().eval()
    kept = (module(torch.rand(1, 3, 64, 64)), module.kept["maps"][0])[1]
    cm.Session(photo, model=wrapped(module)).click(30, 30, label=1)
    assert module.kept["maps"][0] is kept
    assert kept.requires_grad


@pytest.mark.filterwarnings("ignore:.*weight_norm.*:FutureWarning")
def test_a_module_whose_weights_are_computed_before_each_run_is_mended(photo):
    module = Tiny()
    module.features = nn.utils.weight_norm(module.features)
    session = cm.Session(photo, model=wrapped(module.eval()), refine="bmsb")
    session.click(30, 30, label=1)
    assert session.prediction.labels[30, 30] == 1


def test_a_module_that_cannot_be_copied_is_refused():
    with pytest.raises(ModelError, match=r"cannot be copied \(TypeError: .*lock.*deepcopy"):
        wrapped(Locked())


@pytest.mark.parametrize("place", ["head", None])
@pytest.mark.parametrize(
    ("module", "words"),
    [
        (WithoutGradient(), "No gradient comes from the .*answer.*torch.no_grad"),
        (Tiny(3, lambda y: y.detach()), "No gradient comes from the .*answer.*detach"),
        (UnderInference(), "under torch.inference_mode, where no gradient is kept"),
    ],
    ids=["no_grad", "detached", "inference_mode"],
)
def test_a_module_without_gradients_is_refused_when_it_is_wrapped(module, words, place):
    with pytest.raises(ModelError, match=words):
        wrapped(module, at=place)


def test_a_part_that_the_answer_does_not_depend_on_is_refused():
    module = Tiny()
    module.unused = nn.Conv2d(3, 3, 1)
    with pytest.raises(ModelError, match=r"answer to 'unused'.*name another part"):
        wrapped(module, at="unused")


def test_a_wrong_answer_is_told_before_a_place_is_looked_for():
    with pytest.raises(ModelError, match="one channel, which cannot distinguish classes"):
        cm.wrap(nn.Conv2d(3, 1, 1), task="semantic", view_px=96)


def test_one_place_may_be_given_by_itself():
    assert wrapped(Tiny(), at="head.1").card.refinement.at == ("head.1",)


@pytest.mark.parametrize(
    ("module", "words"),
    [
        (Tiny, r"the class Tiny.*an instance"),
        (np.tanh, r"a ufunc. Allowed is a torch.nn.Module"),
        (nn.Sequential(nn.LazyConv2d(16, 3)), r"'0.weight' has no shape yet. Run"),
        (nn.Conv2d(3, 8, 3, device="meta"), r"'weight' is on the device 'meta'.*Load the weights"),
    ],
    ids=["class", "function", "lazy", "meta"],
)
def test_what_is_no_module_with_weights_is_refused_with_the_remedy(module, words):
    with pytest.raises(ModelError, match=words):
        cm.wrap(module, task="semantic")


@pytest.mark.filterwarnings("ignore:.*torch.jit.*:FutureWarning", "ignore::DeprecationWarning")
def test_a_script_is_refused_with_the_remedy():
    traced = torch.jit.trace(Threshold(), torch.rand(1, 3, 8, 8))
    with pytest.raises(ModelError, match=r"TorchScript.*Python module"):
        wrapped(traced)


def test_weights_that_were_made_in_inference_mode_are_refused():
    with torch.inference_mode():
        module = Tiny()
    with pytest.raises(
        ModelError, match=r"'features.weight' was created under torch.inference_mode"
    ):
        wrapped(module)


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"view_px": 96.5}, ModelError, "view_px is 96.5.*multiples of 32.*such as 96"),
        ({"view_px": "big"}, ModelError, "view_px is 'big'.*such as 512"),
        ({"sides": 0}, ModelError, "sides is 0.*whole number"),
        ({"sides": (96, 96, 3)}, ModelError, r"sides is \(96, 96, 3\).*a fixed size \(H, W\)"),
        ({"labels": "abc"}, ModelError, "labels is 'abc'.*sequence of strings"),
        ({"labels": [0, 1, 2]}, ModelError, r"labels is \[0, 1, 2\].*names"),
        ({"refine": "foo"}, OptionError, "no refinement 'foo'"),
        ({"learning_rate": "fast"}, OptionError, "learning_rate is 'fast'"),
        ({"top_k": 0}, OptionError, "top_k is 0.*whole number"),
    ],
)
def test_an_option_without_sense_is_refused_when_the_module_is_wrapped(options, error, words):
    with pytest.raises(error, match=words):
        wrapped(Tiny(), **options)


@pytest.mark.parametrize(
    ("module", "words"),
    [
        (Tiny(1), "one channel, which cannot distinguish classes.*torch.cat"),
        (Tiny(3, lambda y: y * torch.nan), "output values of the module are not finite"),
        (Tiny(3, lambda y: y / 0), "output values of the module are not finite"),
        (Tiny(3, lambda y: y.permute(0, 2, 3, 1)), r"\(1, 24, 24, 3\).*square view.*permute"),
    ],
    ids=["one channel", "NaN", "infinite", "channels last"],
)
def test_an_answer_that_is_no_class_map_is_refused(module, words):
    with pytest.raises(ModelError, match=words):
        wrapped(module)


@pytest.mark.parametrize(
    ("task", "module", "words"),
    [
        ("depth", Tiny(1, lambda y: -y.abs()), "Depth is positive, in metres"),
        ("matting", Tiny(1, lambda y: y * 1000), "give output=torch.sigmoid"),
    ],
)
def test_an_answer_of_another_unit_is_said_in_the_log(task, module, words, caplog):
    with caplog.at_level(logging.WARNING, "clickmend"):
        wrapped(module, task=task, preprocess=lambda x, *beside: x)
    assert words in caplog.text


def test_an_answer_in_its_unit_is_not_spoken_of(caplog):
    with caplog.at_level(logging.WARNING, "clickmend"):
        wrapped(Tiny(1, torch.exp).eval(), task="depth")
        alpha = Tiny(1, torch.sigmoid).eval()
        wrapped(alpha, task="matting", preprocess=lambda x, trimap: x)
    assert not caplog.text
