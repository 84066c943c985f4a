"""Seconds of one click with and without replay, at three depths of four networks.

    python benchmarks/replay.py

A click is what a session does: one pass with the new input, then 20 iterations of Adam on a hinge
at the click plus the change elsewhere, then the prediction. The networks are those of timm,
segmentation_models.pytorch, torchvision and ours, with branches and skips and random weights, for
only the time counts. Both ways start from the same input and must end in the same bits. Seconds
are measured by the clock and, as the machine may have other work, as processor time of this
process; the operations of one iteration are counted. Writes ``benchmarks/results/replay.json``.
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
from typing import Any, NamedTuple

import segmentation_models_pytorch as smp
import timm
import torch
import torch.nn.functional as F
import torchvision
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from clickmend.networks import ARCHITECTURES
from clickmend.networks.weights.graph import set_threads
from clickmend.refinement import Insertion, Replay, insert, minimise
from clickmend.training import RECIPES

RESULTS = Path(__file__).parent / "results" / "replay.json"


class FusedHRNet(nn.Module):
    """timm's HRNet, four resolutions that exchange maps, and a head over their sum."""

    def __init__(self) -> None:
        super().__init__()
        self.backbone = timm.create_model("hrnet_w18_small", pretrained=False, features_only=True)
        channels = self.backbone.feature_info.channels()
        self.project = nn.ModuleList(nn.Conv2d(wide, 64, 1) for wide in channels)
        self.head = nn.Sequential(nn.Conv2d(64, 64, 3, padding=1), nn.ReLU(), nn.Conv2d(64, 1, 1))

    def forward(self, image: Tensor) -> Tensor:
        """The logits, ``(B, 1, H, W)``."""
        maps = [project(m) for project, m in zip(self.project, self.backbone(image), strict=True)]
        size = maps[1].shape[2:]
        fused = torch.stack([F.interpolate(m, size=size) for m in maps]).sum(0)
        logits: Tensor = F.interpolate(self.head(fused), size=image.shape[2:])
        return logits


def interactive_s() -> nn.Module:
    """The network of the recipe, with marks."""
    recipe = RECIPES["interactive-s"]
    return ARCHITECTURES[recipe.network](**recipe.network_options)


class Case(NamedTuple):
    """A network and where to insert, from the deepest place to the last."""

    make: Callable[[], nn.Module]
    places: tuple[str, ...]
    pixels: int


CASES = {
    "hrnet_w18_small (timm)": Case(
        FusedHRNet, ("backbone.layer1", "backbone.stage4.0.branches.3", "head.0"), 192
    ),
    "Unet resnet18 (segmentation_models.pytorch)": Case(
        lambda: smp.Unet("resnet18", encoder_weights=None),
        ("encoder.layer3", "decoder.blocks.0", "decoder.blocks.2"),
        192,
    ),
    "deeplabv3_resnet50 (torchvision)": Case(
        lambda: torchvision.models.segmentation.deeplabv3_resnet50(
            weights=None, weights_backbone=None, num_classes=1
        ),
        ("backbone.layer3", "classifier.0", "classifier.3"),
        128,
    ),
    "interactive-s (ours)": Case(interactive_s, ("context", "decoder.2", "decoder.1"), 320),
}


class Logits(nn.Module):
    """The object's logits of a network, from photo and marks in one tensor ``(B, 7, H, W)``."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network
        self.marked = hasattr(network, "encoding")

    def forward(self, x: Tensor) -> Tensor:
        """The logits, ``(B, 1, H, W)``."""
        image, marks = x[:, :3], x[:, 3:]
        output = self.network(image, marks) if self.marked else self.network(image)
        logits: Tensor = output["out"] if isinstance(output, dict) else output
        return logits


class Spent(NamedTuple):
    """Seconds of a click by the clock and of the processor, and of the latter in one iteration."""

    wall_s: float
    cpu_s: float
    iteration_cpu_s: float


def click(
    forward: Callable[[Tensor], Tensor], insertion: Insertion, image: Tensor, iterations: int
) -> tuple[Tensor, Spent]:
    """One click in the middle of the image; the refined logits, and what it took."""
    middle = image.shape[-1] // 2
    began, busy_began = time.perf_counter(), time.process_time()
    with torch.no_grad():
        before = forward(image)

    def energy() -> Tensor:
        logits = forward(image)
        hinge = (1 - logits[0, 0, middle, middle]).clamp(min=0).square()
        return hinge + 100 * (logits - before).square().mean()

    refining = time.process_time()
    minimise(energy, insertion.variables(), lr=0.01, iterations=iterations)
    iteration_cpu_s = (time.process_time() - refining) / iterations
    with torch.no_grad():
        refined = forward(image)
    ended, busy_ended = time.perf_counter(), time.process_time()
    return refined, Spent(ended - began, busy_ended - busy_began, iteration_cpu_s)


def operations(forward: Callable[[Tensor], Tensor], image: Tensor) -> int:
    """Floating-point operations of the forward part of one iteration."""
    with FlopCounterMode(display=False) as counter:
        forward(image)
    return int(counter.get_total_flops())


def measure(name: str, place: str, options: argparse.Namespace) -> dict[str, Any]:
    """The medians of both ways at one place of one network, measured in turn."""
    case = CASES[name]
    torch.manual_seed(options.seed)
    network = Logits(case.make()).eval()
    spent: dict[str, list[Spent]] = {"whole": [], "replay": []}
    with insert(network, {f"network.{place}": options.layer}) as insertion:
        replay = Replay(network)
        with torch.no_grad():
            replay(torch.randn(1, 7, case.pixels, case.pixels))
        start = insertion.state()
        equal = True
        for _ in range(options.repeats):
            image = torch.randn(1, 7, case.pixels, case.pixels)
            ends = []
            for way, forward in (("whole", network), ("replay", replay)):
                insertion.load_state(start)
                end, took = click(forward, insertion, image, options.iterations)
                ends.append(end)
                spent[way].append(took)
            equal = equal and torch.equal(*ends)
        share = operations(replay, image) / operations(network, image)
    whole, replayed = (
        Spent(*map(statistics.median, zip(*spent[way], strict=True))) for way in ("whole", "replay")
    )
    return {
        "network": name,
        "place": place,
        "layer": options.layer,
        "pixels": case.pixels,
        "iterations": options.iterations,
        "whole_s": round(whole.wall_s, 4),
        "replay_s": round(replayed.wall_s, 4),
        "ratio": round(replayed.wall_s / whole.wall_s, 4),
        "cpu_whole_s": round(whole.cpu_s, 4),
        "cpu_replay_s": round(replayed.cpu_s, 4),
        "cpu_ratio": round(replayed.cpu_s / whole.cpu_s, 4),
        "iteration_cpu_whole_s": round(whole.iteration_cpu_s, 5),
        "iteration_cpu_replay_s": round(replayed.iteration_cpu_s, 5),
        "operations_ratio": round(share, 4),
        "bit_equal": equal,
    }


def falls_with_depth(rows: list[dict[str, Any]]) -> dict[str, bool]:
    """Per network whether an iteration takes less processor time the later the insertion."""
    seconds: dict[str, list[float]] = {}
    for row in rows:
        seconds.setdefault(row["network"], []).append(row["iteration_cpu_replay_s"])
    return {name: taken == sorted(taken, reverse=True) for name, taken in seconds.items()}


def main() -> None:
    """Measure every case and write the results."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--layer", default="bmsb")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--iterations", type=int, default=20)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--output", type=Path, default=RESULTS)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    set_threads(options.threads)
    rows = []
    for name, case in CASES.items():
        for place in case.places:
            row = measure(name, place, options)
            rows.append(row)
            print(
                f"{name:43} {place:28} whole {row['whole_s']:7.3f} s   "
                f"replay {row['replay_s']:7.3f} s   ratio {row['ratio']:.3f}   "
                f"of processor time {row['cpu_ratio']:.3f}   "
                f"of operations {row['operations_ratio']:.3f}   "
                f"iteration {1000 * row['iteration_cpu_replay_s']:.1f} ms   "
                f"bit-equal {row['bit_equal']}"
            )
    falls = falls_with_depth(rows)
    for name, does in falls.items():
        print(f"{name:43} time per iteration falls with the depth of the insertion: {does}")
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
            "timm": timm.__version__,
            "segmentation_models_pytorch": smp.__version__,
        },
        "falls_with_depth": falls,
        "rows": rows,
    }
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
