"""Who is at work on a job; the system frees the lock of who is killed."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from clickmend.core.errors import JobError
from clickmend.core.files import make_folder

_RUN, _WORKERS = "run.lock", "workers.lock"


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Nobody else runs the same job meanwhile.

    Workers of a run that was killed come to the end of their item first.

    Raises:
        JobError: Another run is at work.
        OutputError: The folder cannot be made.
    """
    make_folder(folder)
    with (folder / _RUN).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise JobError(
                f"Another clickmend is at work on {folder}. One at a time can be; wait for it, or "
                "write to another place."
            ) from None
        with (folder / _WORKERS).open("a") as workers:
            fcntl.flock(workers, fcntl.LOCK_EX)
        yield


@contextmanager
def at_work(folder: Path) -> Iterator[None]:
    """A worker is at work, whether its run is still there or not."""
    with (folder / _WORKERS).open("a") as workers:
        fcntl.flock(workers, fcntl.LOCK_SH)
        yield
