"""ONNX Runtime for the browser: fetched when it is wanted, checked, and served with the page.

It is other people's code and 14 MB, so it is no part of the repository. ``make page-runtime`` (or
``python -m clickmend.server.runtime``) takes it out of the npm package onnxruntime-web; a wheel
that is built then carries it. Without it the page asks the server, as it does otherwise.
"""

from __future__ import annotations

import base64
import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
from importlib.util import find_spec
from pathlib import Path

from clickmend.core.errors import ClickmendError, DataError, NotAvailableError
from clickmend.core.files import make_folder, write_atomically

PACKAGE = "onnxruntime-web"
VERSION = "1.30.0"
SHA512 = "q0y+JrrtukXSzsBWEMccVfqX25LRmosXHF+CaRJmg8pZClzcV7svNc4rKY3jL02Vb7QmRMDs1SigqR4CXAfKYQ=="
"""Of the package, as npm writes it."""

SCRIPT = "ort.wasm.bundle.min.mjs"
FILES = ("ort-wasm-simd-threaded.wasm", SCRIPT)
"""The script last: where it is, all is."""

TERMS = ("LICENSE", "ThirdPartyNotices.txt")
"""The same project's terms, which its Python package has and its npm package lacks."""

FOLDER = Path(__file__).with_name("web") / "onnxruntime"


def is_there() -> bool:
    """Whether the page can be given the runtime."""
    return (FOLDER / SCRIPT).is_file()


def install(archive: Path) -> None:
    """Put the runtime where the page finds it.

    Args:
        archive: The npm package, a ``.tgz``.

    Raises:
        DataError: It is not the package of this version, to the byte.
        OutputError: The folder cannot be written.
    """
    try:
        content = archive.read_bytes()
    except OSError as error:
        raise DataError(
            f"{archive} cannot be read ({error.strerror}). Give the file that "
            f"`npm pack {PACKAGE}@{VERSION}` writes."
        ) from None
    if base64.b64encode(hashlib.sha512(content).digest()).decode() != SHA512:
        raise DataError(
            f"{archive.name} is not {PACKAGE} {VERSION} (its SHA-512 differs). Allowed is the file "
            f"that `npm pack {PACKAGE}@{VERSION}` writes; fetch it again."
        )
    make_folder(FOLDER)
    terms = find_spec("onnxruntime")
    assert terms is not None
    assert terms.origin is not None
    for name in TERMS:
        write_atomically(FOLDER / name, Path(terms.origin).with_name(name).read_bytes())
    with tarfile.open(archive) as package:
        for name in FILES:
            file = package.extractfile(f"package/dist/{name}")
            assert file is not None
            write_atomically(FOLDER / name, file.read())


def fetch(folder: Path) -> Path:
    """Let npm bring the package; its file.

    Raises:
        NotAvailableError: There is no npm, or it fails.
    """
    if shutil.which("npm") is None:
        raise NotAvailableError(
            f"{PACKAGE} comes by npm, which is not here. Install npm, or give the file that "
            f"`npm pack {PACKAGE}@{VERSION}` writes elsewhere."
        )
    command = ["npm", "pack", "--silent", f"{PACKAGE}@{VERSION}"]
    ran = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True)
    if ran.returncode:
        raise NotAvailableError(
            f"npm did not bring {PACKAGE} {VERSION} ({ran.stderr.strip() or ran.returncode}). "
            "Look whether npm reaches its registry, and try again."
        )
    return folder / f"{PACKAGE}-{VERSION}.tgz"


def main(given: list[str]) -> int:
    """Install the runtime from a file, or without one from npm.

    Returns:
        The exit status; 1 where it failed, which is told.
    """
    try:
        if given:
            install(Path(given[0]))
        else:
            with tempfile.TemporaryDirectory() as folder:
                install(fetch(Path(folder)))
    except ClickmendError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{PACKAGE} {VERSION} is in {FOLDER}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
