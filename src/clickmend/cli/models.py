"""``clickmend models``: the networks that have weights here."""

from __future__ import annotations

import json as to_json
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from clickmend.networks import Card

BYTES = {"float32": 4, "float16": 2}


def models(
    json: Annotated[bool, typer.Option("--json", help="Print the whole cards as JSON.")] = False,
) -> None:
    """List the networks, their scores and the terms of their weights."""
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
