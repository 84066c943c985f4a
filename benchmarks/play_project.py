"""Play a labelling job: photos with old predictions in, every one corrected, labels out.

    python benchmarks/play_project.py --data ../shared/data --count 500 --in-browser 10

Crops of photos get old predictions that are wrong in places, made from their true labels. They are
opened as a project by `clickmend run`; the first few are worked on through the page in Chromium, by
keys and pointer, all others over HTTP: open, one to three marks, done; one in eight is accepted as
it is. The server is started again, and the labels are read with other libraries than ours. Each
file has to be there and to show what its session shows, ids are kept, and the page has asked
nothing, has downloaded nothing and has told no error. What is not so is counted, and named. The
photos and labels are gone afterwards.
Writes ``benchmarks/results/play-project.json``.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import cv2
import httpx
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pycocotools import mask as coco_mask

from clickmend.evaluation.provenance import commit, describe_machine

RESULTS = Path(__file__).parent / "results" / "play-project.json"
CHROMIUM = Path("/usr/bin/chromium")
SIZE = (256, 192)
UNTOUCHED = 8
"""One in so many is accepted without a mark."""

IDS_FROM, IDS_STEP = 1001, 7
"""Ids of old objects, which nobody would give by counting."""

Plane = NDArray[Any]
Rng = np.random.Generator


@dataclass(frozen=True)
class Source:
    """Where photos and true labels of a task are, and how a project of it is written."""

    folders: tuple[str, ...]
    photos: str
    labels: str
    form: str
    mark: Callable[[Plane, Rng], dict[str, Any]]
    void: int | None = None


def place_in(where: Plane, rng: Rng) -> tuple[float, float]:
    """The centre of some pixel of a mask, of any pixel where it is empty."""
    rows, columns = np.nonzero(where) if where.any() else np.nonzero(np.ones_like(where))
    at = int(rng.integers(len(rows)))
    return float(columns[at]) + 0.5, float(rows[at]) + 0.5


def _on_mask(truth: Plane, rng: Rng) -> dict[str, Any]:
    x, y = place_in(np.ones_like(truth, bool), rng)
    label = "foreground" if truth[int(y), int(x)] else "background"
    return {"type": "click", "x": x, "y": y, "label": label}


def _on_classes(truth: Plane, rng: Rng) -> dict[str, Any]:
    x, y = place_in(truth != 255, rng)
    label = int(truth[int(y), int(x)])
    if rng.random() < 0.3:
        return {"type": "stroke", "points": [[x, y]], "label": label, "radius_px": 6.0}
    return {"type": "click", "x": x, "y": y, "label": label}


def _on_values(largest: float) -> Callable[[Plane, Rng], dict[str, Any]]:
    def mark(truth: Plane, rng: Rng) -> dict[str, Any]:
        x, y = place_in(truth > 0, rng)
        value = float(truth[int(y), int(x)]) / largest or 0.5
        return {"type": "click", "x": x, "y": y, "value": value, "radius_px": 30.0}

    return mark


OBJECTS = tuple(
    f"objects/train/{name}" for name in ("vocanimals", "pennfudan", "coco100", "wildlife", "tools")
)
SOURCES: Mapping[str, Source] = {
    "interactive": Source(OBJECTS, "images", "masks", "mask-png", _on_mask),
    "instances": Source(OBJECTS, "images", "masks", "coco", _on_mask),
    "semantic": Source(("semantic/camvid/train",), "images", "masks", "index-png", _on_classes, 11),
    "matting": Source(
        ("matting/alphamatting14",), "images", "alpha", "alpha-png", _on_values(255.0)
    ),
    "depth": Source(("depth/train/kitchen",), "rgb", "depth", "depth-png", _on_values(1000.0)),
}


@dataclass
class Photo:
    """One photo of the job: its name, what is true of it, what was shown when it was left."""

    name: str
    truth: Plane
    ids: tuple[int, ...] = ()
    marks: int = 0
    left: Plane | None = None


@dataclass
class Found:
    """What was not as it should be, and what the job took."""

    problems: list[str] = field(default_factory=list)
    clock: dict[str, float] = field(default_factory=dict)

    def check(self, right: bool, told: str) -> None:
        """Keep what is wrong."""
        if not right:
            self.problems.append(told)


def scenes(data: Path, source: Source, count: int, rng: Rng) -> Iterator[tuple[Plane, Plane]]:
    """Crops of photos with their true labels, as many as are wanted, none twice."""
    files = sorted(
        file for one in source.folders for file in (data / one / source.photos).iterdir()
    )
    if not files:
        raise SystemExit(f"There are no photos in {data}. Give the folder of the data as --data.")
    width, height = SIZE
    for number in range(count):
        file = files[(number * 31) % len(files)]
        photo = np.asarray(Image.open(file).convert("RGB"))
        label = file.parents[1] / source.labels / f"{file.stem}.png"
        truth = cv2.imread(str(label), cv2.IMREAD_UNCHANGED)
        truth = truth if truth.ndim == 2 else truth[..., 0]
        if source.void is not None:
            truth = np.where(truth == source.void, 255, truth)
        whole = max(width / photo.shape[1], height / photo.shape[0])
        sides = (
            max(width, round(photo.shape[1] * whole * 1.3)),
            max(height, round(photo.shape[0] * whole * 1.3)),
        )
        photo = cv2.resize(photo, sides, interpolation=cv2.INTER_AREA)
        truth = cv2.resize(truth, sides, interpolation=cv2.INTER_NEAREST)
        left = int(rng.integers(sides[0] - width + 1))
        top = int(rng.integers(sides[1] - height + 1))
        place = np.s_[top : top + height, left : left + width]
        yield np.ascontiguousarray(photo[place]), truth[place]


def spoiled(truth: Plane, rng: Rng) -> Plane:
    """Old labels: a disk of them shows what is shown elsewhere."""
    old = truth.copy()
    rows, columns = np.indices(truth.shape)
    x, y = place_in(np.ones_like(truth, bool), rng)
    old[np.hypot(columns - x, rows - y) < 25] = truth[truth.shape[0] // 2, truth.shape[1] // 2]
    return old


def make(folder: Path, data: Path, *, task: str, count: int, rng: Rng) -> list[Photo]:
    """Photos in ``photos`` and old predictions in ``old``."""
    source = SOURCES[task]
    (folder / "photos").mkdir(parents=True)
    (folder / "old").mkdir()
    photos, annotations, images = [], [], []
    number_of = iter(range(IDS_FROM, 10**9, IDS_STEP))
    for number, (pixels, truth) in enumerate(scenes(data, source, count, rng)):
        photo = Photo(f"{number:05}.jpg", truth)
        Image.fromarray(pixels).save(folder / "photos" / photo.name, quality=90)
        if task == "interactive":
            photo.truth = truth == 255 if not truth.any() else (truth > 0) & (truth < 255)
        if task in ("interactive", "matting"):
            shown = np.where(photo.truth, 255, 0) if task == "interactive" else truth
            cv2.imwrite(str(folder / "old" / f"{number:05}.png"), spoiled(shown, rng).astype("u1"))
        elif task != "instances":
            cv2.imwrite(str(folder / "old" / f"{number:05}.png"), spoiled(truth, rng))
        else:
            images.append(
                {"id": number + 1, "file_name": photo.name, "width": SIZE[0], "height": SIZE[1]}
            )
            old = spoiled(np.where(truth == 255, 0, truth), rng)
            for value in np.unique(old[old > 0])[:6]:
                rle = coco_mask.encode(np.asfortranarray(old == value, np.uint8))
                photo.ids += (next(number_of),)
                annotations.append(
                    {
                        "id": photo.ids[-1],
                        "image_id": number + 1,
                        "category_id": 1 + int(value) % 2,
                        "segmentation": {**rle, "counts": rle["counts"].decode()},
                        "area": int((old == value).sum()),
                        "bbox": coco_mask.toBbox(rle).tolist(),
                        "iscrowd": 0,
                    }
                )
        photos.append(photo)
    if task == "instances":
        categories = [{"id": 1, "name": "one kind"}, {"id": 2, "name": "other kind"}]
        content = {"images": images, "annotations": annotations, "categories": categories}
        (folder / "old.json").write_text(json.dumps(content))
    return photos


@contextmanager
def running(folder: Path, task: str) -> Iterator[str]:
    """`clickmend run` on the photos; its address."""
    old = folder / ("old.json" if task == "instances" else "old")
    command = [sys.executable, "-u", "-m", "clickmend", "run", str(folder / "photos")]
    command += ["--priors", str(old), "--out", str(folder / "labels"), "--task", task]
    command += ["--format", SOURCES[task].form, "--no-browser", "--port", "0"]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    try:
        assert process.stdout is not None
        told = ""
        for line in process.stdout:
            told += line
            address = re.search(r"http://\S+?:\d+", line)
            if address:
                break
        else:
            raise SystemExit(f"The server has not begun: {told}")
        yield address[0]
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(120)


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
    from playwright.sync_api import Page, sync_playwright

    listed = client.images()
    told: list[str] = []

    def settle(page: Page) -> None:
        page.wait_for_selector("#progress", state="hidden")

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.set_default_timeout(120_000)
        page.on("dialog", lambda one: (told.append(f"a dialog: {one.message}"), one.dismiss()))
        page.on("download", lambda one: told.append(f"a download: {one.suggested_filename}"))
        page.on("filechooser", lambda _: told.append("a file dialog"))
        page.on("pageerror", lambda error: told.append(f"an error: {error}"))
        page.on("console", lambda one: told.append(one.text) if one.type == "error" else None)
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
        browser.close()
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
    with running(folder, task) as address:
        client = Client(address)
        found.clock["open_s"] = round(time.perf_counter() - begun, 1)
        begun = time.perf_counter()
        play_page(address, client, photos[:in_browser], found)
        found.clock["page_s"] = round(time.perf_counter() - begun, 1)
        begun = time.perf_counter()
        images = client.images()
        for number in range(in_browser, count):
            marks = 0 if number % UNTOUCHED == UNTOUCHED - 1 else int(rng.integers(1, 4))
            client.play(images[number], photos[number], task=task, marks=marks, rng=rng)
        found.clock["http_s"] = round(time.perf_counter() - begun, 1)
        begun = time.perf_counter()
    found.clock["close_s"] = round(time.perf_counter() - begun, 1)
    with running(folder, task) as address:  # what waited is written, and all is there again
        check(Client(address), folder, photos, task=task, found=found)
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
    load_before, threads = os.getloadavg()[0], int(os.environ.get("OMP_NUM_THREADS", "0"))
    result: dict[str, Any] = {
        "bench": "play-project",
        "command": shlex.join(["python", "benchmarks/play_project.py", *sys.argv[1:]]),
        "commit": commit(),
        "seed": given.seed,
        "photo": "×".join(map(str, SIZE)),
        "machine": {
            **describe_machine(device="cpu", threads=threads),
            "load_before": round(load_before, 2),
        },
        "rows": [],
    }
    for task in given.task or SOURCES:
        with tempfile.TemporaryDirectory() as folder:
            row = job(
                given.data,
                Path(folder),
                task=task,
                count=given.count,
                in_browser=min(given.in_browser, given.count),
                seed=given.seed,
            )
        print(json.dumps(row), flush=True)
        result["rows"].append(row)
        content = json.dumps(result, indent=1, ensure_ascii=False)
        given.out.write_text(f"{content}\n", encoding="utf-8")
    return 1 if any(row["problems"] for row in result["rows"]) else 0


if __name__ == "__main__":
    sys.exit(main())
