"""``clickmend bench``: measure a network. The commands are the registered benches."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_args, get_type_hints

import typer
from typer.core import TyperGroup

from clickmend.cli.options import complete_refinement
from clickmend.cli.progress import progress_bar
from clickmend.core.errors import OptionError

if TYPE_CHECKING:
    from clickmend.evaluation.benches import Bench
    from clickmend.evaluation.tables import Result


class _Benches(TyperGroup):
    """Finds the benches when one is asked for, for they load much and other help does not wait."""

    def list_commands(self, ctx: Any) -> list[str]:
        from clickmend.evaluation.benches import BENCHES

        assert ctx
        return list(BENCHES)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        from clickmend.evaluation.benches import BENCHES

        assert ctx
        return _command_of(BENCHES[cmd_name]) if cmd_name in BENCHES else None


bench_app = typer.Typer(cls=_Benches, help="Measure a network.", no_args_is_help=True)


@bench_app.callback()
def _bench() -> None:
    """Measure a network. Stopped with Ctrl+C, the same command given again continues."""


def _command_of(bench: type[Bench]) -> Any:
    app = typer.Typer(add_completion=False)
    app.command(bench.name, help=bench.__doc__)(_function_of(bench))
    return typer.main.get_command(app)


def _function_of(bench: type[Bench]) -> Callable[..., None]:
    """A function whose parameters are the options of a bench."""

    def measure(**given: Any) -> None:
        from clickmend.evaluation.runner import run_bench
        from clickmend.networks import load

        model = given["models"]
        if not bench.several_models:
            given["models"] = [] if model is None else [model]
        try:
            asked = bench.asked({name: _plain(value) for name, value in given.items()})
        except OptionError as error:
            raise typer.BadParameter(str(error)) from None
        models = [load(name, device=asked.device) for name in asked.models]
        with progress_bar(bench.doing) as progress:
            result = run_bench(asked, models, progress=progress)
        show(result, asked.out)
        for note in asked.notes():
            typer.echo(note, err=True)

    parameters = [
        _parameter(bench, each) for each in dataclasses.fields(bench) if "help" in each.metadata
    ]
    measure.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return measure


def _choice(name: str, words: tuple[str, ...]) -> Any:
    """What typer takes for one of some words."""
    return StrEnum(f"{name.title()}Choice", {word: word for word in words})


def _plain(value: Any) -> Any:
    """What was chosen, as the words themselves."""
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return str(value) if isinstance(value, StrEnum) else value


def _parameter(bench: type[Bench], each: dataclasses.Field[Any]) -> inspect.Parameter:
    """An option of the command line from a field: one word, or several where it is a tuple."""
    from clickmend.evaluation.benches.base import flag_of

    more, kind = each.metadata, get_type_hints(bench)[each.name]
    flag, default = flag_of(each), each.default
    if each.name == "models" and not bench.several_models:
        kind, default = str, None
    several = getattr(kind, "__origin__", None) is tuple
    simple: Any = next((one for one in (bool, int, Path) if one in (kind, *get_args(kind))), str)
    if several or (default is dataclasses.MISSING and each.name != "task"):
        default = None
    choices = more.get("choices")
    decls: tuple[str, ...] = (f"--{flag}",)
    if simple is bool and default:
        decls = (f"--{flag}/--no-{flag}",)
    if each.name == "datasets":
        decls = (*decls, "--data")  # as clickmend train calls it
    settings: dict[str, Any] = {"help": more["help"], "metavar": more.get("metavar")}
    if more.get("metavar") == "LAYER":
        settings["autocompletion"] = complete_refinement
    if "least" in more:
        settings["min"] = more["least"]
    if choices:
        simple = _choice(each.name, choices)
    if default is dataclasses.MISSING:
        default = inspect.Parameter.empty
    word: Any = list[simple] if several else simple
    if default is None:
        word = word | None
    annotation = Annotated[word, typer.Option(*decls, **settings)]
    return inspect.Parameter(
        each.name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation
    )


def show(result: Result, out: Path) -> None:
    """Tables and sentences to stdout, where the files are to stderr."""
    from rich.console import Console

    from clickmend.evaluation.report import on_screen

    for part in on_screen(result):
        screen = Console()
        # Wider than a narrow screen rather than cut: the figures are what was asked for.
        width = screen.measure(part, options=screen.options.update(max_width=1000)).maximum
        Console(width=max(width, screen.width)).print(part)
    typer.echo(f"Written: {out}.json, .md, .png, .svg; runs in {out}.jsonl.", err=True)
