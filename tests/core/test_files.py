import errno
import fcntl
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from clickmend.core.errors import OutputError
from clickmend.core.files import (
    remove_unfinished,
    remove_unfinished_below,
    write_atomically,
    written_atomically,
)


def test_a_file_is_written_and_replaced(tmp_path):
    for content in (b"one", b"two"):
        write_atomically(tmp_path / "result.png", content)
        assert (tmp_path / "result.png").read_bytes() == content
    assert [file.name for file in tmp_path.iterdir()] == ["result.png"]


def test_a_new_file_gets_the_usual_permissions(tmp_path):
    (tmp_path / "usual").touch()
    write_atomically(tmp_path / "result", b"")
    assert (tmp_path / "result").stat().st_mode == (tmp_path / "usual").stat().st_mode


@pytest.mark.parametrize("step", ["open", "replace"])
@pytest.mark.parametrize("code", [errno.EROFS, errno.EACCES, errno.ENOSPC])
def test_a_failure_leaves_the_old_file_and_nothing_else(step, code, tmp_path, monkeypatch):
    path = tmp_path / "result.png"
    write_atomically(path, b"old")

    def fail(*_: object) -> None:
        raise OSError(code, "no way")

    with monkeypatch.context() as patch:
        patch.setattr(Path, step, fail)
        with pytest.raises(
            OutputError, match=r"result\.png cannot be written \(no way\)\. .*choose"
        ):
            write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(OutputError, match=r"folder .*/nowhere does not exist\..*create it first"):
        write_atomically(tmp_path / "nowhere" / "result.png", b"")


@pytest.mark.parametrize("path", ["/dev/null", "/"])
def test_a_device_or_a_folder_is_never_replaced(path):
    with pytest.raises(OutputError, match="is not an ordinary file"):
        write_atomically(path, b"")


def test_a_block_that_fails_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "result"
    write_atomically(path, b"old")

    def fail():
        with written_atomically(path) as file:
            file.write(b"new")
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


KILLED = """
import os, signal, sys
from pathlib import Path
from clickmend.core.files import written_atomically

with written_atomically(Path(sys.argv[1])) as file:
    file.write(b"half")
    file.flush()
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def left(tmp_path):
    """What a process left that was killed while it wrote a file."""
    (tmp_path / "below").mkdir()
    path = tmp_path / "below" / "result.png"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    ended = subprocess.run([sys.executable, "-c", KILLED, path], check=False, env=environment)
    assert ended.returncode == -signal.SIGKILL
    (hidden,) = path.parent.iterdir()
    return hidden


@pytest.mark.parametrize("which", ["one file", "all below"])
def test_what_a_killed_process_left_is_removed_and_nothing_else(which, left, tmp_path):
    path = tmp_path / "below" / "result.png"
    mine = [tmp_path / name for name in (".result.png.part", "result.png.0123abcd.part", ".part")]
    for file in mine:
        file.touch()
    with written_atomically(path) as file:
        file.write(b"whole")
        if which == "one file":
            remove_unfinished(path)
        else:
            remove_unfinished_below(tmp_path)
        assert not left.exists()
        assert Path(file.name).exists()  # somebody is at it
    assert list(path.parent.iterdir()) == [path]
    assert path.read_bytes() == b"whole"
    assert all(file.exists() for file in mine)


def test_a_file_that_is_taken_for_left_before_it_is_locked_is_begun_again(tmp_path, monkeypatch):
    lock, seen = fcntl.flock, []

    def late(file, how):
        if not seen:
            seen.append(Path(file.name))
            remove_unfinished_below(tmp_path)
        lock(file, how)

    monkeypatch.setattr(fcntl, "flock", late)
    write_atomically(tmp_path / "result", b"whole")
    assert (tmp_path / "result").read_bytes() == b"whole"
    assert len(list(tmp_path.iterdir())) == len(seen) == 1


def test_a_file_is_written_where_there_are_no_locks(tmp_path, monkeypatch):
    def refuse(*_):
        raise OSError(errno.ENOLCK, "no locks")

    monkeypatch.setattr(fcntl, "flock", refuse)
    with written_atomically(tmp_path / "result") as file:
        file.write(b"whole")
        remove_unfinished_below(tmp_path)
    assert (tmp_path / "result").read_bytes() == b"whole"
