"""What all labelling has in common: the weights by name, and how many threads a worker takes."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clickmend.core.addresses import Address, on_disk, place_at
from clickmend.core.errors import ClickError, DataError, ImageError, OutputError, PriorError
from clickmend.core.extras import is_installed
from clickmend.jobs import Item, Work

if TYPE_CHECKING:
    from clickmend.networks import Model

OF_ONE_PHOTO = (ImageError, ClickError, PriorError, OutputError, DataError)
"""What may be wrong with one photo and right with the next."""


@dataclass
class Labelling(Work):
    """Labelling with a network.

    Args:
        task: What is made.
        weights: The network's name and digest.
        options: What else the result depends on.
        device: Where the network runs.
        threads: How many a worker takes. Sums depend on it in their last bits, so it is the same
            for all workers, however many there are.
        batch: How many photos a worker has under way, whose views the network answers together.
            Last bits may depend on it as well.
    """

    task: str
    weights: str
    options: Mapping[str, Any]
    device: str | None
    threads: int
    batch: int = 1
    _before: int = field(default=0, init=False)

    expected = OF_ONE_PHOTO

    def common(self) -> Mapping[str, Any]:
        """See ``Work``."""
        return {
            "task": self.task,
            "version": version("clickmend"),
            "weights": self.weights,
            "threads": self.threads,
            "device": self.device,
            # A refinement by default is left out then, and what was made so is made again.
            **({} if is_installed("torch") else {"torch": None}),
            **({} if self.batch == 1 else {"batch": self.batch}),
            **self.options,
        }

    @property
    def at_once(self) -> int:
        """See ``Work``."""
        return self.batch

    def start(self) -> None:
        """See ``Work``."""
        from clickmend.networks.batching import set_batch
        from clickmend.networks.weights.graph import set_threads

        if is_installed("torch"):
            import torch

            self._before = torch.get_num_threads()
            torch.set_num_threads(self.threads)
        set_threads(self.threads)
        set_batch(self.batch)
        self.load()

    def stop(self) -> None:
        """See ``Work``."""
        from clickmend.networks.batching import set_batch
        from clickmend.networks.weights.graph import set_threads

        if is_installed("torch"):
            import torch

            torch.set_num_threads(self._before)
        set_threads(None)
        set_batch(None)

    @abstractmethod
    def load(self) -> None:
        """Load the network."""


@contextmanager
def fetched(item: Item) -> Iterator[dict[str, Path]]:
    """The files of an item on this machine; those at addresses are gone afterwards.

    Raises:
        ImageError: One cannot be fetched.
    """
    places = {kind: place_at(text) for kind, text in item.inputs.items()}
    try:
        with on_disk(places) as files:
            yield files
    except OSError as error:
        if not any(isinstance(place, Address) for place in places.values()):
            raise
        raise ImageError(
            f"{error.filename} cannot be read ({error.strerror}). Photos and what belongs to them "
            "are files that this user may read; check the address."
        ) from None


def weights_of(names: Sequence[str], read: Callable[[str], Model]) -> str:
    """Networks by name and digest; those whose cards are there are not loaded for it.

    Args:
        names: Names of networks.
        read: Loads one that has no card.

    Raises:
        ModelError: There is no such network.
    """
    from clickmend.networks import cards

    known = cards()
    told = []
    for name in dict.fromkeys(names):
        card = known.get(name)
        if card is not None:
            told.append(f"{card.name} {card.sha256[:12]}")
        else:
            from clickmend.networks.weights.state import digest

            model = read(name)
            told.append(f"{model.card.name} {(model.card.sha256 or digest(model.network))[:12]}")
    return ", ".join(told)
