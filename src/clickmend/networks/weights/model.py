"""A network that is ready to answer, with its card."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from clickmend.core.errors import ModelError
from clickmend.networks.encoding import MarkEncoding
from clickmend.networks.weights.cards import Card

if TYPE_CHECKING:
    from torch import nn

    from clickmend.networks.batching import Batcher
    from clickmend.networks.weights.graph import Graph

    Network = TypeVar("Network", bound=nn.Module)

Encoded: TypeAlias = "tuple[Any, ...]"
"""What a network with late fusion makes of a photo; of torch's tensors, or of arrays."""


class Model:
    """A network that is ready to answer (eval mode, frozen) and its card.

    Args:
        network: The network.
        card: What is known about it.
        file: The card's own file, where the network was read from one.
        batcher: Puts together what several threads ask at the same time. What needs gradients asks
            the network itself, alone.
    """

    def __init__(
        self,
        network: nn.Module,
        card: Card,
        *,
        file: Path | None = None,
        batcher: Batcher | None = None,
    ) -> None:
        self.card = card
        self.file = file
        self.batcher = batcher
        self._network: nn.Module | None = network

    @property
    def network(self) -> nn.Module:
        """The network as a module of torch."""
        assert self._network is not None
        return self._network

    def network_as(self, kind: type[Network]) -> Network:
        """The network, known to be of that kind, such as ``InteractiveNetwork``.

        Raises:
            ModelError: It is of another kind.
        """
        if not isinstance(self.network, kind):
            raise ModelError(
                f"The weights {self.card.name!r} are of the task {self.card.task!r}: their "
                f"network is {type(self.network).__name__}, and {kind.__name__} is needed. "
                "Choose weights of the task that you want; `clickmend models` lists them."
            )
        return self.network

    @property
    def has_module(self) -> bool:
        """Whether the network is there as a module, which somebody may have changed."""
        return self._network is not None

    def save_pretrained(self, folder: str | Path) -> Path:
        """Write weights and card in a folder, from which ``from_pretrained`` makes the same model.

        Args:
            folder: Made if it is not there.

        Returns:
            The card's path.

        Raises:
            OutputError: The folder holds another network.
            ModelError: The network cannot be made again from a card: it is of no registered
                architecture, or its batch normalisations are folded and its weights were changed.
        """
        from clickmend.networks.weights.folder import write_folder

        return write_folder(
            Path(folder),
            self.card,
            origin=self.file,
            unchanged=not self.has_module,
            network=lambda: self.network,
        )

    @property
    def answers_alone(self) -> bool:
        """Whether it answers without its network."""
        return False

    @property
    def encoding(self) -> MarkEncoding:
        """How an interactive network is told of marks.

        Raises:
            ModelError: The network is not told of any.
        """
        from clickmend.networks.contracts import InteractiveNetwork

        return self.network_as(InteractiveNetwork).encoding

    def answer(self, *inputs: NDArray[np.float32]) -> NDArray[np.float32]:
        """What the network answers, without gradients.

        Args:
            inputs: As its ``forward`` takes them, see ``networks.contracts``.
        """
        answered: NDArray[np.float32] = self._asked(self._answer, *inputs)[0]
        return answered

    @property
    def encodes(self) -> bool:
        """Whether it can look at a photo before the marks, see ``LateFusionNetwork``."""
        from clickmend.networks.contracts import LateFusionNetwork

        return isinstance(self.network, LateFusionNetwork)

    def encode(self, image: NDArray[np.float32]) -> Encoded:
        """What it makes of a photo, ``(B, 3, H, W)``, for ``decode``."""
        return tuple(self._asked(self._encode, image))

    def decode(self, marks: NDArray[np.float32], *encoded: Any) -> NDArray[np.float32]:
        """What it answers to marks ``(B, 4, H, W)``; bit for bit what ``answer`` does."""
        answered: NDArray[np.float32] = self._asked(self._decode, marks, *encoded)[0]
        return answered

    def _asked(self, forward: Callable[..., Sequence[Any]], *inputs: Any) -> Sequence[Any]:
        return forward(*inputs) if self.batcher is None else self.batcher.run(forward, *inputs)

    def _answer(self, *inputs: NDArray[np.float32]) -> Sequence[NDArray[np.float32]]:
        import torch

        from clickmend.networks.devices import device_of

        device = device_of(self.network)
        with torch.no_grad():
            given = [torch.from_numpy(np.ascontiguousarray(one)).to(device) for one in inputs]
            return [self.network(*given).float().cpu().numpy()]

    def _encode(self, image: NDArray[np.float32]) -> Sequence[Any]:
        import torch

        from clickmend.networks.contracts import LateFusionNetwork
        from clickmend.networks.devices import device_of

        network = self.network_as(LateFusionNetwork)
        device = device_of(network)
        with torch.no_grad():
            return network.encode(torch.from_numpy(np.ascontiguousarray(image)).to(device))

    def _decode(self, marks: NDArray[np.float32], *encoded: Any) -> Sequence[NDArray[np.float32]]:
        import torch

        from clickmend.networks.contracts import LateFusionNetwork
        from clickmend.networks.devices import device_of

        network = self.network_as(LateFusionNetwork)
        device = device_of(network)
        with torch.no_grad():
            given = torch.from_numpy(np.ascontiguousarray(marks)).to(device)
            return [network.decode(given, *encoded).float().cpu().numpy()]


class GraphModel(Model):
    """A network that answers by its ONNX graph; its module is made when something asks for it.

    Args:
        graph: The graph with the weights in it.
        card: What is known about it.
        make: Makes the module.
        file: See ``Model``.
        batcher: Likewise.
    """

    def __init__(
        self,
        graph: Graph,
        card: Card,
        make: Callable[[], nn.Module],
        *,
        file: Path | None = None,
        batcher: Batcher | None = None,
    ) -> None:
        self.card = card
        self.file = file
        self.batcher = batcher
        self._graph = graph
        self._make = make
        self._network = None

    @property
    def network(self) -> nn.Module:
        """The network as a module of torch, for what needs gradients."""
        if self._network is None:
            self._network = self._make()
        return self._network

    @property
    def answers_alone(self) -> bool:
        """It does."""
        return True

    @property
    def encoding(self) -> MarkEncoding:
        """See ``Model``."""
        if self._graph.encoding is None:
            raise ModelError(
                f"The weights {self.card.name!r} are of the task {self.card.task!r}: their "
                f"network is {self.card.architecture}, and InteractiveNetwork is needed. "
                "Choose weights of the task that you want; `clickmend models` lists them."
            )
        return self._graph.encoding

    @property
    def gives_maps(self) -> bool:
        """Whether the graph gives the maps that objects are found in."""
        return self._graph.gives_maps

    def whole(self) -> bytes:
        """Graph and weights as one ONNX file of float32."""
        return self._graph.whole()

    def maps(self, *inputs: NDArray[np.float32]) -> list[NDArray[np.float32]]:
        """The finest maps of its decoder, each ``(1, C, h, w)``, see ``UNet.map_parts``."""
        return list(self._asked(self._graph.maps, *inputs))

    @property
    def encodes(self) -> bool:
        """See ``Model``."""
        return self._graph.encodes

    def _answer(self, *inputs: NDArray[np.float32]) -> Sequence[NDArray[np.float32]]:
        """Equal to what the module answers but for rounding."""
        return [self._graph.answer(*inputs)]

    def _encode(self, image: NDArray[np.float32]) -> Sequence[Any]:
        return self._graph.encode(image)

    def _decode(self, marks: NDArray[np.float32], *encoded: Any) -> Sequence[NDArray[np.float32]]:
        return [self._graph.decode(marks, *encoded)]
