"""Masks that were there before: of projects, and those that were put here for single images.

An image is known by the SHA-256 of its file, for that is all that some tools send of it.
"""

from __future__ import annotations

import hashlib
import threading
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Request
from fastapi import Path as InPath
from starlette.concurrency import run_in_threadpool

from clickmend.core.errors import ClickmendError, NotFoundError
from clickmend.core.files import make_folder, write_atomically
from clickmend.data.codecs import read_soft_mask
from clickmend.projects.opening import DEFAULT_TASK
from clickmend.projects.photos import Photos
from clickmend.projects.priors import start_of
from clickmend.projects.store import Image, Store

Sha256 = Annotated[str, InPath(pattern="^[0-9a-f]{64}$")]


class Priors:
    """The mask that an image starts with, if one is known.

    Args:
        store: Of the projects; beside them lie the masks that are put here.
        photos: Finds the files of the projects' photos.
    """

    def __init__(self, store: Store, photos: Photos) -> None:
        self._store = store
        self._photos = photos
        self._folder = store.home / "priors"
        self._looking = threading.Lock()
        self._counted = 0
        self._by_length: Mapping[int, Sequence[tuple[Image, Path]]] = {}
        self._hashes: dict[int, str] = {}

    def put(self, sha256: str, mask: bytes) -> None:
        """Keep the mask of an image, in the place of an earlier one and before that of a project.

        Args:
            sha256: Of the image's file.
            mask: The content of the mask's file.

        Raises:
            PriorError: It is no mask of one object.
        """
        read_soft_mask(mask)
        make_folder(self._folder)
        write_atomically(self._folder / sha256, mask)

    def remove(self, sha256: str) -> None:
        """Forget what was put here of an image.

        Raises:
            NotFoundError: Nothing was.
        """
        try:
            (self._folder / sha256).unlink()
        except FileNotFoundError:
            raise NotFoundError(
                f"No prior is kept of an image {sha256}. Images are known by the SHA-256 of their "
                "file; check that it is the same file."
            ) from None

    def of(self, sha256: str, *, length: int) -> bytes | None:
        """The mask of an image, the content of its file.

        Args:
            sha256: Of the image's file.
            length: Of the image's file, bytes.

        Raises:
            PriorError: It is known and cannot be read.
        """
        with suppress(FileNotFoundError):
            return (self._folder / sha256).read_bytes()
        with self._looking:
            for image, path in self._alike(length):
                if self._hash(image, path) == sha256:
                    return start_of(self._store, image, own=True).prior
        return None

    def _alike(self, length: int) -> Sequence[tuple[Image, Path]]:
        """The images with a prior whose files are as long; photos are looked up when some come."""
        counted = self._store.images.count_with_prior(DEFAULT_TASK)
        if counted != self._counted:
            found = defaultdict(list)
            for image in self._store.images.with_prior(DEFAULT_TASK):
                with suppress(ClickmendError, OSError):  # told where the project is opened
                    path = self._photos.path(image)
                    found[path.stat().st_size].append((image, path))
            self._by_length, self._counted = found, counted
        return self._by_length.get(length, ())

    def _hash(self, image: Image, path: Path) -> str:
        known = image.sha256 or self._hashes.get(image.id)
        if known is None:
            with path.open("rb") as file:
                known = self._hashes[image.id] = hashlib.file_digest(file, "sha256").hexdigest()
        return known


def prior_routes(priors: Priors) -> APIRouter:
    """The routes that put a mask for an image, and take it away."""
    routes = APIRouter(prefix="/interop/priors", tags=["priors"])

    @routes.put("/{sha256}", status_code=204)
    async def keep_prior(sha256: Sha256, request: Request) -> None:
        await run_in_threadpool(priors.put, sha256, await request.body())

    @routes.delete("/{sha256}", status_code=204)
    def delete_prior(sha256: Sha256) -> None:
        priors.remove(sha256)

    return routes
