"""Servers in processes of their own: stopped, killed, and several behind one address."""

import os
import re
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from person import until
from sqlalchemy import create_engine, text
from test_metrics import numbers

from clickmend.server.places import worker_of

pytestmark = pytest.mark.slow

API = "/api/v1"
SLOW = {"x": 7.0, "y": 3.0}
QUICK = {"x": 20.0, "y": 3.0}
SCRIPT = Path(__file__).with_name("slow_server.py")


class Running:
    """A server, and what it says."""

    def __init__(self, home, workers, *database, **variables):
        self.home = home
        home.mkdir(exist_ok=True)
        self.process = subprocess.Popen(
            [sys.executable, str(SCRIPT), str(home), str(workers), *database],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **variables},
        )
        self.address = re.search(r"http://\S+", self.line()).group()
        self.client = httpx.Client(base_url=self.address, timeout=300, trust_env=False)

    def line(self):
        return self.process.stdout.readline()

    def open(self, content):
        files = {"photo": ("a.png", content)}
        answer = self.client.post(f"{API}/sessions", files=files)
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]

    def hold(self):
        (self.home / "hold").touch()

    def let_go(self):
        (self.home / "hold").unlink(missing_ok=True)

    def numbers(self):
        return numbers(self.client.get("/metrics").text)

    def marks(self, key):
        with sqlite3.connect(self.home / "projects.sqlite") as database:
            rows = database.execute(
                "SELECT body FROM event WHERE session_key = ? ORDER BY number", [key]
            ).fetchall()
            assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        database.close()
        return len(rows)


@contextmanager
def running(home, workers=1, *database, **variables):
    server = Running(home, workers, *database, **variables)
    try:
        yield server
    finally:
        server.let_go()
        server.client.close()
        server.process.terminate()
        server.process.communicate(timeout=120)


class Asked(threading.Thread):
    """A request that waits for its answer."""

    def __init__(self, server, path, body):
        super().__init__()
        self._given = server.address + API + path, body
        self.answer = None
        self.start()

    def run(self):
        path, body = self._given
        with httpx.Client(timeout=300, trust_env=False) as client:
            self.answer = client.post(path, json=body)


@pytest.fixture
def content(photo, as_png):
    return as_png(photo)


def at_work(server):
    running = "clickmend_queue_running"
    return sum(value for (name, *_), value in server.numbers().items() if name == running)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_server_that_is_stopped_finishes_marks_refuses_new_ones_and_exits_0(
    tmp_path, content, workers
):
    with running(tmp_path / "home", workers) as server:
        key = server.open(content)
        server.hold()
        begun = Asked(server, f"/sessions/{key}/clicks", SLOW)
        until(lambda: at_work(server) == 1)
        server.process.send_signal(signal.SIGTERM)
        until(lambda: refuses(server, key))
        refused = server.client.post(f"{API}/sessions/{key}/clicks", json=QUICK)
        assert refused.status_code == 503
        assert int(refused.headers["Retry-After"]) > 0
        assert "being stopped. Nothing of this request was done" in refused.text
        assert server.process.poll() is None
        server.let_go()
        begun.join(300)
        assert begun.answer.status_code == 200
        acknowledged = len(begun.answer.json()["feedback"])
        assert server.process.wait(120) == 0
        assert server.marks(key) == acknowledged


def test_several_processes_keep_sessions_and_one_that_is_killed_comes_back(tmp_path, content):
    with running(tmp_path / "home", 2) as server:
        keys = [server.open(content) for _ in range(4)]
        lives = {key: worker_of(key, workers=2) for key in keys}
        assert sorted(lives.values()) == [0, 0, 1, 1]
        for key in keys:
            answer = server.client.post(f"{API}/sessions/{key}/clicks", json=QUICK)
            assert answer.status_code == 200
        found = server.numbers()
        assert found["clickmend_workers_ready",] == 2
        opened = {name[1]: n for name, n in found.items() if name[0] == "clickmend_sessions_open"}
        assert opened == {"0": 2, "1": 2}  # none was made twice
        assert sum(n for name, n in found.items() if name[0] == "clickmend_marks_total") == 4

        server.hold()
        begun = {
            number: Asked(server, f"/sessions/{key}/clicks", SLOW) for key, number in lives.items()
        }
        until(lambda: at_work(server) >= 2)
        os.kill(answering(server.process.pid)[0], signal.SIGKILL)
        told = re.match(r"Process (\d) of 2 was ended by signal 9; it is started", server.line())
        lost = int(told[1]) - 1
        begun[lost].join(300)
        assert begun[lost].answer.status_code == 502
        assert begun[lost].answer.json()["error"]["type"] == "LostError"
        server.let_go()
        begun[1 - lost].join(300)
        assert begun[1 - lost].answer.status_code == 200
        for key, number in lives.items():
            state = until(lambda key=key: there(server, key))
            assert QUICK["x"] in [mark["x"] for mark in state["feedback"]]
            assert (number == lost) == (len(state["feedback"]) == 1)
        assert server.numbers()["clickmend_worker_restarts_total",] == 1
        server.process.terminate()
        assert server.process.wait(120) == 0
        assert [server.marks(key) for key in keys] == [1 if lives[k] == lost else 2 for k in keys]


class Annotator(threading.Thread):
    """Marks one photo, column after column, and notes what is acknowledged; waits out a loss."""

    def __init__(self, server, key, name):
        super().__init__()
        self._server, self._key = server, key
        self._client = httpx.Client(
            base_url=server.address, timeout=300, trust_env=False, headers={"Clickmend-By": name}
        )
        self.acknowledged, self.may_be, self.columns = [], [], iter(range(8, 26))
        self.start()

    def run(self):
        with self._client:
            for column in self.columns:
                click = {"x": float(column), "y": 3.0}
                answer = self._client.post(f"{API}/sessions/{self._key}/clicks", json=click)
                if answer.status_code == 200:
                    self.acknowledged.append(click["x"])
                    continue
                if answer.status_code == 502:
                    self.may_be.append(click["x"])
                until(lambda: there(self._server, self._key))


@pytest.mark.postgres
def test_on_postgresql_nothing_acknowledged_is_lost_with_a_process_that_is_killed(
    tmp_path, content, postgres_url
):
    with running(tmp_path / "home", 2, postgres_url) as server:
        opened = [server.open(content) for _ in range(2)]
        keys = {worker_of(key, workers=2): key for key in opened}
        assert set(keys) == {0, 1}
        people = {number: Annotator(server, key, f"p{number}") for number, key in keys.items()}
        until(lambda: all(len(one.acknowledged) > 2 for one in people.values()))
        os.kill(answering(server.process.pid)[0], signal.SIGKILL)
        told = re.match(r"Process (\d) of 2 was ended by signal 9; it is started", server.line())
        lost = int(told[1]) - 1
        for one in people.values():
            one.join(300)
        assert len(people[1 - lost].acknowledged) == 18
        assert len(people[lost].acknowledged) > 2
        shown = {
            number: [mark["x"] for mark in until(lambda key=key: there(server, key))["feedback"]]
            for number, key in keys.items()
        }
        server.process.terminate()
        assert server.process.wait(120) == 0
    engine = create_engine(postgres_url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.connect() as connection:
        for number, key in keys.items():
            rows = connection.execute(
                text("SELECT by, body FROM event WHERE session_key = :key ORDER BY number"),
                {"key": key},
            ).all()
            one, kept = people[number], [body["x"] for _, body in rows]
            assert {by for by, _ in rows} == {f"p{number}"}
            assert kept == shown[number]
            assert [x for x in kept if x not in one.may_be] == one.acknowledged
    engine.dispose()


def refuses(server, key):
    """Whether the server takes nothing new; before it does, the question waits."""
    try:
        unknown = f"{API}/sessions/{key}/marks/99"
        return server.client.delete(unknown, timeout=1).status_code == 503
    except httpx.TimeoutException:
        return False


def there(server, key):
    """The state of a session, once its process answers."""
    answer = server.client.get(f"{API}/sessions/{key}")
    if answer.status_code == 503:
        assert answer.headers["Retry-After"]
        return None
    return answer.json()


def answering(pid):
    """The processes that answer for a server."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((process / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == pid and b"spawn_main" in (process / "cmdline").read_bytes():
                found.append(int(process.name))
        except OSError:  # it has ended meanwhile
            continue
    return found


def test_what_is_large_slow_or_not_there_passes_the_front(tmp_path, content):
    with running(tmp_path / "home", 2, CLICKMEND_MAX_UPLOAD_MEGABYTES="0.1") as server:
        key = server.open(content)
        page = server.client.get("/")
        assert page.status_code == 200
        assert "Content-Security-Policy" in page.headers
        large = {"photo": ("a.png", bytes(1_000_000))}
        assert server.client.post(f"{API}/sessions", files=large).status_code == 413
        pieces = iter([b"x" * 1000] * 400)  # no length is told
        prior = server.client.put(f"{API}/sessions/{key}/prior", content=pieces)
        assert prior.status_code == 413
        gone = server.client.get(f"{API}/sessions/no-such-session")
        assert gone.status_code == 404
        assert "Open it again" in gone.json()["error"]["message"]
        foreign = server.client.get("/", headers={"Host": "example.org"})
        assert foreign.status_code == 421
        with server.client.stream("GET", f"{API}/projects/1/changes") as stream:
            first = next(stream.iter_lines())
            assert first.startswith("retry:") or stream.status_code == 200
        assert server.client.get(f"{API}/sessions/{key}/photo").content[:4] == b"\x89PNG"
