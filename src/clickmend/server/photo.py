"""A photo that is open, with its pixels."""

from __future__ import annotations

from dataclasses import dataclass

import cv2

from clickmend.core.errors import OutputError
from clickmend.core.types import RGB
from clickmend.projects.store import Image


@dataclass(frozen=True)
class Photo:
    """A photo of a project, and its pixels."""

    image: Image
    pixels: RGB

    @property
    def name(self) -> str:
        """What a person calls it: the last part of its path."""
        return self.image.name.rpartition("/")[2]

    def png(self) -> bytes:
        """The photo as the sessions see it: upright, RGB, without loss."""
        bgr = cv2.cvtColor(self.pixels, cv2.COLOR_RGB2BGR)
        done, data = cv2.imencode(".png", bgr, [cv2.IMWRITE_PNG_COMPRESSION, 1])
        if not done:
            raise OutputError(f"The photo {self.name!r} cannot be encoded as a PNG.")
        return data.tobytes()
