"""The options that the benches share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from clickmend.cli.options import A_LAYER, complete_refinement


class RadiusChoice(StrEnum):
    """Whose attention radius the simulated clicks carry."""

    annotator = "annotator"
    default = "default"


class TaskChoice(StrEnum):
    """What is measured."""

    interactive = "interactive"
    semantic = "semantic"
    matting = "matting"
    depth = "depth"


class EnergyChoice(StrEnum):
    """What a refinement minimises."""

    consistency = "consistency"
    clicks = "clicks"
    brs = "brs"


Datasets = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME[=FOLDER]",
        help="A set below CLICKMEND_DATA (voc99, camvid-val, …) or a published layout and its "
        "folder (grabcut=FOLDER). May be repeated; by default the sets kept for this.",
    ),
]
Radii = Annotated[
    list[RadiusChoice] | None,
    typer.Option(
        help="annotator (by default in gbrs): clicks carry the radius of the error; default (in "
        "interactive): they carry none and the session uses its own rule. May be repeated."
    ),
]
Task = Annotated[TaskChoice, typer.Option(help="What is measured.")]
Refine = Annotated[
    list[str] | None,
    typer.Option(
        metavar="LAYER",
        help=f"none, region (not interactive) or {A_LAYER} May be repeated; by default none, of "
        "priors what a session does by default.",
        autocompletion=complete_refinement,
    ),
]
Clicks = Annotated[int, typer.Option(min=1, help="Clicks per object.")]
Limit = Annotated[int | None, typer.Option(min=1, help="Images per dataset, drawn by the seed.")]
Seed = Annotated[
    int, typer.Option(min=0, help="Of everything random: the draw, and corrupted priors.")
]
Jobs = Annotated[int, typer.Option(min=1, help="Processes; above 1 with one thread each.")]
ModelName = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="The weights, see clickmend models; by default the task's."),
]
Device = Annotated[
    str, typer.Option(metavar="NAME", help="cpu, cuda or mps; timings of the CPU by default.")
]
Out = Annotated[
    Path,
    typer.Option(
        metavar="STEM", help="Writes STEM.jsonl (runs), STEM.json, STEM.md, STEM.png, STEM.svg."
    ),
]
TaskOut = Annotated[
    Path | None,
    typer.Option(
        metavar="STEM",
        help="Writes STEM.jsonl (runs), STEM.json, STEM.md, STEM.png, STEM.svg; by default named "
        "after the bench and the task.",
    ),
]
Fresh = Annotated[
    bool, typer.Option("--fresh", help="Start over instead of continuing STEM.jsonl.")
]
