"""Kill the server under marks, again and again, and see that nothing acknowledged is lost.

    python benchmarks/kill.py --rounds 200 --seed 0

Each round starts a server process on the same project, sends marks one after another from two
clients, and kills the process with SIGKILL at a random moment. The next server must have every
mark that was acknowledged, in order, and at most the one of each client that was on its way; its
prediction must be the one of those marks; the database must be sound and every label file whole.
The sessions paint disks, so that a round takes a moment; the rest is what `clickmend run` is.
Writes ``benchmarks/results/kill.json``.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import signal
import socket
import sqlite3
import sys
import tempfile
import threading
import time
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from served import write

from clickmend.core.types import Mask
from clickmend.data.codecs import read_mask
from clickmend.feedback import Click, check_mark
from clickmend.projects.labelling import open_project
from clickmend.projects.store import Store
from clickmend.server.app import create_app
from clickmend.server.networks import Networks
from clickmend.server.serve import listen
from clickmend.server.server import Server
from clickmend.session.history import History
from clickmend.tasks.interactive import InteractivePrediction

RESULTS = Path(__file__).parent / "results" / "kill.json"
SIZE = (96, 64)
API = "/api/v1"


def painted(marks: tuple[Click, ...]) -> Mask:
    """The mask that marks give: disks of 5 pixels, later ones on top."""
    mask = np.zeros(SIZE[::-1], bool)
    rows, columns = np.indices(mask.shape) + 0.5
    for mark in marks:
        mask[np.hypot(columns - mark.x, rows - mark.y) <= 5] = mark.label != "background"
    return mask


class Painting(History[tuple[Click, ...]]):
    """A session that paints disks."""

    undone = "a mark"
    size = SIZE
    protected = None

    def __init__(self, *_: object) -> None:
        super().__init__(())

    @property
    def feedback(self) -> tuple[Click, ...]:
        """The marks that count."""
        return self._state

    @property
    def prediction(self) -> InteractivePrediction:
        """The disks."""
        return InteractivePrediction(np.where(painted(self._state), 1, -1).astype(np.float32))

    initial = prediction

    def add(self, mark: Click) -> None:
        """Paint a disk."""
        check_mark(mark, width=SIZE[0], height=SIZE[1], number=len(self._state) + 1)
        self._append((*self._state, mark))

    def reset(self) -> None:
        """Take all away."""
        self._append(())

    def prepare(self) -> None:
        """Nothing."""

    def settle(self) -> None:
        """Nothing."""


@dataclass
class Client:
    """Somebody who marks one photo; ``known`` are the marks that were acknowledged."""

    image: int
    key: str = ""
    known: list[float] = field(default_factory=list)
    sent: list[float] = field(default_factory=list)

    def mark(self, port: int, rng: random.Random) -> None:
        """Mark until the server is gone."""
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
            while True:
                marks = [
                    {"type": "click", "x": rng.uniform(0, SIZE[0] - 1), "y": rng.uniform(0, 63)}
                    for _ in range(rng.choice([1, 1, 1, 3]))
                ]
                self.sent = [mark["x"] for mark in marks]
                try:
                    told = ask(connection, "POST", f"/sessions/{self.key}/marks", {"marks": marks})
                except (OSError, http.client.HTTPException, ValueError):
                    return
                self.known = [mark["x"] for mark in told["feedback"]]
                self.sent = []


def ask(connection: http.client.HTTPConnection, method: str, path: str, body: object = None) -> Any:
    """One request; the JSON that is answered."""
    text = None if body is None else json.dumps(body)
    connection.request(method, API + path, text, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    content = answer.read()
    assert answer.status < 300, (path, answer.status, content)
    return json.loads(content)


def start(home: Path) -> tuple[int, int]:
    """A server in a process of its own: its number and its port."""
    listening = listen("127.0.0.1", 0)
    port = listening.getsockname()[1]
    child = os.fork()
    if child == 0:
        try:
            app = create_app(session_factory=Painting, networks=Networks(dict), store=Store(home))
            Server(app, when_ready=lambda: None).run(sockets=[listening])
        finally:
            os._exit(0)
    listening.close()
    return child, port


def _check_sessions(connection: http.client.HTTPConnection, clients: list[Client]) -> None:
    for client in clients:
        state = ask(connection, "GET", f"/sessions/{client.key}")
        there = [mark["x"] for mark in state["feedback"]]
        allowed = [client.known, client.known + client.sent]
        assert there in allowed, f"lost: {len(client.known)} acknowledged, {len(there)} there"
        client.known, client.sent = there, []
        connection.request("GET", state["prediction"]["url"])
        shown = read_mask(connection.getresponse().read())
        marks = tuple(Click(mark["x"], mark["y"], mark["label"]) for mark in state["feedback"])
        assert np.array_equal(shown, painted(marks))


def clients_of(project: int, port: int) -> list[Client]:
    """One for each photo of a project, its session opened."""
    place = f"/projects/{project}/images"
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        clients = [Client(one["id"]) for one in ask(connection, "GET", place)["images"]]
        for one in clients:
            one.key = ask(connection, "POST", f"{place}/{one.image}/session")["id"]
    return clients


def check(home: Path, out: Path, clients: list[Client], port: int) -> None:
    """See that everything acknowledged is there."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        _check_sessions(connection, clients)
    with sqlite3.connect(home / "projects.sqlite") as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    database.close()
    for file in out.glob("*.png"):
        read_mask(file)


def wait_for_labels(home: Path) -> None:
    """Wait until the server has written the labels that the killed ones did not come to."""
    store = Store(home)
    until = time.monotonic() + 60
    while store.images.unwritten():
        assert time.monotonic() < until, "labels stay unwritten"
        time.sleep(0.05)
    store.close()


def run(folder: Path, *, rounds: int, seed: int) -> dict[str, float]:
    """Kill so many servers; how many marks were acknowledged, and how long a start took."""
    rng = random.Random(seed)
    photos, out = folder / "photos", folder / "labels"
    photos.mkdir()
    for name in ("a.png", "b.png"):
        Image.new("RGB", SIZE).save(photos / name)
    home = out / ".clickmend"
    store = Store(home)
    project = open_project(store, "kill", photos=[photos], task="interactive", out=out)
    store.close()
    clients: list[Client] = []
    starts = []
    for _ in range(rounds):
        begun = time.perf_counter()
        child, port = start(home)
        try:
            if not clients:
                clients = clients_of(project.id, port)
            check(home, out, clients, port)
            starts.append(time.perf_counter() - begun)
            threads = [
                threading.Thread(target=one.mark, args=[port, random.Random(rng.random())])
                for one in clients
            ]
            for thread in threads:
                thread.start()
            time.sleep(rng.uniform(0, 0.4))
        finally:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        for thread in threads:
            thread.join()
    child, port = start(home)
    check(home, out, clients, port)
    wait_for_labels(home)
    os.kill(child, signal.SIGTERM)
    os.waitpid(child, 0)
    for name, client in zip(("a.png", "b.png"), clients, strict=True):
        assert client.known
        store = Store(home)
        events = store.sessions.events(client.key)
        store.close()
        marks = tuple(Click(one.body["x"], one.body["y"], one.body["label"]) for one in events)
        assert np.array_equal(read_mask(out / name), painted(marks)), name
    return {
        "rounds": rounds,
        "marks": sum(len(one.known) for one in clients),
        "slowest_start_s": round(max(starts), 2),
        "median_start_s": round(sorted(starts)[len(starts) // 2], 2),
    }


def main() -> None:
    """Run, and keep what was found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=RESULTS)
    given = parser.parse_args()
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder:
        found = run(Path(folder), rounds=given.rounds, seed=given.seed)
    print(json.dumps(found))
    write(given.out, bench="kill", script="benchmarks/kill.py", seed=given.seed, load=load, **found)


if __name__ == "__main__":
    socket.setdefaulttimeout(60)
    sys.exit(main())
