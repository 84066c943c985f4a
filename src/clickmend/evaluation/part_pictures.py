"""Pictures of parts, as in figures 2 to 4 of the supplement of [Liao23], on our photos.

The photos are those of the datasets, so the pictures go into a folder that is not published.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from clickmend.core.arrays import as_units, like, namespace, to_numpy
from clickmend.core.types import RGB, Labels, Mask
from clickmend.evaluation.datasets import dataset_name
from clickmend.evaluation.plots import Picture, draw_pictures, write_pictures
from clickmend.evaluation.protocol import SessionFactory
from clickmend.evaluation.runs import ClickRuns, Run
from clickmend.evaluation.scenes import (
    CLICK,
    PointSetting,
    Scene,
    find_masks,
    network_of,
    read_scene,
)
from clickmend.feedback.marks import Click
from clickmend.networks.features import Features, extract_features
from clickmend.parts import distances, excess, normalised, part_index, point_maps
from clickmend.parts.scores import BETWEEN_CLASSES
from clickmend.tasks.instances.from_points import class_numbers, find_parts

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DRAWN_ITERATIONS = (0, 1, 3, 10)
"""The numbers of steps after which the parts are drawn."""


def draw_scenes(runs: Sequence[Run], clicks: ClickRuns, *, seed: int, folder: Path) -> list[Path]:
    """Draw the images of some runs, for each kind of points; ``folder/DATASET-IMAGE-POINTS.png``.

    The first setting of an image is drawn with its parts, the others with masks only.

    Raises:
        OutputError: The folder or a file cannot be written.
    """
    groups: dict[tuple[str, str, str], list[PointSetting]] = {}
    for run in runs:
        groups.setdefault((run.dataset, run.image, run.setting.points), []).append(run.setting)

    def pictures() -> Iterator[tuple[Iterable[object], Figure]]:
        for (spec, image, kind), settings in groups.items():
            scene = read_scene(clicks.open_dataset(spec), spec, image)
            figure = draw_scene(scene, settings, clicks.make_session, seed=seed)
            yield (dataset_name(spec), image, kind), figure

    return write_pictures(folder, pictures())


def draw_scene(
    scene: Scene, settings: Sequence[PointSetting], make_session: SessionFactory, *, seed: int
) -> Figure:
    """Two lines: photo, attention and the parts over the steps; truth and the masks.

    All settings are of one kind of points.
    """
    points = scene.points(settings[0].points, seed=seed)
    marks = [Click(x, y) for x, y in points]
    upper = [Picture("photo", scene.image, marks)]
    lower = [Picture("truth", over(scene.image, scene.masks), marks)]
    for setting in settings:
        network = network_of(setting, make_session)
        found = find_masks(scene, points, setting, network, seed=seed)
        lower.append(Picture(setting.label, over(scene.image, found.masks)))
        if len(upper) == 1 and setting.method != CLICK:
            seen = extract_features(scene.image, points, network)
            upper += _parts(scene, points, setting, seen, seed=seed)
    return draw_pictures([upper, lower], scene.ignore.shape, width_in=2.4)


def over(image: RGB, masks: Sequence[Mask]) -> RGB:
    """Masks in colours over a photo; where two overlap, the later shows."""
    index: Labels = np.zeros(image.shape[:2], np.int32)
    for number, mask in enumerate(masks, start=1):
        index[mask] = number
    return _coloured(image, index)


def _parts(
    scene: Scene,
    points: Sequence[tuple[float, float]],
    setting: PointSetting,
    seen: Features,
    *,
    seed: int,
) -> list[Picture]:
    """The attention of the points, and the parts and key points of all objects after some steps."""
    from matplotlib import colormaps

    heat = np.asarray(255 * colormaps["inferno"](_attention(seen, scene, points)), np.uint8)
    pictures = [Picture("attention", heat, [Click(x, y) for x, y in points])]
    height, width = scene.ignore.shape
    options = {"method": setting.method, "box_rule": setting.box_rule, "seed": seed}
    for iterations in DRAWN_ITERATIONS:
        found = find_parts(
            seen, points, scene.classes, size=(height, width), iterations=iterations, **options
        )
        # Objects do not overlap, so one picture shows the parts of all.
        parts = to_numpy(part_index(found.parts, seen.features, found.masks)).max(axis=0)
        shown = cv2.resize(parts.astype(np.int32), (width, height), interpolation=cv2.INTER_NEAREST)
        key = to_numpy(found.points).reshape(-1, 2)
        marks = [Click(float(x), float(y)) for x, y in key[np.isfinite(key).all(axis=1)]]
        title = f"parts, step {iterations}"
        pictures.append(Picture(title, _coloured(scene.image, shown), marks))
    return pictures


def _attention(
    seen: Features, scene: Scene, points: Sequence[tuple[float, float]]
) -> NDArray[np.float32]:
    """The maximum over the objects' attention maps, each in [0, 1], ``(h, w)``."""
    rows, columns = seen.features.shape[1:]
    height, width = scene.ignore.shape
    xp = namespace(seen.features)
    unit = as_units(xp.permute_dims(seen.features, (1, 2, 0)), axis=2)
    scale = np.array([columns / width, rows / height], np.float32)
    at = like(np.array(points, np.float32) * scale, unit)
    x, y = (xp.astype(at[:, side], xp.int64) for side in range(2))
    classes = like(class_numbers(scene.classes), unit)
    apart = distances(at, height=rows, width=columns)
    farther = excess(apart, classes, between=BETWEEN_CLASSES)
    maps = point_maps(unit, y * columns + x, farther, seen.attention, first_patch=seen.first_patch)
    attention: NDArray[np.float32] = to_numpy(normalised(maps[-1])).max(axis=0)
    return attention


def _coloured(image: RGB, index: Labels) -> RGB:
    from matplotlib import colormaps

    colours = np.asarray(255 * colormaps["tab20"](index % 20)[:, :, :3], np.uint8)
    mixed = (0.4 * image + 0.6 * colours).astype(np.uint8)
    return np.where((index > 0)[:, :, None], mixed, image // 2)
