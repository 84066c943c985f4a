"""The rules of semantic segmentation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from clickmend.core.arrays import Array
from clickmend.core.bands import bands
from clickmend.core.errors import ClickError, PriorError
from clickmend.core.numbers import is_index
from clickmend.core.registry import nearest
from clickmend.core.types import FloatMap, Labels, Mask
from clickmend.correction.classes import label_region
from clickmend.correction.coarse import class_region_within
from clickmend.correction.similar import similar_parts
from clickmend.correction.values import Point, Region, Window, window_around
from clickmend.data.codecs import read_index
from clickmend.data.planes import PixelSource
from clickmend.feedback.crop import resize
from clickmend.feedback.marks import ERASE, Click, Mark, Stroke, Tidy
from clickmend.tasks.base import RADIUS_SHARE
from clickmend.tasks.energy import Energy
from clickmend.tasks.engine import Placed
from clickmend.tasks.places import pixel
from clickmend.tasks.rules import DenseRules, Ground
from clickmend.tasks.semantic.prediction import VOID, SemanticPrediction
from clickmend.tasks.tidied import tidied_classes

PLACE_SHARE = 0.1
"""σ of the position for a click without a radius, as a share of the shorter side."""

FARTHEST = 3.0
"""Maximum reach of such a click, in σ."""


def near(click: Click, radius_px: float, shape: tuple[int, ...]) -> Window:
    """The window that bounds the region of a click.

    Args:
        click: The click; without a radius it reaches up to ``FARTHEST`` σ.
        radius_px: Its attention radius.
        shape: (H, W) of the map.
    """
    height, width = shape
    far = FARTHEST * PLACE_SHARE * min(shape) if click.radius_px is None else radius_px
    return window_around(click.x, click.y, far, height=height, width=width)


def others_of(mark: Click, ground: Ground) -> list[Point]:
    """Where other classes were clicked."""
    clicks = (one for one in ground.earlier if isinstance(one, Click))
    return [(click.x, click.y) for click in clicks if click.label != mark.label]


@dataclass(frozen=True)
class SemanticRules(DenseRules[SemanticPrediction]):
    """Clicks and strokes have a class, by name or by index.

    Args:
        classes: Names in the order of the network's channels.
        area_share: Radius of the area of a click, as a share of its attention radius; 0 uses only
            the clicked pixel, as in the paper.
        default_share: See ``DenseRules``.
    """

    name: ClassVar[str] = "semantic"
    whose: ClassVar[str] = "the network"
    classes: tuple[str, ...]
    area_share: float = 0.3
    default_share: float = RADIUS_SHARE

    def check(self, mark: Mark, *, number: int) -> Mark:
        """See ``DenseRules``."""
        if isinstance(mark, Tidy):
            if mark.label is None and mark.tool != "fill":
                return mark
            return replace(mark, label=self.index(mark.label, number=number))
        if not isinstance(mark, Click | Stroke):
            raise ClickError(
                f"mark {number} is a {type(mark).__name__.lower()}. In the task 'semantic' a mark "
                "is a click or a stroke with a class, or a tool."
            )
        if mark.value is not None:
            kind = type(mark).__name__.lower()
            raise ClickError(
                f"{kind} {number} has the value {mark.value}. In the task 'semantic' a {kind} has "
                "a class and no value; give label=."
            )
        if isinstance(mark, Stroke) and mark.label == ERASE and ERASE not in self.classes:
            return mark
        return replace(mark, label=self.index(mark.label, number=number))

    def index(self, label: str | int | None, *, number: int) -> int:
        """The index of a class given by name or index.

        Raises:
            ClickError: No class is given, or there is no such class.
        """
        if label is None:
            raise ClickError(
                f"mark {number} has no label. In the task 'semantic' a mark needs a class; give "
                f"label= one of {', '.join(self.classes)}."
            )
        if isinstance(label, str) and label in self.classes:
            return self.classes.index(label)
        if is_index(label) and 0 <= label < len(self.classes):
            return int(label)
        alike = nearest(str(label), self.classes)
        hint = f" Did you mean {alike[0]!r}?" if alike else ""
        raise ClickError(
            f"mark {number} has the label {label!r}, which is not a class. Allowed are "
            f"{', '.join(self.classes)}, or their indices 0 to {len(self.classes) - 1}.{hint}"
        )

    def natural(self, output: Array) -> Array:
        """Logits as they are."""
        return output[0]

    def read_prior(self, prior: PixelSource, *, width: int, height: int) -> Labels:
        """Class indices; ``VOID`` where there is none."""
        labels = read_index(prior, size=(width, height))
        wrong = (labels >= len(self.classes)) & (labels != VOID)
        if wrong.any():
            raise PriorError(
                f"the prior has the class {int(labels[wrong].min())}, but {self.whose} has "
                f"{len(self.classes)} classes. Allowed are 0 to {len(self.classes) - 1}, and "
                f"{VOID} for pixels without a class; map the classes first."
            )
        return labels

    def read(self, output: FloatMap, *, width: int, height: int) -> Labels:
        """The likeliest class of each pixel, the first one of several."""
        best = np.full((height, width), -np.inf, np.float32)
        likeliest = np.zeros((height, width), np.uint8 if len(output) <= 256 else np.int32)
        score: FloatMap | None = None
        for index, logits in enumerate(output):
            score = resize(logits, width, height, into=score)
            for rows in bands(score.shape):
                np.copyto(likeliest[rows], index, where=score[rows] > best[rows])
                np.maximum(best[rows], score[rows], out=best[rows])
        return likeliest.astype(np.int32)

    def energy(self, before: Array, marks: Sequence[Placed]) -> Energy:
        """See ``DenseRules``."""
        from clickmend.tasks.semantic.energy import asked

        return asked(before, marks, area_share=self.area_share)

    def region(self, mark: Mark, radius_px: float, ground: Ground) -> Region:
        """See ``DenseRules``: the part at the click, and similar parts if ``spread`` is given."""
        assert isinstance(mark, Click)
        part = self.part(mark, radius_px, ground)
        if mark.spread is None:
            return part
        height, width = ground.shown.shape
        marked = np.zeros((height, width), np.bool_)
        marked[part.window.place] = part.mask
        at = pixel(mark.x, mark.y, marked.shape)
        lead = self.lead(ground.output, int(mark.label or 0), int(ground.shown[at]))
        marked |= similar_parts(
            ground.photo,
            ground.shown,
            marked,
            at,
            others_of(mark, ground),
            lead=None if lead is None else resize(lead, width, height),
        )
        return Region(Window(mark.x, mark.y, slice(0, height), slice(0, width)), marked)

    def part(self, click: Click, radius_px: float, ground: Ground) -> Region:
        """The region of a click without similar parts."""
        shown, output = ground.shown, ground.output
        height, width = shown.shape
        label, was = int(click.label or 0), int(shown[pixel(click.x, click.y, shown.shape)])
        others = others_of(click, ground)
        window = near(click, radius_px, shown.shape)
        place = window.place
        if click.radius_px is None:
            place_px = PLACE_SHARE * min(height, width)
            return class_region_within(
                shown, output, ground.photo, label, window, others, place_px=place_px
            )
        rest = [index for index in range(len(output)) if index != label]
        against = output[rest].max(axis=0) if was in (VOID, label) else output[was]
        evidence = resize(output[label] - against, width, height)
        return label_region(shown[place] == was, evidence[place], window, radius_px, others)

    def lead(self, output: FloatMap, label: int, was: int) -> FloatMap | None:
        """Preference of the network for one class over another, logits, ``(h, w)`` of the view.

        ``None`` if it does not predict both.
        """
        return None if VOID in (label, was) else output[label] - output[was]

    def reach(self, mark: Mark, radius_px: float, region: Region) -> Mask:
        """See ``DenseRules``; a click without a radius reaches as far as its window.

        Similar parts elsewhere are added as they are.
        """
        if not isinstance(mark, Click) or (mark.radius_px is not None and mark.spread is None):
            return super().reach(mark, radius_px, region)
        if mark.spread is None:
            return np.ones(region.mask.shape, np.bool_)
        around = near(mark, radius_px, region.mask.shape)
        part = replace(region, window=around, mask=region.mask[around.place])
        reach = region.mask.copy()
        reach[around.place] |= self.reach(replace(mark, spread=None), radius_px, part)
        return reach

    def tidied(self, shown: NDArray[Any], tidy: Tidy) -> Labels:
        """See ``DenseRules``; ``VOID`` replaces no class."""
        return tidied_classes(shown, tidy, unknown=VOID)

    def mend(self, shown: NDArray[Any], mark: Mark, region: Region, own: NDArray[Any]) -> None:
        """The region gets the mark's class."""
        del own
        assert isinstance(mark, Click | Stroke)
        shown[region.window.place][region.mask] = int(mark.label or 0)

    def disagreement(self, prior: NDArray[Any] | None, witness: FloatMap) -> float | None:
        """See ``DenseRules``: the mean of 1 - p of the displayed class, over pixels with a class.

        p is the network's probability. Without a prior this is its uncertainty by least confidence.
        """
        share = np.exp(witness - witness.max(axis=0))
        share /= share.sum(axis=0)
        if prior is None:
            return float((1 - share.max(axis=0)).mean())
        height, width = witness.shape[-2:]
        rows = (np.arange(height) + 0.5) * prior.shape[0] / height
        columns = (np.arange(width) + 0.5) * prior.shape[1] / width
        shown = prior[rows.astype(int)[:, None], columns.astype(int)].astype(np.int64)
        known = shown < len(share)
        if not known.any():
            return None
        believed = np.take_along_axis(share, np.where(known, shown, 0)[None], axis=0)[0]
        return float((1 - believed)[known].mean())

    def prediction(self, shown: NDArray[Any]) -> SemanticPrediction:
        """See ``DenseRules``."""
        return SemanticPrediction(shown.astype(np.int32, copy=False), self.classes)
