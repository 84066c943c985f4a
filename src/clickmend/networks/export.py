"""The ONNX graph of one of our networks, from its module."""

from __future__ import annotations

import copy
import json
import tempfile
import warnings
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import torch
from torch import Tensor, nn

from clickmend.core.errors import ModelError, NotAvailableError
from clickmend.core.files import write_atomically
from clickmend.networks.contracts import InteractiveNetwork, MattingNetwork
from clickmend.networks.decoders.unet import UNet
from clickmend.networks.weights.cards import Card
from clickmend.networks.weights.graph import SUFFIX, WEIGHTS, network_of

OPSET = 17

_SIDES = (64, 96)


def write_graph(network: nn.Module, card: Card, folder: Path) -> Path:
    """Write NAME.onnx beside the weights of a network; see :func:`export_graph`."""
    path = folder / f"{card.name}{SUFFIX}"
    write_atomically(path, export_graph(network, card))
    return path


def export_graph(network: nn.Module, card: Card) -> bytes:
    """The graph of a network, dynamic in batch, height and width, without its weights.

    Args:
        network: One of ours, its batch normalisations not folded; that is left to the runtime.
        card: Its card.

    Raises:
        ModelError: It has weights that no answer depends on.
        NotAvailableError: The package onnx is not installed.
    """
    try:
        import onnx
    except ImportError:
        raise NotAvailableError(
            "A graph is written with the package onnx, which is not installed. "
            "pip install 'clickmend[train]' brings it."
        ) from None
    network = copy.deepcopy(network).cpu().eval()
    for number, values in enumerate(network.state_dict().values()):
        if values.is_floating_point():  # equal tensors would become one
            values.uniform_(0.5, 1).add_(number)
    inputs = example_inputs(network, _SIDES)
    names = ["image", "beside"][: len(inputs)]
    outputs = ["answer", *_beside_the_answer(network)]
    sides = {0: "batch", 2: "height", 3: "width"}
    with warnings.catch_warnings(), tempfile.TemporaryDirectory() as folder:
        written = Path(folder) / "graph.onnx"
        # The exporter that reads the program is several times slower on dynamic sizes.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            network,
            inputs,
            written,
            dynamo=False,
            training=torch.onnx.TrainingMode.PRESERVE,  # else batch normalisations are folded
            opset_version=OPSET,
            do_constant_folding=False,
            input_names=names,
            output_names=outputs,
            dynamic_axes={name: _named(sides, name) for name in [*names, *outputs]},
        )
        graph = onnx.load(written)
    state = network.state_dict()
    for tensor in graph.graph.initializer:
        if state.pop(tensor.name, None) is not None:
            tensor.ClearField("raw_data")
            tensor.data_location = onnx.TensorProto.EXTERNAL
            tensor.external_data.add(key="location", value=WEIGHTS)
    unused = [name for name in state if not name.endswith("num_batches_tracked")]
    if unused:
        raise ModelError(
            f"The graph has no place for the weights {', '.join(unused)}. Allowed is a network "
            "that uses all of its weights in each answer; remove what it does not use."
        )
    graph.metadata_props.add(key="network", value=network_of(card))
    if isinstance(network, InteractiveNetwork):
        told = json.dumps(asdict(network.encoding), sort_keys=True)
        graph.metadata_props.add(key="encoding", value=told)
    for node in graph.graph.node:
        node.ClearField("doc_string")
    content: bytes = graph.SerializeToString(deterministic=True)
    return content


def _named(sides: Mapping[int, str], name: str) -> dict[int, str]:
    """The sides of an input or output; those of a map inside are its own."""
    return {at: f"{side} of {name}" if "." in name and at else side for at, side in sides.items()}


def _beside_the_answer(network: nn.Module) -> list[str]:
    """Let an interactive U-Net answer with its finest decoder maps too; their names, in order."""
    if not (isinstance(network, UNet) and isinstance(network, InteractiveNetwork)):
        return []
    forward, found = network.forward, dict[str, Tensor]()
    known = {part: name for name, part in network.named_modules()}

    def keep(part: nn.Module, _given: tuple[Tensor, ...], output: Tensor) -> None:
        found[known[part]] = output

    for part in network.map_parts:
        part.register_forward_hook(keep)

    def with_maps(*given: Tensor) -> tuple[Tensor, ...]:
        found.clear()
        answer = forward(*given)
        return (answer, *found.values())

    network.forward = with_maps  # type: ignore[method-assign,assignment]
    return [known[part] for part in reversed(network.map_parts)]


def example_inputs(network: nn.Module, size: tuple[int, int]) -> tuple[Tensor, ...]:
    """Two of everything that a network is given, of a height and width."""
    image = torch.rand(2, 3, *size)
    if isinstance(network, InteractiveNetwork):
        return image, torch.rand(2, 4, *size)
    return (image, torch.rand(2, 1, *size)) if isinstance(network, MattingNetwork) else (image,)
