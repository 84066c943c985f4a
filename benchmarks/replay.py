"""Seconds of one click with and without replay, the insertion in the decoder.

    python benchmarks/replay.py

A click is what a session does: one pass with the new input, then 20 iterations of Adam on a hinge
at the click plus the change elsewhere, then the prediction. The networks are torchvision's and
ours with random weights, for only the time counts. Both ways start from the same input and must
end in the same bits. Seconds are measured by the clock and, as the machine may have other work, as
processor time of this process. Writes ``benchmarks/results/replay.json``.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shlex
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
import torchvision
from torch import Tensor, nn

from clickmend.networks import ARCHITECTURES
from clickmend.refinement import Insertion, Replay, insert, minimise
from clickmend.training import RECIPES

RESULTS = Path(__file__).parent / "results" / "replay.json"
CASES = [
    # network, place (behind the ASPP, where f-BRS inserts, and at the decoder's last map), pixels
    ("deeplabv3_mobilenet_v3_large", "classifier.0", 320),
    ("deeplabv3_resnet50", "classifier.0", 128),
    ("deeplabv3_resnet50", "classifier.3", 128),
    ("interactive-s", "decoder.2", 320),
    ("interactive-s", "decoder.1", 320),
    ("deeplabv3plus-r34", "aspp", 320),
]
ITERATIONS = 20


class Logits(nn.Module):
    """The object's logits of a network, from photo and marks in one tensor ``(B, 7, H, W)``."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.marked = not name.startswith("deeplabv3_")
        if name == "interactive-s":
            recipe = RECIPES[name]
            self.network = ARCHITECTURES[recipe.network](**recipe.network_options)
        elif self.marked:
            self.network = ARCHITECTURES[name]()
        else:
            make = getattr(torchvision.models.segmentation, name)
            self.network = make(weights=None, weights_backbone=None, num_classes=1)

    def forward(self, x: Tensor) -> Tensor:
        """The logits, ``(B, 1, H, W)``."""
        image, marks = x[:, :3], x[:, 3:]
        logits: Tensor = self.network(image, marks) if self.marked else self.network(image)["out"]
        return logits


def click(forward: Callable[[Tensor], Tensor], insertion: Insertion, image: Tensor) -> Tensor:
    """One click in the middle of the image; the refined logits."""
    middle = image.shape[-1] // 2
    with torch.no_grad():
        before = forward(image)

    def energy() -> Tensor:
        logits = forward(image)
        hinge = (1 - logits[0, 0, middle, middle]).clamp(min=0).square()
        return hinge + 100 * (logits - before).square().mean()

    minimise(energy, insertion.variables(), lr=0.01, iterations=ITERATIONS)
    with torch.no_grad():
        return forward(image)


def measure(
    name: str, place: str, pixels: int, *, layer: str, seed: int, repeats: int
) -> dict[str, Any]:
    """The medians of both ways for one network, measured in turn."""
    torch.manual_seed(seed)
    network = Logits(name).eval()
    wall: dict[str, list[float]] = {"whole": [], "replay": []}
    busy: dict[str, list[float]] = {"whole": [], "replay": []}
    with insert(network, {f"network.{place}": layer}) as insertion:
        replay = Replay(network)
        with torch.no_grad():
            replay(torch.randn(1, 7, pixels, pixels))
        start = insertion.state()
        equal = True
        for _ in range(repeats):
            image = torch.randn(1, 7, pixels, pixels)
            ends = []
            for way, forward in (("whole", network), ("replay", replay)):
                insertion.load_state(start)
                began, busy_began = time.perf_counter(), time.process_time()
                ends.append(click(forward, insertion, image))
                wall[way].append(time.perf_counter() - began)
                busy[way].append(time.process_time() - busy_began)
            equal = equal and torch.equal(*ends)
    whole, replayed = (statistics.median(wall[way]) for way in ("whole", "replay"))
    busy_whole, busy_replayed = (statistics.median(busy[way]) for way in ("whole", "replay"))
    return {
        "network": name,
        "place": place,
        "layer": layer,
        "pixels": pixels,
        "iterations": ITERATIONS,
        "whole_s": round(whole, 4),
        "replay_s": round(replayed, 4),
        "ratio": round(replayed / whole, 4),
        "cpu_whole_s": round(busy_whole, 4),
        "cpu_replay_s": round(busy_replayed, 4),
        "cpu_ratio": round(busy_replayed / busy_whole, 4),
        "bit_equal": equal,
    }


def main() -> None:
    """Measure every case and write the results."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--layer", default="bmsb")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    rows = []
    for case in CASES:
        row = measure(*case, layer=options.layer, seed=options.seed, repeats=options.repeats)
        rows.append(row)
        print(
            f"{row['network']:30} {row['place']:14} whole {row['whole_s']:7.3f} s   "
            f"replay {row['replay_s']:7.3f} s   ratio {row['ratio']:.3f}   "
            f"of processor time {row['cpu_ratio']:.3f}   "
            f"bit-equal {row['bit_equal']}"
        )
    result = {
        "command": shlex.join(["python", "benchmarks/replay.py", *sys.argv[1:]]),
        "seed": options.seed,
        "repeats": options.repeats,
        "machine": {
            "processor": platform.processor() or platform.machine(),
            "cores": os.cpu_count(),
            "load_at_end": round(os.getloadavg()[0], 2),
            "threads": options.threads,
            "python": platform.python_version(),
            "torch": torch.__version__,
            "torchvision": torchvision.__version__,
        },
        "rows": rows,
    }
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
