"""Runs the interactive network on chosen views of a photo, with refinement."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from clickmend.core.types import RGB, FloatMap, Mask
from clickmend.correction.rectangles import Place, all_of
from clickmend.feedback.crop import Crop, resize, whole_image
from clickmend.feedback.marks import Mark
from clickmend.networks import Model
from clickmend.networks.inputs import as_planes
from clickmend.tasks.engine import Placed
from clickmend.tasks.inference import Inference, Inferred
from clickmend.tasks.interactive.encoded import EncodedViews
from clickmend.tasks.interactive.granted import Request
from clickmend.tasks.interactive.looks import InteractiveAnswer, Look, Question, soft_jaccard
from clickmend.tasks.interactive.prediction import sigmoid
from clickmend.tasks.interactive.view import MUCH_COARSER, choose_view, cuts_off, still_serves
from clickmend.tasks.refine import NO_REFINEMENT, Refine

MOST_WIDER = 2
"""Maximum number of times that the view is widened because it cuts the object off."""


class Viewer:
    """Runs one network on views of one photo.

    Args:
        photo: The photo, ``(H, W, 3)``.
        model: Network and card.
        refine: Options of the refinement.
        area_share: See ``Reading``.

    Raises:
        ModelError: The network is not an interactive one.
    """

    def __init__(self, photo: RGB, model: Model, refine: Refine, *, area_share: float) -> None:
        self._photo = photo
        self._area_share = area_share
        self._encoding = model.encoding
        self._view_px, self._margin = model.card.view_px, model.card.margin or 1.0
        self._overview_px = model.card.overview_px or model.card.view_px
        self._inference = Inference(model, refine)
        self._encoded = EncodedViews(model)
        self._keeps_view = model.encodes
        self._seen: tuple[Crop, NDArray[np.float32]] | None = None
        self._wholes: dict[Crop, NDArray[np.float32]] = {}
        self._answered: tuple[object, dict[Crop, FloatMap]] = (None, {})

    @property
    def is_stateless(self) -> bool:
        """Whether an answer changes no state that another one depends on.

        Then several threads may use it at once.
        """
        return not self._inference.active and not self._keeps_view

    def whole(self, long_side: int | None = None) -> Crop:
        """The view of the whole photo; by default its longer side is that of any view."""
        height, width = self._photo.shape[:2]
        return whole_image(width, height, long_side=long_side or self._view_px)

    def told(self, mask: Mask) -> tuple[FloatMap, float | None]:
        """The network's prediction from a mask without clicks.

        Args:
            mask: The mask, ``(H, W)``.

        Returns:
            Logits over the view of the whole photo, ``(h, w)``, and their distance to the mask, see
            ``soft_jaccard``.
        """
        whole = self.whole()
        in_view = whole.read(mask.astype(np.float32))
        marks = self._marks(whole, Question(previous=lambda _: in_view))
        logits = self._encoded.answer(whole, marks, planes=self._planes)
        return logits[0, 0], soft_jaccard(sigmoid(logits[0, 0]), in_view)

    def moves_for(self, placed: tuple[Placed, ...]) -> bool:
        """Whether variables are optimised for the newest mark."""
        return self._inference.active and self._waits(Question(placed))

    def first(
        self,
        placed: tuple[Placed, ...],
        mask: Mask,
        *,
        within: Crop | None = None,
        refine: bool = True,
    ) -> Look:
        """The output for the first mark without a prior: of the whole photo, then of a zoomed view.

        The first output is not an input of the second, which would rely on it too much.

        Args:
            placed: The marks.
            mask: What is shown, ``(H, W)``.
            within: The view, if it is known. A zoomed view is used if the object is much smaller in
                it.
            refine: Whether variables may move.
        """
        marks = [one.mark for one in placed]
        question = Question(placed, refine=refine)
        if within is not None:
            look = self._look(within, question)
            wanted = self._around(look, marks, whole=self.whole())
            newest = [(click.x, click.y) for click, _ in question.clicks[-1:]]
            serves = still_serves(within, wanted, newest, coarser=MUCH_COARSER)
            return look if serves else self._look(wanted, question)
        overview = self._choose(marks, mask, whole=self.whole(self._overview_px))
        first = self._look(overview, replace(question, refine=False))
        crop = self._around(first, marks, whole=overview)
        if crop == overview and not (self._inference.active and self._waits(question)):
            return first
        return self._look_on(crop, marks, question)

    def next(
        self,
        placed: tuple[Placed, ...],
        mask: Mask,
        previous: Callable[[Place], FloatMap],
        last: InteractiveAnswer | None,
        *,
        refine: bool = True,
    ) -> Look:
        """The output for marks on a displayed mask.

        Args:
            placed: The marks.
            mask: What is shown, ``(H, W)``.
            previous: Returns the network's previous mask over a rectangle of the photo, as
                probabilities.
            last: The answer before.
            refine: Whether variables may move.
        """
        marks = [one.mark for one in placed]
        question = Question(placed, lambda crop: _in_view(previous(crop.place), crop), last, refine)
        crop = self._choose(marks, mask, whole=self.whole())
        if self._keeps_view and last is not None:
            newest = [(click.x, click.y) for click, _ in question.clicks[-1:]]
            crop = last.crop if still_serves(last.crop, crop, newest) else crop
        return self._look_on(crop, marks, question)

    def _look_on(self, crop: Crop, marks: Sequence[Mark], question: Question) -> Look:
        """Run the network; while the view cuts the object off, run it again on a wider one."""
        height, width = self._photo.shape[:2]
        look = self._look(crop, question)
        for _ in range(MOST_WIDER):
            if not cuts_off(look.crop, look.coarse, width=width, height=height):
                break
            look = self._look(self._around(look, marks, whole=self.whole()), question)
        return look

    def _around(self, look: Look, marks: Sequence[Mark], *, whole: Crop) -> Crop:
        """The view around the object predicted in a look."""
        return self._choose(marks, look.coarse > 0, whole=whole, over=look.crop)

    def _choose(
        self, marks: Sequence[Mark], mask: Mask, *, whole: Crop, over: Crop | None = None
    ) -> Crop:
        view_px, margin = self._view_px, self._margin
        return choose_view(marks, mask, whole=whole, view_px=view_px, margin=margin, over=over)

    def _look(self, crop: Crop, question: Question) -> Look:
        """Run the network on one view."""
        last = question.last
        self._inference.start(
            {} if last is None else last.variables,
            moved=None if last is None else (last.crop, crop),
        )

        marks, inferred = self._marks(crop, question), None
        logits = self._unmoved(crop, question, marks)
        if self._waits(question) and self._inference.active:
            request = self._request(crop, question)
            inferred = self._granted(logits, request)
            if inferred is None and question.refine:
                logits, inferred = self._refined(crop, marks, request)
        elif self._waits(question) and self._inference.left_out and question.refine:
            inferred = self._unrefined(logits, self._request(crop, question))
        return Look(crop, logits, self._inference.state(), inferred)

    def _unmoved(self, crop: Crop, question: Question, marks: NDArray[np.float32]) -> FloatMap:
        """The logits before the optimisation, ``(h, w)``; computed once."""
        asked = question.marks, question.last
        answered = self._answered  # another thread may put its own there
        if answered[0] != asked:
            self._answered = answered = asked, {}
        known = answered[1]
        if crop not in known:
            if self._inference.moved:
                known[crop] = self._inference.answer(self._planes(crop), marks)[0, 0]
            else:
                known[crop] = self._encoded.answer(crop, marks, planes=self._planes)[0, 0]
        return known[crop]

    def _waits(self, question: Question) -> bool:
        """Whether variables, if any, are optimised for the newest mark."""
        newest = question.marks[-1].mark
        return bool(question.clicks) and self._inference.refine.waits_for(newest)

    def _marks(self, crop: Crop, question: Question) -> NDArray[np.float32]:
        """The inputs of the network beside the photo, ``(1, 4, h, w)``."""
        previous = None if question.previous is None else question.previous(crop)
        clicks = tuple(click for click, _ in question.clicks)
        return self._encoding(clicks, question.box, previous, crop)

    def _planes(self, crop: Crop) -> NDArray[np.float32]:
        """The photo in a view, ``(1, 3, h, w)``; the newest and whole views are cached."""
        if crop.place == all_of(self._photo.shape):
            if crop not in self._wholes:
                self._wholes[crop] = as_planes(crop.read(self._photo))
            return self._wholes[crop]
        seen = self._seen
        if seen is None or seen[0] != crop:
            self._seen = seen = crop, as_planes(crop.read(self._photo))
        return seen[1]

    def _granted(self, logits: FloatMap, request: Request) -> Inferred | None:
        """The report if the logits satisfy the clicks before the optimisation."""
        if not self._inference.untouched or self._inference.refine.energy == "brs":
            return None
        granted = request.granted(logits)
        return None if granted is None else Inferred(0, "stop", (granted,))

    def _refined(
        self, crop: Crop, marks: NDArray[np.float32], request: Request
    ) -> tuple[FloatMap, Inferred]:
        """The logits after the optimisation."""
        inference = self._inference
        import torch

        from clickmend.tasks.interactive.energy import InteractiveEnergy

        evaluate = inference.evaluator(self._planes(crop), marks)
        with torch.no_grad():
            before = evaluate()[0, 0]
        energy = InteractiveEnergy.of(request, before)
        refined, inferred = inference.minimise(lambda: evaluate()[0, 0], energy)
        return refined.numpy(), inferred

    def _unrefined(self, logits: FloatMap, request: Request) -> Inferred:
        """The report without optimisation; a click may not be satisfied."""
        granted = request.granted(logits)
        if granted is not None:
            return Inferred(0, "stop", (granted,))
        then = "a click that the network does not grant stays so"
        self._inference.tell_left_out(then, instead=NO_REFINEMENT)
        return Inferred(0, "left out", ())

    def _request(self, crop: Crop, question: Question) -> Request:
        seen = [
            (click, radius * crop.scale)
            for click, radius in question.clicks
            if crop.contains(click.x, click.y)
        ]
        if question.previous is None:
            shown = np.zeros((crop.out_h, crop.out_w), np.bool_)
        else:
            shown = question.previous(crop) > 0.5
        return Request(
            points=[crop.to_view(click.x, click.y) for click, _ in seen],
            radii_px=[self._area_share * radius for _, radius in seen],
            says=[int(click.is_foreground) for click, _ in seen],
            reach_px=seen[-1][1],
            shown=shown,
        )


def _in_view(values: FloatMap, crop: Crop) -> FloatMap:
    return resize(values, crop.out_w, crop.out_h)
