"""Seconds of one click on a 640×480 photo, without refinement.

    python benchmarks/latency.py --threads 2

Sessions of ten clicks on scikit-image's photo of a coffee cup; the first session warms up and is
not counted. A click's time ends when its mask is there. Where the clicks fall comes from the seed.
Writes ``benchmarks/results/latency.json``.
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
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    set_threads(options.threads)
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
