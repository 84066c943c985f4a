"""The options that tasks declare, as options of a command."""

from __future__ import annotations

from collections.abc import Mapping
from inspect import Parameter, Signature
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand
from typer.main import get_command

if TYPE_CHECKING:
    from clickmend.tasks.base import Option


class TaskCommand(TyperCommand):
    """A command that takes, beside its own options, those of all tasks.

    The tasks are asked when the command is called or its help is shown, not before.
    """

    def get_params(self, ctx: Any) -> list[Any]:
        """The command's own parameters, then those of the tasks."""
        return [*super().get_params(ctx), *_parameters()]


def _parameters() -> list[Any]:
    """The options of all tasks, as typer reads them off a function; ``ctx.meta`` keeps values."""

    def declare() -> None:
        """Takes nothing but what it is given here."""

    parameters = []
    annotation: Any
    for option in _declared():
        declared = typer.Option(
            metavar=option.metavar, help=option.help, expose_value=False, callback=_keep
        )
        if option.kind == "number":
            annotation = Annotated[float | None, declared]
        else:
            annotation = Annotated[str | None, declared]
        declare.__annotations__[option.name] = annotation
        parameters.append(
            Parameter(option.name, Parameter.KEYWORD_ONLY, default=None, annotation=annotation)
        )
    declare.__signature__ = Signature(parameters)  # type: ignore[attr-defined]
    app = typer.Typer(add_completion=False, context_settings={"help_option_names": []})
    app.command()(declare)
    return list(get_command(app).params)


def _keep(ctx: typer.Context, param: typer.CallbackParam, value: Any) -> Any:
    if value is not None:
        ctx.meta[f"{__name__}.{param.name}"] = value
    return value


def given_options(ctx: typer.Context) -> dict[str, object]:
    """The options of tasks that were given, by name."""
    head = f"{__name__}."
    meta: Mapping[str, object] = ctx.meta
    given = {name.removeprefix(head): meta[name] for name in meta if name.startswith(head)}
    named = {option.name for option in _declared() if option.kind == "names"}
    return {
        name: read_names(str(value), option=f"--{name}") if name in named else value
        for name, value in given.items()
    }


def read_names(text: str, *, option: str) -> list[str]:
    """Names between commas, or those of a file with one in each line.

    Raises:
        typer.BadParameter: One is empty or there twice, or they cannot be read.
    """
    from clickmend.core.errors import ProjectError
    from clickmend.projects.labelling import classes_of

    try:
        return [str(one["name"]) for one in classes_of(text)]
    except ProjectError as error:
        raise typer.BadParameter(str(error), param_hint=option) from None


def check_task(name: str) -> str:
    """The name of a task, if there is such a task.

    Raises:
        typer.BadParameter: There is none.
    """
    from clickmend.core.errors import NotAvailableError
    from clickmend.tasks.registry import task_named

    try:
        return task_named(name).name
    except NotAvailableError as error:
        raise typer.BadParameter(str(error), param_hint="--task") from None


def file_options() -> set[str]:
    """The names of the options whose value is a file."""
    return {option.name for option in _declared() if option.kind == "file"}


def _declared() -> list[Option]:
    """The options of all tasks; two tasks may share one."""
    from clickmend.tasks.registry import TASKS

    found = {option.name: option for name in TASKS for option in TASKS[name].options}
    return list(found.values())
