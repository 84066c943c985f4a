"""Tests of a transformer that is read out of an ONNX file."""

from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from onnx import helper, numpy_helper
from timm.models.vision_transformer import VisionTransformer

from clickmend.core.errors import ModelError, NotAvailableError
from clickmend.networks.backbones.onnx_vit import onnx_vit_state

SIDE, PATCH, WIDTH, DEPTH, HEADS = 42, 14, 12, 2, 2

FORMER = {"q_proj": "attention.query", "k_proj": "attention.key", "v_proj": "attention.value"}
FORMER["o_proj"] = "output.dense"
"""Names of layers in transformers 5 → in transformers 4, which the file was made with."""


def theirs():
    """A transformer of transformers', each of its numbers another."""
    transformers = pytest.importorskip("transformers")
    config = transformers.Dinov2Config(
        image_size=SIDE,
        patch_size=PATCH,
        hidden_size=WIDTH,
        num_hidden_layers=DEPTH,
        num_attention_heads=HEADS,
    )
    model = transformers.Dinov2Model(config).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.normal_(std=0.3)
    return model


def write(path: Path, state: dict[str, torch.Tensor], *, left_out: str = "nothing") -> None:
    """What an export leaves of a state: linear layers are products without a name, then sums."""
    tensors, nodes = {}, []
    for given, value in state.items():
        name = given
        for now, former in FORMER.items():
            name = name.replace(f"attention.{now}", f"attention.{former}")
        layer = name.removesuffix(".weight")
        if left_out in name or "mask_token" in name:
            continue
        if "position_embeddings" in name:
            tensors["onnx::Concat_1"], tensors["onnx::Reshape_2"] = value[:, :1], value[:, 1:]
        elif value.ndim == 2:
            weight, product = f"onnx::MatMul_{len(nodes) + 3}", f"{layer}/MatMul_output_0"
            tensors[weight] = value.T
            nodes.append(helper.make_node("MatMul", ["x", weight], [product]))
            nodes.append(helper.make_node("Add", [f"backbone.{layer}.bias", product], [layer]))
        else:
            tensors[f"backbone.{name}"] = value
    tensors["decoder.final_conv.weight"] = torch.zeros(1, WIDTH, 1, 1)
    kept = [
        numpy_helper.from_array(np.ascontiguousarray(value.numpy()), name)
        for name, value in tensors.items()
    ]
    onnx.save(helper.make_model(helper.make_graph(nodes, "made", [], [], kept)), path)


def test_timms_transformer_says_what_that_of_the_file_says(tmp_path: Path) -> None:
    model, image = theirs(), torch.rand(1, 3, SIDE, SIDE)
    write(tmp_path / "vit.onnx", model.state_dict())
    own = VisionTransformer(
        img_size=SIDE,
        patch_size=PATCH,
        embed_dim=WIDTH,
        depth=DEPTH,
        num_heads=HEADS,
        init_values=1.0,
        num_classes=0,
        global_pool="",
    ).eval()
    given = onnx_vit_state(tmp_path / "vit.onnx")
    own.load_state_dict(dict(zip(own.state_dict(), given, strict=True)))
    with torch.no_grad():
        torch.testing.assert_close(own(image), model(image).last_hidden_state)


def test_a_file_without_a_transformer_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "other.onnx", {"layernorm.bias": torch.zeros(3)})
    with pytest.raises(ModelError, match=r"no transformer of the form.*Give an export"):
        onnx_vit_state(tmp_path / "other.onnx")


@pytest.mark.parametrize("part", ["layer_scale2", "key.weight", "cls_token"])
def test_a_transformer_of_another_form_is_refused_with_what_it_lacks(
    part: str, tmp_path: Path
) -> None:
    write(tmp_path / "other.onnx", theirs().state_dict(), left_out=part)
    missing = part.removesuffix(".weight")
    with pytest.raises(ModelError, match=f"of another form.*{missing}.*Give an export"):
        onnx_vit_state(tmp_path / "other.onnx")


def test_without_onnx_the_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "onnx", None)
    with pytest.raises(NotAvailableError, match="pip install onnx"):
        onnx_vit_state(tmp_path / "vit.onnx")
