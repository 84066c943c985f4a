"""The options that several commands share."""

from __future__ import annotations

from typing import Annotated

import typer

Method = Annotated[
    str, typer.Option(metavar="NAME", help="How parts are found: shift, k-means or k-means*.")
]
Finish = Annotated[
    str,
    typer.Option(
        metavar="NAME",
        help="none, or network: it looks at each object by itself, better and slower.",
    ),
]
FinishRefine = Annotated[
    str,
    typer.Option(
        metavar="LAYER",
        help="G-BRS refinement of the finish: none, sb, bmsb, bmsb-m or bmconv.",
    ),
]
Model = Annotated[
    str | None,
    typer.Option(
        metavar="NAME", help="Of interactive weights or of AttentionShift's; see clickmend models."
    ),
]
Seed = Annotated[int, typer.Option(metavar="NUMBER", help="Of the samples that are drawn.")]
Device = Annotated[
    str | None, typer.Option(metavar="NAME", help="cpu, cuda or mps; by default the best.")
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
        help="Iterations in which the clicks' values propagate, in a network made for it.",
    ),
]
