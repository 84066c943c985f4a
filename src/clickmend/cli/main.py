"""The command ``clickmend``: its list of commands, and how a failure ends."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Annotated, NoReturn

import typer

from clickmend.cli.bench import bench_app
from clickmend.cli.errors import one_line
from clickmend.cli.export import export
from clickmend.cli.formats import formats
from clickmend.cli.label import label
from clickmend.cli.models import models_app
from clickmend.cli.points import points
from clickmend.cli.refine import refine
from clickmend.cli.run import run
from clickmend.cli.segment import segment
from clickmend.cli.task_options import TaskCommand
from clickmend.cli.train import train_network
from clickmend.core.errors import ClickmendError
from clickmend.core.extras import lacking

app = typer.Typer(
    help="Mend any dense prediction with a few clicks.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(run)
app.command()(segment)
app.command(cls=TaskCommand)(refine)
app.command()(points)
app.command(cls=TaskCommand)(label)
app.command()(export)
app.command()(formats)
app.command("train")(train_network)
app.add_typer(models_app, name="models")
app.add_typer(bench_app, name="bench")


def _show_version(wanted: bool) -> None:
    if wanted:
        from clickmend import __version__

        typer.echo(f"clickmend {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    _version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="Show the version and exit."
        ),
    ] = False,
) -> None:
    pass


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit: 0 done, 1 failed, 2 asked wrongly, 130 stopped by Ctrl+C.

    Args:
        arguments: The words after ``clickmend``; by default those of the process.
    """
    # To look for plugins pydantic would read the metadata of every package that is installed.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1")
    try:
        app(arguments)
    except ModuleNotFoundError as error:
        refused = lacking(error)
        if refused is None:
            raise
        _fail(refused)
    except ClickmendError as error:
        _fail(error)


def _fail(error: ClickmendError) -> NoReturn:
    typer.echo(f"clickmend: {one_line(error)}", err=True)
    sys.exit(1)
