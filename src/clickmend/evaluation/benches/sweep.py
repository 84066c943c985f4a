"""A number of the settings that is chosen by a sweep on training photos, and the file of it."""

from __future__ import annotations

import json
from abc import abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, NamedTuple, TypeAlias

import numpy as np

from clickmend.core.errors import DataError
from clickmend.core.files import write_atomically
from clickmend.evaluation.benches.base import ClickBench
from clickmend.evaluation.datasets import Part
from clickmend.evaluation.protocol import Setting
from clickmend.evaluation.runs import Finder, Run, Runner, subjects_in
from clickmend.evaluation.summary import Row

Choice: TypeAlias = dict[Setting, float]
"""What was chosen for each kind of setting."""


class Tried(NamedTuple):
    """What a row says of one number that was tried.

    Args:
        kind: What the number is chosen for: a setting without what does not matter to it.
        field: The field of a setting that holds the number.
        score: What it is judged by.
        height: The score.
        best: ``max`` or ``min``.
    """

    kind: Setting
    field: str
    score: str
    height: float
    best: Callable[..., float] = max


@dataclass(frozen=True, kw_only=True)
class SweepBench(ClickBench):
    """A bench that can also choose a number of its settings, on training photos."""

    holds: ClassVar[str]
    """What the file of a sweep is of ("rates")."""
    says: ClassVar[str]
    """The same in a sentence."""
    chosen: ClassVar[tuple[str, ...]]
    """The fields of a setting that are chosen; an entry of the file has one of them."""

    sweep: bool = False

    @property
    def choice_file(self) -> Path:
        """Where a sweep writes what it chose."""
        return self.out.with_name(f"{self.out.name}.{self.holds}.json")

    @abstractmethod
    def tried(self, setting: Setting, scores: Row) -> Tried:
        """What a row of a sweep says."""

    @property
    def part(self) -> Part:
        """A sweep opens training sets, without what is held out from training."""
        return "training" if self.sweep else "whole"

    @property
    def ids(self) -> Finder:
        """A sweep takes the largest object of an image alone."""
        return subjects_in(self.task, largest_only=self.sweep)

    def conclude(self, runner: Runner, runs: Sequence[Run], rows: Sequence[Row]) -> dict[str, Any]:
        """A sweep writes what it chose."""
        if self.sweep:
            self.write_choice(rows)
        return super().conclude(runner, runs, rows)

    def notes(self) -> list[str]:
        """Where the choice is."""
        return [f"The choice: {self.choice_file}."] if self.sweep else []

    def write_choice(self, rows: Iterable[Row]) -> None:
        """Write the best number of each kind, by its mean over the datasets.

        Raises:
            OutputError: The file cannot be written.
        """
        kinds: dict[Setting, dict[float, list[Tried]]] = {}
        for row in rows:
            setting = Setting.of(row["setting"])
            told = self.tried(setting, row["scores"])
            number = getattr(setting, told.field)
            kinds.setdefault(told.kind, {}).setdefault(number, []).append(told)
        entries = []
        for kind, found in kinds.items():
            means = {n: float(np.mean([told.height for told in of])) for n, of in found.items()}
            _, field, score, _, best = next(iter(found.values()))[0]
            chosen = best(means, key=means.__getitem__)
            entries.append({"setting": kind.facts(), field: chosen, score: [*means.items()]})
        content = json.dumps({self.holds: entries}, indent=1) + "\n"
        write_atomically(self.choice_file, content.encode())

    @classmethod
    def read_choice(cls, path: Path) -> Choice:
        """What a sweep chose.

        Raises:
            DataError: The file is missing or no such file.
        """
        try:
            return {
                Setting(**entry["setting"]): float(next(entry[f] for f in cls.chosen if f in entry))
                for entry in json.loads(path.read_text("utf-8"))[cls.holds]
            }
        except (OSError, ValueError, KeyError, TypeError, StopIteration) as error:
            raise DataError(
                f"{path} is no file of {cls.says} ({error!r}). Allowed are those that `clickmend "
                f"bench {cls.name} --sweep` writes; run it, or leave --{cls.holds} out to take "
                "what the cards have."
            ) from None
