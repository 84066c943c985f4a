"""One point per object in, instance masks out, without any training: steps 2–4 on features."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import NDArray

from clickmend.core.arrays import Array, as_units, like, namespace, to_numpy
from clickmend.core.errors import ClickError, OptionError
from clickmend.core.shapes import Bool, Float, Int
from clickmend.core.types import Labels, Mask
from clickmend.parts.boxes import inside_boxes
from clickmend.parts.clustering import ITERATIONS, METHODS, Method, Parts
from clickmend.parts.filtering import key_points
from clickmend.parts.location import maps_and_boxes, point_maps
from clickmend.parts.prototypes import prototype_maps
from clickmend.parts.scores import (
    BETWEEN_CLASSES,
    at_once,
    distances,
    excess,
    labels_of,
    masks_of,
    soft_maps,
)
from clickmend.parts.search import find_parts
from clickmend.parts.seeds import SEEDS, spread_seeds
from clickmend.parts.specks import without_specks

BACKGROUND_FROM = 0.8
"""Where the background map of every object is above this lies the background (step 5)."""


@final
@dataclass(frozen=True)
class Instances:
    """The K objects of one photo. Positions are in pixels of the photo, x before y.

    Attributes:
        soft: How sure each object is, ``(K, h, w)`` in [0, 1]; the background stands at ½.
        masks: Where it wins, ``(K, h, w)``; no two overlap.
        labels: The winner at the size of the photo, 1…K, 0 for the background, ``(H, W)``.
        boxes: Where each object was looked for, x0, y0, x1, y1, ``(K, 4)``.
        parts: The prototypes of its parts, in the features of this photo.
        points: The key point (x, y) of each part, ``(K, P, 2)``; NaN where there is no part.
    """

    soft: Float[Array, "K h w"]
    masks: Bool[Array, "K h w"]
    labels: Int[Array, "H W"]
    boxes: Float[Array, "K 4"]
    parts: Parts
    points: Float[Array, "K P 2"]


def find_instances(
    features: Float[Array, "C h w"],
    points: Float[Array, "K 2"],
    *,
    size: tuple[int, int],
    attention: Sequence[Float[Array, "G N N"]] = (),
    first_patch: int = 1,
    boxes: Float[Array, "K 4"] | None = None,
    classes: Int[Array, " K"] | None = None,
    method: str = "shift",
    box_rule: str = "plain",
    iterations: int = ITERATIONS,
    seed: int = 0,
) -> Instances:
    """The instance masks of all objects of one photo, from a point in each.

    Step 2 gives each object a map and a box, step 3 a foreground map with the other objects as
    rivals, step 4 its parts. The background has parts too, of what no object claims. A patch is
    as much an object's as its best part is more like it than the best of the background's;
    among objects of one class, and less so among all, the nearer one has an advantage. The patch
    of a point is its object's; a patch of several points is shared out by nearness. Of points in
    one pixel the first gets a mask and the others an empty one.

    Args:
        features: One vector per patch, of any backbone. Objects that they tell apart badly are
            told apart by nearness only.
        points: (x, y) in pixels of the photo.
        size: H and W of the photo.
        attention: Softmax weights of each block of a transformer, first block first; a backbone
            without attention leaves it out, and the cosine to the patch of the point is its map.
        first_patch: Where the h·w patches start among the N tokens.
        boxes: x0, y0, x1, y1 in pixels of the photo, where they are known; NaN where not.
        classes: What each object is; of one class if missing.
        method: How the parts are found, a name in ``METHODS``.
        box_rule: How the box is made of the map, a name in ``BOX_RULES``.
        iterations: Steps from the seeds to the parts; 0 takes the seeds.
        seed: Of the samples of step 3.

    Raises:
        OptionError: There is no point, a feature is not finite, the attention is of another photo,
            or an option is unknown.
        ClickError: A point lies outside the photo.
    """
    found_by = METHODS[method]
    _check_tensors(features, points)
    _check_points(points, size=size)
    grid = features.shape[1:]
    xp, device = namespace(features), features.device
    points = xp.asarray(points, dtype=xp.float32, device=device)
    shares = [grid[1] / size[1], grid[0] / size[0]]
    scale = xp.asarray(shares, dtype=xp.float32, device=device)
    corners = xp.concat([scale, scale])
    # A point a hair from the border may be rounded onto it.
    border = xp.asarray([grid[1], grid[0]], dtype=xp.float32, device=device) - 1e-3
    at = xp.minimum(points * scale, border)
    unit = as_units(xp.permute_dims(xp.astype(features, xp.float32), (1, 2, 0)), axis=2)
    # Of the pixel that holds the point, which may lie across the border of two patches.
    cells = xp.astype((xp.floor(points) + 0.5) * scale, xp.int64)
    columns, rows = cells[:, 0], cells[:, 1]
    patches = rows * grid[1] + columns

    alike = xp.zeros_like(patches)
    classes = alike if classes is None else xp.asarray(classes, device=device)
    away = distances(at, height=grid[0], width=grid[1])
    farther = excess(away, classes, between=BETWEEN_CLASSES)
    chosen, around = maps_and_boxes(
        point_maps(unit, patches, farther, attention, first_patch=first_patch),
        at,
        rule=box_rule,
        given=None if boxes is None else xp.asarray(boxes, device=device) * corners,
    )
    count = grid[0] * grid[1]
    unit = xp.reshape(unit, (count, unit.shape[2]))
    inside = inside_boxes(around, height=grid[0], width=grid[1])
    flat = len(points), count
    foreground, background = prototype_maps(
        unit, xp.reshape(chosen, flat), xp.reshape(inside, flat), like(_lots(count, seed), unit)
    )
    foreground = xp.reshape(foreground, inside.shape)
    parts, key, likeness = _objects(
        unit, foreground, inside, at, method=found_by, iterations=iterations
    )
    rest = _background(
        unit,
        xp.reshape(xp.all(background > BACKGROUND_FROM, axis=0), grid),
        method=found_by,
        iterations=iterations,
    )

    # Points of one patch say the same, and only nearness tells their objects apart.
    likeness = likeness[xp.argmax(xp.astype(patches[:, None] == patches, xp.int64), axis=1)]
    soft = soft_maps(likeness, rest, farther, inside)
    named = ~_repeated(points)
    soft[:, rows, columns] = 0
    soft[xp.arange(len(at), device=device), rows, columns] = 1
    soft[~named] = 0
    labels = to_numpy(labels_of(soft, height=size[0], width=size[1]))
    told = (to_numpy(each) for each in (points, patches, named, scale))
    owner = _owners(*told, per_row=grid[1], size=size)
    # A mask that is enlarged bilinearly may leave out its own point at the edge of the patch.
    clean = like(without_specks(np.where(owner > 0, owner, labels)), features)
    return Instances(soft, masks_of(soft), clean, around / corners, parts, key / scale)


def _lots(count: int, seed: int) -> NDArray[np.float32]:
    """Numbers in [0, 1), as ``torch.rand`` draws them from a generator of that seed."""
    drawn = np.frombuffer(np.random.RandomState(seed & 0xFFFFFFFF).bytes(4 * count), "<u4")
    return (drawn & 0xFFFFFF).astype(np.float32) / np.float32(1 << 24)


def _objects(
    features: Array,
    foreground: Array,
    inside: Array,
    points: Array,
    *,
    method: Method,
    iterations: int,
) -> tuple[Parts, Array, Array]:
    """Parts, key points in patches and the largest cosine to a part, a few objects at once."""
    xp = namespace(features)
    step = at_once(SEEDS * len(features))
    prototypes, alive, keys, likeness = [], [], [], []
    for start in range(0, len(points), step):
        some = slice(start, start + step)
        parts = find_parts(
            features,
            foreground[some],
            inside[some],
            points[some],
            method=method,
            iterations=iterations,
        )
        prototypes.append(parts.prototypes)
        alive.append(parts.alive)
        within = xp.reshape(inside[some], (len(inside[some]), len(features)))
        keys.append(key_points(parts, features, within, width=inside.shape[2]))
        likeness.append(xp.reshape(xp.max(parts.maps(features), axis=1), inside[some].shape))
    found = Parts(xp.concat(prototypes), xp.concat(alive))
    return found, xp.concat(keys), xp.concat(likeness)


def _background(features: Array, area: Array, *, method: Method, iterations: int) -> Array:
    """The largest cosine to a part of the background, which is one more object."""
    xp = namespace(features)
    corner = xp.zeros((1, 2), dtype=features.dtype, device=features.device)
    seeds, there = spread_seeds(area[None], corner)
    own = features[xp.reshape(area, (len(features),))]
    everywhere = xp.ones((1, len(own)), dtype=xp.bool, device=features.device)
    parts = method.cluster(Parts(features[seeds], there), own, everywhere, iterations=iterations)
    return xp.reshape(xp.max(parts.maps(features), axis=(0, 1)), area.shape)


def _repeated(points: Array) -> Array:
    """Which points lie in the pixel of one before."""
    xp = namespace(points)
    pixels = xp.floor(points)
    return xp.any(xp.tril(xp.all(pixels[:, None] == pixels, axis=2), k=-1), axis=1)


def _owners(
    points: NDArray[np.float32],
    patches: NDArray[np.int64],
    named: Mask,
    scale: NDArray[np.float32],
    *,
    per_row: int,
    size: tuple[int, int],
) -> Labels:
    """Whose pixels the patches of points are, 1…K, 0 elsewhere, ``(H, W)``."""
    height, width = size
    pixels = np.floor(points) + np.float32(0.5)
    x, y = (np.arange(side, dtype=np.float32) + np.float32(0.5) for side in (width, height))
    columns, rows = (x * scale[0]).astype(np.int64), (y * scale[1]).astype(np.int64)
    owner = np.zeros(size, np.int32)
    for patch in set(patches[named].tolist()):
        those = np.flatnonzero(named & (patches == patch))
        here = _span(rows, patch // per_row), _span(columns, patch % per_row)
        away = (x[here[1]] - pixels[those, 0, None, None]) ** 2
        away = away + (y[here[0], None] - pixels[those, 1, None, None]) ** 2
        owner[here] = those[away.argmin(axis=0)] + 1
    return owner


def _span(ascending: NDArray[np.int64], value: int) -> slice:
    """Where ``value`` stands."""
    start, end = (int(np.searchsorted(ascending, value, side)) for side in ("left", "right"))
    return slice(start, end)


def _check_tensors(features: Array, points: Array) -> None:
    if len(points) == 0:
        raise OptionError("There are no points. Give at least one, in the object that is meant.")
    if not bool(namespace(features).isfinite(features).all()):
        raise OptionError(
            "The features hold numbers that are not finite. Take features of the photo that are, "
            "such as those of float32 instead of float16."
        )


def _check_points(points: Array, *, size: tuple[int, int]) -> None:
    height, width = size
    places = to_numpy(points)
    inside = (places >= 0) & (places < [width, height])
    outside = np.flatnonzero(~inside.all(axis=1)).tolist()
    if outside:
        x, y = places[outside[0]].tolist()
        raise ClickError(
            f"point {outside[0] + 1} is at (x={x:g}, y={y:g}), outside the {width}×{height} image. "
            "Points are (x, y) in pixels of the original image; check that x and y are not swapped."
        )
