"""Seconds of one click on a 640×480 photo, without refinement.

    python benchmarks/latency.py --threads 2

Sessions of ten clicks on scikit-image's photo of a coffee cup; the first session warms up and is
not counted. A click's time ends when its mask is there. Where the clicks fall comes from the seed.
Writes ``benchmarks/results/latency.json``.

    python benchmarks/latency.py --every-task 4000x3000 --sessions 3

prints instead, for each task with and without a prior, the processor time of the 1st, the 2nd and
the 10th click on the cup enlarged to that size, with the task's own refinement; it writes nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from PIL import Image
from skimage import data

from clickmend.core.types import RGB
from clickmend.evaluation.protocol import ClickSession
from clickmend.evaluation.provenance import commit, describe_machine
from clickmend.feedback.marks import BACKGROUND, FOREGROUND
from clickmend.networks.weights.graph import set_threads

RESULTS = Path(__file__).parent / "results" / "latency.json"
WIDTH, HEIGHT = 640, 480
CLICKS_PER_SESSION = 10


def photo() -> RGB:
    """The coffee cup, ``(480, 640, 3)``."""
    return np.asarray(Image.fromarray(data.coffee()).resize((WIDTH, HEIGHT)))


def measure(
    make_session: Callable[[RGB], ClickSession[Any]],
    *,
    sessions: int,
    seed: int,
    clock: Callable[[], float] = time.perf_counter,
) -> list[float]:
    """Seconds of every click of ``sessions`` sessions after one that warms up."""
    image = photo()
    generator = np.random.default_rng(seed)
    seconds: list[float] = []
    for _ in range(sessions + 1):
        session = make_session(image)
        for number in range(CLICKS_PER_SESSION):
            x, y = generator.uniform(0, (WIDTH, HEIGHT))
            label = BACKGROUND if number % 3 == 2 else FOREGROUND
            start = clock()
            _ = session.click(x, y, label=label, radius_px=None).mask
            seconds.append(clock() - start)
    return seconds[CLICKS_PER_SESSION:]


def summary(seconds: list[float]) -> dict[str, Any]:
    """How many clicks, their median and their 95th percentile."""
    p50, p95 = np.percentile(seconds, (50, 95))
    return {"clicks": len(seconds), "p50_s": round(float(p50), 4), "p95_s": round(float(p95), 4)}


SAID: dict[str, Callable[[np.random.Generator], dict[str, Any]]] = {
    "interactive": lambda rng: {"label": (FOREGROUND, BACKGROUND)[int(rng.integers(2))]},
    "semantic": lambda rng: {"label": int(rng.integers(8))},
    "depth": lambda rng: {"value": float(rng.uniform(1, 4))},
    "matting": lambda rng: {"value": float(rng.uniform(0, 1))},
}
"""What a click says in each task."""


def given(task: str, image: RGB, *, prior: bool) -> dict[str, Any]:
    """What a session of a task starts from: a disk, as a prior or as a trimap."""
    height, width = image.shape[:2]
    disk = np.zeros((height, width), np.uint8)
    cv2.circle(disk, (width // 2, height // 2), height // 3, 1, thickness=-1)
    if not prior:
        around = cv2.blur(disk.astype(np.float32), (height // 15,) * 2)
        trimap = np.where(around >= 1, 255, np.where(around > 0, 128, 0)).astype(np.uint8)
        return {"trimap": trimap} if task == "matting" else {}
    kinds = {"interactive": disk > 0, "semantic": disk.astype(np.int32)}
    return {"prior": kinds.get(task, disk.astype(np.float32) + (task == "depth"))}


def every_task(width: int, height: int, *, sessions: int, seed: int) -> list[dict[str, Any]]:
    """The processor time of single clicks in each task, the mean over sessions, seconds.

    What is shown before the first click is asked for before, as a page does.
    """
    from clickmend.session import Session

    image = cv2.resize(photo(), (width, height), interpolation=cv2.INTER_CUBIC)
    rows = []
    for task, says in SAID.items():
        for prior in (False, True):
            spent = np.zeros(CLICKS_PER_SESSION)
            for number in range(sessions):
                rng = np.random.default_rng(seed + number)
                session: Any = Session(image, task=task, **given(task, image, prior=prior))
                _ = session.prediction.pixels
                for click in range(CLICKS_PER_SESSION):
                    angle, away = rng.uniform(0, 2 * np.pi), rng.uniform(0.28, 0.38) * height
                    x, y = width / 2 + away * np.cos(angle), height / 2 + away * np.sin(angle)
                    start = time.process_time()
                    _ = session.click(float(x), float(y), **says(rng)).pixels
                    spent[click] += time.process_time() - start
            first, second, *_, last = (spent / sessions).round(3).tolist()
            rows.append({"task": task, "prior": prior, "1st": first, "2nd": second, "10th": last})
    return rows


def main() -> None:
    """Measure the shipped weights and write the result."""
    from clickmend.networks import load
    from clickmend.session import Session

    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--model", default="interactive-s")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--sessions", type=int, default=6)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--every-task", metavar="WIDTHxHEIGHT")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    set_threads(options.threads)
    if options.every_task:
        width, height = (int(side) for side in options.every_task.split("x"))
        for row in every_task(width, height, sessions=options.sessions, seed=options.seed):
            print(json.dumps(row))
        return
    load_before = os.getloadavg()[0]
    card = load(options.model, device=options.device).card
    seconds = measure(
        lambda image: Session(image, model=options.model, refine="none", device=options.device),
        sessions=options.sessions,
        seed=options.seed,
    )
    row = {"photo": f"{WIDTH}×{HEIGHT}", "refine": "none", **summary(seconds)}
    result = {
        "bench": "latency",
        "command": shlex.join(["python", "benchmarks/latency.py", *sys.argv[1:]]),
        "commit": commit(),
        "seed": options.seed,
        "weights": {"name": card.name, "sha256": card.sha256[:12]},
        "machine": {
            **describe_machine(device=options.device, threads=options.threads),
            "load_before": round(load_before, 2),
        },
        "rows": [row],
    }
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(f"{row['clicks']} clicks: p50 {row['p50_s']:.3f} s, p95 {row['p95_s']:.3f} s")


if __name__ == "__main__":
    main()
