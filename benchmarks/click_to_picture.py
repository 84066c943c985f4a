"""Milliseconds from a click on the page until its picture is on the screen, in Chromium.

    python benchmarks/click_to_picture.py

For each task and size a sample photo of scikit-image, enlarged, is opened on the page and clicked
in places that come from the seed, one click after another as the pictures appear, with the defaults
of the page. The first clicks of a session warm up and are not counted. A click begins with the
event that the browser tells the page, and ends with the second frame after the page has shown the
answer, when the first is on the screen. The server's part is what the page waits for its answers.
Server and browser share the machine, whose load is told.
Writes ``benchmarks/results/click-to-picture.json``.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import re
import shlex
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from skimage import data

from clickmend.evaluation.provenance import commit, describe_machine

RESULTS = Path(__file__).parent / "results" / "click-to-picture.json"
CHROMIUM = Path("/usr/bin/chromium")
TASKS = ("interactive", "semantic", "depth", "matting", "instances")
SIZES = ("640x480", "4000x3000")
WARM_UP = 2
PAUSE_MS = 200
"""Between a picture and the next click: nobody is quicker."""

WATCH = """() => {
  const progress = document.getElementById("progress");
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  window.clicks = [];
  performance.setResourceTimingBufferSize(5000);
  let began = 0;
  document.addEventListener("pointerdown", (event) => (began = event.timeStamp), true);
  new MutationObserver(async () => {
    if (!progress.hidden || !began) return;
    const from = began;
    began = 0;
    await frame();
    await frame();
    const now = performance.now();
    const asked = performance.getEntriesByType("resource").filter((one) => one.startTime >= from);
    const server = asked.reduce((sum, one) => sum + one.responseEnd - one.startTime, 0);
    window.clicks.push([now - from, server]);
  }).observe(progress, { attributes: true, attributeFilter: ["hidden"] });
}"""


def photo(width: int, height: int) -> bytes:
    """The coffee cup as a JPEG of a size."""
    picture = Image.fromarray(data.coffee()).resize((width, height), Image.Resampling.BICUBIC)
    file = BytesIO()
    picture.save(file, "JPEG", quality=92)
    return file.getvalue()


def disk(width: int, height: int) -> bytes:
    """A trimap as a PNG: a disk, unknown around its border."""
    rows, columns = np.indices((height, width))
    away = np.hypot(columns - width / 2, rows - height / 2) / height
    trimap = np.select([away < 0.25, away < 0.4], [255, 128], 0).astype(np.uint8)
    file = BytesIO()
    Image.fromarray(trimap).save(file, "PNG")
    return file.getvalue()


@contextmanager
def serving(home: Path) -> Iterator[str]:
    """The address of a server of its own."""
    command = [sys.executable, "-u", "-m", "clickmend", "run", "--no-browser", "--port", "0"]
    environment = {**os.environ, "CLICKMEND_HOME": str(home), "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    try:
        assert process.stdout is not None
        for line in process.stdout:
            address = re.search(r"http://\S+?:\d+", line)
            if address:
                break
        else:
            raise SystemExit("The server has not begun.")
        yield address[0]
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


def places_of(count: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Places about the middle, shares of both sides, ``(count, 2)``; none on the mark of another.

    A press on a mark would take hold of it.
    """
    side = math.ceil(math.sqrt(count))
    cells = rng.permutation(side**2)[:count]
    inside = np.stack([cells % side, cells // side], axis=1) + rng.uniform(0.3, 0.7, (count, 2))
    return 0.3 + 0.4 * inside / side


Row = dict[str, Any]


def clicked(page: Any, address: str, *, task: str, size: str, clicks: int, seed: int) -> Row:
    """One session on the page: what its clicks took, and what the server says of them."""
    width, height = (int(side) for side in size.split("x"))
    page.goto(address)
    page.wait_for_selector("#samples li")
    page.click(f".sheet .tasks [data-task={task}]")
    file = {"name": "cup.jpg", "mimeType": "image/jpeg", "buffer": photo(width, height)}
    page.set_input_files("#photo-file", files=[file])
    page.wait_for_selector("body[data-phase=editing]")
    page.wait_for_selector("#progress", state="hidden")
    if task == "matting":
        trimap = {"name": "trimap.png", "mimeType": "image/png", "buffer": disk(width, height)}
        page.set_input_files("#trimap-file", files=[trimap])
        page.wait_for_selector("body[data-task=matting]")
        page.wait_for_selector("#progress", state="hidden")
    page.evaluate(WATCH)
    frame = page.locator("#canvas").bounding_box()
    places = places_of(clicks + WARM_UP, np.random.default_rng(seed))
    for number, (x, y) in enumerate(places):
        page.wait_for_timeout(PAUSE_MS)
        page.mouse.click(
            frame["x"] + x * frame["width"],
            frame["y"] + y * frame["height"],
            button="right" if task == "interactive" and number % 3 == 2 else "left",
        )
        page.wait_for_function("n => window.clicks.length > n", arg=number)
    screen, server = np.array(page.evaluate("window.clicks")[WARM_UP:]).T
    assert (server > 0).all(), "a click made no mark"
    return {
        "task": task,
        "photo": size.replace("x", "×"),
        "clicks": clicks,
        **summary(screen, "screen"),
        **summary(server, "server"),
    }


def summary(times_ms: NDArray[np.float64], name: str) -> dict[str, int]:
    """Their median and 95th percentile, in whole milliseconds."""
    p50, p95 = np.percentile(times_ms, (50, 95))
    return {f"{name}_p50_ms": round(float(p50)), f"{name}_p95_ms": round(float(p95))}


def measured(
    tasks: Sequence[str], sizes: Sequence[str], *, clicks: int, seed: int
) -> Iterator[Row]:
    """A row for each task and size."""
    from playwright.sync_api import sync_playwright

    with (
        tempfile.TemporaryDirectory() as home,
        serving(Path(home)) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"]
        )
        for size in sizes:
            for task in tasks:
                page = browser.new_page(viewport={"width": 1280, "height": 800})
                page.set_default_timeout(120_000)
                yield clicked(page, address, task=task, size=size, clicks=clicks, seed=seed)
                page.close()
        browser.close()


def main() -> None:
    """Measure, print each row, and write the result."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--task", action="append", choices=TASKS)
    parser.add_argument("--size", action="append", metavar="WIDTHxHEIGHT")
    parser.add_argument("--clicks", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=RESULTS)
    options = parser.parse_args()
    load_before = os.getloadavg()[0]
    rows = []
    for row in measured(
        options.task or TASKS, options.size or SIZES, clicks=options.clicks, seed=options.seed
    ):
        print(json.dumps(row, ensure_ascii=False), flush=True)
        rows.append(row)
    result = {
        "bench": "click-to-picture",
        "command": shlex.join(["python", "benchmarks/click_to_picture.py", *sys.argv[1:]]),
        "commit": commit(),
        "seed": options.seed,
        "machine": {
            **describe_machine(device="cpu", threads=2),
            "load_before": round(load_before, 2),
            "load_after": round(os.getloadavg()[0], 2),
        },
        "rows": rows,
    }
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
