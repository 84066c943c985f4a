"""Running the job of a command: progress, summary, and what failed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import typer

from clickmend.cli.errors import list_failures
from clickmend.cli.progress import progress_bar

if TYPE_CHECKING:
    from clickmend.core.addresses import Place
    from clickmend.jobs import Item, Line, Ran, Work

LISTED = 50
"""So many failures are listed on stderr; the summary has more."""

IN_SUMMARY = 1000
"""So many failures are in the summary."""


@dataclass
class Running:
    """How a job is run, and what is told of it; the fields are the options of the command."""

    task: str
    model: str | None
    device: str | None
    threads: int
    batch: int
    jobs: int
    engine: str | None
    retries: int
    summary: Place | None
    fresh: bool
    failures: list[tuple[str, str]] = field(default_factory=list)
    wrong: int = 0

    @property
    def engine_name(self) -> str:
        """The engine that was named, or the one that the number of workers asks for."""
        return self.engine or ("pool" if self.jobs > 1 else "serial")

    def run(
        self,
        items: Iterable[Item],
        work: Work,
        folder: Place,
        each: Callable[[Item, Line], None],
        *,
        results: Place | None = None,
    ) -> Ran:
        """Run the job; what fails is counted, and the first of it noted."""
        from clickmend.jobs import ENGINES, run_job

        engine = ENGINES[self.engine_name](jobs=self.jobs)

        def told(item: Item, line: Line) -> None:
            reason = line.get("failed") or line.get("wrong")
            if reason:
                self.wrong += 1
                if len(self.failures) < IN_SUMMARY:
                    photo = item.inputs.get("photo") or item.asked.get("photo", item.name)
                    self.failures.append((photo, reason))
            each(item, line)

        try:
            with progress_bar("Labelling") as progress:
                return run_job(
                    items,
                    work,
                    folder,
                    engine=engine,
                    results=results,
                    retries=self.retries,
                    fresh=self.fresh,
                    each=told,
                    progress=progress,
                )
        except KeyboardInterrupt:
            again = "without --fresh " if self.fresh else ""
            typer.echo(
                f"clickmend: interrupted. What is done is kept; the same command {again}continues.",
                err=True,
            )
            raise

    def end(self, ran: Ran) -> None:
        """Write the summary and list the failures.

        Raises:
            typer.Exit: With code 1, where something failed.
        """
        from clickmend.core.files import remove_unfinished, write_atomically
        from clickmend.jobs import summary

        if self.summary is not None:
            about: dict[str, object] = {
                "task": self.task,
                "engine": self.engine_name,
                "jobs": self.jobs,
            }
            about["failures_left_out"] = self.wrong - len(self.failures)
            remove_unfinished(self.summary)
            write_atomically(self.summary, summary(ran, self.failures, about))
        list_failures(self.failures[:LISTED], of=ran.items, in_all=self.wrong)
