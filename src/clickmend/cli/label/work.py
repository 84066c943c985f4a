"""What all labelling has in common: the weights by name, and how many threads a worker takes."""

from __future__ import annotations

import os
import sys
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

REFUSED = "refused"
"""What an item is asked that cannot be done: the reason."""

_OF_TORCH = "OMP_NUM_THREADS"
"""Where torch reads how many threads it takes, once, when it is brought in."""


@dataclass
class Labelling(Work):
    """Labelling with a network.

    Args:
        task: What is made.
        weights: The network's name and digest.
        options: What else the result depends on.
        device: Where the network runs.
        threads: How many a worker takes. Sums depend on it in their last bits, and what a solver
            with a tolerance makes of them by more (mattes by up to about 5e-4), so it is the same
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
    _before: tuple[str | None, int | None] = field(default=(None, None), init=False)

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
        """See ``Work``.

        Torch is not brought in for its number of threads, which takes a second of a core and some
        hundred MB that many networks do well without. It takes the number from the environment
        when it comes.
        """
        from clickmend.networks.batching import set_batch
        from clickmend.networks.weights.graph import set_threads

        self._before = os.environ.get(_OF_TORCH), _torch_threads()
        os.environ[_OF_TORCH] = str(self.threads)
        _set_torch_threads(self.threads)
        set_threads(self.threads)
        set_batch(self.batch)
        self.load()

    def stop(self) -> None:
        """See ``Work``. A torch that came meanwhile keeps its number of threads."""
        from clickmend.networks.batching import set_batch
        from clickmend.networks.weights.graph import set_threads

        told, count = self._before
        if told is None:
            del os.environ[_OF_TORCH]
        else:
            os.environ[_OF_TORCH] = told
        if count is not None:
            _set_torch_threads(count)
        set_threads(None)
        set_batch(None)

    @abstractmethod
    def load(self) -> None:
        """Load the network."""


def _torch_threads() -> int | None:
    """How many threads torch takes; ``None`` where nothing has brought it in."""
    torch = sys.modules.get("torch")
    return None if torch is None else int(torch.get_num_threads())


def _set_torch_threads(count: int) -> None:
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(count)


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
