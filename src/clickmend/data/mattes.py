"""Photos with a soft matte and a trimap, and the registry of their published layouts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import TypeAlias, final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from clickmend.core.errors import DataError
from clickmend.core.registry import Registry
from clickmend.core.types import RGB, FloatMap, Mask
from clickmend.data.codecs import UNKNOWN, read_alpha, read_trimap
from clickmend.data.datasets import PhotoDataset, unknown_sample
from clickmend.data.photos import read_photo
from clickmend.data.picture_files import opened


@final
@dataclass(frozen=True, eq=False)
class MatteSample:
    """A photo with the true matte of its foreground.

    Attributes:
        name: Unique within the dataset.
        image: The photo, ``(H, W, 3)``.
        alpha: How much of each pixel is foreground, ``(H, W)``, in [0, 1].
        trimap: What a network is told, ``(H, W)``: 0 background, 255 foreground, 128 unknown.
    """

    name: str
    image: RGB
    alpha: FloatMap
    trimap: NDArray[np.uint8]

    @property
    def unknown(self) -> Mask:
        """True where the trimap is unknown, ``(H, W)``; only these pixels are scored."""
        return np.equal(self.trimap, UNKNOWN)


MatteDataset: TypeAlias = PhotoDataset[MatteSample]
"""Photos with mattes."""


@final
@dataclass(frozen=True, slots=True)
class MatteFiles:
    """The files of one sample.

    Attributes:
        alpha: The matte.
        trimap: The trimap.
        photo: The photo, or the foreground where a background is given.
        background: What the foreground is laid over, else ``None``.
    """

    alpha: Path
    trimap: Path
    photo: Path
    background: Path | None = None


@final
class FiledMattes(PhotoDataset[MatteSample]):
    """A dataset of mattes whose photos are files, or are composed on reading.

    Args:
        files: Name → files, in order.
    """

    def __init__(self, files: Mapping[str, MatteFiles]) -> None:
        self.names = tuple(files)
        self._files = dict(files)

    def read(self, name: str) -> MatteSample:
        """See the base class."""
        if name not in self._files:
            raise unknown_sample(name, self.names)
        files = self._files[name]
        background = files.background
        image = read_photo(files.photo) if background is None else _colours(files.photo)
        size = image.shape[1], image.shape[0]
        alpha = read_alpha(files.alpha, size=size, error=DataError)
        trimap = read_trimap(files.trimap, size=size, error=DataError)
        if background is not None:
            image = compose(image, alpha, _colours(background))
        return MatteSample(name, image, alpha, trimap)


def compose(foreground: RGB, alpha: FloatMap, background: RGB) -> RGB:
    """Compose a foreground over a background as in Composition-1k.

    A background smaller than the foreground is enlarged until it covers it (bicubic); its upper
    left part is taken. Colours are cut to whole numbers, not rounded.

    Args:
        foreground: ``(H, W, 3)``.
        alpha: ``(H, W)``, of the levels 0/255 to 255/255.
        background: Of any size.

    Returns:
        The composed photo, ``(H, W, 3)``.
    """
    height, width = alpha.shape
    rows, columns = background.shape[:2]
    scale = max(width / columns, height / rows)
    if scale > 1:
        size = ceil(columns * scale), ceil(rows * scale)
        enlarged = Image.fromarray(background).resize(size, Image.Resampling.BICUBIC)
        background = np.asarray(enlarged)
    # The levels in double precision: when colours are cut, the error of a float shows in them.
    weight = np.rint(alpha[:, :, None].astype(np.float64) * 255) / 255
    composed = weight * foreground + (1 - weight) * background[:height, :width]
    return composed.astype(np.uint8)


def _colours(file: Path) -> RGB:
    """The colours of a file, including those of transparent pixels."""
    with opened(file, error=DataError) as image:
        return np.array(image.convert("RGB"))


MatteBuilder: TypeAlias = Callable[[Path, str | None], MatteDataset]
"""Opens ``(root, split)``; ``None`` is the layout's usual split."""

MATTE_DATASETS: Registry[MatteBuilder] = Registry(
    "layout of mattes", entry_points="clickmend.datasets"
)
"""The published layouts of mattes by name."""
