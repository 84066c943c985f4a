import base64
import hashlib
import subprocess
import tarfile
from io import BytesIO

import pytest

from clickmend.core.errors import DataError, NotAvailableError, OutputError
from clickmend.server import runtime


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Where the runtime goes in these tests."""
    monkeypatch.setattr(runtime, "FOLDER", tmp_path / "web" / "onnxruntime")
    return runtime.FOLDER


@pytest.fixture
def archive(tmp_path, monkeypatch):
    """A package like the real one, and known."""
    path = tmp_path / f"{runtime.PACKAGE}-{runtime.VERSION}.tgz"
    with tarfile.open(path, "w:gz") as package:
        for name in (*runtime.FILES, "ort.node.min.js"):
            entry = tarfile.TarInfo(f"package/dist/{name}")
            entry.size = len(name)
            package.addfile(entry, BytesIO(name.encode()))
    digest = base64.b64encode(hashlib.sha512(path.read_bytes()).digest()).decode()
    monkeypatch.setattr(runtime, "SHA512", digest)
    return path


def test_the_runtime_is_what_the_page_needs_of_its_package_with_its_terms(archive, folder):
    assert not runtime.is_there()
    runtime.install(archive)
    assert runtime.is_there()
    assert {path.name for path in folder.iterdir()} == {*runtime.FILES, *runtime.TERMS}
    assert (folder / runtime.SCRIPT).read_text() == runtime.SCRIPT
    assert "MIT License" in (folder / "LICENSE").read_text()


def test_another_package_is_refused_and_nothing_of_it_kept(archive, folder):
    archive.write_bytes(archive.read_bytes() + b" ")
    with pytest.raises(DataError, match=r"is not onnxruntime-web .* SHA-512 differs"):
        runtime.install(archive)
    assert not folder.exists()


def test_a_package_that_is_not_there_is_named_with_what_makes_it(tmp_path):
    with pytest.raises(DataError, match=r"gone.tgz cannot be read .* `npm pack"):
        runtime.install(tmp_path / "gone.tgz")


def test_a_folder_that_cannot_be_made_is_named(archive, folder):
    folder.parent.write_text("a file in its place")
    with pytest.raises(OutputError, match="onnxruntime cannot be made"):
        runtime.install(archive)


def test_npm_brings_the_version_that_is_known(tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(runtime.shutil, "which", lambda _: "npm")
    monkeypatch.setattr(
        runtime.subprocess,
        "run",
        lambda command, **how: (
            asked.append((command[-1], how["cwd"])) or subprocess.CompletedProcess(command, 0)
        ),
    )
    package = f"onnxruntime-web@{runtime.VERSION}"
    assert runtime.fetch(tmp_path) == tmp_path / f"{package.replace('@', '-')}.tgz"
    assert asked == [(package, tmp_path)]


def test_without_npm_it_is_told_what_to_do(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(runtime.shutil, "which", lambda _: None)
    with pytest.raises(NotAvailableError, match="Install npm, or give the file"):
        runtime.fetch(tmp_path)
    assert runtime.main([]) == 1
    assert "comes by npm" in capsys.readouterr().err


def test_what_npm_says_of_a_failure_is_told(monkeypatch, tmp_path):
    monkeypatch.setattr(runtime.shutil, "which", lambda _: "npm")
    failed = subprocess.CompletedProcess([], 1, "", "code E404\n")
    monkeypatch.setattr(runtime.subprocess, "run", lambda *_, **__: failed)
    with pytest.raises(NotAvailableError, match=r"npm did not bring .* \(code E404\)"):
        runtime.fetch(tmp_path)


def test_a_file_that_was_fetched_elsewhere_is_taken(archive, capsys):
    assert runtime.main([str(archive)]) == 0
    assert runtime.is_there()
    assert str(runtime.FOLDER) in capsys.readouterr().out
