"""The command ``clickmend``: its list of commands, and how a failure ends."""

from __future__ import annotations

import atexit
import os
import sys
import threading
from collections.abc import Callable, Collection, Sequence
from typing import Annotated, NoReturn

import typer
from typer.core import TyperCommand

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


def _show_version(wanted: bool) -> None:
    if wanted:
        from clickmend import __version__

        typer.echo(f"clickmend {__version__}")
        raise typer.Exit


def _options(
    _version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="Show the version and exit."
        ),
    ] = False,
) -> None:
    pass


_COMMANDS: dict[str, tuple[Callable[..., None], type[TyperCommand]]] = {
    "run": (run, TyperCommand),
    "segment": (segment, TyperCommand),
    "refine": (refine, TaskCommand),
    "points": (points, TyperCommand),
    "label": (label, TaskCommand),
    "export": (export, TyperCommand),
    "formats": (formats, TyperCommand),
    "train": (train_network, TyperCommand),
}
_GROUPS = {"models": models_app, "bench": bench_app}


def _application(names: Collection[str]) -> typer.Typer:
    """The command line with some of the commands."""
    application = typer.Typer(
        help="Mend any dense prediction with a few clicks.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    application.callback()(_options)
    for name, (command, kind) in _COMMANDS.items():
        if name in names:
            application.command(name, cls=kind)(command)
    for name, group in _GROUPS.items():
        if name in names:
            application.add_typer(group, name=name)
    return application


app = _application((*_COMMANDS, *_GROUPS))


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit: 0 done, 1 failed, 2 asked wrongly, 130 stopped by Ctrl+C.

    Args:
        arguments: The words after ``clickmend``; by default those of the process, which then ends
            here.
    """
    if arguments is None:
        _end_process(_run(sys.argv[1:]))
    sys.exit(_run(arguments))


def _run(words: Sequence[str]) -> int | str | None:
    """Run the command line; the code to exit with."""
    # To look for plugins pydantic would read the metadata of every package that is installed.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1")
    # Typer makes all commands that it has ready, which takes longer than to read a photo.
    asked = words[:1] if {*words[:1]} & {*_COMMANDS, *_GROUPS} else None
    try:
        (_application(asked) if asked else app)(words)
    except SystemExit as end:
        return end.code
    except ModuleNotFoundError as error:
        refused = lacking(error)
        if refused is None:
            raise
        return _failed(refused)
    except ClickmendError as error:
        return _failed(error)
    return 0


def _failed(error: ClickmendError) -> int:
    typer.echo(f"clickmend: {one_line(error)}", err=True)
    return 1


def _end_process(code: int | str | None) -> NoReturn:
    """Exit without taking all modules apart first, a tenth of the time of ``segment``."""
    watched = sys.getprofile() or sys.gettrace()  # who then writes what was seen
    if isinstance(code, str) or threading.active_count() > 1 or watched:
        sys.exit(code)
    atexit._run_exitfuncs()
    try:
        for stream in filter(None, (sys.stdout, sys.stderr)):  # None if it was closed at the start
            stream.flush()
    except (OSError, ValueError):  # such as that nobody reads any more
        sys.exit(code)
    os._exit(code or 0)
