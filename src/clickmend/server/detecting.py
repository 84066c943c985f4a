"""Finding the objects of a photo by a network, without any point."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, final

from clickmend.core.errors import NotAvailableError
from clickmend.core.extras import is_installed
from clickmend.data.rle import encode_rle
from clickmend.projects.actions import FOUND
from clickmend.projects.contracts import INSTANCES
from clickmend.projects.store import NewEvent
from clickmend.server.networks import Networks
from clickmend.server.opened import Opened

if TYPE_CHECKING:
    from clickmend.networks import Card


@final
class Detectors:
    """The networks of a server that find objects by themselves.

    Args:
        networks: What the server has; of these, detectors count.
    """

    def __init__(self, networks: Networks) -> None:
        self._networks = networks

    def sources(self) -> Mapping[str, str]:
        """What ``load`` takes, by name; nothing without torch, which these networks need."""
        if not is_installed("torch"):
            return {}
        cards = self._networks.cards()
        return {name: self._networks.source(name) for name in cards if _detects(cards[name])}

    def names(self) -> list[str]:
        """What these networks are called, the first being the one that is taken."""
        return list(self.sources())

    def find(
        self, opened: Opened, name: str | None, *, least_score: float, finish: str
    ) -> list[NewEvent]:
        """What has to be done to a session so that it has the objects of its photo that are new.

        Args:
            opened: The session, of many objects.
            name: Of the network; the first when left out.
            least_score: Objects of which the network is less sure are left out.
            finish: Who makes the masks, see ``clickmend.detect``.

        Returns:
            One event, with the masks in it, so that it can be done again without the network; none
            where nothing new is found.

        Raises:
            OptionError: The session has no objects, or there is no such finish.
            NotAvailableError: There is no such network.
            ModelError: It cannot be loaded, or is none that finds objects.
        """
        from clickmend.tasks.instances import detect

        collecting, sources = opened.collecting, self.sources()
        if not sources:
            raise NotAvailableError(
                "This server has no network that finds objects by itself. Train one with clickmend "
                f"train {INSTANCES}, and start the server with --model and its card."
            )
        if name is not None and name not in sources:
            raise NotAvailableError(
                f"There is no network {name!r} that finds objects. Available: {', '.join(sources)}."
            )
        name = name or next(iter(sources))
        found = detect(
            opened.photo.pixels, model=sources[name], least_score=least_score, finish=finish
        )
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
