"""The pictures of ``docs/attention.md``.

    python benchmarks/attention_pictures.py

Keys that move to the queries on made points, and the values of two clicks that spread over
scikit-image's photo of a coffee cup. Writes ``docs/images/adapted-keys.png`` and
``docs/images/propagated-values.png``.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from matplotlib.figure import Figure
from skimage import data
from skimage.color import rgb2lab
from skimage.transform import resize
from torch import Tensor

from clickmend.attention import adapt_keys, mixture_of, probabilistic_attention

if TYPE_CHECKING:
    from matplotlib.axes import Axes

IMAGES = Path(__file__).parents[1] / "docs" / "images"
INFERENCES = (0, 1, 5)
SEED = 0

CENTRES = ((-1.6, 0.9), (1.5, 1.1), (0.2, -1.4))
KEYS = ((-0.4, 0.3), (0.5, 0.2), (0.1, -0.3))
KEY_PRECISION = 1.5

PHOTO = (72, 108)
CLICKS = ((54, 30, 1.0), (9, 60, -1.0))
COLOUR_SCALE, PLACE_SCALE, COLOUR_PRECISION = 4.0, 1.5, 8.0
VALUE_PRIOR_PRECISION = 3e-4


def moved_keys() -> tuple[Tensor, list[Tensor]]:
    """Made queries around three centres, and keys after some adaptations, ``(N, 2), (3, 2)``."""
    generator = torch.Generator().manual_seed(SEED)
    around = [torch.randn(60, 2, generator=generator) * 0.35 for _ in CENTRES]
    queries = torch.cat([a + torch.tensor(c) for a, c in zip(around, CENTRES, strict=True)])
    keys = torch.tensor(KEYS)[None, None]
    model = mixture_of(
        keys, torch.zeros_like(keys), precision=KEY_PRECISION, value_precision=0.0, prior="uniform"
    )
    found = [
        adapt_keys(queries[None, None], model, iterations=count).keys[0, 0] for count in INFERENCES
    ]
    return queries, found


def spread_values() -> tuple[np.ndarray, list[np.ndarray]]:
    """The photo and the values that its clicks have given to every pixel, ``(H, W)``."""
    height, width = PHOTO
    photo = resize(data.coffee(), PHOTO, anti_aliasing=True)
    rows, columns = np.mgrid[:height, :width] / height
    place = np.stack([rows, columns], axis=-1)
    seen = np.concatenate([rgb2lab(photo) / 100 * COLOUR_SCALE, place * PLACE_SCALE], axis=-1)
    tokens = torch.from_numpy(seen).float().reshape(1, 1, height * width, -1)
    known = torch.zeros(1, 1, height * width, 1)
    fixed = torch.zeros(1, height * width, dtype=torch.bool)
    for x, y, value in CLICKS:
        known[0, 0, y * width + x], fixed[0, y * width + x] = value, True
    maps = [
        probabilistic_attention(
            tokens,
            tokens,
            torch.zeros_like(known),
            fixed_values=known,
            fixed=fixed,
            propagate=count,
            value_prior_precision=VALUE_PRIOR_PRECISION,
            precision=COLOUR_PRECISION,
            prior="uniform",
        )
        for count in INFERENCES
    ]
    return photo, [values.reshape(PHOTO).numpy() for values in maps]


def draw_keys() -> Figure:
    """One panel for each number of adaptations."""
    queries, found = moved_keys()
    figure = Figure(figsize=(9, 3.1), layout="constrained")
    panels = figure.subplots(1, len(INFERENCES), sharex=True, sharey=True)
    for panel, count, keys in zip(panels, INFERENCES, found, strict=True):
        panel.scatter(*queries.T, s=6, color="0.7", label="queries")
        for start, key in zip(KEYS, keys.tolist(), strict=True):
            panel.plot(*zip(start, key, strict=True), color="tab:blue")
        panel.scatter(*keys.T, s=40, color="tab:blue", label="keys")
        panel.set(aspect="equal", xticks=[], yticks=[])
        _title(panel, count, "adaptation")
    panels[0].legend(loc="lower left", frameon=False)
    return figure


def draw_values() -> Figure:
    """The photo with its clicks, and one panel for each number of propagations."""
    photo, maps = spread_values()
    figure = Figure(figsize=(12, 2.3), layout="constrained")
    first, *panels = figure.subplots(1, 1 + len(INFERENCES))
    first.imshow(photo)
    for x, y, value in CLICKS:
        first.plot(x, y, "o", color="tab:blue" if value > 0 else "tab:red", mec="white")
    first.set(title="photo and clicks", xticks=[], yticks=[])
    for panel, count, values in zip(panels, INFERENCES, maps, strict=True):
        shown = panel.imshow(values, cmap="RdBu", vmin=-1, vmax=1)
        panel.set(xticks=[], yticks=[])
        _title(panel, count, "propagation")
    figure.colorbar(shown, ax=panels, shrink=0.8)
    return figure


def _title(panel: Axes, count: int, what: str) -> None:
    panel.set_title(f"{count} {what}{'' if count == 1 else 's'}")


if __name__ == "__main__":
    IMAGES.mkdir(exist_ok=True)
    draw_keys().savefig(IMAGES / "adapted-keys.png", dpi=110)
    draw_values().savefig(IMAGES / "propagated-values.png", dpi=110)
