"""What networks that were trained on points alone find in made scenes that they were never shown.

    python benchmarks/made_scenes.py runs/attentionshift-made/attentionshift-made.json

Draws scenes of 2 to 6 textured objects from a seed of its own (see
``clickmend.training.made_scenes``), lets each network find the objects by itself, and compares the
masks with the truth by VOC's mean average precision. Writes
``benchmarks/results/made-scenes.json``.
"""

from __future__ import annotations

import argparse
import json
import shlex
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from clickmend.core.types import RGB
from clickmend.evaluation.bench import without_folder
from clickmend.evaluation.provenance import commit, describe_machine
from clickmend.evaluation.validation import HasInstances, compare_found
from clickmend.metrics import INTERPOLATIONS, voc_mean_average_precision
from clickmend.training.made_scenes import made_scene
from clickmend.training.points import PointView

RESULTS = Path(__file__).parent / "results" / "made-scenes.json"
OVERLAPS = (0.25, 0.5, 0.75)
HELD_OUT = 2
"""Ends the seeds of these scenes; those of training end with 0, those of validation with 1."""


def scenes(count: int, *, seed: int, side_px: int) -> list[PointView]:
    """Scenes that neither training nor validation draws, whatever their seeds."""
    seeds = ([seed, number, HELD_OUT] for number in range(count))
    return [made_scene(np.random.default_rng(each), (side_px, side_px)) for each in seeds]


def measure(
    views: Sequence[PointView], find: Callable[[RGB], HasInstances]
) -> dict[str, dict[str, float]]:
    """Mean average precision by interpolation and overlap."""
    compared = compare_found(views, find)
    return {
        name: {
            str(iou): round(voc_mean_average_precision(compared, iou=iou, interpolation=name), 4)
            for iou in OVERLAPS
        }
        for name in INTERPOLATIONS
    }


def main() -> None:
    """Measure the weights that are named and write the result."""
    from clickmend.networks import load
    from clickmend.session.detection import detect

    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("models", nargs="+", help="cards of networks of the task instances")
    parser.add_argument("--scenes", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    rows: list[dict[str, Any]] = []
    for name in options.models:
        model = load(name, device="cpu")
        views = scenes(options.scenes, seed=options.seed, side_px=model.card.view_px)
        precision = measure(views, lambda image, model=model: detect(image, model=model))
        legs = [leg.model_dump(mode="json") for leg in model.card.legs]
        rows.append(
            {
                "weights": model.card.name,
                "sha256": model.card.sha256[:12],
                "legs": legs,
                "mAP": precision,
            }
        )
        print(model.card.name, precision)
    command = ["python", "benchmarks/made_scenes.py"]
    command += [
        without_folder(Path(word)) if word in options.models else word for word in sys.argv[1:]
    ]
    result = {
        "bench": "made-scenes",
        "command": shlex.join(command),
        "commit": commit(),
        "seed": options.seed,
        "scenes": options.scenes,
        "machine": describe_machine(device="cpu", threads=options.threads),
        "rows": rows,
    }
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
