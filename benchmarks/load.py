"""Many people on one server: marks per second, how long each waits, and what stays in memory.

    python benchmarks/load.py --people 50 --minutes 10 --workers 2 --seed 0

Starts ``clickmend run`` on made photos and lets simulated people work on them over HTTP: each opens
a photo, looks at what is shown, thinks, clicks where it is wrong, and goes on to the next photo
after some marks. A person who is answered 503 waits as long as ``Retry-After`` says and sends the
mark again. Every photo is worked on once before anything is measured, so that memory that grows
afterwards is not that of photos which are opened. Four parts on the same server, each as long as
its share of the minutes: the people one after another and all at once, as they think and without
thinking. The people share the machine with the server. Writes ``benchmarks/results/load.json``.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from processes import family

from clickmend.core.types import Mask
from clickmend.data.codecs import read_mask
from clickmend.evaluation.provenance import commit, describe_machine

RESULTS = Path(__file__).parent / "results" / "load.json"
API = "/api/v1"
SIZE = (480, 360)
MARKS_A_PHOTO = 6
PHOTOS_EACH = 3
SAMPLE_S = 2.0


def scene(rng: np.random.Generator) -> tuple[NDArray[np.uint8], Mask]:
    """A photo of an ellipse before a background, ``(H, W, 3)``, and where the ellipse is."""
    width, height = SIZE
    rows, columns = np.indices((height, width)) + 0.5
    x, y = rng.uniform(0.35, 0.65, 2) * SIZE
    a, b = rng.uniform(0.15, 0.3, 2) * height
    truth: Mask = ((columns - x) / a) ** 2 + ((rows - y) / b) ** 2 <= 1
    shade = rng.uniform(40, 215, (2, 3))
    waves = 20 * np.sin(columns * rng.uniform(0.05, 0.3) + rows * rng.uniform(0.05, 0.3))
    photo = np.where(truth[..., None], shade[0], shade[1]) + waves[..., None]
    photo += rng.normal(0, 8, photo.shape)
    return photo.clip(0, 255).astype(np.uint8), truth


@dataclass
class Tally:
    """What a part of the run found; times in seconds."""

    waits: list[float] = field(default_factory=list)
    answers: list[float] = field(default_factory=list)
    busy: int = 0
    errors: Counter[str] = field(default_factory=Counter)
    memory_mb: list[float] = field(default_factory=list)
    server_cpu_s: float = 0.0
    people_cpu_s: float = 0.0

    def row(self, name: str, *, people: int, think_s: float, seconds: float) -> dict[str, Any]:
        """The figures."""
        p50, p95 = np.percentile(self.waits or [np.nan], (50, 95))
        thirds = np.array_split(np.array(self.memory_mb), 3)
        return {
            "part": name,
            "people": people,
            "think_s": think_s,
            "seconds": round(seconds, 1),
            "marks": len(self.waits),
            "per_second": round(len(self.waits) / seconds, 3),
            "p50_s": round(float(p50), 3),
            "p95_s": round(float(p95), 3),
            "server_cpu_s_a_mark": round(self.server_cpu_s / max(1, len(self.waits)), 4),
            "people_cpu_s_a_mark": round(self.people_cpu_s / max(1, len(self.waits)), 4),
            "busy": self.busy,
            "errors": dict(self.errors),
            "memory_mb_by_third": [round(float(one.mean())) for one in thirds if one.size],
        }


@dataclass
class Person:
    """Somebody who works through photos, again and again."""

    client: httpx.AsyncClient
    place: str
    images: list[int]
    truths: dict[int, Mask]
    rng: np.random.Generator
    think_s: float
    tally: Tally

    async def work(self, until: float, *, photos: int | None = None) -> None:
        """Mend photos until a time, or so many."""
        done = 0
        while time.monotonic() < until and (photos is None or done < photos):
            for image in self.images:
                await self._mend(image, until)
                done += 1
                if time.monotonic() >= until or done == photos:
                    return

    async def _mend(self, image: int, until: float) -> None:
        state = await self._ask("POST", f"{self.place}/{image}/session")
        if state is None:
            return
        session = f"{API}/sessions/{state.json()['id']}"
        for _ in range(MARKS_A_PHOTO):
            shown = await self._ask("GET", f"{session}/shown.png")
            if shown is None:
                return
            await asyncio.sleep(self.rng.exponential(self.think_s) if self.think_s else 0)
            if time.monotonic() >= until:
                return
            mark = self._mark(read_mask(shown.content), self.truths[image])
            begun = time.monotonic()
            if await self._ask("POST", f"{session}/marks", {"marks": [mark]}) is None:
                return
            self.tally.waits.append(time.monotonic() - begun)
        await self._ask("POST", f"{session}/reset")

    def _mark(self, shown: Mask, truth: Mask) -> dict[str, Any]:
        """A click where the mask is wrong, anywhere where it is right."""
        wrong = shown != truth
        rows, columns = np.nonzero(wrong if wrong.any() else np.ones_like(wrong))
        one = self.rng.integers(rows.size)
        y, x = int(rows[one]), int(columns[one])
        label = "foreground" if truth[y, x] else "background"
        return {"type": "click", "x": x + 0.5, "y": y + 0.5, "label": label}

    async def _ask(self, method: str, path: str, body: object = None) -> httpx.Response | None:
        """An answer, however often it has to be asked for; ``None`` for an error."""
        while True:
            try:
                answer = await self.client.request(method, path, json=body)
            except httpx.HTTPError as error:
                self.tally.errors[type(error).__name__] += 1
                return None
            if answer.status_code == 503 and "Retry-After" in answer.headers:
                self.tally.busy += 1
                await asyncio.sleep(float(answer.headers["Retry-After"]))
                continue
            if answer.is_error:
                self.tally.errors[f"{answer.status_code} {answer.text[:80]}"] += 1
                return None
            return answer


def memory_mb(pid: int) -> float:
    """What a process and those below it hold, in MB of resident memory."""
    return sum(one.memory_mb for one in family(pid).values())


def cpu_s(pid: int) -> float:
    """What a process and those below it took, in seconds of a core."""
    return sum(one.cpu_s for one in family(pid).values())


async def part(
    name: str, pid: int, people: list[Person], *, seconds: float, at_once: bool
) -> dict[str, Any]:
    """Let people work at once, or each for a photo after the other."""
    tally = people[0].tally
    begun = time.monotonic()
    until = begun + seconds
    before, own_before = cpu_s(pid), time.process_time()

    async def watch() -> None:
        while True:
            tally.memory_mb.append(memory_mb(pid))
            await asyncio.sleep(SAMPLE_S)

    async def in_turn() -> None:
        while time.monotonic() < until:
            for person in people:
                await person.work(until, photos=1)

    watching = asyncio.create_task(watch())
    if at_once:
        await asyncio.gather(*(person.work(until) for person in people))
    else:
        await in_turn()
    watching.cancel()
    took = time.monotonic() - begun
    tally.server_cpu_s = cpu_s(pid) - before
    tally.people_cpu_s = time.process_time() - own_before
    row = tally.row(
        name, people=len(people) if at_once else 1, think_s=people[0].think_s, seconds=took
    )
    print(json.dumps(row), flush=True)
    return row


async def measure(
    address: str,
    pid: int,
    truths: dict[int, Mask],
    place: str,
    *,
    people: int,
    minutes: float,
    think_s: float,
    seed: int,
) -> list[dict[str, Any]]:
    """All parts; the one of all people takes half of the time."""
    images = list(truths)
    rows = []
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(
        base_url=address, timeout=300, limits=limits, trust_env=False
    ) as client:

        def crowd(think: float) -> list[Person]:
            tally = Tally()
            return [
                Person(
                    client,
                    place,
                    images[number * PHOTOS_EACH : (number + 1) * PHOTOS_EACH],
                    truths,
                    np.random.default_rng([seed, number]),
                    think,
                    tally,
                )
                for number in range(people)
            ]

        opening = (person.work(time.monotonic() + 600, photos=PHOTOS_EACH) for person in crowd(0.0))
        await asyncio.gather(*opening)
        for name, think, at_once, share in (
            ("one after another", think_s, False, 0.2),
            ("all at once", think_s, True, 0.5),
            ("one after another, not thinking", 0.0, False, 0.15),
            ("all at once, not thinking", 0.0, True, 0.15),
        ):
            seconds = 60 * minutes * share
            rows.append(await part(name, pid, crowd(think), seconds=seconds, at_once=at_once))
    return rows


def run(
    folder: Path,
    *,
    people: int,
    minutes: float,
    think_s: float,
    workers: int,
    batch: int,
    seed: int,
) -> list[dict[str, Any]]:
    """Make photos, start the server, and let people work."""
    photos = folder / "photos"
    photos.mkdir()
    rng = np.random.default_rng(seed)
    scenes = {}
    for number in range(people * PHOTOS_EACH):
        photo, truth = scene(rng)
        scenes[f"{number:04}.png"] = truth
        file = BytesIO()
        Image.fromarray(photo).save(file, "PNG")
        (photos / f"{number:04}.png").write_bytes(file.getvalue())
    command = [sys.executable, "-m", "clickmend", "run", str(photos), "--no-browser"]
    command += ["--port", "0", "--workers", str(workers), "--batch", str(batch)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    try:
        address = ""
        while not address:
            line = server.stdout.readline()
            assert line, "the server ended"
            found = re.search(r"http://[^\s/#]+", line)
            address = found.group() if found else ""
        with httpx.Client(base_url=address, timeout=60, trust_env=False) as client:
            project = client.get(f"{API}/projects").json()["projects"][0]["id"]
            place = f"{API}/projects/{project}/images"
            listed = client.get(place, params={"limit": 1000}).json()["images"]
        truths = {one["id"]: scenes[one["name"]] for one in listed}
        return asyncio.run(
            measure(
                address,
                server.pid,
                truths,
                place,
                people=people,
                minutes=minutes,
                think_s=think_s,
                seed=seed,
            )
        )
    finally:
        server.terminate()
        ended = server.wait(90)
        assert ended == 0, f"the server ended with status {ended}"


def main() -> None:
    """Measure, and write what was found."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--think", type=float, default=3.0, help="mean seconds before a mark")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--batch", type=int, default=1, help="views answered together")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--note", default="", help="what else ran on the machine")
    given = parser.parse_args()
    load_before = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder:
        rows = run(
            Path(folder),
            people=given.people,
            minutes=given.minutes,
            think_s=given.think,
            workers=given.workers,
            batch=given.batch,
            seed=given.seed,
        )
    rates = {row["part"]: row["per_second"] for row in rows}
    result = {
        "bench": "load",
        "command": shlex.join(["python", "benchmarks/load.py", *sys.argv[1:]]),
        "commit": commit(),
        "seed": given.seed,
        "workers": given.workers,
        "batch": given.batch,
        "machine": {
            **describe_machine(device="cpu", threads=1),
            "load_before": round(load_before, 2),
            "load_after": round(os.getloadavg()[0], 2),
        },
        "note": given.note,
        "photos": f"{SIZE[0]}×{SIZE[1]}",
        "ratio": round(rates["all at once"] / rates["one after another"], 2),
        "ratio_not_thinking": round(
            rates["all at once, not thinking"] / rates["one after another, not thinking"], 2
        ),
        "rows": rows,
    }
    RESULTS.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(f"all at once against one after another: {result['ratio']} times")


if __name__ == "__main__":
    main()
