"""Files named by their content: uploads, priors and predictions, beside the database."""

from __future__ import annotations

import hashlib
from pathlib import Path

from clickmend.core.errors import ProjectError
from clickmend.core.files import make_folder, write_atomically


def sha256_of(data: bytes) -> str:
    """The name of a blob."""
    return hashlib.sha256(data).hexdigest()


class Blobs:
    """A folder of files, each once, ``ab/abcdef…``.

    Args:
        folder: Made when the first file comes.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, data: bytes) -> str:
        """Keep ``data``; its name. When this returns it is on the disk, whole.

        Raises:
            OutputError: It cannot be written.
        """
        name = sha256_of(data)
        path = self.path(name)
        if not path.is_file():
            make_folder(path.parent)
            write_atomically(path, data)
        return name

    def get(self, name: str) -> bytes:
        """What was kept under ``name``.

        Raises:
            ProjectError: It is not there, or no longer what it was.
        """
        try:
            data = self.path(name).read_bytes()
        except OSError as error:
            raise ProjectError(
                f"A file of the project is missing: {self.path(name)}. The database and the "
                "folder blobs beside it belong together; copy it back."
            ) from error
        if sha256_of(data) != name:
            raise ProjectError(
                f"A file of the project was changed: {self.path(name)}. Such a file is named by "
                "its content and must stay as it is; copy it back."
            )
        return data

    def path(self, name: str) -> Path:
        """Where a blob lies."""
        return self._folder / name[:2] / name
