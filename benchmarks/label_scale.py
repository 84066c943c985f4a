"""Label many photos: how workers add up, what they hold, and what killing them costs.

    python benchmarks/label_scale.py rates --photos 200 --task semantic
    python benchmarks/label_scale.py rates --photos 2000 --ways ray-1 ray-2
    python benchmarks/label_scale.py kill --rounds 30 --seed 0
    python benchmarks/label_scale.py nodes --rounds 30 --seed 0
    python benchmarks/label_scale.py resume --items 100000

``rates`` makes photos and labels them with `clickmend label` in one process, with one worker and
with two, and so on Ray where that is installed, or only in the ``--ways`` given; ``kill`` ends the
driver or one of its workers with SIGKILL again and again and compares what comes out with an
undisturbed run; ``nodes`` does so to nodes, workers and drivers of a Ray cluster of this machine,
and needs Ray; ``resume`` times a run that has nothing to do. The last three square numbers instead
of labelling, so that what is measured is the job around it. Figures go to stdout and into
``benchmarks/results/label-scale.json``, where each keeps its part.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from processes import Watch, family

from clickmend.core.addresses import Place
from clickmend.core.files import write_atomically
from clickmend.evaluation.provenance import describe_machine
from clickmend.jobs import ENGINES, Item, Result, Work, run_job, worker

RESULTS = Path(__file__).parent / "results" / "label-scale.json"


@dataclass
class Squares(Work):
    """Squares the number in each file; the diary notes each output that was put in its place."""

    diary: str
    seconds: float = 0.0

    def common(self) -> dict[str, Any]:
        """Nothing."""
        return {}

    def start(self) -> None:
        """Have the diary written."""
        write = write_atomically

        def noted(output: Place, content: bytes) -> None:
            write(output, content)
            with Path(self.diary).open("a") as diary:
                diary.write(f"{output.name}\n")

        worker.write_atomically = noted

    def stop(self) -> None:
        """Have it written no more."""
        worker.write_atomically = write_atomically

    def do(self, item: Item) -> Result:
        """Square a number."""
        number = int(Path(item.inputs["photo"]).read_text()) ** 2
        time.sleep(self.seconds)
        return Result({"number": number}, content=str(number).encode())


def numbers(folder: Path, count: int) -> None:
    """Files of a number each, a thousand in a folder."""
    for number in range(count):
        place = folder / f"{number // 1000:06}"
        if number % 1000 == 0:
            place.mkdir(parents=True)
        (place / f"{number:09}.txt").write_text(str(number))


def items_of(folder: Path, out: Path, count: int) -> Iterator[Item]:
    """An item for each number."""
    for number in range(count):
        place = f"{number // 1000:06}/{number:09}.txt"
        yield Item(place, {"photo": f"{folder}/{place}"}, {}, f"{out}/{number:09}")


def square(home: Path, count: int, *, engine: str, jobs: int, seconds: float) -> dict[str, float]:
    """One run; what it took."""
    out = home / "out"
    out.mkdir(exist_ok=True)
    merged: list[str] = []

    def each(item: Item, line: dict[str, Any]) -> None:
        if count <= 10_000:
            merged.append(f"{item.name} {line['record']}\n")

    ran = run_job(
        items_of(home.parent / "numbers", out, count),
        Squares(str(home / "diary"), seconds),
        home / "kept",
        engine=ENGINES[engine](jobs=jobs),
        each=each,
    )
    write_atomically(home / "merged", "".join(merged).encode())
    own = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "items": ran.items,
        "new": ran.new,
        "failed": ran.failed,
        "seconds": round(ran.seconds, 2),
        "cpu_seconds": round(own.ru_utime + own.ru_stime, 2),
        "peak_mb": round(own.ru_maxrss / 1024, 1),
    }


def in_process(*words: object) -> subprocess.Popen[bytes]:
    """This script again, in a process of its own."""
    return subprocess.Popen(
        [sys.executable, __file__, *map(str, words)], stdout=subprocess.PIPE, start_new_session=True
    )


def told(process: subprocess.Popen[bytes]) -> dict[str, Any]:
    """What a process printed in its last line."""
    text, _ = process.communicate()
    assert process.returncode == 0, process.returncode
    found: dict[str, Any] = json.loads(text.splitlines()[-1])  # Ray may talk before
    return found


def resume(folder: Path, *, items: int, jobs: int) -> dict[str, Any]:
    """A run of many items, and another of the same that finds all done."""
    numbers(folder / "numbers", items)
    home = folder / "home"
    home.mkdir()
    words = ["one", home, items, "pool", jobs, 0.0]
    first = told(in_process(*words))
    begun = time.perf_counter()
    again = told(in_process(*words))
    assert (again["new"], again["failed"]) == (0, 0)
    assert len((home / "diary").read_text().splitlines()) == items
    took = round(time.perf_counter() - begun, 2)
    return {"first": first, **again, "wall_s": took}


def size_of(file: Path) -> int:
    """Bytes of a file, none of one that is not there."""
    return file.stat().st_size if file.exists() else 0


def undisturbed(folder: Path, items: int) -> tuple[Path, Path]:
    """A folder with a run that was let be, and one for a run that will not."""
    numbers(folder / "numbers", items)
    calm, hurt = folder / "calm", folder / "hurt"
    calm.mkdir()
    hurt.mkdir()
    told(in_process("one", calm, items, "serial", 1, 0.0))
    return calm, hurt


def wait_past(before: int, home: Path, driver: subprocess.Popen[bytes]) -> None:
    """Wait until a run has done more than so many bytes of its diary tell, or has ended."""
    while size_of(home / "diary") == before and driver.poll() is None:
        time.sleep(0.01)


def kill(folder: Path, *, rounds: int, items: int, seed: int) -> dict[str, Any]:
    """Kill a driver or a worker so many times; compare with a run that was let be."""
    luck = random.Random(seed)
    calm, hurt = undisturbed(folder, items)
    kills: Counter[str] = Counter()
    while kills.total() < rounds:
        before = size_of(hurt / "diary")
        driver = in_process("one", hurt, items, "pool", 2, 0.02)
        wait_past(before, hurt, driver)
        time.sleep(luck.uniform(0, 0.6))
        workers = [pid for pid, one in family(driver.pid).items() if one.parent == driver.pid]
        if driver.poll() is not None:
            break
        if workers and luck.random() < 0.5:
            os.kill(luck.choice(workers), signal.SIGKILL)
            kills["worker"] += 1
            time.sleep(luck.uniform(0, 0.6))
        driver.kill()
        driver.communicate()
        kills["driver"] += 1
    last = told(in_process("one", hurt, items, "pool", 2, 0.0))
    return {
        "kills": dict(kills),
        "items": items,
        "left_for_the_last_run": last["new"],
        **compared(calm, hurt, items=items),
    }


def compared(calm: Path, hurt: Path, *, items: int) -> dict[str, Any]:
    """Whether a run that was disturbed ended as one that was let be, and what it did twice."""
    made = sorted((hurt / "out").iterdir())
    same = len(made) == items and all(
        (calm / "out" / file.name).read_bytes() == file.read_bytes() for file in made
    )
    done = Counter((hurt / "diary").read_text().split())
    return {
        "byte_equal": same and (calm / "merged").read_bytes() == (hurt / "merged").read_bytes(),
        "done_twice": done.total() - len(done),
    }


def nodes(folder: Path, *, rounds: int, items: int, seed: int) -> dict[str, Any]:
    """Kill a node of a Ray cluster, a worker or a driver so many times; compare.

    The cluster is of this machine: a head that computes nothing and two nodes of a core each. A
    node that was killed is replaced after a while, as a cluster's owner would.
    """
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    from ray.cluster_utils import Cluster

    luck = random.Random(seed)
    calm, hurt = undisturbed(folder, items)
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0})
    os.environ["RAY_ADDRESS"] = cluster.address
    there = [cluster.add_node(num_cpus=1) for _ in range(2)]
    kills: Counter[str] = Counter()
    driver = in_process("one", hurt, items, "ray", 2, 0.05)
    try:
        while kills.total() < rounds and driver.poll() is None:
            wait_past(size_of(hurt / "diary"), hurt, driver)
            time.sleep(luck.uniform(0, 2))
            what = luck.choice(("node", "worker", "driver"))
            here = family(os.getpid())
            workers = [pid for pid, one in here.items() if one.words.startswith("ray::_Host")]
            if what == "node":
                cluster.remove_node(there.pop(luck.randrange(2)), allow_graceful=False)
                there.append(cluster.add_node(num_cpus=1))
            elif what == "driver":
                driver.kill()
                driver.communicate()
                driver = in_process("one", hurt, items, "ray", 2, 0.05)
            elif workers:
                os.kill(luck.choice(workers), signal.SIGKILL)
            else:
                continue
            kills[what] += 1
        last = told(driver)
    finally:
        driver.kill()
        cluster.shutdown()
    return {
        "kills": dict(kills),
        "items": items,
        "done_by_the_last_driver": last["new"],
        **compared(calm, hurt, items=items),
    }


def make_photos(folder: Path, count: int, *, seed: int) -> None:
    """Smooth coloured noise, as large as a photo of VOC."""
    from PIL import Image

    rng = np.random.default_rng(seed)
    folder.mkdir(parents=True)
    for number in range(count):
        small = Image.fromarray(rng.integers(0, 255, (24, 32, 3)).astype(np.uint8))
        small.resize((500, 375), Image.Resampling.BICUBIC).save(folder / f"{number:05}.jpg")


WAYS = {
    "serial": [],
    "pool-1": ["--engine", "pool", "--jobs", "1"],
    "pool-2": ["--jobs", "2"],
    "batch-4": ["--batch", "4"],
    "ray-1": ["--engine", "ray", "--jobs", "1"],
    "ray-2": ["--engine", "ray", "--jobs", "2"],
}
"""How photos are labelled, and what the command is told."""

KINDS = {
    "clickmend label": "command",
    "spawn_main": "workers",
    "ray::_Host": "workers",
    "ray::": "ray",
    "site-packages/ray/": "ray",
}
"""Whose a process is, by what its command line holds."""


def rates(
    folder: Path, *, photos: int, task: str, seed: int, ways: Sequence[str]
) -> dict[str, Any]:
    """Photos in a second in each of the ways; the same bytes each time."""
    make_photos(folder / "photos", photos, seed=seed)
    found: dict[str, Any] = {}
    labels: dict[str, dict[str, bytes]] = {}
    for name in ways:
        words = WAYS[name]
        out, summary = folder / name, folder / f"{name}.json"
        command = [sys.executable, "-m", "clickmend", "label", folder / "photos", "--task", task]
        words = [*map(str, command), "-o", str(out), "--summary", str(summary), *words]
        begun = time.time()
        with subprocess.Popen(words) as process, Watch(process.pid) as watch:
            assert process.wait() == 0, process.returncode
        ended = time.time()
        one = json.loads(summary.read_bytes())
        keys = ("new", "failed", "seconds", "per_second", "peak_worker_mb")
        written = [path.stat().st_mtime for path in out.rglob("*.png")]
        cpu = watch.cpu_s(KINDS)
        found[name] = {
            **{key: one[key] for key in keys},
            "until_the_first_label_s": round(min(written) - begun, 2),
            "after_the_last_label_s": round(ended - max(written), 2),
            "cpu_seconds": round(sum(cpu.values()), 2),
            "cpu_seconds_of": cpu,
        }
        labels[name] = {
            path.relative_to(out).as_posix(): path.read_bytes()
            for path in sorted(out.rglob("*"))
            if path.is_file() and ".clickmend" not in path.parts
        }
    rate = {name: found[name]["per_second"] for name in ways}
    found["byte_equal"] = all(made == labels[ways[0]] for made in labels.values())
    for told, one, other in (
        ("two_against_one", "pool-2", "pool-1"),
        ("two_against_one_on_ray", "ray-2", "ray-1"),
        ("ray_against_pool", "ray-2", "pool-2"),
    ):
        if one in rate and other in rate:
            found[told] = round(rate[one] / rate[other], 2)
    return found


def main() -> None:
    """Measure, and print what was found."""
    if sys.argv[1:2] == ["one"]:
        home, count, engine, jobs, seconds = sys.argv[2:]
        found = square(
            Path(home), int(count), engine=engine, jobs=int(jobs), seconds=float(seconds)
        )
        print(json.dumps(found))
        return
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["rates", "kill", "nodes", "resume"])
    parser.add_argument("--photos", type=int, default=200)
    parser.add_argument("--task", default="semantic")
    parser.add_argument("--ways", nargs="+", choices=list(WAYS), help="All that can be, else.")
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--items", type=int)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    here = [way for way in WAYS if find_spec("ray") is not None or not way.startswith("ray")]
    load = round(os.getloadavg()[0], 2)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        if given.what == "rates":
            found = rates(
                folder,
                photos=given.photos,
                task=given.task,
                seed=given.seed,
                ways=given.ways or here,
            )
        elif given.what == "kill":
            items = given.items or 3000
            found = kill(folder, rounds=given.rounds, items=items, seed=given.seed)
        elif given.what == "nodes":
            items = given.items or 3000
            found = nodes(folder, rounds=given.rounds, items=items, seed=given.seed)
        else:
            found = resume(folder, items=given.items or 100_000, jobs=given.jobs)
    print(json.dumps(found, indent=1))
    result = json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else {"parts": {}}
    command = shlex.join(["python", "benchmarks/label_scale.py", *sys.argv[1:]])
    part = "-".join([given.what, *(given.ways or ())])
    result["parts"][part] = {"command": command, "load_before": load, "found": found}
    result |= {
        "bench": "label-scale",
        "command": "; ".join(part["command"] for part in result["parts"].values()),
        "seed": given.seed,
        "machine": describe_machine(device="cpu", threads=1),
    }
    write_atomically(RESULTS, (json.dumps(result, indent=1) + "\n").encode())


if __name__ == "__main__":
    sys.exit(main())
