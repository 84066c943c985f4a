"""What a batch brings on a device: views in a second, and whether the answers stay the same.

    python benchmarks/batching.py --device cuda --out batching-cuda.json
    python benchmarks/batching.py --device cpu --networks interactive-s --sizes 1 4 --seconds 1

Needs the repository and no photos. For each network: forwards of so many views at once, how much
of the device's memory they hold, and whether each view is answered to the bit as it is alone, and
as it is among others in a batch of the same size. Then as many threads as the largest batch ask for
a view each, again and again, by themselves and through ``networks.batching``, as sessions do;
between two views a thread works ``--between`` milliseconds on the CPU. For `--batch` take the
smallest size from which on the rate grows no more.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clickmend.core.files import write_atomically
from clickmend.evaluation.provenance import commit, describe_machine
from clickmend.networks import Model, load
from clickmend.networks.batching import set_batch

NETWORKS = ("interactive-l0", "interactive-late-l0", "semantic-l0", "depth-l0", "matting-l0")
BESIDE = {"interactive": 4, "matting": 1}
"""Planes beside the photo's three that networks of a task are given."""

Views = list[NDArray[np.float32]]


def views_of(task: str, count: int, *, side: int, rng: np.random.Generator) -> Views:
    """What a network of a task is given, of noise."""
    planes = [3] + ([BESIDE[task]] if task in BESIDE else [])
    return [rng.random((count, some, side, side), dtype=np.float32) for some in planes]


def part(views: Views, start: int, stop: int) -> Views:
    """Some of the views."""
    return [one[start:stop] for one in views]


def rate_of(ask: Callable[[], object], rows: int, *, seconds: float) -> dict[str, float]:
    """Views in a second, and seconds of a core for each, over some seconds after a first call."""
    ask()
    begun, core, count = time.perf_counter(), time.process_time(), 0
    while count == 0 or time.perf_counter() - begun < seconds:
        ask()
        count += 1
    views = count * rows
    return {
        "per_second": round(views / (time.perf_counter() - begun), 2),
        "core_s": round((time.process_time() - core) / views, 5),
    }


def peak_mb(device: str) -> float | None:
    """The most memory of the device since the last call; of a CPU it is not told."""
    if not device.startswith("cuda"):
        return None
    import torch

    peak = torch.cuda.max_memory_allocated(device) / 1e6
    torch.cuda.reset_peak_memory_stats(device)
    return round(peak, 1)


def forwards(
    model: Model, sizes: Sequence[int], views: Views, *, device: str, seconds: float
) -> list[dict[str, Any]]:
    """Batches of each size: rate, memory, and whether answers are those of a view alone."""
    alone = np.concatenate([model.answer(*part(views, at, at + 1)) for at in range(max(sizes))])
    found = []
    peak_mb(device)
    for size in sizes:
        given = part(views, 0, size)
        answer = model.answer(*given)
        turned = model.answer(*[np.ascontiguousarray(one[::-1]) for one in given])[::-1]
        lonely = model.answer(*[one[:1].repeat(size, axis=0) for one in given])
        found.append(
            {
                "size": size,
                **rate_of(lambda given=given: model.answer(*given), size, seconds=seconds),
                "peak_mb": peak_mb(device),
                "as_alone": bool((answer == alone[:size]).all()),
                "furthest_from_alone": float(np.abs(answer - alone[:size]).max()),
                "whoever_else_asks": bool(
                    (answer == turned).all() and (answer[0] == lonely[0]).all()
                ),
            }
        )
    return found


def asked(
    model: Model, threads: int, views: Views, *, between_ms: float, seconds: float
) -> dict[str, float]:
    """Views in a second that so many threads are answered, each one view at a time."""
    counts, together = [0] * threads, threading.Barrier(threads + 1)
    until = [0.0]

    def work(at: int) -> None:
        given = part(views, at, at + 1)
        model.answer(*given)
        together.wait()
        together.wait()
        while time.perf_counter() < until[0]:
            model.answer(*given)
            busy = time.perf_counter() + between_ms / 1000
            while time.perf_counter() < busy:
                np.sort(given[0], axis=None)
            counts[at] += 1

    workers = [threading.Thread(target=work, args=(at,)) for at in range(threads)]
    for one in workers:
        one.start()
    together.wait()
    begun, core = time.perf_counter(), time.process_time()
    until[0] = begun + seconds
    together.wait()
    for one in workers:
        one.join()
    took = time.perf_counter() - begun
    return {
        "per_second": round(sum(counts) / took, 2),
        "core_s": round((time.process_time() - core) / max(1, sum(counts)), 5),
    }


def measure(
    name: str,
    sizes: Sequence[int],
    *,
    device: str,
    side: int,
    seconds: float,
    between_ms: float,
    seed: int,
) -> dict[str, Any]:
    """One network."""
    most = max(sizes)
    set_batch(1)
    model = load(name, device=device)
    views = views_of(model.card.task, most, side=side, rng=np.random.default_rng(seed))
    threads = {}
    try:
        for size in (1, most):
            set_batch(size)
            threads[f"batch {size}"] = asked(
                load(name, device=device), most, views, between_ms=between_ms, seconds=seconds
            )
    finally:
        set_batch(None)
    rows = forwards(model, sizes, views, device=device, seconds=seconds)
    return {"network": name, "side_px": side, "forwards": rows, f"{most} threads": threads}


def main(words: Sequence[str] | None = None) -> None:
    """Measure, and write what was found."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--networks", nargs="+", default=NETWORKS)
    parser.add_argument("--sizes", nargs="+", type=int, default=(1, 2, 4, 8, 16, 32))
    parser.add_argument("--side", type=int, default=384, help="of a view, pixels")
    parser.add_argument("--seconds", type=float, default=3.0, help="of each measurement")
    parser.add_argument("--between", type=float, default=0.0, help="milliseconds of a core")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args(words)
    rows = []
    for name in given.networks:
        rows.append(
            measure(
                name,
                given.sizes,
                device=given.device,
                side=given.side,
                seconds=given.seconds,
                between_ms=given.between,
                seed=given.seed,
            )
        )
        print(json.dumps(rows[-1]), flush=True)
    result = {
        "bench": "batching",
        "command": shlex.join(["python", "benchmarks/batching.py", *(words or sys.argv[1:])]),
        "commit": commit(),
        "seed": given.seed,
        "machine": describe_machine(
            device=given.device, threads=int(os.environ.get("OMP_NUM_THREADS", "0"))
        ),
        "rows": rows,
    }
    if given.out is not None:
        write_atomically(given.out, json.dumps(result, indent=1).encode() + b"\n")


if __name__ == "__main__":
    main()
