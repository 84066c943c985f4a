"""The options that several commands share."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from clickmend.cli.places import complete_place

OUTPUT = ("--output", "--out", "-o")
"""Where a command writes: the same three names in each."""

A_LAYER = "a layer such as bmsb (an unknown name lists them all)."
"""The help of options that name a layer. It names no more, for layers register with torch."""


def complete_refinement(typed: str) -> list[str]:
    """What ``--refine`` may name, for the completion of a shell."""
    from clickmend.tasks.refine import refinements

    return [name for name in refinements() if name.startswith(typed)]


def place_option(*names: str, metavar: str, help: str) -> Any:  # noqa: A002  # typer's own word
    """An option that names a file or a folder, which a shell completes."""
    return typer.Option(*names, metavar=metavar, help=help, autocompletion=complete_place)


Network = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="The network: a name that clickmend models lists, a folder, hf:NAME, smp:NAME or "
        "torchvision:NAME.",
    ),
]
Layer = Annotated[
    str | None,
    typer.Option(
        "--refine",
        metavar="LAYER",
        help=f"How marks are applied: none, region (each mark changes its own region) or {A_LAYER}",
        autocompletion=complete_refinement,
    ),
]
Protect = Annotated[
    str | None,
    typer.Option(
        metavar="FILE",
        help="A mask of pixels that marks must not change: a file, a folder or a pattern.",
    ),
]
Method = Annotated[
    str,
    typer.Option(metavar="NAME", help="How object parts are found: shift, k-means or k-means*."),
]
Finish = Annotated[
    str,
    typer.Option(
        metavar="NAME",
        help="network refines each mask by a closer look at its object; none skips this, which is "
        "faster and less accurate.",
    ),
]
FinishRefine = Annotated[
    str,
    typer.Option(
        metavar="LAYER",
        help=f"G-BRS refinement during --finish network: none or {A_LAYER}",
        autocompletion=complete_refinement,
    ),
]
Model = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="The network: interactive or AttentionShift weights from clickmend models, or hf:NAME "
        "of a promptable network such as SAM.",
    ),
]
Seed = Annotated[int, typer.Option(metavar="NUMBER", help="Seed of the random samples.")]
Device = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="cpu, cuda or mps; by default the best available."),
]
Batch = Annotated[
    int | None,
    typer.Option(
        min=1,
        metavar="N",
        help="How many views the network processes together, for a GPU; 1 by default.",
    ),
]
AdaptKeys = Annotated[
    int,
    typer.Option(
        min=0, metavar="N", help="Iterations of key adaptation in the network's attention."
    ),
]
Propagate = Annotated[
    int,
    typer.Option(
        min=0,
        metavar="N",
        help="Iterations of value propagation from the clicks, in networks trained for it.",
    ),
]
