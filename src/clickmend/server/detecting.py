"""Finding the objects of a photo by a network, without any point."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, final

from clickmend.core.errors import ModelError, NotAvailableError
from clickmend.core.extras import is_installed
from clickmend.data.rle import encode_rle
from clickmend.projects.actions import FOUND
from clickmend.projects.contracts import INSTANCES
from clickmend.projects.store import NewEvent
from clickmend.server.catalogue import CardList
from clickmend.server.opened import Opened

if TYPE_CHECKING:
    from clickmend.networks import Card


@final
class Detectors:
    """The networks of a server that find objects by themselves.

    Args:
        models: Gives the cards of the networks by name; of these, detectors count.
        given: A card beside these, which comes first.

    Raises:
        ModelError: That is no card, or one of another task.
    """

    def __init__(self, models: CardList, given: Path | None = None) -> None:
        self._models = models
        self._given: dict[str, Path] = {}
        if given is None:
            return
        from clickmend.networks.weights.cards import read_card

        card = read_card(given)
        if not _detects(card):
            raise ModelError(
                f"{given}, of the task {card.task!r}, finds no objects by itself. Give the card of "
                f"a detector, which clickmend train {INSTANCES} makes."
            )
        self._given[card.name] = given

    def sources(self) -> Mapping[str, str | Path]:
        """What ``load`` takes, by name; nothing without torch, which these networks need."""
        if not is_installed("torch"):
            return {}
        known = {name: name for name, card in self._models().items() if _detects(card)}
        return {**self._given, **{name: known[name] for name in known if name not in self._given}}

    def names(self) -> list[str]:
        """What these networks are called, the first being the one that is taken."""
        return list(self.sources())

    def find(self, opened: Opened, name: str | None, *, least_score: float) -> list[NewEvent]:
        """What has to be done to a session so that it has the objects of its photo that are new.

        Args:
            opened: The session, of many objects.
            name: Of the network; the first when left out.
            least_score: Objects of which the network is less sure are left out.

        Returns:
            One event, with the masks in it, so that it can be done again without the network; none
            where nothing new is found.

        Raises:
            OptionError: The session has no objects.
            NotAvailableError: There is no such network.
            ModelError: It cannot be loaded, or is none that finds objects.
        """
        from clickmend.tasks.instances import detect

        collecting, sources = opened.collecting, self.sources()
        if not sources:
            raise NotAvailableError(
                "This server has no network that finds objects by itself. Train one with clickmend "
                f"train {INSTANCES}, and start the server with --detector and its card."
            )
        if name is not None and name not in sources:
            raise NotAvailableError(
                f"There is no network {name!r} that finds objects. Available: {', '.join(sources)}."
            )
        name = name or next(iter(sources))
        found = detect(opened.photo.pixels, model=sources[name], least_score=least_score)
        news = [
            {"mask": encode_rle(mask), "label": label}
            for mask, label, new in zip(
                found.masks, found.labels, collecting.are_new(found.masks), strict=True
            )
            if new
        ]
        return [NewEvent(FOUND, {"objects": news, "model": name})] if news else []


def _detects(card: Card) -> bool:
    """Whether a network names what it finds; one that was only pretrained for that does not."""
    return card.task == INSTANCES and bool(card.labels)
