"""Do two source trees give the same answers, bit for bit?

Plays seeded sessions of every task in a process of its own for each tree: with and without a prior,
with clicks, boxes, strokes, pushes, undo, redo and reset, by the shipped weights on photos of
scikit-image. What is seen after every action is hashed; the sessions that differ are listed.

    python benchmarks/same_answers.py OLD/src src
    python benchmarks/same_answers.py OLD/src src --sessions 200 --kept old.json

With ``--kept`` the answers of the first tree are read from a file, or written there.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np

PHOTOS = ("astronaut", "coffee", "chelsea", "rocket")
TASKS = ("interactive", "semantic", "matting", "depth")
LAYERS = ("sb", "bmsb", "bmsb-m", "bmconv")


def photo_of(rng: np.random.Generator) -> np.ndarray:
    """A part of a photo, 96 to 320 pixels a side."""
    from skimage import data

    whole = getattr(data, PHOTOS[int(rng.integers(len(PHOTOS)))])()
    height, width = (int(rng.integers(96, 1 + min(320, side))) for side in whole.shape[:2])
    top = int(rng.integers(1 + whole.shape[0] - height))
    left = int(rng.integers(1 + whole.shape[1] - width))
    return np.ascontiguousarray(whole[top : top + height, left : left + width, :3])


def disk(rng: np.random.Generator, height: int, width: int) -> np.ndarray:
    """An ellipse somewhere, bool ``(H, W)``."""
    rows, columns = np.mgrid[:height, :width]
    row, column = rng.uniform(0.2, 0.8, 2) * (height, width)
    high, wide = rng.uniform(0.1, 0.45, 2) * (height, width)
    return ((rows - row) / high) ** 2 + ((columns - column) / wide) ** 2 < 1


def prior_of(task: str, rng: np.random.Generator, height: int, width: int) -> dict[str, Any]:
    """A made prior, and what has to be said with it."""
    mask = disk(rng, height, width)
    if task == "interactive":
        soft = rng.uniform() < 0.3
        return {"prior": np.where(mask, 0.9, 0.05).astype(np.float32) if soft else mask}
    if task == "semantic":
        labels = np.where(mask, rng.integers(5), rng.integers(5)).astype(np.uint8)
        labels[disk(rng, height, width)] = 255 if rng.uniform() < 0.3 else rng.integers(5)
        return {"prior": labels}
    values = np.where(mask, rng.uniform(0.6, 1), rng.uniform(0, 0.4)).astype(np.float32)
    if task == "matting":
        return {"prior": values}
    values = values * 3 + np.linspace(0.5, 2, width, dtype=np.float32)
    if rng.uniform() < 0.3:
        values[disk(rng, height, width)] = np.nan
    return {"prior": values, "depth_scale": 1.0}


def refinement(task: str, rng: np.random.Generator) -> Any:
    """None for the default, "none", "region", or few steps of a layer."""
    import clickmend as cm

    which = rng.uniform()
    layer = LAYERS[int(rng.integers(len(LAYERS)))]
    if which < 0.55:
        return None if task != "interactive" or which < 0.45 else "none"
    if which < 0.75:
        return "none" if task == "interactive" else "region"
    if which < 0.8:
        return "none"
    return cm.Refine(layer, iterations=3, spread=bool(rng.uniform() < 0.8))


def act(session: Any, task: str, rng: np.random.Generator) -> None:
    """One random action."""
    width, height = session.size
    x, y = (float(rng.uniform(0, side)) for side in (width, height))
    radius = None if rng.uniform() < 0.4 else float(rng.uniform(3, 0.25 * min(width, height)))
    which = rng.uniform()
    if which < 0.12 and session.can_undo:
        session.undo()
    elif which < 0.17 and session.can_redo:
        session.redo()
    elif which < 0.19:
        session.reset()
    elif task == "interactive":
        if which < 0.27:
            x0, y0 = (float(rng.uniform(0, 0.5 * side)) for side in (width, height))
            session.box(x0, y0, x0 + 0.4 * width, y0 + 0.4 * height)
        else:
            label = ("foreground", "background")[int(rng.uniform() < 0.4)]
            session.click(x, y, label=label, radius_px=radius)
    elif task == "semantic":
        label = int(rng.integers(5))
        if which < 0.32:
            ends = [(x, y), (float(rng.uniform(0, width)), float(rng.uniform(0, height)))]
            session.stroke(ends, label=label, radius_px=float(rng.uniform(1, 8)))
        else:
            session.click(x, y, label=label, radius_px=radius)
    elif which < 0.35:
        session.push(x, y, ("up", "down")[int(rng.integers(2))], radius_px=radius)
    else:
        value = float(rng.uniform(0, 1) if task == "matting" else rng.uniform(0.3, 5))
        session.click(x, y, value=value, radius_px=radius)


def seen(session: Any, task: str) -> str:
    """The hash of what is seen."""
    name = {"interactive": "logits", "semantic": "labels", "matting": "alpha", "depth": "depth_m"}
    pixels = np.ascontiguousarray(getattr(session.prediction, name[task]))
    head = f"{pixels.dtype}{pixels.shape}".encode()
    return hashlib.sha256(head + pixels.tobytes()).hexdigest()[:16]


def play(number: int) -> dict[str, Any]:
    """One session: what it was, and the hashes after each action."""
    import clickmend as cm

    rng = np.random.default_rng(number)
    task = TASKS[number % len(TASKS)]
    photo = photo_of(rng)
    height, width = photo.shape[:2]
    given: dict[str, Any] = {}
    if rng.uniform() < 0.6:
        given |= prior_of(task, rng, height, width)
    if task == "matting" and (not given or rng.uniform() < 0.3):
        trimap = np.full((height, width), 128, np.uint8)
        trimap[disk(rng, height, width)] = 255
        trimap[: height // 8] = 0
        given["trimap"] = trimap
    given["refine"] = refinement(task, rng)
    session = cm.Session(photo, task=task, **given)
    hashes = [seen(session, task)]
    for _ in range(int(rng.integers(2, 7))):
        act(session, task, rng)
        hashes.append(seen(session, task))
    refined = given["refine"]
    told = {
        "task": task,
        "prior": "prior" in given,
        "refine": str(getattr(refined, "layer", refined)),
    }
    return told | {"hashes": hashes}


def played(tree: Path, sessions: int) -> list[dict[str, Any]]:
    """The sessions of a tree, played in a process of its own."""
    environment = os.environ | {"PYTHONPATH": str(tree.resolve())}
    done = subprocess.run(
        [sys.executable, __file__, "--play", str(sessions)],
        env=environment, check=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def main() -> int:
    """Compare two trees; 1 when a session differs."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asked.add_argument("trees", nargs="*", type=Path, help="Two folders with the package in them.")
    asked.add_argument("--sessions", type=int, default=200)
    asked.add_argument("--kept", type=Path, help="A file for the answers of the first tree.")
    asked.add_argument("--play", type=int, help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.play is not None:
        import torch

        torch.set_num_threads(1)
        json.dump([play(number) for number in range(given.play)], sys.stdout)
        return 0
    if len(given.trees) != 2:
        asked.error("give two trees")
    if given.kept is not None and given.kept.is_file():
        old = json.loads(given.kept.read_text())
    else:
        old = played(given.trees[0], given.sessions)
        if given.kept is not None:
            given.kept.write_text(json.dumps(old))
    new = played(given.trees[1], given.sessions)
    differ = [number for number in range(given.sessions) if old[number] != new[number]]
    for number in differ:
        was, now = old[number], new[number]
        pairs = zip(was["hashes"], now["hashes"], strict=True)
        at = next((step for step, (a, b) in enumerate(pairs) if a != b), -1)
        told = f"{was['task']}, prior {was['prior']}, refine {was['refine']}"
        print(f"session {number} ({told}) differs first after action {at}")
    print(f"{given.sessions - len(differ)} of {given.sessions} sessions are the same, bit for bit")
    return int(bool(differ))


if __name__ == "__main__":
    sys.exit(main())
