"""Play a labelling job: photos with old predictions in, every one corrected, labels out.

    python benchmarks/play_project.py --data ../shared/data --task instances

Crops of photos get old predictions that are wrong in places, made from their true labels. They are
opened as a project by `clickmend run`; the first few are worked on through the page in Chromium, by
keys and pointer, all others over HTTP: open, one to three marks, done; one in eight is accepted as
it is. The server is started again, and the labels are read with other libraries than ours. Each
file has to be there and to show what its session shows, ids are kept, and the page has asked
nothing, has downloaded nothing and has told no error. What is not so is counted, and named. The
photos and labels are gone afterwards.
Writes ``benchmarks/results/play-project.json``, where each task keeps its row; of all tasks where
none is named.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from PIL import Image
from played_photos import SIZE, SOURCES, Photo, Plane, Rng, make
from pycocotools import mask as coco_mask
from served import Served, chromium, serving, settle

from clickmend.evaluation.provenance import commit, describe_machine

RESULTS = Path(__file__).parent / "results" / "play-project.json"
UNTOUCHED = 8
"""One in so many is accepted without a mark."""


@dataclass
class Found:
    """What was not as it should be, and what the job took."""

    problems: list[str] = field(default_factory=list)
    clock: dict[str, float] = field(default_factory=dict)

    def check(self, right: bool, told: str) -> None:
        """Keep what is wrong."""
        if not right:
            self.problems.append(told)


def running(folder: Path, task: str) -> AbstractContextManager[Served]:
    """`clickmend run` on the photos."""
    old = folder / ("old.json" if task == "instances" else "old")
    words = ("--priors", old, "--out", folder / "labels", "--task", task)
    return serving(folder / "photos", *words, "--format", SOURCES[task].form)


class Client:
    """Somebody who works on the photos of the one project over HTTP."""

    def __init__(self, address: str) -> None:
        self.http = httpx.Client(base_url=f"{address}/api/v1", timeout=120)
        (self.project,) = (one["id"] for one in self.ask("GET", "/projects")["projects"])

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """One request; what is answered, as JSON."""
        answer = self.http.request(method, path, json=body)
        if answer.is_error:
            raise SystemExit(f"{method} {path}: {answer.status_code} {answer.text}")
        return answer.json()

    def images(self) -> list[dict[str, Any]]:
        """All of the project, in the order of the page."""
        listed: list[dict[str, Any]] = []
        while True:
            page = f"/projects/{self.project}/images?limit=200&offset={len(listed)}"
            told = self.ask("GET", page)
            listed += told["images"]
            if len(listed) == told["total"]:
                return listed

    def open(self, image: int) -> dict[str, Any]:
        """The session on an image."""
        found: dict[str, Any] = self.ask("POST", f"/projects/{self.project}/images/{image}/session")
        return found

    def shown(self, key: str) -> Plane:
        """What a session shows: its own numbers, as its file has them."""
        content = self.http.get(f"/sessions/{key}/prediction.png").raise_for_status().content
        return decoded(content)

    def objects(self, key: str) -> dict[int, Plane]:
        """The masks of a session's objects by their ids, those without a pixel among them."""
        told = self.http.get(f"/sessions/{key}/prediction.json").raise_for_status().json()
        return {one["id"]: mask_of(one) for one in told["annotations"]}

    def play(self, image: dict[str, Any], photo: Photo, *, task: str, marks: int, rng: Rng) -> None:
        """Open a photo, give its marks, and accept it."""
        state = self.open(image["id"])
        key = state["id"]
        for number in range(marks):
            mark = SOURCES[task].mark(photo.truth, rng)
            if task == "instances":
                objects = state["objects"]
                if not objects or number == 2:
                    place = {"x": mark["x"], "y": mark["y"], "label": "other kind"}
                    state = self.ask("POST", f"/sessions/{key}/points", {"points": [place]})
                    continue
                mark["object"] = int(rng.choice([one["key"] for one in objects]))
                if number:
                    points = [[mark.pop("x"), mark.pop("y")]]
                    mark.update(type="stroke", points=points, radius_px=5.0, exact=True)
            state = self.ask("POST", f"/sessions/{key}/marks", {"marks": [mark]})
        photo.marks = marks
        photo.left = self.shown(key)
        self.accept(image["id"])

    def accept(self, image: int) -> None:
        """Decide that an image is done."""
        place = f"/projects/{self.project}/images/{image}"
        version = self.ask("GET", place)["version"]
        self.ask("PATCH", place, {"version": version, "status": "done", "seconds": 1.0})


def decoded(content: bytes) -> Plane:
    """The numbers of a PNG, as another library than ours reads them."""
    return np.asarray(Image.open(BytesIO(content))).astype(np.int64)


def mask_of(annotation: Mapping[str, Any]) -> Plane:
    """The mask of an annotation, as COCO's own library reads it."""
    given = annotation["segmentation"]
    width, height = SIZE
    if isinstance(given, list):
        given = coco_mask.merge(coco_mask.frPyObjects(given, height, width))
    elif isinstance(given["counts"], list):
        given = coco_mask.frPyObjects(given, height, width)
    return np.asarray(coco_mask.decode(given), bool)


def play_page(address: str, client: Client, photos: list[Photo], found: Found) -> None:
    """The first photos, through the page: marks by the pointer, decisions by keys."""
    listed = client.images()
    told: list[str] = []

    with chromium(told) as page:
        page.goto(f"{address}/#{client.project}")
        for number, photo in enumerate(photos):
            image = listed[number]
            page.wait_for_function("t => document.title.startsWith(t)", arg=photo.name)
            settle(page)
            frame = page.locator("#canvas").bounding_box()
            assert frame is not None
            photo.marks = 0 if number % UNTOUCHED == UNTOUCHED - 1 else 1 + number % 3
            for mark in range(photo.marks):
                x = frame["x"] + frame["width"] * (0.42 + 0.05 * mark)
                y = frame["y"] + frame["height"] * (0.45 + 0.04 * (number % 4))
                page.mouse.click(x, y, button="right" if mark == 1 else "left")
            settle(page)
            if page.locator("dialog[open]").count():
                told.append(f"a dialog on {photo.name}")
            key = client.open(image["id"])["id"]
            photo.left = client.shown(key)
            page.keyboard.press("a")
            page.wait_for_function(
                "([name, last]) => last ? document.querySelector('.toast')"
                " : !document.title.startsWith(name)",
                arg=[photo.name, number + 1 == len(listed)],
            )
    for one in told:
        found.check(False, f"the page: {one}")


def check(client: Client, folder: Path, photos: list[Photo], *, task: str, found: Found) -> None:
    """Compare the labels with the sessions, and with what was seen when each photo was left."""
    labels, listed = folder / "labels", client.images()
    found.check(len(listed) == len(photos), f"{len(listed)} images of {len(photos)}")
    files = {file.name for file in labels.iterdir() if not file.name.startswith(".")}
    if task == "instances":
        found.check(files == {"instances.json"}, f"files {sorted(files)[:5]}")
        content = json.loads((labels / "instances.json").read_text())
        entries = content["annotations"]
        ids = [one["id"] for one in entries]
        found.check(len(ids) == len(set(ids)), "two objects have one id")
        numbers = {one["file_name"]: one["id"] for one in content["images"]}
    else:
        wanted = {f"{Path(photo.name).stem}.png" for photo in photos}
        found.check(files == wanted, f"missing {sorted(wanted - files)[:5]}, or too many")
    for image, photo in zip(listed, photos, strict=True):
        found.check(image["name"] == photo.name, f"{image['name']} is not {photo.name}")
        found.check(image["status"] == "done", f"{photo.name} is {image['status']}")
        key = client.open(image["id"])["id"]
        shown = client.shown(key)
        found.check(
            np.array_equal(shown, photo.left), f"{photo.name} has changed since it was left"
        )
        if task != "instances":
            file = labels / f"{Path(photo.name).stem}.png"
            if file.exists():
                same = np.array_equal(decoded(file.read_bytes()), shown)
                found.check(same, f"{photo.name}: the file differs from the session")
            continue
        own = [one for one in entries if one["image_id"] == numbers.get(photo.name)]
        objects = client.objects(key)
        written = {one["id"]: mask_of(one) for one in own}
        kept = set(photo.ids)
        found.check(kept <= set(written), f"{photo.name}: ids {sorted(kept - set(written))} lost")
        added = [mask for number, mask in written.items() if number not in kept]
        new = [mask for number, mask in objects.items() if number not in kept]
        same = len(added) == len(new) and all(map(np.array_equal, added, new))
        same &= all(np.array_equal(written.get(one), objects.get(one)) for one in kept)
        found.check(same, f"{photo.name}: the file differs from the session")


def job(
    data: Path, folder: Path, *, task: str, count: int, in_browser: int, seed: int
) -> dict[str, Any]:
    """One job from folder to folder; what it took, and what was wrong."""
    rng, found = np.random.default_rng(seed), Found()
    photos = make(folder, data, task=task, count=count, rng=rng)
    begun = time.perf_counter()
    with running(folder, task) as served:
        client = Client(served.address)
        found.clock["open_s"] = round(time.perf_counter() - begun, 1)
        begun = time.perf_counter()
        play_page(served.address, client, photos[:in_browser], found)
        found.clock["page_s"] = round(time.perf_counter() - begun, 1)
        begun = time.perf_counter()
        images = client.images()
        for number in range(in_browser, count):
            marks = 0 if number % UNTOUCHED == UNTOUCHED - 1 else int(rng.integers(1, 4))
            client.play(images[number], photos[number], task=task, marks=marks, rng=rng)
        found.clock["http_s"] = round(time.perf_counter() - begun, 1)
        begun = time.perf_counter()
    found.clock["close_s"] = round(time.perf_counter() - begun, 1)
    with running(folder, task) as served:  # what waited is written, and all is there again
        check(Client(served.address), folder, photos, task=task, found=found)
    for problem in found.problems:
        print(f"{task}: {problem}", flush=True)
    return {
        "task": task,
        "format": SOURCES[task].form,
        "photos": count,
        "in_browser": in_browser,
        "marks": sum(photo.marks for photo in photos),
        "accepted_as_they_were": sum(not photo.marks for photo in photos),
        **found.clock,
        "problems": len(found.problems),
    }


def main() -> int:
    """Play all jobs, and write what was found."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--in-browser", type=int, default=10)
    parser.add_argument("--task", action="append", choices=list(SOURCES))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=RESULTS)
    given = parser.parse_args()
    # An absolute place is of this machine alone.
    words = [os.path.relpath(word) if Path(word).is_absolute() else word for word in sys.argv[1:]]
    command = shlex.join(["python", "benchmarks/play_project.py", *words])
    wrong = 0
    for task in given.task or SOURCES:
        load = round(os.getloadavg()[0], 2)
        with tempfile.TemporaryDirectory() as folder:
            row = job(
                given.data,
                Path(folder),
                task=task,
                count=given.count,
                in_browser=min(given.in_browser, given.count),
                seed=given.seed,
            )
        row |= {"command": command, "load_before": load}
        print(json.dumps(row), flush=True)
        wrong += row["problems"]
        keep(given.out, row, seed=given.seed)
    return 1 if wrong else 0


def keep(file: Path, row: dict[str, Any], *, seed: int) -> None:
    """Write the row of a task in the place of its last, beside those of the others."""
    before = json.loads(file.read_text("utf-8"))["rows"] if file.exists() else []
    there = {one["task"]: one for one in before} | {row["task"]: row}
    rows = [there[task] for task in SOURCES if task in there]
    result = {
        "bench": "play-project",
        "command": "; ".join(dict.fromkeys(one["command"] for one in rows)),
        "commit": commit(),
        "seed": seed,
        "photo": "×".join(map(str, SIZE)),
        "machine": describe_machine(
            device="cpu", threads=int(os.environ.get("OMP_NUM_THREADS", "0"))
        ),
        "rows": rows,
    }
    file.write_text(f"{json.dumps(result, indent=1, ensure_ascii=False)}\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
