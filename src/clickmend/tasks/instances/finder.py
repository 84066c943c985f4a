"""The masks of points that come one after another on one photo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from clickmend.core.arrays import to_numpy
from clickmend.core.types import RGB, Labels
from clickmend.feedback.pointing import Point
from clickmend.networks import Model
from clickmend.networks.features import extract_features
from clickmend.parts import Instances, without_specks
from clickmend.tasks.instances.from_points import find_parts
from clickmend.tasks.instances.network_refinement import Claim, NetworkRefinement, laid
from clickmend.tasks.places import pixel

FOUND_KEPT = 3
"""For how many sets of points the masks are kept, so that undo need not look again."""

Points = tuple[Point, ...]
Names = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pointed:
    """The points of objects, and what these are.

    Args:
        together: Those that came first and are looked at together.
        later: Those that came then, one after another.
        names: Of the objects, in the same order; ``None`` where nothing was said.
    """

    together: Points
    later: Points = ()
    names: Names | None = None

    @property
    def points(self) -> Points:
        """All of them."""
        return (*self.together, *self.later)


class Finder:
    """Finds the masks of points; it depends on the points alone what is found.

    Those that came first together are found as by ``instances``. A point that
    comes later is asked for by itself, with the nearest points before as background, and of the
    objects before those alone are asked again that claim its pixel. Without a refinement, all
    points are looked at together.

    Args:
        photo: ``(H, W, 3)``.
        model: What sees the photo.
        refinement: Network refinement of the masks, if there is one.
        method: How parts are found.
        seed: Of the samples behind the prototypes.
    """

    def __init__(
        self,
        photo: RGB,
        model: Model,
        refinement: NetworkRefinement | None,
        *,
        method: str,
        seed: int,
    ) -> None:
        self._photo, self._model, self._refinement = photo, model, refinement
        self._size = photo.shape[0], photo.shape[1]
        self._method, self._seed = method, seed
        self._newest: tuple[Pointed, list[Claim]] | None = None
        self.index = lru_cache(maxsize=FOUND_KEPT)(self._index)

    def _index(self, given: Pointed) -> Labels:
        """The number of each pixel's object, from 1, ``(H, W)``; not to be changed."""
        if self._refinement is None:
            labels: Labels = to_numpy(self._parts(given.points, given.names).labels)
            return labels.astype("int32")
        index, _ = laid(self._claims(given, self._refinement), self._size)
        return without_specks(index)

    def _claims(self, given: Pointed, refinement: NetworkRefinement) -> list[Claim]:
        """What each object claims."""
        first = len(given.together)
        names = None if given.names is None else given.names[:first]
        begun = Pointed(given.together, (), names)
        done, claims = begun, None
        if self._newest is not None:
            newest = self._newest[0]
            more = given.later[: len(newest.later)] == newest.later
            if more and Pointed(newest.together, (), newest.names) == begun:
                done, claims = self._newest
        if claims is None:
            found = self._parts(given.together, names)
            claims = refinement.claims(found, given.together)
        for count in range(len(done.points) + 1, len(given.points) + 1):
            claims = self._with(claims, given.points[:count], refinement)
        self._newest = Pointed(given.together, given.later, names), claims
        return claims

    def _with(
        self, claims: Sequence[Claim], points: Points, refinement: NetworkRefinement
    ) -> list[Claim]:
        """What is claimed when one more point has come, the last."""
        newest, number = points[-1], len(points)
        here = pixel(*newest, self._size)
        if any(pixel(*point, self._size) == here for point in points[:-1]):
            return [*claims]  # of points in one pixel the first has the mask
        kept = [
            (refinement.claim(one.number, points) if one.holds(newest) else None) or one
            for one in claims
        ]
        own = refinement.claim(number, points)
        if own is None:
            found = refinement.claims(self._parts(points, None), points)
            own = next(one for one in found if one.number == number)
        return [*kept, own]

    def _parts(self, points: Points, names: Names | None) -> Instances:
        return find_parts(
            extract_features(self._photo, points, self._model),
            points,
            names,
            size=self._size,
            method=self._method,
            seed=self._seed,
        )
