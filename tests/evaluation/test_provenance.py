"""What a result says about where it comes from, and what it keeps to itself."""

import getpass
import json
import platform
import shutil
import subprocess
from pathlib import Path

import pytest
import torch

from clickmend.evaluation import provenance
from clickmend.evaluation.provenance import code_fingerprint, commit, describe_machine


@pytest.fixture
def package(tmp_path, monkeypatch):
    room = (*provenance.PROTOCOL, "report.py")
    for file in (*(f"evaluation/{name}" for name in room), "session/session.py"):
        path = tmp_path / file
        path.parent.mkdir(exist_ok=True)
        path.write_text("x = 1\n")
    # Each call reads the files again, as each command does.
    monkeypatch.setattr(provenance, "code_fingerprint", code_fingerprint.__wrapped__)
    return tmp_path


def test_the_machine_names_its_cores_threads_and_torch():
    machine = describe_machine(device="cpu", threads=2)
    assert machine["threads"] == 2
    assert machine["cores"] >= 1
    assert machine["torch"] == torch.__version__.partition("+")[0]
    assert machine["device"] == "cpu"
    assert machine["cpu"]


def test_the_machine_is_not_named_by_host_user_or_folder():
    text = json.dumps(describe_machine(device="cpu", threads=1))
    assert platform.node() not in text
    assert str(Path.home()) not in text
    assert getpass.getuser() not in text.split('"')


@pytest.mark.gpu
def test_an_accelerator_is_named_by_its_model():
    machine = describe_machine(device="cuda", threads=1)
    assert machine["device"] == torch.cuda.get_device_name()


def test_code_on_which_a_score_depends_changes_the_fingerprint(package):
    before = provenance.code_fingerprint(package)
    assert before == provenance.code_fingerprint(package)
    for file in ("evaluation/protocol.py", "evaluation/subjects.py", "session/session.py"):
        (package / file).write_text(f"x = '{file}'\n")
        assert provenance.code_fingerprint(package) != before
        before = provenance.code_fingerprint(package)


def test_a_file_that_moved_changes_the_fingerprint(package):
    before = provenance.code_fingerprint(package)
    (package / "session" / "session.py").rename(package / "session" / "other.py")
    assert provenance.code_fingerprint(package) != before


def test_words_that_no_interpreter_runs_leave_the_fingerprint(package):
    before = provenance.code_fingerprint(package)
    words = '"""What it is."""\n\nx = (  # Why.\n    1\n)\n"""And what for."""\n'
    (package / "session" / "session.py").write_text(words)
    assert provenance.code_fingerprint(package) == before


def test_code_that_only_writes_reports_leaves_the_fingerprint(package):
    before = provenance.code_fingerprint(package)
    (package / "evaluation" / "report.py").write_text("x = 2\n")
    assert provenance.code_fingerprint(package) == before


@pytest.mark.parametrize(("room", "counts"), [("new_room", True), ("server", False)])
def test_a_new_room_counts_unless_no_score_depends_on_it(package, room, counts):
    before = provenance.code_fingerprint(package)
    (package / room).mkdir()
    (package / room / "new.py").write_text("x = 1\n")
    assert (provenance.code_fingerprint(package) != before) == counts


def test_the_rooms_without_scores_are_rooms_of_this_package():
    rooms = {path.name for path in provenance.PACKAGE.iterdir() if path.is_dir()}
    assert rooms > provenance.ROOMS_WITHOUT_SCORES


def test_this_package_has_a_fingerprint_of_twelve_digits():
    assert len(code_fingerprint()) == 12
    assert int(code_fingerprint(), 16) >= 0


@pytest.fixture
def checkout(tmp_path, monkeypatch, require):
    """A git repository of one commit that holds a copy of the module."""
    require(shutil.which("git"), "git is not installed")
    shutil.copy(provenance.__file__, tmp_path / "provenance.py")
    monkeypatch.setattr(provenance, "__file__", str(tmp_path / "provenance.py"))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    for name in ("GIT_AUTHOR", "GIT_COMMITTER"):
        monkeypatch.setenv(f"{name}_NAME", "somebody")
        monkeypatch.setenv(f"{name}_EMAIL", "somebody@example.org")
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message", "one")
    return tmp_path


def git(folder, *words):
    return subprocess.run(
        ["git", *words], cwd=folder, check=True, capture_output=True, text=True
    ).stdout.strip()


def test_the_commit_is_that_of_the_checkout(checkout):
    assert commit() == git(checkout, "rev-parse", "HEAD")


def test_files_that_differ_from_the_commit_are_told(checkout):
    (checkout / "provenance.py").write_text("changed\n")
    assert commit() == git(checkout, "rev-parse", "HEAD") + "-dirty"


def test_a_package_installed_inside_somebody_elses_checkout_has_no_commit(checkout, monkeypatch):
    monkeypatch.setattr(provenance, "__file__", str(checkout / "untracked.py"))
    assert commit() is None


def test_without_git_there_is_no_commit(monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert commit() is None
