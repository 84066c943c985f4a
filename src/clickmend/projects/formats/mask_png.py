"""A PNG of 0 and 255 for each photo: the one object of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import final

import numpy as np

from clickmend.core.errors import DataError
from clickmend.data.codecs import mask_png, read_mask
from clickmend.data.planes import Size
from clickmend.projects.formats.base import FORMATS, LabelObject, PhotoLabels
from clickmend.projects.formats.places import PerPhoto


@final
class MaskPng(PerPhoto):
    """The mask of one object; a photo without an object has a black one."""

    name = "mask-png"
    title = "a mask PNG"
    suffixes = (".png",)
    tasks = frozenset({"interactive"})
    holds = frozenset({"parts", "holes", "empty", "unlabelled"})

    def load(self, file: Path, name: str, size: Size, classes: Sequence[str]) -> PhotoLabels:
        """See the base class."""
        mask = read_mask(file, size=size, error=DataError)
        return PhotoLabels(file_name=name, size=size, objects=(LabelObject(mask=mask),))

    def encode(self, labels: PhotoLabels, place: Path) -> bytes:
        """See the base class."""
        width, height = labels.size
        masks = [one.mask for one in labels.objects] or [np.zeros((height, width), bool)]
        return mask_png(masks[0])


FORMATS.register(MaskPng.name)(MaskPng())
