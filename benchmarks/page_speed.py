"""Quick hands and many objects on the page, in Chromium: what one waits for.

    python benchmarks/page_speed.py --seed 0

Opens made photos of 640×480 by `clickmend run`, with one old object and with three hundred. Of
each: the pointer is moved, and each frame timed (what the page does for the move and draws for
it); clicks mend the same object, each taken back before the next, from the press until the
picture of the answer is drawn. Then forty quick clicks on a photo of the task interactive, 20 ms
apart: how long until all are drawn, how many requests they are, whether one was lost, and how
soon Ctrl+Z shows one mark fewer.
Writes ``benchmarks/results/page-speed.json``.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import cv2
import httpx
import numpy as np
from pycocotools import mask as coco_mask
from served import Served, chromium, serving, settle, spread, write

RESULTS = Path(__file__).parent / "results" / "page-speed.json"
SIZE = (640, 480)
ACROSS, DOWN = 20, 15
CELL = 32
RADIUS_PX = 9
MENDED = 147
"""The object that is mended, counted from 0 along the rows; near the middle."""

QUICK = 40
Rng = np.random.Generator

TIMED_FRAMES = """() => {
  const plain = window.requestAnimationFrame.bind(window);
  window.frames = [];
  window.requestAnimationFrame = (callback) => plain((now) => {
    const begun = performance.now();
    callback(now);
    const took = performance.now() - begun;
    if (window.frames.at(-1)?.now === now) window.frames.at(-1).took += took;
    else window.frames.push({ now, took });
  });
}"""

MOVES = """async (places) => {
  const canvas = document.getElementById("canvas");
  const found = [];
  for (const [clientX, clientY] of places) {
    const move = { clientX, clientY, pointerId: 1, pointerType: "mouse", bubbles: true };
    window.frames.length = 0;
    const begun = performance.now();
    canvas.dispatchEvent(new PointerEvent("pointermove", move));
    const handled = performance.now() - begun;
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    found.push(handled + window.frames.reduce((sum, { took }) => sum + took, 0));
  }
  return found;
}"""

PRESS = """
  const canvas = document.getElementById("canvas");
  canvas.setPointerCapture = () => {};
  const press = (clientX, clientY, button) => {
    const kind = { clientX, clientY, button, pointerId: 1, pointerType: "mouse", bubbles: true };
    canvas.dispatchEvent(new PointerEvent("pointerdown", { ...kind, buttons: button ? 2 : 1 }));
    canvas.dispatchEvent(new PointerEvent("pointerup", kind));
  };
  const drawn = () => new Promise((done) => {
    const progress = document.getElementById("progress");
    const look = () => requestAnimationFrame(progress.hidden ? () => done() : look);
    look();
  });
"""

CLICK = f"""async ([x, y, button]) => {{
  {PRESS}
  const begun = performance.now();
  press(x, y, button);
  await drawn();
  return performance.now() - begun;
}}"""

CLICKS = f"""async (places) => {{
  {PRESS}
  const begun = performance.now();
  for (const [x, y] of places) {{
    press(x, y, 0);
    await new Promise((done) => setTimeout(done, 20));
  }}
  await drawn();
  return performance.now() - begun;
}}"""

UNDO = f"""async (places) => {{
  {PRESS}
  for (const [x, y] of places) press(x, y, 0);
  const facts = document.getElementById("facts");
  const many = () => parseInt(facts.textContent);
  const before = many();
  const begun = performance.now();
  const key = {{ key: "z", code: "KeyZ", ctrlKey: true, cancelable: true }};
  window.dispatchEvent(new KeyboardEvent("keydown", key));
  await new Promise((done) => {{
    const look = () => (many() < before ? done() : requestAnimationFrame(look));
    look();
  }});
  return performance.now() - begun;
}}"""


def photo(rng: Rng) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Bright disks in rows on a dark ground, with some noise, ``(H, W, 3)``."""
    pixels = np.full((SIZE[1], SIZE[0], 3), 60, np.uint8)
    for x, y in centres():
        shade = [int(one) for one in rng.integers(150, 240, 3)]
        cv2.circle(pixels, (x, y), RADIUS_PX, shade, -1)
    noisy: np.ndarray[Any, np.dtype[np.uint8]] = cv2.add(
        pixels, rng.integers(0, 12, pixels.shape).astype(np.uint8)
    )
    return noisy


def centres() -> list[tuple[int, int]]:
    """Of the disks, (x, y)."""
    half = CELL // 2
    return [(CELL * i + half, CELL * j + half) for j in range(DOWN) for i in range(ACROSS)]


def old_objects(name: str, kept: list[int]) -> dict[str, Any]:
    """A file of COCO with some of the disks of a photo."""
    annotations = []
    for number in kept:
        mask = np.zeros(SIZE[::-1], np.uint8)
        cv2.circle(mask, centres()[number], RADIUS_PX, 1, -1)
        rle = coco_mask.encode(np.asfortranarray(mask))
        annotations.append(
            {
                "id": number + 1,
                "image_id": 1,
                "category_id": 1,
                "segmentation": {**rle, "counts": rle["counts"].decode()},
                "area": int(mask.sum()),
                "bbox": coco_mask.toBbox(rle).tolist(),
                "iscrowd": 0,
            }
        )
    return {
        "images": [{"id": 1, "file_name": name, "width": SIZE[0], "height": SIZE[1]}],
        "annotations": annotations,
        "categories": [{"id": 1, "name": "disk"}],
    }


def place(page: Any, x: float, y: float) -> tuple[float, float]:
    """Where a pixel of the fitted photo is on the page."""
    frame = page.locator("#canvas").bounding_box()
    scale = min((frame["width"] - 56) / SIZE[0], (frame["height"] - 56) / SIZE[1])
    left = frame["x"] + (frame["width"] - scale * SIZE[0]) / 2
    top = frame["y"] + (frame["height"] - scale * SIZE[1]) / 2
    return left + scale * (x + 0.5), top + scale * (y + 0.5)


def enter(page: Any, served: Served) -> None:
    """Open the one photo of the one project."""
    with httpx.Client(base_url=served.api, trust_env=False) as client:
        (project,) = client.get("/projects").json()["projects"]
    page.goto(f"{served.address}/#{project['id']}")
    page.wait_for_selector("body[data-phase=editing]")
    settle(page)


def mended(served: Served) -> list[int]:
    """The keys of the objects that have marks, in the session of the one photo."""
    with httpx.Client(base_url=served.api, trust_env=False) as client:
        (project,) = client.get("/projects").json()["projects"]
        image = client.get(f"/projects/{project['id']}/images/1").json()
        state = client.get(f"/sessions/{image['session']}").json()
    return [one["key"] for one in state["objects"] if one["marks"]]


def with_objects(folder: Path, count: int, *, clicks: int, rng: Rng) -> dict[str, Any]:
    """Pointer frames and clicks on a photo with so many old objects."""
    others = [one for one in range(ACROSS * DOWN) if one != MENDED][: count - 1]
    photos = folder / f"photos-{count}"
    photos.mkdir()
    cv2.imwrite(str(photos / "disks.png"), photo(rng))
    old = folder / f"old-{count}.json"
    old.write_text(json.dumps(old_objects("disks.png", [*others, MENDED])))
    told: list[str] = []
    options = ("--task", "instances", "--format", "coco", "--priors", old)
    with serving(photos, *options) as served, chromium(told) as page:
        page.add_init_script(f"({TIMED_FRAMES})()")
        enter(page, served)
        assert page.inner_text("#facts").startswith(f"{count} object"), page.inner_text("#facts")
        moves = [place(page, x, y) for x, y in rng.uniform(5, 475, (150, 2))]
        frames = page.evaluate(MOVES, moves)[10:]
        x, y = centres()[MENDED]
        for _ in range(1 + sum(one < MENDED for one in others)):  # until that to mend is chosen
            page.keyboard.press("n")
        settle(page)
        times = []
        for number in range(clicks + 2):
            angle, away = 2.4 * number, 5 if number % 2 else RADIUS_PX + 1
            at = place(page, x + away * np.cos(angle), y + away * np.sin(angle))
            times.append(page.evaluate(CLICK, [*at, 2 * (number % 2)]))
            assert mended(served) == [MENDED + 1]
            page.keyboard.press("Control+z")  # or the next click might take hold of this mark
            settle(page)
    return {
        "objects": count,
        "frame": spread(frames),
        "click": spread(times[2:]),
        "told": told,
    }


def quick(folder: Path, rng: Rng) -> dict[str, Any]:
    """Forty clicks in a hurry."""
    photos = folder / "quick"
    photos.mkdir()
    cv2.imwrite(str(photos / "disks.png"), photo(rng))
    told: list[str] = []
    asked: list[str] = []
    with serving(photos) as served, chromium(told) as page:
        enter(page, served)
        places = [place(page, *one) for one in centres()[:: ACROSS * DOWN // QUICK][:QUICK]]
        page.evaluate(CLICK, [*places[0], 0])  # the first answer makes ready what all need
        page.keyboard.press("Control+z")
        settle(page)
        page.on("request", lambda request: asked.append(request.url))
        took = page.evaluate(CLICKS, places)
        requests = len(asked)
        key = httpx.get(f"{served.api}/projects/1/images/1", trust_env=False).json()["session"]
        state = httpx.get(f"{served.api}/sessions/{key}", trust_env=False).json()
        undone = page.evaluate(UNDO, places[:3])
        settle(page)
    return {
        "clicks": len(places),
        "all_drawn_ms": round(took),
        "requests": requests,
        "kept": len(state["feedback"]),
        "undo_ms": round(undone, 1),
        "told": told,
    }


def main() -> int:
    """Measure, and write what was found."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--clicks", type=int, default=24)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=RESULTS)
    given = parser.parse_args()
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = []
        for count in (1, ACROSS * DOWN):
            rng = np.random.default_rng(given.seed)
            rows.append(with_objects(folder, count, clicks=given.clicks, rng=rng))
            print(json.dumps(rows[-1]), flush=True)
        hurry = quick(folder, np.random.default_rng(given.seed))
        print(json.dumps(hurry), flush=True)
    one, many = (row["click"]["p50_ms"] for row in rows)
    write(
        given.out,
        bench="page-speed",
        script="benchmarks/page_speed.py",
        seed=given.seed,
        load=load,
        rows=rows,
        ratio=round(many / one, 2),
        quick=hurry,
    )
    return 1 if hurry["told"] or any(row["told"] for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
