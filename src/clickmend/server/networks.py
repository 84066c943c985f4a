"""The networks of a server: those that have weights here, and those that it was started with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, final

from clickmend.core.errors import ModelError, NotAvailableError
from clickmend.projects.contracts import INSTANCES
from clickmend.projects.opening import Options
from clickmend.tasks.registry import TASKS, default_task

if TYPE_CHECKING:  # torch comes with them, and the page should answer before it is loaded
    from clickmend.networks import Card

CardList: TypeAlias = "Callable[[], Mapping[str, Card]]"

CARD = ".json"


def shipped_cards() -> Mapping[str, Card]:
    """The cards of all weights that are here, by name."""
    from clickmend.networks import cards

    return cards()


def network_task(task: str) -> str:
    """The task that a task's networks were made for."""
    return default_task().name if task == INSTANCES else task


@final
class Networks:
    """Which networks a server has; no other may be asked for over HTTP.

    Args:
        known: Gives the cards of those that have weights here, by name.
        given: Those that it was started with, each a name of these or what
            ``clickmend.from_pretrained`` takes. Each is the first choice of its task.

    Raises:
        ModelError: There is no such network, or two have one name or one task.
        NotAvailableError: What it needs is not installed.
    """

    def __init__(self, known: CardList = shipped_cards, given: Sequence[str] = ()) -> None:
        self._known = known
        self._given: dict[str, Card] = {}
        self._sources: dict[str, str] = {}
        for one in given:
            source, card = _read(one, known)
            if card.task == INSTANCES and not card.labels:
                raise ModelError(
                    f"{source} was pretrained for finding objects and finds none yet. Give what "
                    f"clickmend train {INSTANCES} made of it, or leave it out."
                )
            if card.name in self._given:
                raise ModelError(
                    f"{self._sources[card.name]} and {source} are both called {card.name!r}, and "
                    "are asked for by name. Rename one of the files and the name in its card."
                )
            for name, other in self._given.items():
                if card.task == other.task:
                    raise ModelError(
                        f"{self._sources[name]} and {source} are both of the task {card.task!r}, "
                        "and one is the first choice. Give one network for each task."
                    )
            self._given[card.name], self._sources[card.name] = card, source

    def cards(self) -> Mapping[str, Card]:
        """All cards by name, those of the start first."""
        return {**self._given, **{k: v for k, v in self._known().items() if k not in self._given}}

    def by_task(self) -> dict[str, list[str]]:
        """The names of the networks of each task that has any, the first choice first."""
        cards, found = self.cards(), {}
        for task in dict.fromkeys((default_task().name, INSTANCES, *TASKS)):
            of = network_task(task)
            names = [name for name, card in cards.items() if card.task == of]
            found[task] = sorted(names, key=self._first(of).__ne__)
        return {task: names for task, names in found.items() if names}

    def source(self, name: str) -> str:
        """What a session takes for a network."""
        return self._sources.get(name, name)

    def file(self, name: str) -> Path | None:
        """The card of a network of ours, where it has one."""
        from clickmend.networks.weights.cards import card_files

        source = self.source(name)
        return Path(source) if source.endswith(CARD) else card_files().get(source)

    def card(self, options: Options) -> Card | None:
        """That of the network which answers in sessions with these options, if it is still there.

        A session may have been begun by a server that was given a network, and this one is not.
        """
        if options.model is None:
            return self.cards().get(self._first(network_task(options.task)))
        for name, card in self._given.items():
            if self._sources[name] == options.model:
                return card
        with suppress(ModelError, NotAvailableError):
            return _read(options.model, self._known)[1]
        return None

    def chosen(self, options: Options) -> Options:
        """Options in which the network is what a session takes, the first choice if none is named.

        Left open where the server was started with none, for then a session chooses.
        """
        name = options.model
        if name is None:
            task = network_task(options.task)
            name = next((name for name, card in self._given.items() if card.task == task), None)
        return options if name is None else replace(options, model=self.source(name))

    def _first(self, task: str) -> str:
        given = (name for name, card in self._given.items() if card.task == task)
        return next(given, TASKS[task].weights)


def _read(given: str, known: CardList) -> tuple[str, Card]:
    """What a session takes for a network, and its card."""
    if given in (cards := known()):
        return given, cards[given]
    if given.endswith(CARD):
        from clickmend.networks.weights.cards import read_card

        path = Path(given).expanduser().resolve()
        return str(path), read_card(path)
    from clickmend.adapters.pretrained import model_of

    source = str(Path(given).resolve()) if Path(given).exists() else given
    return source, model_of(source).card
