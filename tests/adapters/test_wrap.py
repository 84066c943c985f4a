"""Tests of networks of other makes behind sessions."""

from __future__ import annotations

import logging
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torchvision.models.segmentation import deeplabv3_mobilenet_v3_large

import clickmend as cm
from clickmend.core.errors import ModelError, NotAvailableError


class Tiny(nn.Module):
    """RGB to a map, in the manner of somebody else."""

    def __init__(self, channels: int = 3) -> None:
        super().__init__()
        self.backbone = nn.Sequential(nn.Conv2d(3, 16, 4, 4), nn.BatchNorm2d(16), nn.ReLU())
        self.decode_head = nn.Sequential(nn.Conv2d(16, 16, 3, 1, 1), nn.ReLU())
        self.classify = nn.Conv2d(16, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        """At a quarter of the size."""
        return self.classify(self.decode_head(self.backbone(x)))


class Answers(nn.Module):
    """Wraps what a network answers in something."""

    def __init__(self, how: object) -> None:
        super().__init__()
        self.inner = Tiny()
        self.how = how

    def forward(self, x: Tensor) -> object:
        """Whatever was asked for."""
        return self.how(self.inner(x))


@pytest.fixture
def photo(rng: np.random.Generator) -> np.ndarray:
    return rng.integers(0, 255, (64, 96, 3)).astype(np.uint8)


def test_the_line_of_the_design_works_as_printed(photo: np.ndarray) -> None:
    prior = np.zeros((64, 96), np.uint8)
    model = cm.wrap(Tiny(), task="semantic", at=["decode_head"])
    session = cm.Session(photo, model=model, prior=prior)
    np.testing.assert_array_equal(session.prediction.labels, prior)
    assert session.prediction.classes == ("0", "1", "2")


def test_the_module_is_left_as_it_was(photo: np.ndarray) -> None:
    module = Tiny().train()
    before = {name: value.clone() for name, value in module.state_dict().items()}
    session = cm.Session(photo, model=cm.wrap(module, task="semantic", at=["decode_head"]))
    session.click(30, 30, label=1)
    assert all(part.training for part in module.modules())
    assert all(parameter.requires_grad for parameter in module.parameters())
    assert not any(part._forward_hooks for part in module.modules())
    assert all(torch.equal(value, before[name]) for name, value in module.state_dict().items())


def test_training_mode_is_said(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "clickmend"):
        cm.wrap(Tiny().train(), task="semantic", at=["decode_head"])
    assert "evaluation mode" in caplog.text


def test_without_a_place_one_is_chosen_and_said(caplog: pytest.LogCaptureFixture) -> None:
    torch.manual_seed(0)
    module = deeplabv3_mobilenet_v3_large(weights=None, weights_backbone=None, num_classes=4)
    with caplog.at_level(logging.WARNING, "clickmend"):
        model = cm.wrap(module.eval(), task="semantic", view_px=128)
    (place,) = model.card.refinement.at
    assert place.startswith("classifier")
    assert repr(place) in caplog.text


def test_a_name_that_does_not_exist_gets_the_nearest_names() -> None:
    with pytest.raises(ModelError, match=r"no part 'decode_hed'.*decode_head"):
        cm.wrap(Tiny(), task="semantic", at=["decode_hed"])


def test_labels_are_given_or_the_modules_own_or_indices() -> None:
    module = Tiny()
    given = cm.wrap(module, task="semantic", at=["decode_head"], labels=["a", "b", "c"])
    assert given.card.labels == ("a", "b", "c")
    module.config = SimpleNamespace(id2label={0: "sky", 1: "car", 2: "road"})
    assert cm.wrap(module, task="semantic", at=["decode_head"]).card.labels[2] == "road"
    module.config = SimpleNamespace(id2label={"0": "sky", "1": "car", "2": "road"})  # as in JSON
    assert cm.wrap(module, task="semantic", at=["decode_head"]).card.labels[2] == "road"
    with pytest.raises(ModelError, match=r"2 labels.*3 channels"):
        cm.wrap(module, task="semantic", at=["decode_head"], labels=["a", "b"])


@pytest.mark.parametrize("names", [{0: "sky", 2: "car", 5: "road"}, {0: "sky"}])
def test_names_that_do_not_fit_the_channels_are_said_in_the_log(
    names: dict[int, str], caplog: pytest.LogCaptureFixture
) -> None:
    module = Tiny()
    module.config = SimpleNamespace(id2label=names)
    with caplog.at_level(logging.WARNING, "clickmend"):
        assert cm.wrap(module, task="semantic", at="decode_head").card.labels == ("0", "1", "2")
    assert "called by their indices" in caplog.text


def test_the_statistics_of_a_timm_module_are_used(photo: np.ndarray) -> None:
    plain, normal = Tiny().eval(), Tiny().eval()
    normal.load_state_dict(plain.state_dict())
    normal.pretrained_cfg = {"mean": (0.5, 0.5, 0.5), "std": (0.5, 0.5, 0.5)}
    by_hand = cm.wrap(plain, task="semantic", at=["decode_head"], preprocess=lambda x: 2 * x - 1)
    by_itself = cm.wrap(normal, task="semantic", at=["decode_head"])
    x = torch.rand(1, 3, 32, 64)
    torch.testing.assert_close(by_itself.network(x), by_hand.network(x))


@pytest.mark.parametrize(
    ("how", "output"),
    [
        (lambda y: {"out": y, "aux": y * 0}, None),
        (lambda y: {"whatever": y}, None),
        (lambda y: {"a": y * 0, "b": y}, "b"),
        (lambda y: (y * 0, y), 1),
        (lambda y: [y], lambda answer: answer[0]),
    ],
)
def test_the_prediction_is_found_in_the_answer(how: object, output: object) -> None:
    module = Answers(how).eval()
    model = cm.wrap(module, task="semantic", at=["inner.decode_head"], output=output)
    x = torch.rand(1, 3, 32, 64)
    expected = nn.functional.interpolate(module.inner(x), size=(32, 64), mode="bilinear")
    torch.testing.assert_close(model.network(x), expected)


@pytest.mark.parametrize(
    ("how", "output", "words"),
    [
        (lambda y: {"a": y, "b": y}, None, r"keys 'a', 'b'.*Give output="),
        (lambda y: (y, y), None, r"a tuple of 2.*Give output="),
        (lambda y: {"a": y}, "b", r"no entry 'b'"),
        (lambda y: y.argmax(dim=1, keepdim=True), None, r"int64 tensor.*floating point"),
        (lambda y: y.mean(dim=(2, 3)), None, r"shape \(1, 3\)"),
    ],
)
def test_an_answer_that_leaves_doubt_is_refused(how: object, output: object, words: str) -> None:
    with pytest.raises(ModelError, match=words):
        cm.wrap(Answers(how), task="semantic", at=["inner.decode_head"], output=output)


def test_a_module_that_cannot_run_on_a_view_is_refused_with_its_words() -> None:
    with pytest.raises(ModelError, match=r"cannot be run.*\(1, 3, 64, 64\).*RuntimeError"):
        cm.wrap(nn.Conv2d(5, 3, 1), task="semantic", at=[""], view_px=64)


def test_a_task_with_one_channel_refuses_more() -> None:
    with pytest.raises(ModelError, match=r"3 channels.*'depth' needs one"):
        cm.wrap(Tiny(3), task="depth", at=["decode_head"])


def test_an_interactive_module_must_say_how_marks_are_drawn() -> None:
    with pytest.raises(ModelError, match=r"InteractiveNetwork"):
        cm.wrap(Tiny(1), task="interactive", at=["decode_head"])


def test_a_task_that_does_not_exist_is_refused() -> None:
    with pytest.raises(NotAvailableError, match=r"no task 'flow' for a session.*semantic"):
        cm.wrap(Tiny(), task="flow")
