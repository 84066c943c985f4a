"""``clickmend models``: the networks that have weights here, and those of others made ours."""

from __future__ import annotations

import json as to_json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clickmend.cli.options import OUTPUT

if TYPE_CHECKING:
    from clickmend.networks import Card

BYTES = {"float32": 4, "float16": 2}


models_app = typer.Typer(invoke_without_command=True, no_args_is_help=False)


@models_app.callback()
def models(
    context: typer.Context,
    json: Annotated[bool, typer.Option("--json", help="Print the full cards as JSON.")] = False,
) -> None:
    """List the networks, their scores and the terms of their weights."""
    if context.invoked_subcommand is not None:
        return
    from clickmend.networks import cards

    found = cards()
    if json:
        texts = {name: card.model_dump(mode="json") for name, card in found.items()}
        typer.echo(to_json.dumps(texts, indent=2, ensure_ascii=False))
        return
    if not found:
        typer.echo("No weights are here. CLICKMEND_MODELS names a folder with more.", err=True)
    for number, (name, card) in enumerate(found.items()):
        if number:
            typer.echo()
        typer.echo(name)
        for key, value in facts(card).items():
            typer.echo(f"  {key:<12}{value}")


@models_app.command("import")
def import_weights(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="Published weights: .pth, .pt or .safetensors."),
    ],
    output: Annotated[
        Path,
        typer.Option(*OUTPUT, metavar="FOLDER", help="Where to write the weights and their card."),
    ],
    name: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Name of the model; by default that of the file."),
    ] = None,
) -> None:
    """Convert published weights of a known network to safetensors with a card, running no code."""
    if name is not None and (not name or Path(name).name != name or name.startswith(".")):
        raise typer.BadParameter(
            f"{name!r} is no name of a file. Give a word, such as ritm-hrnet18.",
            param_hint="--name",
        )
    from clickmend.networks.weights.published import read_published

    model = read_published(file, name=name)
    path = model.save_pretrained(output)
    typer.echo(f"Written: {path}, a {model.card.architecture} for the task {model.card.task}.")


def facts(card: Card) -> dict[str, str]:
    """What a person wants to know before choosing a network."""
    scores = ", ".join(f"{name} {score:.3g}" for name, score in card.scores.items())
    return {
        "task": card.task,
        "parameters": f"{card.parameters / 1e6:.2f} M",
        "size": f"{card.parameters * BYTES[card.dtype] / 1e6:.1f} MB",
        "refinement": card.refinement.default,
        "scores": scores or "none measured",
        "terms": card.terms,
    }
