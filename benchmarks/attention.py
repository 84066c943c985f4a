"""Time and memory of attention with key adaptation, beside the library's attention.

    python benchmarks/attention.py
    python benchmarks/attention.py --device cuda --dtype bfloat16 --tokens 16384

Both ways take turns in one run, on the same tokens, forward alone and forward with backward. The
seconds are by the clock and, as the machine may have other work, of the processor. The peaks of
memory are above the inputs, each of a fresh process, at growing numbers of tokens. The bars: time
at most 2.2 times the library's forward and 3 times its forward with backward, peak at most three
times the output and the adapted keys and 64 MB, growing in proportion to the tokens. Writes
``benchmarks/results/attention-cost.json``.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from clickmend.attention import probabilistic_attention
from clickmend.evaluation.provenance import commit, describe_machine

RESULTS = Path(__file__).parent / "results" / "attention-cost.json"
FORWARD, BACKWARD = "forward", "forward and backward"
TIME_BARS = {FORWARD: 2.2, BACKWARD: 3.0}
PEAK_FACTOR, PEAK_EXTRA_BYTES = 3, 64 * 2**20
WARM_TOKENS = 256

Attention = Callable[[Tensor, Tensor, Tensor], Tensor]
Clock = Callable[[], tuple[float, float]]


def make_tokens(shape: Sequence[int], options: argparse.Namespace) -> list[Tensor]:
    """Queries, keys and values."""
    generator = torch.Generator().manual_seed(options.seed)
    dtype = getattr(torch, options.dtype)
    return [torch.randn(*shape, generator=generator).to(options.device, dtype) for _ in range(3)]


def adapted(options: argparse.Namespace) -> Attention:
    """Our attention, with as many iterations of key adaptation as asked for."""
    return lambda q, k, v: probabilistic_attention(q, k, v, adapt_keys=options.iterations)


def run(attend: Attention, tokens: list[Tensor], what: str) -> None:
    """One pass, with the gradients of all tokens if they are asked for."""
    if what == FORWARD:
        with torch.no_grad():
            attend(*tokens)
        return
    leaves = [t.detach().requires_grad_() for t in tokens]
    torch.autograd.grad(attend(*leaves).sum(), leaves)


def clock_of(device: str) -> Clock:
    """Seconds by the clock and of the processor, once the device is done."""

    def read() -> tuple[float, float]:
        if device.startswith("cuda"):
            torch.cuda.synchronize()
        return time.perf_counter(), time.process_time()

    return read


def measure_times(
    ways: dict[str, Attention], tokens: list[Tensor], what: str, *, repeats: int, clock: Clock
) -> dict[str, tuple[float, float]]:
    """Median seconds of every way, by the clock and of the processor, after one to warm up."""
    spent: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    for _ in range(repeats + 1):
        for name, attend in ways.items():
            began = clock()
            run(attend, tokens, what)
            ended = clock()
            spent[name].append((ended[0] - began[0], ended[1] - began[1]))
    return {
        name: (statistics.median(wall), statistics.median(busy))
        for name, all_seconds in spent.items()
        for wall, busy in [zip(*all_seconds[1:], strict=True)]
    }


def time_row(what: str, options: argparse.Namespace) -> dict[str, Any]:
    """Both ways at the size asked for, and their ratio."""
    shape = (options.batch, options.heads, options.tokens, options.width)
    ways = {"library": F.scaled_dot_product_attention, "adapted": adapted(options)}
    tokens = make_tokens(shape, options)
    spent = measure_times(
        ways, tokens, what, repeats=options.repeats, clock=clock_of(options.device)
    )
    (library, busy_library), (ours, busy) = spent["library"], spent["adapted"]
    return {
        "what": what,
        "shape": shape,
        "library_s": round(library, 4),
        "adapted_s": round(ours, 4),
        "ratio": round(ours / library, 3),
        "cpu_ratio": round(busy / busy_library, 3),
        "bar": TIME_BARS[what],
    }


def peak_bytes(shape: Sequence[int], what: str, options: argparse.Namespace) -> int:
    """What one pass takes above its inputs at most; for a process that has done nothing else."""
    attend = adapted(options)
    tokens = make_tokens(shape, options)
    run(attend, make_tokens((*shape[:2], WARM_TOKENS, shape[3]), options), what)
    if options.device.startswith("cuda"):
        torch.cuda.reset_peak_memory_stats()
        before = torch.cuda.memory_allocated()
        run(attend, tokens, what)
        return torch.cuda.max_memory_allocated() - before
    Path("/proc/self/clear_refs").write_text("5", encoding="utf-8")  # the high-water mark
    before = resident_bytes("VmRSS")
    run(attend, tokens, what)
    return resident_bytes("VmHWM") - before


def resident_bytes(field: str) -> int:
    """A size that Linux tells of this process."""
    for line in Path("/proc/self/status").read_text("utf-8").splitlines():
        name, _, size = line.partition(":")
        if name == field:
            return int(size.split()[0]) * 1024
    raise SystemExit(f"/proc/self/status has no {field}. Peaks on the CPU are measured on Linux.")


def peak_row(
    shape: Sequence[int], what: str, peak: int, options: argparse.Namespace
) -> dict[str, Any]:
    """A peak beside its bar."""
    size = getattr(torch, options.dtype).itemsize
    output = size * shape[0] * shape[1] * shape[2] * shape[3]
    bar = PEAK_FACTOR * 2 * output + PEAK_EXTRA_BYTES
    return {"what": what, "shape": shape, "peak_mb": megabytes(peak), "bar_mb": megabytes(bar)}


def megabytes(size: int) -> float:
    """Bytes in MB of 2^20."""
    return round(size / 2**20, 1)


def growth(rows: list[dict[str, Any]]) -> float:
    """How much faster than the tokens the peak grows from the shortest run to the longest.

    1 and less is linear; a matrix of all pairs would give the ratio of the tokens.
    """
    ordered = sorted(rows, key=lambda row: row["shape"][2])
    shortest, longest = ordered[0], ordered[-1]
    tokens = longest["shape"][2] / shortest["shape"][2]
    return round(longest["peak_mb"] / shortest["peak_mb"] / tokens, 3)


def peak_in_a_fresh_process(shape: Sequence[int], what: str) -> int:
    """Runs this script for one peak, with the options it was given.

    What is freed goes back to the system at once there, so that the high-water mark is of what is
    in use, not of what the allocator keeps.
    """
    asked = ["--peak", what, "--shape", *map(str, shape)]
    done = subprocess.run(
        [sys.executable, __file__, *sys.argv[1:], *asked],
        check=True,
        env={**os.environ, "MALLOC_MMAP_THRESHOLD_": "65536"},
        stdout=subprocess.PIPE,
        text=True,
    )
    return int(done.stdout)


def parse() -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--dtype", default="float32", choices=["float32", "bfloat16", "float64"])
    parser.add_argument("--batch", type=int, default=2)
    parser.add_argument("--heads", type=int, default=8)
    parser.add_argument("--tokens", type=int, default=4096)
    parser.add_argument("--width", type=int, default=64)
    parser.add_argument("--iterations", type=int, default=1)
    parser.add_argument("--growing", type=int, nargs="*", default=[1024, 2048, 4096, 8192, 16384])
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--output", type=Path, default=RESULTS)
    parser.add_argument("--peak", choices=list(TIME_BARS), help=argparse.SUPPRESS)
    parser.add_argument("--shape", type=int, nargs=4, help=argparse.SUPPRESS)
    return parser.parse_args()


def main() -> None:
    """Measure the times and the peaks and write the result."""
    options = parse()
    torch.set_num_threads(options.threads)
    if options.peak:
        print(peak_bytes(options.shape, options.peak, options))
        return
    load_before = os.getloadavg()[0]
    times = [time_row(what, options) for what in TIME_BARS]
    for row in times:
        print(f"{row['what']}: {row['ratio']} × the library's, of CPU {row['cpu_ratio']}")
    peaks, linear = [], {}
    for what in TIME_BARS:
        sizes = [(options.batch, options.heads, options.tokens, options.width)]
        sizes += [(1, 2, tokens, options.width) for tokens in options.growing]
        rows = [peak_row(s, what, peak_in_a_fresh_process(s, what), options) for s in sizes]
        for row in rows:
            print(f"{what} of {row['shape']}: {row['peak_mb']} MB, bar {row['bar_mb']} MB")
        linear[what] = growth(rows[1:]) if len(rows) > 2 else None
        peaks += rows
    result = {
        "bench": "attention-cost",
        "command": shlex.join(["python", "benchmarks/attention.py", *sys.argv[1:]]),
        "commit": commit(),
        "seed": options.seed,
        "machine": {
            **describe_machine(device=options.device, threads=options.threads),
            "load_before": round(load_before, 2),
        },
        "dtype": options.dtype,
        "key_adaptations": options.iterations,
        "times": times,
        "peaks": peaks,
        "peak_growth_by_tokens": linear,
    }
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
