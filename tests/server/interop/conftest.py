"""Servers that answer one tool or more, on sessions where clicks paint disks."""

import base64
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from fastapi.testclient import TestClient

from clickmend.core.settings import Settings
from clickmend.projects.store import Store
from clickmend.server.app import create_app
from clickmend.server.interop import TOOLS
from clickmend.server.networks import Networks

sys.path.insert(0, str(Path(__file__).parent))


@dataclass
class Counting:
    """Starts sessions, and counts them, the marks that they are given, and those made ready."""

    factory: object
    sessions: int = 0
    prepared: int = 0
    marks: list = field(default_factory=list)

    def __call__(self, photo, options, start):
        self.sessions += 1
        session = self.factory(photo, options, start)
        add = session.add

        def counted(mark):
            self.marks.append(mark)
            return add(mark)

        prepare = session.prepare

        def prepared():
            self.prepared += 1
            prepare()

        session.add, session.prepare = counted, prepared
        return session


@pytest.fixture
def counting(fake_session):
    return Counting(fake_session)


@pytest.fixture
def application(counting, shipped, tmp_path):
    """``application(*tools, **options)``: a server's application that answers them."""

    def make(*tools, limits=None, most_sessions=3, store=None, **options):
        return create_app(
            session_factory=counting,
            networks=Networks(shipped),
            limits=limits or Settings(max_upload_megabytes=1.0, max_image_megapixels=1.0),
            store=store or Store(tmp_path / "home"),
            most_sessions=most_sessions,
            interop=[TOOLS[name] for name in tools],
            **options,
        )

    return make


@pytest.fixture
def answering(application, tmp_path) -> Iterator[object]:
    """``answering(*tools, **options)``: a client of a server that answers them."""
    with ExitStack() as stack:

        def start(*tools, **options):
            store = Store(tmp_path / "home")
            app = application(*tools, store=store, **options)
            client = TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False)
            client.store = store
            return stack.enter_context(client)

        yield start


@pytest.fixture
def picture(photo, as_png) -> bytes:
    """A photo of 80×60."""
    return as_png(photo)


@pytest.fixture
def encoded(picture) -> str:
    return base64.b64encode(picture).decode()


@pytest.fixture
def disk():
    """``disk(x, y)``: what the fake session paints there on the photo of 80×60."""

    def paint(x, y, radius=20.0):
        rows, columns = np.indices((60, 80)) + 0.5
        return np.hypot(columns - x, rows - y) <= radius

    return paint


@pytest.fixture
def serving_files(monkeypatch) -> Iterator[object]:
    """``serving_files(files)``: the address of a host that has them, and what it is asked."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with ExitStack() as stack:

        def start(files):
            asked = []

            class Handler(BaseHTTPRequestHandler):
                def do_GET(self):
                    asked.append((self.command, self.path, self.headers["Authorization"]))
                    found = files.get(self.path)
                    moved = isinstance(found, str)
                    self.send_response(404 if found is None else 302 if moved else 200)
                    if moved:
                        self.send_header("Location", found)
                    self.end_headers()
                    self.wfile.write(found if isinstance(found, bytes) else b"")

                do_POST = do_GET  # noqa: N815

                def log_message(self, *_):
                    pass

            host = stack.enter_context(ThreadingHTTPServer(("127.0.0.1", 0), Handler))
            thread = threading.Thread(target=host.serve_forever, kwargs={"poll_interval": 0.01})
            thread.start()
            stack.callback(thread.join)
            stack.callback(host.shutdown)
            return f"http://127.0.0.1:{host.server_port}", asked

        yield start


def is_refusal(answer) -> bool:
    """Whether an answer refuses in words: no failure of the server, and nothing of its inside."""
    return 400 <= answer.status_code < 500 and "Traceback" not in answer.text


@pytest.fixture
def refused():
    def message(answer, match):
        assert is_refusal(answer), (answer.status_code, answer.text)
        assert match in answer.text, answer.text
        return answer.json()

    return message
