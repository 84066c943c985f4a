"""``clickmend bench``: measure a network."""

from __future__ import annotations

import typer

from clickmend.cli.bench.attention import attention
from clickmend.cli.bench.clicks import gbrs, interactive, prior
from clickmend.cli.bench.instances import attentionshift

bench_app = typer.Typer(help="Measure a network.", no_args_is_help=True)


@bench_app.callback()
def _bench() -> None:
    """Measure a network. Stopped with Ctrl+C, the same command given again continues."""


for _command in (interactive, gbrs, prior, attention, attentionshift):
    bench_app.command()(_command)
