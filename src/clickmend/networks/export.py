"""The ONNX graph of one of our networks, from its module."""

from __future__ import annotations

import base64
import copy
import json
import tempfile
import warnings
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

import torch
from torch import Tensor, nn

from clickmend.core.errors import ModelError, NotAvailableError
from clickmend.core.files import write_atomically
from clickmend.networks.contracts import InteractiveNetwork, LateFusionNetwork, MattingNetwork
from clickmend.networks.decoders.unet import UNet
from clickmend.networks.weights.cards import Card
from clickmend.networks.weights.graph import SUFFIX, WEIGHTS, network_of

Network = TypeVar("Network", bound=nn.Module)

OPSET = 17

_SIDES = (64, 96)


def has_graph(network: nn.Module) -> bool:
    """Whether a graph can say what a network does.

    Ours are U-Nets; in a ``CorrectiveStep`` how much there is to compute depends on the clicks.
    """
    return isinstance(network, UNet) and network.corrective is None


def write_graph(network: nn.Module, card: Card, folder: Path) -> Path:
    """Write NAME.onnx beside the weights of a network; see :func:`export_graph`."""
    path = folder / f"{card.name}{SUFFIX}"
    write_atomically(path, export_graph(network, card))
    return path


def export_graph(network: nn.Module, card: Card) -> bytes:
    """The graph of a network, dynamic in batch, height and width, without its weights.

    That of a network with late fusion carries those of its two halves.

    Args:
        network: One of ours, its batch normalisations not folded; that is left to the runtime.
        card: Its card.

    Raises:
        ModelError: It has weights that no answer depends on.
        NotAvailableError: The package onnx is not installed, or it has no graph.
    """
    if isinstance(network, UNet) and not has_graph(network):
        raise NotAvailableError(
            f"There is no graph of {card.name!r}, for clicks propagate inside its decoder, as many "
            "as there are. Ask the network itself, with torch."
        )
    network = _with_distinct_weights(network)
    told = {"network": network_of(card)}
    if isinstance(network, InteractiveNetwork):
        told["encoding"] = json.dumps(asdict(network.encoding), sort_keys=True)
    if isinstance(network, LateFusionNetwork):
        told["halves"] = _halves(network)
    inputs = example_inputs(network, _SIDES)
    names = ["image", "beside"][: len(inputs)]
    outputs = _telling(network)
    graph, unused = _traced(network, dict(zip(names, inputs, strict=True)), outputs)
    if unused:
        raise ModelError(
            f"The graph has no place for the weights {', '.join(unused)}. Allowed is a network "
            "that uses all of its weights in each answer; remove what it does not use."
        )
    for key, value in told.items():
        graph.metadata_props.add(key=key, value=value)
    content: bytes = graph.SerializeToString(deterministic=True)
    return content


def _halves(network: LateFusionNetwork) -> str:
    """The graphs of ``encode`` and ``decode``, each with the names of its weights, as JSON."""
    image, marks = example_inputs(network, _SIDES)
    with torch.no_grad():
        maps = {f"photo.{n}": each for n, each in enumerate(network.encode(image))}
    whole, halves = network.forward, {}
    for half, inputs, outputs in (
        (network.encode, {"image": image}, list(maps)),
        (network.decode, {"beside": marks} | maps, ["answer"]),
    ):
        network.forward = half  # type: ignore[method-assign,assignment]
        graph, unused = _traced(network, inputs, outputs)
        content = zlib.compress(graph.SerializeToString(deterministic=True))
        halves[half.__name__] = {
            "weights": sorted(set(filter(_is_kept, network.state_dict())) - set(unused)),
            "graph": base64.b64encode(content).decode(),
        }
    network.forward = whole  # type: ignore[method-assign]
    return json.dumps(halves)


def _with_distinct_weights(network: Network) -> Network:
    """A copy for the exporter, which would make one of two equal tensors."""
    network = copy.deepcopy(network).cpu().eval()
    for number, values in enumerate(network.state_dict().values()):
        if values.is_floating_point():
            values.uniform_(0.5, 1).add_(number)
    return network


def _traced(
    network: nn.Module, inputs: Mapping[str, Tensor], outputs: Sequence[str]
) -> tuple[Any, list[str]]:
    """The graph of ``forward`` without its weights, and the weights that it does not use."""
    try:
        import onnx
    except ImportError:
        raise NotAvailableError(
            "A graph is written with the package onnx, which is not installed. "
            "pip install 'clickmend[train]' brings it."
        ) from None
    sides = {0: "batch", 2: "height", 3: "width"}
    with warnings.catch_warnings(), tempfile.TemporaryDirectory() as folder:
        written = Path(folder) / "graph.onnx"
        # The exporter that reads the program is several times slower on dynamic sizes.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            network,
            tuple(inputs.values()),
            written,
            dynamo=False,
            training=torch.onnx.TrainingMode.PRESERVE,  # else batch normalisations are folded
            opset_version=OPSET,
            do_constant_folding=False,
            input_names=list(inputs),
            output_names=list(outputs),
            dynamic_axes={name: _named(sides, name) for name in [*inputs, *outputs]},
        )
        graph = onnx.load(written)
    _pad_in_convolutions(graph.graph)
    state = network.state_dict()
    for tensor in graph.graph.initializer:
        if state.pop(tensor.name, None) is not None:
            tensor.ClearField("raw_data")
            tensor.data_location = onnx.TensorProto.EXTERNAL
            tensor.external_data.add(key="location", value=WEIGHTS)
    for node in graph.graph.node:
        node.ClearField("doc_string")
    return graph, [name for name in state if _is_kept(name)]


def _pad_in_convolutions(graph: Any) -> None:
    """Let convolutions that halve a map pad it themselves, in place.

    Timm's ones compute from the size of a map how many zeros TensorFlow would put around it. Sides
    are even here, for inputs have multiples of 32, so the numbers are always the same, and a map
    need not be laid out anew and copied.
    """
    makers = {name: node for node in graph.node for name in node.output}
    for node in graph.node:
        pad = makers.get(node.input[0]) if node.op_type == "Conv" else None
        if pad is None or pad.op_type != "Pad":
            continue
        told = {each.name: each.ints for each in node.attribute}
        assert list(told["strides"]) == [2, 2]
        assert not any(told["pads"])
        before, after = ([(side - at) // 2 for side in told["kernel_shape"]] for at in (2, 1))
        told["pads"][:] = before + after
        node.input[0] = pad.input[0]
    _drop_unused(graph)


def _drop_unused(graph: Any) -> None:
    """Remove the nodes that no output depends on, in place."""
    used = {each.name for each in graph.output}
    for node in reversed(graph.node):  # each stands behind those that it depends on
        if used.isdisjoint(node.output):
            graph.node.remove(node)
        else:
            used.update(node.input)


def _is_kept(name: str) -> bool:
    """Whether a value is in the file of the weights."""
    return not name.endswith("num_batches_tracked")


def _named(sides: Mapping[int, str], name: str) -> dict[int, str]:
    """The sides of an input or output; those of a map inside are its own."""
    return {at: f"{side} of {name}" if "." in name and at else side for at, side in sides.items()}


def _telling(network: nn.Module) -> list[str]:
    """The names of what a network answers; an interactive U-Net with its finest decoder maps."""
    if not (isinstance(network, UNet) and isinstance(network, InteractiveNetwork)):
        return ["answer"]
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
    return ["answer", *(known[part] for part in reversed(network.map_parts))]


def example_inputs(network: nn.Module, size: tuple[int, int]) -> tuple[Tensor, ...]:
    """Two of everything that a network is given, of a height and width."""
    image = torch.rand(2, 3, *size)
    if isinstance(network, InteractiveNetwork):
        return image, torch.rand(2, 4, *size)
    return (image, torch.rand(2, 1, *size)) if isinstance(network, MattingNetwork) else (image,)
