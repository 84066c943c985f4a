"""A vision transformer of DINOv2's form out of an ONNX file, as timm orders its tensors."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from clickmend.core.errors import ModelError, NotAvailableError

LAYER = re.compile(r"(.*\bencoder\.layer\.(\d+))\.norm1\.weight")
"""The name of a block's first norm: its beginning, and the number of the block."""


def onnx_vit_state(path: Path) -> list[Tensor]:
    """The tensors of the transformer in the order of timm's state dictionary.

    An export of the ``Dinov2Model`` of transformers 4 keeps the names of biases and norms. The
    weights of linear layers have lost theirs and are transposed: each is what the product is made
    with that a bias is added to. Queries, keys and values are one layer in timm. What else the file
    holds, such as a decoder, is left out.

    Args:
        path: The file.

    Raises:
        NotAvailableError: The package onnx is not installed.
        ModelError: The file holds no such transformer.
    """
    named, products = _tensors(path)
    blocks = {int(m[2]): m[1] for name in named if (m := LAYER.fullmatch(name))}
    if not blocks:
        raise ModelError(
            f"{path} holds no transformer of the form of DINOv2: no norm of a layer of an encoder "
            "is named. Give an export of the Dinov2Model of transformers 4."
        )
    front = next(iter(blocks.values())).removesuffix("encoder.layer.0")
    try:
        first = named[f"{front}embeddings.cls_token"]
        loose = [
            each
            for name, each in named.items()
            if not name.startswith(front) and each.ndim == 3 and each.shape[2] == first.shape[2]
        ]
        table = torch.cat(sorted(loose, key=lambda each: each.shape[1]), dim=1)
        projection = f"{front}embeddings.patch_embeddings.projection"
        state = [first, table, named[f"{projection}.weight"], named[f"{projection}.bias"]]
        for number in range(len(blocks)):
            state += _block(blocks[number], named, products)
        return [*state, named[f"{front}layernorm.weight"], named[f"{front}layernorm.bias"]]
    except (KeyError, RuntimeError, ValueError) as error:
        raise ModelError(
            f"{path} holds a transformer of another form than DINOv2's: {error}. Give an export of "
            "the Dinov2Model of transformers 4, without registers."
        ) from error


def _tensors(path: Path) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    """The tensors of a file by their names, and weights of layers by the names of their biases."""
    try:
        import onnx
        from onnx import numpy_helper
    except ImportError as error:
        raise NotAvailableError(
            f"{path.name} is read with the package onnx, which is not installed. Install it: "
            "pip install onnx, or clickmend[train]."
        ) from error
    graph: Any = onnx.load(str(path)).graph
    named = {
        each.name: torch.from_numpy(numpy_helper.to_array(each).copy())
        for each in graph.initializer
    }
    made = {node.output[0]: node for node in graph.node if node.op_type == "MatMul"}
    products = {}
    for node in graph.node:
        given = list(node.input)
        factors = [name for each in given if each in made for name in made[each].input]
        weights = [named[name] for name in factors if name in named]
        for name in given:
            if node.op_type == "Add" and name in named and weights:
                products[name] = weights[0].T.contiguous()
    return named, products


def _block(before: str, named: dict[str, Tensor], products: dict[str, Tensor]) -> list[Tensor]:
    """The tensors of one block, in timm's order."""

    def linear(*layers: str) -> list[Tensor]:
        biases = [f"{before}.{layer}.bias" for layer in layers]
        return [torch.cat([products[b] for b in biases]), torch.cat([named[b] for b in biases])]

    def norm(layer: str) -> list[Tensor]:
        return [named[f"{before}.{layer}.weight"], named[f"{before}.{layer}.bias"]]

    return [
        *norm("norm1"),
        *linear(*(f"attention.attention.{each}" for each in ("query", "key", "value"))),
        *linear("attention.output.dense"),
        named[f"{before}.layer_scale1.lambda1"],
        *norm("norm2"),
        *linear("mlp.fc1"),
        *linear("mlp.fc2"),
        named[f"{before}.layer_scale2.lambda1"],
    ]
