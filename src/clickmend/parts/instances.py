"""One point per object in, instance masks out, without any training: steps 2–4 on features."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float, Int
from torch import Tensor

from clickmend.core.errors import ClickError, OptionError
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

    soft: Float[Tensor, "K h w"]
    masks: Bool[Tensor, "K h w"]
    labels: Int[Tensor, "H W"]
    boxes: Float[Tensor, "K 4"]
    parts: Parts
    points: Float[Tensor, "K P 2"]

    def full_masks(self) -> Bool[Tensor, "K H W"]:
        """The masks at the size of the photo."""
        objects = torch.arange(1, len(self.soft) + 1, device=self.labels.device)
        return self.labels == objects[:, None, None]


@torch.no_grad()
def find_instances(
    features: Float[Tensor, "C h w"],
    points: Float[Tensor, "K 2"],
    *,
    size: tuple[int, int],
    attention: Sequence[Float[Tensor, "G N N"]] = (),
    first_patch: int = 1,
    boxes: Float[Tensor, "K 4"] | None = None,
    classes: Int[Tensor, " K"] | None = None,
    method: str = "shift",
    box_rule: str = "plain",
    iterations: int = ITERATIONS,
    generator: torch.Generator | None = None,
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
        generator: Draws the samples of step 3; of seed 0 if missing.

    Raises:
        OptionError: There is no point, a feature is not finite, the attention is of another photo,
            or an option is unknown.
        ClickError: A point lies outside the photo.
    """
    found_by = METHODS[method]
    _check_tensors(features, points)
    _check_points(points, size=size)
    grid = features.shape[1:]
    points = points.to(features.device, torch.float32)
    scale = points.new_tensor([grid[1] / size[1], grid[0] / size[0]])
    corners = torch.cat([scale, scale])
    # A point a hair from the border may be rounded onto it.
    at = torch.minimum(points * scale, points.new_tensor([grid[1], grid[0]]) - 1e-3)
    unit = F.normalize(features.float().permute(1, 2, 0), dim=2)
    # Of the pixel that holds the point, which may lie across the border of two patches.
    columns, rows = ((points.floor() + 0.5) * scale).long().unbind(dim=1)
    patches = rows * grid[1] + columns

    classes = torch.zeros_like(patches) if classes is None else classes.to(patches.device)
    away = distances(at, height=grid[0], width=grid[1])
    farther = excess(away, classes, between=BETWEEN_CLASSES)
    chosen, around = maps_and_boxes(
        point_maps(unit, patches, farther, attention, first_patch=first_patch),
        at,
        rule=box_rule,
        given=None if boxes is None else boxes.to(points) * corners,
    )
    unit = unit.flatten(0, 1)
    inside = inside_boxes(around, height=grid[0], width=grid[1])
    lots = torch.rand(len(unit), generator=generator or torch.Generator().manual_seed(0))
    foreground, background = prototype_maps(
        unit, chosen.flatten(1), inside.flatten(1), lots.to(unit)
    )
    parts, key, likeness = _objects(
        unit, foreground.view_as(inside), inside, at, method=found_by, iterations=iterations
    )
    rest = _background(
        unit,
        (background > BACKGROUND_FROM).all(dim=0).view_as(inside[0]),
        method=found_by,
        iterations=iterations,
    )

    # Points of one patch say the same, and only nearness tells their objects apart.
    likeness = likeness[(patches[:, None] == patches).long().argmax(dim=1)]
    soft = soft_maps(likeness, rest, farther, inside)
    named = ~_repeated(points)
    soft[:, rows, columns] = 0
    soft[torch.arange(len(at), device=at.device), rows, columns] = 1
    soft[~named] = 0
    labels = labels_of(soft, height=size[0], width=size[1])
    owner = _owners(points, patches, named, scale=scale, per_row=grid[1], size=size)
    # A mask that is enlarged bilinearly may leave out its own point at the edge of the patch.
    labels = torch.where(owner > 0, owner, labels)
    clean = torch.from_numpy(without_specks(labels.cpu().numpy())).to(labels.device)
    return Instances(soft, masks_of(soft), clean, around / corners, parts, key / scale)


def _objects(
    features: Tensor,
    foreground: Tensor,
    inside: Tensor,
    points: Tensor,
    *,
    method: Method,
    iterations: int,
) -> tuple[Parts, Tensor, Tensor]:
    """Parts, key points in patches and the largest cosine to a part, a few objects at once."""
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
        keys.append(key_points(parts, features, inside[some].flatten(1), width=inside.shape[2]))
        likeness.append(parts.maps(features).amax(dim=1).view_as(inside[some]))
    return Parts(torch.cat(prototypes), torch.cat(alive)), torch.cat(keys), torch.cat(likeness)


def _background(features: Tensor, area: Tensor, *, method: Method, iterations: int) -> Tensor:
    """The largest cosine to a part of the background, which is one more object."""
    seeds, there = spread_seeds(area[None], torch.zeros(1, 2, device=area.device))
    own = features[area.flatten()]
    parts = method.cluster(
        Parts(features[seeds], there), own, area.new_ones(1, len(own)), iterations=iterations
    )
    return parts.maps(features).amax(dim=(0, 1)).view_as(area)


def _repeated(points: Tensor) -> Tensor:
    """Which points lie in the pixel of one before."""
    pixels = points.floor()
    return (pixels[:, None] == pixels).all(dim=2).tril(diagonal=-1).any(dim=1)


def _owners(
    points: Tensor,
    patches: Tensor,
    named: Tensor,
    *,
    scale: Tensor,
    per_row: int,
    size: tuple[int, int],
) -> Tensor:
    """Whose pixels the patches of points are, 1…K, 0 elsewhere, ``(H, W)``."""
    height, width = size
    pixels = points.floor() + 0.5
    x = torch.arange(width, device=points.device) + 0.5
    y = torch.arange(height, device=points.device) + 0.5
    columns, rows = (x * scale[0]).long(), (y * scale[1]).long()
    owner = torch.zeros(size, dtype=torch.int32, device=points.device)
    for patch in set(patches[named].tolist()):
        those = (named & (patches == patch)).nonzero().flatten()
        here = _span(rows, patch // per_row), _span(columns, patch % per_row)
        area = torch.cartesian_prod(y[here[0]], x[here[1]]).flip(1)
        nearest = torch.cdist(area, pixels[those]).argmin(dim=1)
        owner[here] = (those[nearest] + 1).int().view_as(owner[here])
    return owner


def _span(ascending: Tensor, value: int) -> slice:
    """Where ``value`` stands."""
    start = torch.searchsorted(ascending, value)
    return slice(int(start), int(torch.searchsorted(ascending, value, right=True)))


def _check_tensors(features: Tensor, points: Tensor) -> None:
    if len(points) == 0:
        raise OptionError("There are no points. Give at least one, in the object that is meant.")
    if not bool(features.isfinite().all()):
        raise OptionError(
            "The features hold numbers that are not finite. Take features of the photo that are, "
            "such as those of float32 instead of float16."
        )


def _check_points(points: Tensor, *, size: tuple[int, int]) -> None:
    height, width = size
    inside = (points >= 0) & (points < points.new_tensor([width, height]))
    outside = (~inside.all(dim=1)).nonzero().flatten().tolist()
    if outside:
        x, y = points[outside[0]].tolist()
        raise ClickError(
            f"point {outside[0] + 1} is at (x={x:g}, y={y:g}), outside the {width}×{height} image. "
            "Points are (x, y) in pixels of the original image; check that x and y are not swapped."
        )
