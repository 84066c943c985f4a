"""Measures how well an object that three clicks mark on the first frame is followed.

    python benchmarks/video.py made --sequences 12 --seed 1000
    python benchmarks/video.py davis
    python benchmarks/video.py fit --sequences 40 --seed 100

``davis`` scores the ten sequences of ten frames under ``CLICKMEND_DATA``, which lie five to eleven
frames of the film apart, and which nothing was tuned on. ``made`` scores made sequences, cut-outs
of training photos that jump, turn, grow, bend and change their light over other training photos;
those of the seeds 0 to 11 are what everything was tuned on, those from 1000 on were kept back. Both
are compared with the first mask repeated, the first mask in the box of a tracker of OpenCV, optical
flow alone, and the network that is asked with the first clicks carried along by flow. Both print
JSON and keep their part in ``benchmarks/results/video.json``. ``fit`` prints the weights that the
confidence would have by the frames of made sequences, and how well such weights tell the overlap of
sequences that they were not fitted on.
"""

from __future__ import annotations

import argparse
import json
import shlex
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

import clickmend as cm
from clickmend.core.files import write_atomically
from clickmend.core.settings import settings
from clickmend.core.types import RGB, Mask
from clickmend.data.objects import DATASETS
from clickmend.data.sets import OBJECT_SETS
from clickmend.evaluation.provenance import describe_machine
from clickmend.feedback import Click
from clickmend.feedback.annotator import next_click
from clickmend.objects.sequence import follower_model
from clickmend.tasks.interactive.following.asking import Asking
from clickmend.tasks.interactive.following.follower import WEIGHTS, Follower
from clickmend.tasks.interactive.following.motion import motion

RESULTS = Path(__file__).parent / "results" / "video.json"

CLICKS = 3

ROWS = ("repeat", "tracker", "flow", "network", "followed")
"""The first mask again; in a tracker's box; carried by flow; carried clicks; ours."""


@dataclass(frozen=True)
class Film:
    """A sequence with its truth."""

    name: str
    frames: Sequence[RGB]
    truth: Sequence[Mask]


def davis() -> Iterator[Film]:
    """The ten sequences of ten frames."""
    dataset = DATASETS["folder"](settings().data / OBJECT_SETS["davis10"], None)
    films: dict[str, list[Any]] = {}
    for sample in dataset:
        films.setdefault(sample.name.rpartition("_")[0], []).append(sample)
    for name, samples in sorted(films.items()):
        samples.sort(key=lambda one: one.name)
        yield Film(name, [one.image for one in samples], [one.ids > 0 for one in samples])


def made(count: int, seed: int) -> Iterator[Film]:
    """Made sequences."""
    from made_sequences import made_sequence  # beside this script

    for number in range(seed, seed + count):
        frames, truth = made_sequence(settings().data / "objects" / "train", number)
        yield Film(f"made-{number}", frames, truth)


def clicks_on(frame: RGB, truth: Mask) -> tuple[list[Click], Any]:
    """Three clicks of an annotator on the first frame, and what they give."""
    session = cm.Session(frame, task="interactive")
    clicks: list[Click] = []
    shown = np.zeros_like(truth)
    for _ in range(CLICKS):
        click = next_click(shown, truth)
        if click is None:
            break
        clicks.append(replace(click, radius_px=None))
        shown = session.add(clicks[-1]).mask
    return clicks, session.prediction


def by_tracker(film: Film, first: Any) -> Iterator[Mask]:
    """The first mask, moved and scaled with the box that multiple instance learning tracks.

    OpenCV draws its samples by the clock, so that its row is another one each time.
    """
    rows, columns = np.flatnonzero(first.mask.any(1)), np.flatnonzero(first.mask.any(0))
    x, y = int(columns[0]), int(rows[0])
    width, height = int(columns[-1]) + 1 - x, int(rows[-1]) + 1 - y
    tracker: Any = cv2.TrackerMIL.create()
    try:
        tracker.init(film.frames[0], (x, y, width, height))
    except cv2.error:  # it finds no samples in a small box
        yield from [first.mask] * (len(film.frames) - 1)
        return
    mask = first.mask.astype(np.uint8)
    for frame in film.frames[1:]:
        _, (left, top, wide, high) = tracker.update(frame)
        scales = wide / width, high / height
        move = np.array([[scales[0], 0, left - scales[0] * x], [0, scales[1], top - scales[1] * y]])
        yield cv2.warpAffine(mask, move, mask.shape[::-1], flags=cv2.INTER_NEAREST) > 0


def by_flow(film: Film, first: Any) -> Iterator[Mask]:
    """The first mask, carried by flow from frame to frame."""
    carried = first.probability
    for old, new in zip(film.frames, film.frames[1:], strict=False):
        carried = motion(old, new).carry(carried)
        yield carried > 0.5


def by_clicks(film: Film, clicks: Sequence[Click]) -> Iterator[Mask]:
    """What the network says to the first clicks, each carried by flow."""
    model = cm.from_pretrained("interactive-l0")
    height, width = film.truth[0].shape
    places = np.array([[one.x, one.y] for one in clicks], np.float32)
    for old, new in zip(film.frames, film.frames[1:], strict=False):
        there = motion(new, old).back  # where pixels of the old frame are in the new one
        rows, columns = places[:, 1].astype(int), places[:, 0].astype(int)
        places = places + there[rows, columns]
        places = places.clip(0, (width - 0.5, height - 0.5))
        moved = tuple(
            replace(one, x=float(x), y=float(y)) for one, (x, y) in zip(clicks, places, strict=True)
        )
        asking = Asking(new, model, margin=1.5)
        yield asking.ask(moved, asking.view(np.zeros((height, width), np.bool_))) > 0.5


def overlap(one: Mask, other: Mask) -> float:
    """Intersection over union; 1 where both are empty."""
    union = np.count_nonzero(one | other)
    return float(np.count_nonzero(one & other) / union) if union else 1.0


def score(film: Film) -> dict[str, Any]:
    """One sequence: the mean over all frames, the first among them, and ours frame by frame."""
    clicks, first = clicks_on(film.frames[0], film.truth[0])
    begun = overlap(first.mask, film.truth[0])
    following = cm.propagate(film.frames, marks=clicks)
    frames = [next(following)]
    started = time.process_time()
    frames += following
    spent = (time.process_time() - started) / (len(film.frames) - 1)
    ways: dict[str, Callable[[], list[Mask]]] = {
        "repeat": lambda: [first.mask] * (len(film.frames) - 1),
        "tracker": lambda: list(by_tracker(film, first)),
        "flow": lambda: list(by_flow(film, first)),
        "network": lambda: list(by_clicks(film, clicks)),
        "followed": lambda: [one.prediction.mask for one in frames[1:]],
    }
    told: dict[str, Any] = {"name": film.name, "first": round(begun, 4)}
    for row, masks in ways.items():
        scores = [
            begun,
            *(overlap(one, true) for one, true in zip(masks(), film.truth[1:], strict=True)),
        ]
        told[row] = round(float(np.mean(scores)), 4)
        if row == "followed":
            told["by_frame"] = [round(one, 3) for one in scores]
    told["seconds"] = round(spent, 3)
    told["confidence"] = [round(one.confidence, 3) for one in frames]
    return told


def summary(films: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Means over the sequences, and how confidence and overlap go together after the first."""
    sure = np.concatenate([one["confidence"][1:] for one in films])
    true = np.concatenate([one["by_frame"][1:] for one in films])
    return {
        "sequences": list(films),
        "mean": {row: round(float(np.mean([one[row] for one in films])), 4) for row in ROWS},
        "first": round(float(np.mean([one["first"] for one in films])), 4),
        "seconds": round(float(np.mean([one["seconds"] for one in films])), 3),
        **agreement(sure, true),
    }


def agreement(sure: NDArray[Any], true: NDArray[Any]) -> dict[str, float]:
    """How a confidence and overlaps go together."""
    order = [np.argsort(np.argsort(values)) for values in (sure, true)]
    quarter = sure <= np.quantile(sure, 0.25)
    return {
        "rank_correlation": round(float(np.corrcoef(*order)[0, 1]), 3),
        "confidence_error": round(float(np.abs(sure - true).mean()), 3),
        "overlap_of_least_sure_quarter": round(float(true[quarter].mean()), 3),
        "overlap_of_the_others": round(float(true[~quarter].mean()), 3),
    }


def witnessed(film: Film) -> Iterator[tuple[tuple[float, ...], float]]:
    """What the witnesses of each later frame say of its mask, and its overlap with the truth."""
    _, first = clicks_on(film.frames[0], film.truth[0])
    follower = Follower(film.frames[0], first.probability, follower_model(None, None))
    for frame, true in zip(film.frames[1:], film.truth[1:], strict=True):
        probability, confidence = follower.step(frame)
        if confidence:
            yield follower.parts, overlap(probability > 0.5, true)


def fitted(said: NDArray[Any], true: NDArray[Any]) -> NDArray[Any]:
    """The weights of a logistic regression of overlaps on what witnesses say."""

    def loss(weights: NDArray[Any]) -> tuple[float, NDArray[Any]]:
        odds = said @ weights
        lack = 1 / (1 + np.exp(-odds)) - true
        return float((np.logaddexp(0, odds) - true * odds).mean()), said.T @ lack / len(true)

    found: NDArray[Any] = minimize(loss, np.zeros(said.shape[1]), jac=True).x
    return found


def fit(films: Iterator[Film]) -> dict[str, Any]:
    """The weights by all films, and the error of those by four fifths of them on the others."""
    seen = [list(witnessed(film)) for film in films]
    said, true = (np.array([one[part] for of in seen for one in of]) for part in (0, 1))
    said = np.column_stack((said, np.ones(len(said))))
    fold = np.concatenate([np.full(len(of), number % 5) for number, of in enumerate(seen)])
    held = np.zeros(len(true))
    for number in range(5):
        here = fold == number
        held[here] = said[here] @ fitted(said[~here], true[~here])
    now, held = (1 / (1 + np.exp(-odds)) for odds in (said @ WEIGHTS, held))
    return {
        "frames": len(true),
        "weights": fitted(said, true).round(1).tolist(),
        "now": agreement(now, true),
        "fitted_on_others": agreement(held, true),
    }


def main() -> None:
    """Measure one part and keep it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("part", choices=("made", "davis", "fit"))
    parser.add_argument("--sequences", type=int, default=12)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--known", type=Path, help="Lines on stderr of a run that was stopped; those are kept."
    )
    given = parser.parse_args()
    cv2.setNumThreads(1)
    films = davis() if given.part == "davis" else made(given.sequences, given.seed)
    if given.part == "fit":
        print(json.dumps(fit(films), indent=1))
        return
    lines = given.known.read_text("utf-8").splitlines() if given.known else []
    known = {one["name"]: one for one in map(json.loads, lines)}
    scored = []
    for film in films:
        scored.append(known.get(film.name) or score(film))
        print(json.dumps(scored[-1]), file=sys.stderr, flush=True)
    result: dict[str, Any] = json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else {}
    words = [given.part]
    if given.part == "made":
        words += ["--sequences", str(given.sequences), "--seed", str(given.seed)]
    command = shlex.join(["python", "benchmarks/video.py", *words])
    result |= {"bench": "video", "seed": 0}  # of davis10; that of made ones is in their command
    result["machine"] = describe_machine(device="cpu", threads=1)
    result["command"] = "python benchmarks/video.py davis"
    result[given.part] = {"command": command, **summary(scored)}
    write_atomically(RESULTS, (json.dumps(result, indent=1) + "\n").encode())
    print(json.dumps(result[given.part]))


if __name__ == "__main__":
    main()
