"""A project of ten thousand photos: how long it is waited for, and what the page holds.

    python benchmarks/large_project.py --photos 10000 --seed 0

Makes small photos in a temporary folder, and a project with the work of weeks: statuses,
comments, uncertainties, and a session with marks on a third of the photos. On SQLite and on
PostgreSQL the server is asked over HTTP what the page asks it, each question many times with
places and words of the seed. Then the page in Chromium: its first screen, the photos in a row
scrolled from end to end while its memory is read, the next photo, the one before and any other.
Writes ``benchmarks/results/large-project.json``.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import cv2
import httpx
import numpy as np
from served import Served, chromium, cpu_s, postgres, serving, settle, spread, write
from sqlalchemy import insert, update

from clickmend.projects.labelling import open_project
from clickmend.projects.opening import Options
from clickmend.projects.store import STATUSES, Event, Image, SessionRow, Store
from clickmend.projects.store.tables import now

RESULTS = Path(__file__).parent / "results" / "large-project.json"
SIZE = (96, 72)
PAGE = 100
"""Photos that the page asks for at once."""

EVENTS = 6
"""Marks of each session that is there."""

FRAME_PX = 104
STEP_PX = 900
"""How far the photos in a row are scrolled at a time; about what is in view."""

Rng = np.random.Generator


def make_photos(folder: Path, count: int, rng: Rng) -> None:
    """Photos of a colour and some noise, a thousand in a folder."""
    width, height = SIZE
    noise = rng.integers(-20, 20, (height, width, 3))
    for number in range(count):
        place = folder / f"{number // 1000:02}"
        place.mkdir(parents=True, exist_ok=True)
        pixels = (rng.integers(40, 215, 3) + noise).astype(np.uint8)
        cv2.imwrite(str(place / f"{number:05}.jpg"), pixels)


def make_history(store: Store, project_id: int, rng: Rng) -> None:
    """What weeks of work leave in a database: decisions on all photos, marks on a third."""
    with store.database.writing() as session:
        ids = [one for (one,) in session.query(Image.id).filter_by(project_id=project_id)]
        begun = now() - timedelta(days=20)
        marked = [one for one in ids if rng.random() < 1 / 3]
        statuses = rng.choice(STATUSES, len(ids), p=(0.6, 0.02, 0.05, 0.2, 0.1, 0.03))
        rows = [
            {
                "id": one,
                "status": str(status),
                "comment": "look again" if rng.random() < 0.02 else "",
                "uncertainty": float(rng.random()) if rng.random() < 0.8 else None,
                "updated": begun + timedelta(seconds=float(rng.random()) * 1e6),
                "seconds": float(rng.integers(60)),
                "changed": number,
            }
            for number, (one, status) in enumerate(zip(ids, statuses, strict=True))
        ]
        session.execute(update(Image), rows)
        session.execute(
            update(Image), [{"id": one, "clicks": EVENTS, "written": EVENTS} for one in marked]
        )
        start = {"prior": None, "trimap": None, "depth_scale": None, "file_name": ""}
        keys = {one: f"made-session-{one:06}" for one in marked}
        session.execute(
            insert(SessionRow),
            [
                {"key": key, "image_id": one, "task": "interactive", "head": EVENTS}
                | {"options": Options().kept(), "start": start}
                for one, key in keys.items()
            ],
        )
        mark = {"type": "click", "label": "foreground", "value": None, "radius_px": None}
        session.execute(
            insert(Event),
            [
                {"session_key": key, "number": number, "kind": "mark"}
                | {"body": mark | {"x": float(rng.integers(90)), "y": float(rng.integers(70))}}
                | {"at": begun + timedelta(seconds=8 * number)}
                for key in keys.values()
                for number in range(1, EVENTS + 1)
            ],
        )


def asked(served: Served, count: int, rng: Rng, *, repeats: int) -> list[dict[str, Any]]:
    """What the page asks a server, and how long the answers take."""
    with httpx.Client(base_url=served.api, timeout=120, trust_env=False) as client:
        (project,) = client.get("/projects").json()["projects"]
        place = f"/projects/{project['id']}"
        listed = client.get(f"{place}/images", params={"limit": 1000}).json()["images"]

        def page(**wanted: object) -> httpx.Response:
            offset = PAGE * int(rng.integers(0, max(1, count // PAGE)))
            params = {"limit": PAGE, "offset": offset, **wanted}
            return client.get(f"{place}/images", params=params)

        def some() -> int:
            return int(rng.choice(listed)["id"])

        words = [f"{number:02}" for number in range(100)]
        questions: dict[str, Callable[[], httpx.Response]] = {
            "a page of the list": page,
            "the first page": lambda: page(offset=0),
            "of a status": lambda: page(status="needs_review", offset=0),
            "of two statuses": lambda: page(status=["new", "in_progress"]),
            "of a word": lambda: page(q=str(rng.choice(words)), offset=0),
            "uncertain first": lambda: page(sort="uncertainty"),
            "uncertain first, of a status": lambda: page(sort="uncertainty", status="new"),
            "last changed first": lambda: page(sort="updated"),
            "the page of a photo": lambda: page(holding=some()),
            "the same, uncertain first": lambda: page(holding=some(), sort="uncertainty"),
            "1000 photos of the list": lambda: page(limit=1000),
            "one photo": lambda: client.get(f"{place}/images/{some()}"),
            "the projects": lambda: client.get("/projects"),
            "the project": lambda: client.get(place),
            "the statistics": lambda: client.get(f"{place}/statistics"),
            "a small picture": lambda: client.get(f"{place}/images/{some()}/thumbnail.jpg"),
        }
        rows = []
        for name, ask in questions.items():
            times, worked_s = [], cpu_s(served.pid)
            for _ in range(repeats):
                begun = time.perf_counter()
                ask().raise_for_status()
                times.append(1e3 * (time.perf_counter() - begun))
            cpu_ms = round(1e3 * (cpu_s(served.pid) - worked_s) / repeats, 1)
            rows.append({"asked": name, **spread(times), "cpu_ms": cpu_ms})
        return rows


@contextmanager
def project(folder: Path, url: str | None, rng: Rng) -> Iterator[tuple[Path, list[object]]]:
    """A project of the photos; the folder of its labels, and the words that open it again."""
    with tempfile.TemporaryDirectory() as place:
        out = Path(place)
        store = Store(out / ".clickmend", url=url)
        made = open_project(store, folder.name, photos=[folder], task="interactive", out=out)
        make_history(store, made.id, rng)
        store.close()
        yield out, ["--out", out, *(("--database", url) if url else ())]


def memory(page: Any, tools: Any) -> dict[str, float]:
    """What the page holds after it has tidied up: its heap, its elements, its listeners."""
    tools.send("HeapProfiler.collectGarbage")
    found = {one["name"]: one["value"] for one in tools.send("Performance.getMetrics")["metrics"]}
    return {
        "heap_mb": round(found["JSHeapUsedSize"] / 1e6, 2),
        "elements": int(found["Nodes"]),
        "listeners": int(found["JSEventListeners"]),
        "pictures": int(page.locator("img").count()),
    }


READY = """index => {
  const frames = [...document.querySelectorAll("#film-strip li")];
  const seen = frames.filter((one) => {
    const { left, right } = one.getBoundingClientRect();
    return right > 0 && left < innerWidth;
  });
  const there = ({ complete, naturalWidth }) => complete && naturalWidth > 0;
  return seen.length > 0 && seen.every((one) => there(one.querySelector("img")));
}"""
TWO_FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


def until_open(page: Any, name: str, act: Callable[[], object]) -> float:
    """Milliseconds until a photo is open, its answer on the screen."""
    begun = time.perf_counter()
    act()
    page.wait_for_function("name => document.title.startsWith(name)", arg=name)
    settle(page)
    return 1e3 * (time.perf_counter() - begun)


def on_the_page(served: Served, count: int, rng: Rng, *, opens: int) -> dict[str, Any]:
    """The page of the project: first screen, memory while it is scrolled, photos opened."""
    told: list[str] = []
    with httpx.Client(base_url=served.api, trust_env=False) as client:
        (one,) = client.get("/projects").json()["projects"]
    with chromium(told) as page:
        tools = page.context.new_cdp_session(page)
        tools.send("Performance.enable")
        begun = time.perf_counter()
        page.goto(f"{served.address}/#{one['id']}")
        page.wait_for_function(READY)
        found: dict[str, Any] = {"photos_ms": round(1e3 * (time.perf_counter() - begun))}
        page.wait_for_selector("body[data-phase=editing]")
        settle(page)
        found["first_screen_ms"] = round(1e3 * (time.perf_counter() - begun))
        found["elements_of_photos"] = page.locator("#film-strip li").count()

        strip = page.locator("#film-strip")
        found["memory"] = [memory(page, tools)]
        waits, end = [], FRAME_PX * count
        for at in range(0, end, STEP_PX):
            begun = time.perf_counter()
            strip.evaluate("(strip, at) => { strip.scrollLeft = at; }", at)
            page.evaluate(TWO_FRAMES)
            page.wait_for_function(READY)
            waits.append(1e3 * (time.perf_counter() - begun))
            if at // (end // 10) != (at - STEP_PX) // (end // 10):
                found["memory"].append(memory(page, tools))
        found["memory"].append(memory(page, tools))
        found["scrolled"] = spread(waits)

        names = {}
        for wanted in rng.choice(count, opens, replace=False):
            names[int(wanted)] = f"{int(wanted):05}.jpg"
        jumps = []
        for index, name in names.items():
            jumps.append(until_open(page, name, lambda at=index: jump(page, at + 1)))
        found["any other"] = spread(jumps)
        at = list(names)[-1]
        for what, key, step in (("the next", "f", 1), ("the one before", "d", -1)):
            times = []
            for _ in range(opens):
                at += step
                page.wait_for_timeout(600)  # as somebody who looks: the next is made ready
                name = f"{at:05}.jpg"
                times.append(until_open(page, name, lambda key=key: page.keyboard.press(key)))
            found[what] = spread(times)
        return found | {"told": told}


def jump(page: Any, number: int) -> None:
    """Ask for the photo of a number."""
    page.keyboard.press("j")
    page.keyboard.type(str(number))
    page.keyboard.press("Enter")


def main() -> int:
    """Measure, and write what was found."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--photos", type=int, default=10_000)
    parser.add_argument("--repeats", type=int, default=40, help="of each question")
    parser.add_argument("--opens", type=int, default=12, help="photos opened in each way")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=RESULTS)
    given = parser.parse_args()
    load, rng = os.getloadavg()[0], np.random.default_rng(given.seed)
    found: dict[str, Any] = {"photos": given.photos, "http": {}, "opened_s": {}}
    with tempfile.TemporaryDirectory() as place, postgres() as url:
        folder = Path(place) / "photos"
        make_photos(folder, given.photos, rng)
        for name, address in (("SQLite", None), ("PostgreSQL", url)):
            with project(folder, address, rng) as (_, words), serving(folder, *words) as served:
                found["opened_s"][name] = served.opened_s
                found["http"][name] = asked(served, given.photos, rng, repeats=given.repeats)
                for row in found["http"][name]:
                    print(name, row, flush=True)
                if address is None:
                    found["page"] = on_the_page(served, given.photos, rng, opens=given.opens)
                    print(found["page"], flush=True)
    write(
        given.out,
        bench="large-project",
        script="benchmarks/large_project.py",
        seed=given.seed,
        load=load,
        **found,
    )
    return 1 if found["page"]["told"] else 0


if __name__ == "__main__":
    sys.exit(main())
