"""The engine of class maps, mattes and depth: the network's output, corrected by marks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property, partial
from math import nan
from typing import Any
from weakref import WeakMethod

import numpy as np
from numpy.typing import NDArray

from clickmend.core.types import RGB, FloatMap, Mask
from clickmend.correction.rectangles import Place
from clickmend.correction.values import Region, Window
from clickmend.data.planes import PixelSource
from clickmend.feedback.marks import ERASE, Click, Mark, Push, Stroke, Tidy
from clickmend.networks import Model
from clickmend.tasks.dense_answers import DenseAnswer, not_replaced, oldest_first
from clickmend.tasks.dense_viewer import DenseViewer
from clickmend.tasks.engine import Answer, Drawn, Engine, Placed, Scene
from clickmend.tasks.inference import Inferred
from clickmend.tasks.painted import painted
from clickmend.tasks.patches import Patch
from clickmend.tasks.places import pixel
from clickmend.tasks.prediction import P_co
from clickmend.tasks.refine import Refine
from clickmend.tasks.rules import DenseRules, Ground
from clickmend.tasks.scalar import ScalarRules


class DenseEngine(Engine[P_co]):
    """Runs one network on one photo.

    Args:
        photo: The photo, ``(H, W, 3)``.
        model: Network and card.
        rules: The rules of the task.
        refine: Options of the refinement.
        prior: A prediction to start from.
        guide: Second input of the network (a trimap), in [0, 1], ``(H, W)``.

    Raises:
        PriorError: The prior cannot be read or does not fit.
    """

    def __init__(
        self,
        photo: RGB,
        model: Model,
        rules: DenseRules[P_co],
        refine: Refine,
        *,
        prior: PixelSource | None = None,
        guide: FloatMap | None = None,
    ) -> None:
        super().__init__(photo)
        height, width = photo.shape[:2]
        self.rules, self.asks = rules, rules.asks
        self._prior = None if prior is None else rules.read_prior(prior, width=width, height=height)
        self._viewer = DenseViewer(photo, model, rules, refine, guide=guide)
        self._own_drawn = Drawn(lambda answer: answer.own)
        self._newest_read: tuple[FloatMap, NDArray[Any]] | None = None

    def check(self, mark: Mark, *, number: int) -> Mark:
        """See ``Engine``."""
        return self.rules.check(mark, number=number)

    def prediction(self, shown: NDArray[Any]) -> P_co:
        """See ``Engine``."""
        return self.rules.prediction(shown)

    @property
    def initial(self) -> NDArray[Any]:
        """See ``Engine``."""
        return self._own if self._prior is None else self._prior

    def uncertainty(self) -> float | None:
        """See ``Engine``, ``DenseRules.disagreement``."""
        return self.rules.disagreement(self._prior, self._viewer.witness)

    @cached_property
    def _own(self) -> NDArray[Any]:
        """The network's output without marks, over the photo."""
        return self._read(self._viewer.witness)

    def answer(self, marks: tuple[Mark, ...], last: Answer | None) -> DenseAnswer:
        """See ``Engine``.

        First the network is refined to the mark or, if the mark does not wait for that, to the
        earlier ones. Then the mark is applied to its region, whatever the network predicts there.
        With a prior nothing else changes.
        """
        assert last is None or isinstance(last, DenseAnswer)
        newest = marks[-1]
        placed = self._placed(newest, last)
        if self.rules.paints_alone(newest):
            return self._painted(placed, last)
        return self._answered(placed, last, learned=self._waits(newest))

    def unrefined(self, marks: tuple[Mark, ...], last: Answer | None) -> DenseAnswer | None:
        """See ``Engine``: the mark is applied to the output refined to the earlier marks."""
        assert last is None or isinstance(last, DenseAnswer)
        newest = marks[-1]
        moves = self._viewer.active and not self.rules.paints_alone(newest)
        if not (moves and self._waits(newest) and self._spreads(newest)):
            return None
        return self._answered(self._placed(newest, last), last, learned=False)

    def _placed(self, newest: Mark, last: DenseAnswer | None) -> tuple[Placed, ...]:
        before = () if last is None else last.marks
        return (*before, Placed(newest, self._radius_px(newest)))

    def _answered(
        self, placed: tuple[Placed, ...], last: DenseAnswer | None, *, learned: bool
    ) -> DenseAnswer:
        """The answer to a mark that depends on the network.

        Args:
            placed: All marks up to it.
            last: The previous answer.
            learned: Whether the network is refined to it first.
        """
        newest = placed[-1].mark
        inferred: Inferred | None = None
        if learned:
            output, variables, inferred = self._viewer.refined(placed, last)
        else:
            output, variables = self._viewer.caught_up(last)
        before = self.render(last)
        shown, own = self._stands(output, placed, last)
        scene = Scene(self.photo, shown, self.initial, self._viewer.crop, output, placed)
        region, after, moved = self.correct(scene, own, last)
        if inferred is not None and isinstance(newest, Click | Push):
            at = pixel(newest.x, newest.y, after.shape)
            scalar = isinstance(self.rules, ScalarRules)
            inferred = replace(inferred, moved=float(after[at] - before[at]) if scalar else None)
        place = everywhere = (slice(None), slice(None))
        if region is not None and shown is before:
            place = region.window.place
        stood = self._own_after(last) if self.rules.moves_own else own
        patch = None if after is before else Patch.between(before, after, within=place)
        if region is None and self._spreads(newest) and self._is_global(newest):
            again = WeakMethod(self._again)  # the engine holds the patch
            patch = self._large.patch(
                patch, lambda it: partial(_called, again, it.place, output, placed, last)
            )
        return DenseAnswer(
            marks=placed,
            patch=patch,
            before=last,
            inferred=inferred,
            region=region,
            own=None if moved is stood else Patch.between(stood, moved, within=everywhere),
            output=output,
            variables=variables,
            learned=learned,
            reach=None if region is None else self._reach(region, placed, last),
        )

    def _painted(self, placed: tuple[Placed, ...], last: DenseAnswer | None) -> DenseAnswer:
        """The answer to a stroke or a tool that does not depend on the network."""
        before, stood = self.render(last), self._own_after(last)
        mark = placed[-1].mark
        region = self._under(mark)
        after = before.copy()
        moved = stood.copy() if self.rules.moves_own else stood
        self._mend(after, mark, region, moved)
        within = region.window.place
        return DenseAnswer(
            marks=placed,
            patch=Patch.between(before, after, within=within),
            before=last,
            region=region,
            own=None if moved is stood else Patch.between(stood, moved, within=within),
            output=self._viewer.witness if last is None else last.output,
            variables={} if last is None else last.variables,
            learned=last is None or last.learned,
            reach=Patch(*within, region.mask),
        )

    def _reach(
        self, region: Region, placed: tuple[Placed, ...], last: DenseAnswer | None
    ) -> Patch | None:
        """The pixels that the newest mark could have changed; ``None`` for all.

        These are its own region and, if it supersedes others, those of all marks since the first of
        these.
        """
        if self._viewer.active:
            return None
        newest, shape = placed[-1], self.photo.shape[:2]
        if isinstance(newest.mark, Stroke):
            return Patch(*region.window.place, region.mask)
        within = self.rules.reach(newest.mark, newest.radius_px, region)
        reach = Patch(*region.window.place, within)
        counts = [id(one) for one in not_replaced(placed)]
        gone = [one for one in not_replaced(placed[:-1]) if id(one) not in counts]
        if not gone:
            return reach
        whole, anew = reach.mask(shape), False
        for answer in oldest_first(last):
            anew |= any(answer.marks[-1] is one for one in gone)
            if anew and answer.reach is None:
                return None
            if anew and answer.reach is not None:
                whole[answer.reach.place] |= answer.reach.values
        return Patch.where(whole)

    def _under(self, mark: Mark) -> Region:
        """The pixels under a stroke; all pixels for a tool."""
        height, width = self.photo.shape[:2]
        if isinstance(mark, Tidy):
            everywhere = Window(0.0, 0.0, slice(0, height), slice(0, width))
            return Region(everywhere, np.ones((height, width), np.bool_))
        assert isinstance(mark, Stroke)
        under = painted(mark, height=height, width=width)
        return Region(Window(*mark.points[0], under.rows, under.columns), under.values)

    def _mend(self, shown: NDArray[Any], mark: Mark, region: Region, own: NDArray[Any]) -> None:
        """Apply a mark to its region, in place; erasing restores the initial map."""
        place, mask = region.window.place, region.mask
        if isinstance(mark, Tidy):
            shown[place][mask] = self.rules.tidied(shown, mark)[place][mask]
            return
        if not (isinstance(mark, Stroke) and mark.label == ERASE):
            self.rules.mend(shown, mark, region, own)
            return
        shown[place][mask] = self.initial[place][mask]
        if self.rules.moves_own:
            own[place][mask] = self._own[place][mask]

    def without(self, answer: Answer, held: Mask) -> Answer:
        """See ``Engine``; the mark is not applied there later either."""
        left = super().without(answer, held)
        if isinstance(left, DenseAnswer) and left.region is not None:
            region = left.region
            free = region.mask & ~held[region.window.place]
            return replace(left, region=replace(region, mask=free))
        return left

    def correct(
        self, scene: Scene, own: NDArray[Any], last: DenseAnswer | None
    ) -> tuple[Region | None, NDArray[Any], NDArray[Any]]:
        """Apply the newest mark to the map, and to the network's output over the photo.

        Returns:
            Its region, the map after it and the output after it.
        """
        newest = scene.newest
        if not self._spreads(newest.mark):
            return None, scene.shown, own
        if self._is_global(newest.mark):
            return None, self._anew(own, scene.marks, last), own
        if isinstance(newest.mark, Stroke):
            region = self._under(newest.mark)
        else:
            earlier = [one.mark for one in scene.marks[:-1]]
            ground = Ground(
                scene.photo,
                scene.shown,
                scene.answer,
                own,
                earlier,
                self._response,
                first=scene.initial,
            )
            region = self.rules.region(newest.mark, newest.radius_px, ground)
        after = scene.shown.copy()
        moved = own.copy() if self.rules.moves_own else own
        self._mend(after, newest.mark, region, moved)
        return region, after, moved

    def _anew(
        self, own: NDArray[Any], placed: tuple[Placed, ...], last: DenseAnswer | None
    ) -> NDArray[Any]:
        """The map after a newest mark that is global, see ``_redrawn``."""
        return self._redrawn(own.copy() if self.rules.moves_own else own, placed, last)

    def _own_after(self, answer: DenseAnswer | None) -> NDArray[Any]:
        """The network's output over the photo, as moved by marks; not to be changed."""
        return self._own_drawn.after(answer, first=lambda: self._own)

    def _again(
        self,
        place: Place,
        output: FloatMap,
        placed: tuple[Placed, ...],
        last: DenseAnswer | None,
    ) -> NDArray[Any]:
        """The map after such a mark in a rectangle, ``(h, w)``, recomputed."""
        return self._anew(self._read_of(output), placed, last)[place]

    def _is_global(self, mark: Mark) -> bool:
        """Whether a mark affects the whole map, together with all other global ones."""
        return self._prior is None and self.rules.is_global(mark)

    def _redrawn(
        self, own: NDArray[Any], placed: tuple[Placed, ...], last: DenseAnswer | None
    ) -> NDArray[Any]:
        """The map from the network's output and all marks in effect.

        Args:
            own: The network's output over the photo; changed in place by marks that move it.
            placed: All marks up to the newest.
            last: The answer that holds the regions of local marks; a newest local mark is left out.
        """
        counts = not_replaced(placed)
        spreads = self._viewer.refine.spreads
        together = [one for one in counts if spreads and self._is_global(one.mark)]
        if together:
            shown = self.rules.explained(together, self._looked(own), self.photo)
        else:
            shown = own.copy() if self._prior is None else self._prior.copy()
        for answer in oldest_first(last):
            mark = answer.marks[-1]
            if not any(mark is one for one in counts):
                continue
            if answer.region is not None:
                self._mend(shown, mark.mark, answer.region, own)
            elif mark in together:
                self.rules.hold(shown, mark.mark)
        if together and together[-1] is placed[-1]:
            self.rules.hold(shown, placed[-1].mark)
        return shown

    def _looked(self, own: NDArray[Any]) -> NDArray[Any]:
        """The output that global marks correct: the mean over sizes, or the refined output."""
        return own if self._viewer.active else self._read_of(self._viewer.looks)

    def settle(self, last: Answer | None) -> None:
        """See ``Engine``."""
        assert last is None or isinstance(last, DenseAnswer)
        output, _ = self._viewer.caught_up(last)
        self._read_of(output)

    def prepare(self) -> None:
        """See ``Engine``; also runs the network at all sizes that the first mark needs."""
        self._viewer.prepare()
        if self._viewer.looks_px and self._prior is None and not self._viewer.active:
            self._read_of(self._viewer.looks)

    def _waits(self, mark: Mark) -> bool:
        """Whether a mark waits for the optimisation; one that is not applied to a region has to."""
        if not (self._viewer.active and self._spreads(mark)):
            return True
        return self._viewer.refine.waits_for(mark)

    def _read_of(self, output: FloatMap) -> NDArray[Any]:
        """An output over the photo; the newest is cached. Not to be changed."""
        if output is self._viewer.witness:
            return self._own
        if self._newest_read is None or self._newest_read[0] is not output:
            self._newest_read = output, self._read(output)
        return self._newest_read[1]

    def _stands(
        self, output: FloatMap, placed: tuple[Placed, ...], last: DenseAnswer | None
    ) -> tuple[NDArray[Any], NDArray[Any]]:
        """The map before the newest mark, and the network's output over the photo.

        If the network is refined, or the newest mark supersedes an earlier one, the remaining
        earlier marks are applied again.
        """
        earlier = placed[:-1]
        counts = tuple(one for one in not_replaced(placed) if one is not placed[-1])
        if output is self._viewer.witness and len(counts) == len(not_replaced(earlier)):
            return self.render(last), self._own_after(last)
        own = self._read_of(output).copy()
        newest = placed[-1].mark
        if self._spreads(newest) and self._is_global(newest):  # it draws all marks anew itself
            return self.render(last), own
        return self._redrawn(own, counts, last), own

    def _spreads(self, mark: Mark) -> bool:
        """Whether a mark is applied to a region; a push is not if it can be optimised."""
        if isinstance(mark, Push) and self._prior is None and self._viewer.active:
            return False
        return self._viewer.refine.spreads

    def _response(self, window: Window) -> FloatMap | None:
        """See ``Ground.response``."""
        del window
        return None

    def _read(self, output: FloatMap) -> NDArray[Any]:
        height, width = self.photo.shape[:2]
        return self.rules.read(output, width=width, height=height)

    def _radius_px(self, mark: Mark) -> float:
        """The attention radius of a mark: as given, or a share of the photo's shorter side.

        For a stroke the share is added to the radius of its brush. A tool has none.
        """
        if isinstance(mark, Tidy):
            return nan
        share, given = self.rules.default_share, self.rules.given_share
        if isinstance(mark, Click) and self._prior is not None and given is not None:
            share = given
        plain: float = share * min(self.photo.shape[:2])
        if isinstance(mark, Stroke):
            return mark.radius_px + plain
        assert isinstance(mark, Click | Push)
        return plain if mark.radius_px is None else mark.radius_px


def _called(method: WeakMethod[Callable[..., NDArray[Any]]], *given: Any) -> NDArray[Any]:
    """The result of a method of an object that is still alive."""
    there = method()
    assert there is not None
    return there(*given)
