"""The ONNX graph of a network, which answers without torch.

A graph is kept without its weights: those are the ones of the safetensors file beside it, so that
neither can be of another version than the other.
"""

from __future__ import annotations

import base64
import json
import os
import tempfile
import zlib
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clickmend.core.errors import ModelError
from clickmend.networks.encoding import MarkEncoding
from clickmend.networks.weights.cards import Card

SUFFIX = ".onnx"

WEIGHTS = "weights"
"""What a graph calls the file that its weights are in."""


_chosen: int | None = None


def set_threads(count: int | None) -> None:
    """How many threads networks that are loaded from now on answer with.

    Args:
        count: ``None`` for what OMP_NUM_THREADS says, and without it as many as there are cores.
    """
    global _chosen  # noqa: PLW0603  # torch has one number for the process as well
    _chosen = count


def threads() -> int:
    """How many threads a network that is loaded now answers with; 0 for one a core."""
    first = os.environ.get("OMP_NUM_THREADS", "").partition(",")[0].strip()  # "4,2" is allowed
    return _chosen or (int(first) if first.isdecimal() else 0)


def network_of(card: Card) -> str:
    """What a graph belongs to: the architecture with its options, as a line of JSON."""
    return json.dumps([card.architecture, card.options], sort_keys=True)


class Graph:
    """A graph with weights in it, run by ONNX Runtime on the CPU.

    Args:
        file: The graph.
        card: Of the network.
        state: The weights by name.

    Raises:
        ModelError: The graph is of another network, or the weights are not those that it names.
    """

    def __init__(self, file: Path, card: Card, state: Mapping[str, NDArray[np.float32]]) -> None:
        spoilt = [name for name, value in state.items() if not np.isfinite(value).all()]
        if spoilt:
            raise ModelError(
                f"The weights of {card.name!r} hold values that are not finite ({spoilt[0]}). "
                "Weights are finite numbers; get them again from where they were trained."
            )
        self._file = file
        self._given = state  # the runtime reads them where they are
        try:
            whole = self._session
        except Exception as error:  # the runtime's own exceptions share no other base
            raise ModelError(
                f"{file.name} does not take the weights of {card.name!r} ({error}). Allowed is the "
                "graph that was written with them; copy all three files from the same place, or "
                "delete this one, and torch computes the answers."
            ) from error
        said = whole.get_modelmeta().custom_metadata_map
        if said.get("network") != network_of(card):
            raise ModelError(
                f"{file.name} is the graph of {said.get('network')}, and {card.name!r} is "
                f"{network_of(card)}. Copy all three files from the same place, or delete this "
                "one, and torch computes the answers."
            )
        self._outputs = [one.name for one in whole.get_outputs()]
        told = said.get("encoding")
        self.encoding = MarkEncoding(**json.loads(told)) if told else None
        self._halves = {
            name: _session(
                zlib.decompress(base64.b64decode(half["graph"])),
                {weight: state[weight] for weight in half["weights"]},
            )
            for name, half in json.loads(said.get("halves", "{}")).items()
        }
        if self._halves:
            del self._session  # made again for what needs it

    @cached_property
    def _session(self) -> Any:
        """The whole graph."""
        return _session(self._file.read_bytes(), self._given)

    @property
    def gives_maps(self) -> bool:
        """Whether it gives more than its answer, see ``maps``."""
        return len(self._outputs) > 1

    @property
    def encodes(self) -> bool:
        """Whether it is one of late fusion."""
        return bool(self._halves)

    def answer(self, *inputs: NDArray[np.float32]) -> NDArray[np.float32]:
        """What the network answers to inputs as its ``forward`` takes them."""
        if self.encodes:
            image, marks = inputs
            return self.decode(marks, *self.encode(image))
        return _run(self._session, self._outputs[:1], inputs)[0]

    def encode(self, image: NDArray[np.float32]) -> list[NDArray[np.float32]]:
        """The maps of a photo ``(B, 3, H, W)``."""
        return _run(self._halves["encode"], None, (image,))

    def decode(self, marks: NDArray[np.float32], *maps: NDArray[np.float32]) -> NDArray[np.float32]:
        """The answer to marks in a photo of which ``encode`` made the maps."""
        return _run(self._halves["decode"], None, (marks, *maps))[0]

    def maps(self, *inputs: NDArray[np.float32]) -> list[NDArray[np.float32]]:
        """The maps of its decoder that the graph gives beside the answer, the coarsest first."""
        return _run(self._session, self._outputs[1:], inputs)

    def whole(self) -> bytes:
        """The graph with its weights in it, one ONNX file of float32, as other runtimes take it."""
        import onnxruntime as ort

        options = ort.SessionOptions()
        options.log_severity_level = 3
        # What one version of the runtime makes of a graph, another may not know.
        options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
        _add(self._given, options)
        with tempfile.TemporaryDirectory() as folder:
            written = Path(folder) / f"whole{SUFFIX}"
            options.optimized_model_filepath = str(written)
            ort.InferenceSession(
                self._file.read_bytes(), options, providers=["CPUExecutionProvider"]
            )
            return written.read_bytes()


def _session(content: bytes, state: Mapping[str, NDArray[np.float32]]) -> Any:
    """A graph with its weights, ready to run."""
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.intra_op_num_threads = threads()
    # Threads that spin between two clicks take a core from whoever else works there.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    _add(state, options)
    return ort.InferenceSession(content, options, providers=["CPUExecutionProvider"])


def _run(
    session: Any, names: Sequence[str] | None, inputs: Sequence[NDArray[np.float32]]
) -> list[NDArray[np.float32]]:
    feed = {one.name: given for one, given in zip(session.get_inputs(), inputs, strict=True)}
    found: list[NDArray[np.float32]] = session.run(names, feed)
    return found


def _add(state: Mapping[str, NDArray[np.float32]], options: Any) -> None:
    """Give a session the weights of its graph."""
    import onnxruntime as ort

    values = [ort.OrtValue.ortvalue_from_numpy(value) for value in state.values()]
    options.add_external_initializers(list(state), values)
