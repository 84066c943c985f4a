"""A number of the settings that is chosen by a sweep on training photos, and the file of it."""

from __future__ import annotations

import json
from abc import abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, NamedTuple, TypeAlias

import numpy as np

from clickmend.core.errors import DataError
from clickmend.core.files import write_atomically
from clickmend.evaluation.benches.base import ClickBench
from clickmend.evaluation.datasets import open_training_dataset
from clickmend.evaluation.protocol import Setting
from clickmend.evaluation.runs import DatasetOpener, Run, subjects_in
from clickmend.evaluation.summary import Row
from clickmend.evaluation.work import Work

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


@dataclass(frozen=True, slots=True)
class ChoiceFile:
    """The file of a sweep.

    Args:
        holds: What it is of ("rates").
        says: The same in a sentence.
        bench: The bench that writes it.
        fields: The fields of a setting that are chosen; an entry has one of them.
    """

    holds: str
    says: str
    bench: str
    fields: tuple[str, ...]

    def write(
        self, path: Path, rows: Iterable[Row], tried: Callable[[Setting, Row], Tried]
    ) -> None:
        """Write the best number of each kind, by its mean over the datasets.

        Raises:
            OutputError: The file cannot be written.
        """
        kinds: dict[Setting, list[tuple[float, Tried]]] = {}
        for row in rows:
            setting = Setting.of(row["setting"])
            told = tried(setting, row["scores"])
            kinds.setdefault(told.kind, []).append((getattr(setting, told.field), told))
        entries = []
        for kind, found in kinds.items():
            _, field, score, _, best = found[0][1]
            means = {
                number: float(np.mean([told.height for other, told in found if other == number]))
                for number, _ in found
            }
            chosen = best(means, key=means.__getitem__)
            entries.append({"setting": kind.facts(), field: chosen, score: [*means.items()]})
        write_atomically(path, (json.dumps({self.holds: entries}, indent=1) + "\n").encode())

    def read(self, path: Path) -> Choice:
        """What was chosen, as :meth:`write` wrote it.

        Raises:
            DataError: The file is missing or no such file.
        """
        try:
            return {
                Setting(**entry["setting"]): float(
                    next(entry[f] for f in self.fields if f in entry)
                )
                for entry in json.loads(path.read_text("utf-8"))[self.holds]
            }
        except (OSError, ValueError, KeyError, TypeError, StopIteration) as error:
            raise DataError(
                f"{path} is no file of {self.says} ({error!r}). Allowed are those that `clickmend "
                f"bench {self.bench} --sweep` writes; run it, or leave --{self.holds} out to take "
                "what the cards have."
            ) from None


@dataclass(frozen=True, kw_only=True)
class SweepBench(ClickBench):
    """A bench that can also choose a number of its settings, on training photos."""

    choice: ClassVar[ChoiceFile]

    sweep: bool = False

    @property
    def choice_file(self) -> Path:
        """Where a sweep writes what it chose."""
        return self.out.with_name(f"{self.out.name}.{self.choice.holds}.json")

    @abstractmethod
    def tried(self, setting: Setting, scores: Row) -> Tried:
        """What a row of a sweep says."""

    def opener(self) -> DatasetOpener:
        """In a sweep, datasets without what is held out from training."""
        if self.sweep:
            return partial(open_training_dataset, task=self.task)
        return super().opener()

    def plan(self, work: Work, settings: Sequence[Setting], **options: Any) -> list[Run]:
        """A sweep takes the largest object of an image alone."""
        ids = subjects_in(self.task, largest_only=self.sweep)
        return work.plan(settings, ids=ids, **options)

    def conclude(
        self, work: Work, runs: Sequence[Run], maker: Any, rows: Sequence[Row]
    ) -> dict[str, Any]:
        """A sweep writes what it chose."""
        if self.sweep:
            self.choice.write(self.choice_file, rows, self.tried)
        return super().conclude(work, runs, maker, rows)

    def notes(self) -> list[str]:
        """Where the choice is."""
        return [f"The choice: {self.choice_file}."] if self.sweep else []
