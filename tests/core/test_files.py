import errno
from pathlib import Path

import pytest

from clickmend.core.errors import OutputError
from clickmend.core.files import write_atomically, written_atomically


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
