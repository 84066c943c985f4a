"""Masks from points that are added one after another."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from clickmend.core.arrays import to_numpy
from clickmend.core.types import RGB, Labels
from clickmend.feedback.crop import Crop
from clickmend.feedback.pointing import Point
from clickmend.networks import Model
from clickmend.networks.features import extract_features
from clickmend.parts import Instances, without_specks
from clickmend.tasks.instances.claims import Claim, Layers
from clickmend.tasks.instances.from_points import find_parts
from clickmend.tasks.instances.network_refinement import NetworkRefinement
from clickmend.tasks.places import pixel

FOUND_KEPT = 3
"""Number of sets of points whose masks are cached for undo."""

CLAIMS_KEPT = 16
"""Number of sets of points whose claims are cached, to continue with another point."""

Points = tuple[Point, ...]
Names = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pointed:
    """The points of objects, with labels.

    Args:
        together: The first points, which are segmented together.
        later: The later ones, added one after another.
        names: Labels of the objects, in the same order; ``None`` without labels.
    """

    together: Points
    later: Points = ()
    names: Names | None = None

    @property
    def points(self) -> Points:
        """All of them."""
        return (*self.together, *self.later)


class Finder:
    """Finds the masks of points; they depend only on the points and their order.

    The first points are segmented together as by ``instances``. A later point is segmented by
    itself, with the nearest earlier points as background clicks, and the object that had its pixel
    is segmented again, both in the view of that object. Without a refinement, all points are
    segmented together.

    Args:
        photo: ``(H, W, 3)``.
        model: The network whose features are used.
        refinement: Network refinement of the masks, if there is one.
        method: How parts are found.
        seed: Seed of the samples for the prototypes.
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
        self._layers = Layers(self._size)
        self._claimed: dict[Pointed, tuple[Claim, ...]] = {}
        self.index = lru_cache(maxsize=FOUND_KEPT)(self._index)

    def _index(self, given: Pointed) -> Labels:
        """The number of the object at each pixel, from 1, ``(H, W)``; not to be changed."""
        if self._refinement is None:
            labels: Labels = to_numpy(self._parts(given.points, given.names).labels)
            return labels.astype("int32")
        self._layers.lay(self._claims(given, self._refinement))
        return without_specks(self._layers.index)

    def _claims(self, given: Pointed, refinement: NetworkRefinement) -> tuple[Claim, ...]:
        """The claim of each object."""
        first = len(given.together)
        names = None if given.names is None else given.names[:first]
        done = Pointed(given.together, given.later, names)
        while done not in self._claimed and done.later:
            done = Pointed(done.together, done.later[:-1], names)
        claims = self._claimed.pop(done, None)
        if claims is None:
            found = self._parts(given.together, names)
            claims = tuple(refinement.claims(found, given.together))
        self._keep(done, claims)
        for count in range(len(done.later) + 1, len(given.later) + 1):
            done = Pointed(given.together, given.later[:count], names)
            claims = self._with(claims, done.points, refinement)
            self._keep(done, claims)
        return claims

    def _keep(self, points: Pointed, claims: tuple[Claim, ...]) -> None:
        self._claimed[points] = claims
        if len(self._claimed) > CLAIMS_KEPT:
            del self._claimed[next(iter(self._claimed))]

    def _with(
        self, claims: tuple[Claim, ...], points: Points, refinement: NetworkRefinement
    ) -> tuple[Claim, ...]:
        """The claims after one more point, the last."""
        newest, number = points[-1], len(points)
        here = pixel(*newest, self._size)
        if any(pixel(*point, self._size) == here for point in points[:-1]):
            return claims  # of points in one pixel the first has the mask
        had = max(claims, key=lambda one: one.at(newest), default=None)
        asked: dict[int, Crop | None] = {number: None}
        if had is not None and had.at(newest) > 0:  # there is the place to look for the new one
            asked = dict.fromkeys((number, had.number), had.crop)
        own, *again = refinement.asked(asked, points)
        if own is None:
            found = refinement.claims(self._parts(points, None), points)
            own = next(one for one in found if one.number == number)
        changed = {one.number: one for one in again if one is not None}
        return (*(changed.get(one.number, one) for one in claims), own)

    def _parts(self, points: Points, names: Names | None) -> Instances:
        return find_parts(
            extract_features(self._photo, points, self._model),
            points,
            names,
            size=self._size,
            method=self._method,
            seed=self._seed,
        )
