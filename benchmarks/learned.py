"""What networks that were trained on points alone find by themselves, compared with the truth.

    python benchmarks/learned.py runs/attentionshift-made/attentionshift-made.json
    python benchmarks/learned.py runs/attentionshift-photos/attentionshift-photos.json

What was trained on scenes of ``clickmend.training.instances.generated``, 2 to 6 textured objects
each, is asked about scenes of a seed of their own; what was trained on photos, about those of the
same sets that are held out from every training. The measure is VOC's mean average precision, of the
networks' own masks, and with ``--finish`` also of those that are spread over what looks alike
("propagation") or that the interactive network, which was trained on masks, makes of their boxes
("network"). Writes
``benchmarks/results/learned-made.json`` or ``learned-photos.json``, or another one with ``--out``.
"""

from __future__ import annotations

import argparse
import json
import shlex
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch

from clickmend.core.types import RGB
from clickmend.evaluation.benches.base import without_folder
from clickmend.evaluation.datasets import open_bench_dataset
from clickmend.evaluation.provenance import commit, describe_machine
from clickmend.evaluation.scenes import Scene, read_scene
from clickmend.evaluation.validation import compare_found
from clickmend.metrics import INTERPOLATIONS, voc_mean_average_precision
from clickmend.networks import Card
from clickmend.tasks.instances.from_points import DETECTED_FINISHES
from clickmend.training import RECIPES
from clickmend.training.instances.generated import generate_scene
from clickmend.training.instances.photos import PointView
from clickmend.training.instances.trainer import MADE, InstancesRecipe

RESULTS = Path(__file__).parent / "results"
OVERLAPS = (0.25, 0.5, 0.75)
HELD_OUT = 2
"""Ends the seeds of these scenes; those of training end with 0, those of validation with 1."""


def scenes(count: int, *, seed: int, side_px: int) -> list[PointView]:
    """Scenes that neither training nor validation draws, whatever their seeds."""
    seeds = ([seed, number, HELD_OUT] for number in range(count))
    return [generate_scene(np.random.default_rng(each), (side_px, side_px)) for each in seeds]


def photos(sets: Sequence[str], labels: Sequence[str]) -> list[PointView]:
    """The held-out photos of sets, their classes numbered as a network's labels are."""
    views = []
    for name in sets:
        dataset = open_bench_dataset(name, part="held out")
        views += [_view(read_scene(dataset, name, image), labels) for image in dataset.names]
    return views


def _view(scene: Scene, labels: Sequence[str]) -> PointView:
    index = np.zeros(scene.ignore.shape, np.int32)
    for number, mask in enumerate(scene.masks, start=1):
        index[mask] = number
    classes = np.array([labels.index(kind) for kind in scene.classes], np.int64)
    return PointView(scene.image, index, classes, np.empty((0, 2), np.float32))


def measure(views: Sequence[PointView], find: Callable[[RGB], Any]) -> dict[str, dict[str, float]]:
    """Mean average precision by interpolation and overlap."""
    compared = compare_found(views, find)
    return {
        name: {
            str(iou): round(voc_mean_average_precision(compared, iou=iou, interpolation=name), 4)
            for iou in OVERLAPS
        }
        for name in INTERPOLATIONS
    }


def recipe_of(card: Card) -> InstancesRecipe:
    """The recipe of the last leg."""
    recipe = RECIPES[card.stages[-1].recipe]
    assert isinstance(recipe, InstancesRecipe)
    return recipe


def trained(recipe: InstancesRecipe) -> dict[str, str]:
    """By what masks were supervised, how parts were found and where points lay."""
    method = recipe.rules.method
    return {
        "supervision": recipe.mask_supervision,
        "parts": "none" if method is None else method,
        "points": recipe.place,
    }


def main() -> None:
    """Measure the weights that are named and write the result."""
    from clickmend.networks import load
    from clickmend.tasks.instances.detection import detect

    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("models", nargs="+", help="cards of networks of the task instances")
    parser.add_argument("--scenes", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1, help="of the made scenes")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--finish", choices=DETECTED_FINISHES, default="none")
    parser.add_argument("--out", help="name of the result, by default learned-made or -photos")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    models = [load(name, device="cpu") for name in options.models]
    recipes = [recipe_of(model.card) for model in models]
    made = {MADE in recipe.sources for recipe in recipes}
    if len(made) > 1:
        raise SystemExit(
            "Some of these were trained on made scenes and some on photos, which are two results. "
            "Name those of one kind."
        )
    rows: list[dict[str, Any]] = []
    for model, recipe in zip(models, recipes, strict=True):
        if MADE in recipe.sources:
            views = scenes(options.scenes, seed=options.seed, side_px=model.card.view_px)
        else:
            views = photos(list(recipe.sources), model.card.labels)
        for finish in dict.fromkeys(("none", options.finish)):
            precision = measure(views, partial(detect, model=model, finish=finish))
            rows.append(
                {
                    "weights": model.card.name,
                    "sha256": model.card.sha256[:12],
                    "sources": list(recipe.sources),
                    "images": len(views),
                    **trained(recipe),
                    "finish": finish,
                    "stages": [stage.model_dump(mode="json") for stage in model.card.stages],
                    "mAP": precision,
                }
            )
            print(model.card.name, finish, precision)
    command = ["python", "benchmarks/learned.py"]
    command += [
        without_folder(Path(word)) if word in options.models else word for word in sys.argv[1:]
    ]
    bench = "learned-made" if made == {True} else "learned-photos"
    result = {
        "bench": bench,
        "command": shlex.join(command),
        "commit": commit(),
        "seed": options.seed,
        "machine": describe_machine(device="cpu", threads=options.threads),
        "rows": rows,
    }
    RESULTS.mkdir(parents=True, exist_ok=True)
    path = RESULTS / f"{options.out or bench}.json"
    path.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
