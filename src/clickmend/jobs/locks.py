"""Who is at work on a job; the system frees the lock of who is killed.

A job whose results lie at an address is locked on each machine by itself: stores know no locks.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from clickmend.core.addresses import Address, Place
from clickmend.core.errors import JobError, OutputError
from clickmend.core.files import make_folder, remove_unfinished_below

_RUN, _WORKERS = "run.lock", "workers.lock"


def folder_here(folder: Place) -> Path:
    """The folder of this machine where a job has what no store can keep: its own where it is one.

    Raises:
        JobError: The folder is another user's.
        OutputError: It cannot be made.
    """
    if not isinstance(folder, Address):
        make_folder(folder)
        return folder
    mine = Path(tempfile.gettempdir()) / f"clickmend-{os.getuid()}"
    here = mine / hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:20]
    make_folder(here)
    if mine.stat().st_uid != os.getuid():
        raise JobError(
            f"{mine} is another user's. What a job keeps on this machine lies in a folder of who "
            "runs it; name another place for such files by TMPDIR."
        )
    mine.chmod(0o700)
    return here


@contextmanager
def alone(folder: Place, *, results: Place | None = None) -> Iterator[None]:
    """Nobody else runs the same job meanwhile.

    Workers of a run that was killed come to the end of their item first. What it had begun to
    write is removed then.

    Args:
        folder: What is kept of the job.
        results: Folder that results are written to, or below.

    Raises:
        JobError: Another run is at work.
        OutputError: The folder cannot be made or written.
    """
    here = folder_here(folder)
    with _lock_file(here / _RUN) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise JobError(
                f"Another clickmend is at work on {folder}. One at a time can be; wait for it, or "
                "write to another place."
            ) from None
        with _lock_file(here / _WORKERS) as workers:
            fcntl.flock(workers, fcntl.LOCK_EX)
        killed = os.fstat(lock.fileno()).st_size > 0
        for place in (folder, results):
            if place is not None and (killed or isinstance(place, Address)):
                remove_unfinished_below(place)
        with suppress(OSError):  # where there is no room, what is written later tells it
            os.write(lock.fileno(), b"at work")
        yield
        os.ftruncate(
            lock.fileno(), 0
        )  # not of a run that fails or is stopped: its workers are ended


@contextmanager
def at_work(folder: Place) -> Iterator[None]:
    """A worker is at work, whether its run is still there or not."""
    with _lock_file(folder_here(folder) / _WORKERS) as workers:
        fcntl.flock(workers, fcntl.LOCK_SH)
        yield


def _lock_file(file: Path) -> IO[str]:
    try:
        return file.open("a")
    except OSError as error:
        raise OutputError(
            f"{file} cannot be written ({error.strerror}), by which no second run begins "
            "meanwhile. A folder that this user may write to is needed; allow it, or write to "
            "another place."
        ) from None
