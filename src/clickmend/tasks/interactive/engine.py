"""The engine of object masks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property, partial

import numpy as np

from clickmend.core.types import RGB, FloatMap, Mask
from clickmend.correction.ground import ground_at
from clickmend.correction.masks import Correction, hold, mend, mend_along
from clickmend.correction.reach import CERTAIN, Edges, Seen
from clickmend.correction.rectangles import Place, all_of, around_all, common, seen_from
from clickmend.correction.values import Window, window_around
from clickmend.data.planes import PixelSource
from clickmend.feedback.crop import Crop
from clickmend.feedback.marks import (
    ERASE,
    FOREGROUND,
    Box,
    Click,
    Mark,
    Stroke,
    Tidy,
)
from clickmend.networks import Model
from clickmend.tasks.engine import Answer, Engine, Placed, Scene
from clickmend.tasks.interactive.checked import checked
from clickmend.tasks.interactive.looks import InteractiveAnswer, Look, Spread
from clickmend.tasks.interactive.prediction import InteractivePrediction, prior_logits, sigmoid
from clickmend.tasks.interactive.reading import Reading
from clickmend.tasks.interactive.told import still_held
from clickmend.tasks.interactive.viewer import Viewer
from clickmend.tasks.painted import painted, paints_alone
from clickmend.tasks.patches import Patch
from clickmend.tasks.refine import Refine
from clickmend.tasks.tidied import tidied_mask

ABSENT = -CERTAIN
"""Logit of pixels that were never predicted as object."""

LEAST = 1.0
"""Minimum absolute logit of a corrected pixel."""


class InteractiveEngine(Engine[InteractivePrediction]):
    """Runs one network on one photo.

    Args:
        photo: The photo, ``(H, W, 3)``.
        model: Network and card.
        refine: Options of the refinement.
        prior: A mask to correct.
        reading: The rule for the radii of clicks.

    Raises:
        ModelError: The network is not an interactive one.
        PriorError: The prior cannot be read or does not fit.
    """

    def __init__(
        self,
        photo: RGB,
        model: Model,
        refine: Refine,
        *,
        prior: PixelSource | None = None,
        reading: Reading | None = None,
    ) -> None:
        super().__init__(photo)
        self.reading = reading or Reading()
        self._viewer = Viewer(photo, model, refine, area_share=self.reading.area_share)
        self._uncertainty: float | None = None
        self._edges = Edges(photo)
        self._prior = None if prior is None else self._read_prior(prior)

    @cached_property
    def initial(self) -> FloatMap:
        """The prior's logits, or those of an empty mask."""
        if self._prior is not None:
            return self._prior
        return np.full(self.photo.shape[:2], ABSENT, np.float32)

    def check(self, mark: Mark, *, number: int) -> Mark:
        """See ``Engine``, ``checked``."""
        return checked(mark, number=number)

    def uncertainty(self) -> float | None:
        """See ``Engine``: the soft Jaccard distance of the prior and the prediction from it.

        Σ |p - m| / Σ max(p, m) over the pixels of the view, where m is the prior's mask and p the
        network's probability given this mask and no click; 0 is agreement, 1 the opposite.
        """
        return self._uncertainty

    def prediction(self, shown: FloatMap) -> InteractivePrediction:
        """See ``Engine``."""
        return InteractivePrediction(shown)

    def answer(self, marks: tuple[Mark, ...], last: Answer | None) -> InteractiveAnswer:
        """See ``Engine``.

        For exact painting and erasing the network is not run.
        """
        assert last is None or isinstance(last, InteractiveAnswer)
        shown = self.render(last)
        mask = shown > 0
        placed = self._placed(marks, last, mask)
        if paints_alone(marks[-1]):
            everywhere = isinstance(marks[-1], Tidy)
            return InteractiveAnswer(
                marks=placed,
                patch=self._painted(shown, marks[-1]),
                before=last,
                reach=None if everywhere else self._under(marks[-1]),
                crop=self._viewer.whole() if last is None else last.crop,
                variables={} if last is None else last.variables,
            )
        return self._answered(placed, last, refine=True)

    def unrefined(self, marks: tuple[Mark, ...], last: Answer | None) -> InteractiveAnswer | None:
        """See ``Engine``."""
        assert last is None or isinstance(last, InteractiveAnswer)
        placed = self._placed(marks, last, self.render(last) > 0)
        if paints_alone(marks[-1]) or not self._viewer.moves_for(placed):
            return None
        answer = self._answered(placed, last, refine=False)
        return answer if answer.inferred is None else None  # granted as it is

    def _answered(
        self, placed: tuple[Placed, ...], last: InteractiveAnswer | None, *, refine: bool
    ) -> InteractiveAnswer:
        """The answer to a mark that depends on the network.

        Args:
            placed: All marks, the newest last.
            last: The answer before.
            refine: Whether variables may move for it.
        """
        shown = self.render(last)
        look, patch, reach = self._found(placed, shown, shown > 0, last, refine=refine)
        if self._prior is None and refine:
            patch = self._large.patch(patch, partial(Spread.of, look=look, beyond=ABSENT))
        return InteractiveAnswer(
            marks=placed,
            patch=patch,
            before=last,
            reach=reach,
            inferred=look.inferred,
            crop=look.crop,
            variables=look.variables,
        )

    def seen(
        self, clicks: tuple[Click, ...], *, within: Crop | None = None
    ) -> tuple[Patch | None, Crop]:
        """The patch of the first answer to clicks, without a prior, and its view.

        Args:
            clicks: The newest last.
            within: The view in which the object was seen before; chosen when left out.
        """
        placed = self._placed(clicks, None, self._empty)
        look, patch, _ = self._found(placed, self.initial, self._empty, None, within=within)
        return patch, look.crop

    @property
    def is_stateless(self) -> bool:
        """Whether ``seen`` may be called from several threads at once."""
        return self._viewer.is_stateless

    @cached_property
    def _empty(self) -> Mask:
        """A mask without pixels, ``(H, W)``; not to be changed."""
        return np.zeros(self.photo.shape[:2], np.bool_)

    def _found(
        self,
        placed: tuple[Placed, ...],
        shown: FloatMap,
        mask: Mask,
        last: InteractiveAnswer | None,
        *,
        within: Crop | None = None,
        refine: bool = True,
    ) -> tuple[Look, Patch | None, Patch | None]:
        """The network's output for marks, the patch of the newest, and its reach."""
        told = still_held(placed, shape=shown.shape)
        look = self._looked(told, shown, mask, last, within, refine=refine)
        scene = Scene(self.photo, shown, self.initial, look.crop, look.logits[None], told)
        return look, *self.correct(scene, look.spread, mask, last)

    def correct(
        self, scene: Scene, spread: FloatMap, mask: Mask, last: InteractiveAnswer | None
    ) -> tuple[Patch | None, Patch | None]:
        """Apply the newest mark: to the wrong part of a prior, or else to the whole view.

        A tidied mask is treated as a prior; otherwise the network would undo the tidying.

        Args:
            scene: The data of the correction.
            spread: The network's logits over the view's rectangle in pixels of the photo, ``(h,
                w)``.
            mask: What is shown, ``(H, W)``.
            last: The answer before the mark.

        Returns:
            The patch and its reach; ``None`` for all pixels.
        """
        if self._prior is not None or any(isinstance(one.mark, Tidy) for one in scene.marks):
            return self._mended(scene, Seen(spread, scene.crop.place, mask))
        touched = () if last is None else (last.touched(),)
        return self._redrawn(scene, Seen(spread, scene.crop.place, mask), touched)

    def _redrawn(
        self, scene: Scene, seen: Seen, touched: tuple[Place, ...]
    ) -> tuple[Patch | None, Patch | None]:
        """The output over the view with strokes painted over it, and the initial map outside.

        Args:
            scene: See ``correct``.
            seen: What the network sees.
            touched: Rectangles outside which the initial map is displayed.
        """
        spread = seen.logits
        shown, newest, limit = scene.shown, scene.newest, None
        click = newest.mark if isinstance(newest.mark, Click) else None
        speaks_px = 0.0 if click is None else self.reading.area_share * newest.radius_px
        limit_px = None if click is None else click.radius_px
        if click is not None and limit_px is None and click.is_foreground:
            limit_px = ground_at(click, seen, self._edges.within, speaks_px=newest.radius_px)
        place = around_all((scene.crop.place, *touched))
        if isinstance(newest.mark, Stroke):
            place = around_all((place, self._under(newest.mark).place))
        if click is not None:
            speaks = self._around(click, speaks_px)
            place = around_all((place, speaks.place))
            if limit_px is not None:
                place = around_all((self._around(click, limit_px).place, speaks.place))
        strokes = [one.mark for one in scene.marks if isinstance(one.mark, Stroke)]
        after = spread  # of a large photo a copy takes its time
        if place != scene.crop.place or strokes:
            after = self.initial[place].copy()
            inner = common(place, scene.crop.place)
            after[seen_from(place, inner)] = spread[seen_from(scene.crop.place, inner)]
        for stroke in strokes:
            self._paint(after, place, stroke)
        if click is not None:
            if limit_px is not None:
                window = Window(click.x, click.y, *place)
                near = window.distance_to(click.x, click.y) <= limit_px
                near[window.centre] = True
                after = np.where(near, after, shown[place])
                limit = Patch.where(near).moved(place[0].start, place[1].start)
            held = hold(
                lambda there: after[seen_from(place, there)],
                click,
                speaks_px,
                shape=shown.shape,
                earlier=_clicks(scene.marks[:-1]),
            )
            if held.changed.any():
                after = after.copy()
                there = after[seen_from(place, held.place)]
                there[held.changed] = _sure(there, held)
        return Patch.put(shown, after, place), limit

    def _mended(self, scene: Scene, seen: Seen) -> tuple[Patch | None, Patch]:
        """The correction of a prior by the newest mark, and its reach."""
        newest, earlier = scene.newest.mark, _clicks(scene.marks[:-1])
        if isinstance(newest, Box):
            box = (
                slice(max(0, math.floor(newest.y0)), math.ceil(newest.y1)),
                slice(max(0, math.floor(newest.x0)), math.ceil(newest.x1)),
            )
            place = common(box, all_of(scene.shown.shape))
            answer = seen.within(place)
            after = np.where((answer > 0) != seen.shown[place], answer, scene.shown[place])
            reach = Patch(*place, np.ones(after.shape, np.bool_))
            return Patch.put(scene.shown, after, place), reach
        if isinstance(newest, Click):
            found = mend(
                seen.shown,
                seen,
                self._edges.within,
                newest,
                speaks_px=scene.newest.radius_px,
                earlier=earlier,
            )
        else:
            assert isinstance(newest, Stroke)
            under, adds = self._under(newest), newest.label == FOREGROUND
            found = mend_along(
                seen.shown, seen, under.values, under.place, adds=adds, earlier=earlier
            )
        after = scene.shown[found.place].copy()
        after[found.changed] = _sure(seen.within(found.place), found)
        reach = Patch.where(found.reach).moved(found.place[0].start, found.place[1].start)
        return Patch.put(scene.shown, after, found.place), reach

    def _painted(self, shown: FloatMap, mark: Mark) -> Patch | None:
        """The patch of a stroke or a tool."""
        if isinstance(mark, Tidy):
            mask = shown > 0
            after = tidied_mask(mask, mark)
            sure = np.where(after, CERTAIN, -CERTAIN)
            return Patch.between(shown, np.where(after != mask, sure, shown).astype(np.float32))
        place = self._under(mark).place
        painted_over = shown[place].copy()
        self._paint(painted_over, place, mark)
        return Patch.put(shown, painted_over, place)

    def _paint(self, logits: FloatMap, place: Place, stroke: Mark) -> None:
        """Apply a stroke to the logits of a rectangle, ``(h, w)``, in place."""
        assert isinstance(stroke, Stroke)
        patch = self._under(stroke)
        inner = common(patch.place, place)
        under = patch.values[seen_from(patch.place, inner)]
        there = logits[seen_from(place, inner)]
        if stroke.label == ERASE:
            there[under] = self.initial[inner][under]
            return
        sign = 1 if stroke.label == FOREGROUND else -1
        there[under & (sign * there <= 0)] = sign * CERTAIN

    def _around(self, click: Click, radius_px: float) -> Window:
        height, width = self.photo.shape[:2]
        return window_around(click.x, click.y, radius_px, height=height, width=width)

    def _under(self, stroke: Mark) -> Patch:
        """The pixels of a stroke."""
        assert isinstance(stroke, Stroke)
        height, width = self.photo.shape[:2]
        return painted(stroke, height=height, width=width)

    def _placed(
        self, marks: tuple[Mark, ...], last: InteractiveAnswer | None, shown: Mask
    ) -> tuple[Placed, ...]:
        """The marks with their radii; that of a click is fixed when it is added, a box has none."""
        known = () if last is None else last.marks
        radii = {id(one.mark): one.radius_px for one in known}
        return tuple(
            Placed(mark, radii[id(mark)] if id(mark) in radii else self._radius_px(mark, shown))
            for mark in marks
        )

    def _radius_px(self, mark: Mark, shown: Mask) -> float:
        if isinstance(mark, Click):
            return self.reading.radius_px(mark, shown)
        return mark.radius_px if isinstance(mark, Stroke) else math.nan

    def _looked(
        self,
        placed: tuple[Placed, ...],
        shown: FloatMap,
        mask: Mask,
        last: InteractiveAnswer | None,
        within: Crop | None,
        *,
        refine: bool,
    ) -> Look:
        """The network's output; its previous mask is binary with a prior, else the probability."""
        if last is None and self._prior is None:
            return self._viewer.first(placed, mask, within=within, refine=refine)

        def previous(place: Place) -> FloatMap:
            if self._prior is not None:
                return mask[place].astype(np.float32)
            return sigmoid(shown[place])

        return self._viewer.next(placed, mask, previous, last, refine=refine)

    def _read_prior(self, prior: PixelSource) -> FloatMap:
        """The prior's logits, ``(H, W)``.

        m of a binary mask is the median |logit| of the network given this mask and no click.
        """
        height, width = self.photo.shape[:2]
        mask = prior_logits(prior, width=width, height=height, margin=1.0) > 0
        told, self._uncertainty = self._viewer.told(mask)
        margin = float(np.median(np.abs(told)))
        return prior_logits(prior, width=width, height=height, margin=margin)


def _clicks(placed: Sequence[Placed]) -> list[Click]:
    return [one.mark for one in placed if isinstance(one.mark, Click)]


def _sure(answer: FloatMap, correction: Correction) -> FloatMap:
    """The logits of the changed pixels, ``(n,)``, with the network's confidence.

    Args:
        answer: The network's logits over the rectangle of the correction, ``(h, w)``.
        correction: The changed pixels.
    """
    sign = np.float32(1 if correction.adds else -1)
    return sign * np.maximum(np.abs(answer[correction.changed]), np.float32(LEAST))
