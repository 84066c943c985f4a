"""What benchmarks of the server share: a server of its own, a database, a browser, and figures."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from clickmend.evaluation.provenance import commit, describe_machine

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--enable-precise-memory-info"]
POSTGRES = "postgres"
"""The user of PostgreSQL, of the system and of the database."""


@dataclass(frozen=True)
class Served:
    """A server that answers: where, its process, and how long it took until then."""

    address: str
    pid: int
    opened_s: float

    @property
    def api(self) -> str:
        """Where the interface begins."""
        return f"{self.address}/api/v1"


@contextmanager
def serving(photos: Path, *options: object, log: Path | None = None) -> Iterator[Served]:
    """`clickmend run` on a folder of photos, on a port of its own; ended as Ctrl+C does.

    Args:
        photos: The folder.
        options: Of the command.
        log: Where what it complains of is kept; not kept when left out.
    """
    command = [sys.executable, "-u", "-m", "clickmend", "run", str(photos), "--no-browser"]
    command += ["--port", "0", *map(str, options)]
    begun = time.perf_counter()
    with log.open("w") if log else nullcontext() as errors:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True)
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
        yield Served(address[0], process.pid, round(time.perf_counter() - begun, 2))
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(120)


@contextmanager
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL server of this run alone; it keeps what it says it keeps."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        raise SystemExit("There is no PostgreSQL. Install the package postgresql.")
    folder = Path(tempfile.mkdtemp())
    as_user: list[str] = []
    if os.getuid() == 0:  # its programs refuse to run as root
        as_user = ["runuser", "-u", POSTGRES, "--"]
        shutil.chown(folder, POSTGRES)
    data = folder / "data"

    def run(program: str, *arguments: str) -> None:
        command = [*as_user, str(found[-1].parent / program), *arguments]
        subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL)

    run("initdb", "-D", str(data), "-U", POSTGRES, "-A", "trust", "-E", "UTF8")
    options = f"-c listen_addresses= -c unix_socket_directories={folder}"
    run("pg_ctl", "-D", str(data), "-l", str(folder / "log"), "-w", "-o", options, "start")
    try:
        yield f"postgresql://{POSTGRES}@/postgres?host={folder}"
    finally:
        run("pg_ctl", "-D", str(data), "-m", "fast", "stop")
        shutil.rmtree(folder)


@contextmanager
def chromium(told: list[str]) -> Iterator[Any]:
    """A page of 1280×720 in Chromium; what it complains of, or asks, is added to ``told``."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        page.set_default_timeout(120_000)
        page.on("dialog", lambda one: (told.append(f"a dialog: {one.message}"), one.dismiss()))
        page.on("download", lambda one: told.append(f"a download: {one.suggested_filename}"))
        page.on("filechooser", lambda _: told.append("a file dialog"))
        page.on("pageerror", lambda error: told.append(f"an error: {error}"))
        page.on("console", lambda one: told.append(one.text) if one.type == "error" else None)
        yield page
        browser.close()


def settle(page: Any) -> None:
    """Wait until everything that the page asked for is answered."""
    page.wait_for_selector("#progress", state="hidden")


def cpu_s(pid: int) -> float:
    """The processor time that a process has had, which other work of a machine changes little."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def spread(milliseconds: Sequence[float]) -> dict[str, float]:
    """How many, the median, the 95th percentile and the largest."""
    p50, p95 = np.percentile(milliseconds, (50, 95))
    return {
        "count": len(milliseconds),
        "p50_ms": round(float(p50), 1),
        "p95_ms": round(float(p95), 1),
        "max_ms": round(max(milliseconds), 1),
    }


def write(file: Path, *, bench: str, script: str, seed: int, load: float, **found: object) -> None:
    """Keep what was found, with what made it.

    Args:
        file: The result.
        bench: Which table it is for.
        script: Its path, as it is run.
        seed: As given.
        load: Of the machine before.
        found: The figures.
    """
    threads = int(os.environ.get("OMP_NUM_THREADS", "0"))
    machine = describe_machine(device="cpu", threads=threads)
    result = {
        "bench": bench,
        "command": shlex.join(["python", script, *sys.argv[1:]]),
        "commit": commit(),
        "seed": seed,
        "machine": {
            **machine,
            "load_before": round(load, 2),
            "load_after": round(os.getloadavg()[0], 2),
        },
        **found,
    }
    file.write_text(f"{json.dumps(result, indent=1, ensure_ascii=False)}\n", encoding="utf-8")
