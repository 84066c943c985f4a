"""The bytes of an image, marks and maybe a prior become a mask; a further mark costs one mark.

Tools send all marks again with each one. The session of a photo and its prior is kept: as far as
the marks are those it was given, it goes on from there, and undoes what is no longer among them.
"""

from __future__ import annotations

import hashlib
import math
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import cast, final

from clickmend.core.errors import ClickError
from clickmend.core.held import held_bytes
from clickmend.core.types import RGB, FloatMap, Mask
from clickmend.feedback.marks import Box, Click, Mark
from clickmend.networks import Model
from clickmend.projects.actions import as_marking
from clickmend.projects.contracts import Marking
from clickmend.projects.opening import Options, SessionFactory, Start
from clickmend.server.interop.priors import Priors
from clickmend.server.newest_few import NewestFew
from clickmend.tasks.interactive.prediction import InteractivePrediction

MOST_MARKS = 500
"""In one request."""


@final
@dataclass(frozen=True, eq=False)
class Mended:
    """What is seen after the marks.

    Attributes:
        mask: The object, ``(H, W)``.
        probability: Of "belongs to the object", ``(H, W)``, in [0, 1].
    """

    mask: Mask
    probability: FloatMap

    @property
    def confidence(self) -> float:
        """The mean probability of the object's pixels, 0 where there are none; not calibrated."""
        return float(self.probability[self.mask].mean()) if self.mask.any() else 0.0


@dataclass(eq=False)
class _Kept:
    """A session and the marks that it was given, each of which is one action of it."""

    session: Marking | None = None
    given: list[Mark] = field(default_factory=list)
    busy: threading.Lock = field(default_factory=threading.Lock)


class Mender:
    """Masks of objects, asked for by other tools.

    Args:
        factory: Starts a session.
        options: With which it is started.
        read: Makes the pixels of a file.
        priors: Masks that are there already, if there are some.
        most: How many sessions are kept; the one unused for longest makes room.
        most_megabytes: How much memory they may take together; the newest is kept.
    """

    def __init__(
        self,
        factory: SessionFactory,
        *,
        options: Options = Options(),  # noqa: B008  # never changes
        read: Callable[[bytes], RGB],
        priors: Priors | None = None,
        most: int = 8,
        most_megabytes: float = math.inf,
    ) -> None:
        self._factory, self._options = factory, options
        self._read = read
        self._priors = priors
        self._sessions = NewestFew[tuple[str, str], _Kept](
            most=most, most_bytes=1e6 * most_megabytes
        )
        self._choosing = threading.Lock()

    def mend(
        self,
        image: bytes,
        marks: Sequence[Mark],
        *,
        prior: bytes | None = None,
        any_order: bool = False,
    ) -> Mended:
        """The mask after marks.

        Args:
            image: The content of a picture's file.
            marks: Clicks and boxes in pixels of the photo, the newest last. A place on the right
                or lower edge counts as that of the last pixel.
            prior: A mask to start from, the content of its file; the one that is known of the
                image when left out.
            any_order: Whether the order of the marks is unknown. Then those known from earlier
                requests come first, as they came.

        Raises:
            ImageError: It is no photo, or too large.
            PriorError: The prior is no mask of this photo.
            ClickError: There are too many marks, or one has no sense.
        """
        check_number(marks)
        with self._session(image, prior) as (session, given):
            width, height = session.size
            marks = [_at_edge(mark, width=width, height=height) for mark in marks]
            if any_order:
                marks = _as_they_came(marks, given)
            _give(session, given, marks)
            shown = cast(InteractivePrediction, session.prediction)
            return Mended(shown.mask, shown.probability)

    def prepare(self, image: bytes) -> None:
        """Do what the first mark on a picture would wait for.

        Args:
            image: The content of the picture's file.

        Raises:
            ImageError: It is no photo, or too large.
        """
        with self._session(image, None) as (session, _):
            session.prepare()

    @contextmanager
    def _session(self, image: bytes, prior: bytes | None) -> Iterator[tuple[Marking, list[Mark]]]:
        """The session of an image and its prior, and the marks that it was given."""
        sha256 = hashlib.sha256(image).hexdigest()
        if prior is None and self._priors is not None:
            prior = self._priors.of(sha256, length=len(image))
        key = sha256, "" if prior is None else hashlib.sha256(prior).hexdigest()
        kept = self._kept(key)
        with kept.busy:
            if kept.session is None:
                start = Start(prior=prior)
                kept.session = as_marking(self._factory(self._read(image), self._options, start))
            try:
                yield kept.session, kept.given
            finally:
                self._sessions.put(key, kept, held_bytes(kept.session, without=(Model,)))

    def _kept(self, key: tuple[str, str]) -> _Kept:
        with self._choosing:
            kept = self._sessions.get(key)
            if kept is None:
                kept = _Kept()
                self._sessions.put(key, kept, 0)
        return kept


def check_number(marks: Sequence[object]) -> None:
    """Refuse more marks than one request may have.

    Raises:
        ClickError: With their number.
    """
    if len(marks) > MOST_MARKS:
        raise ClickError(
            f"There are {len(marks)} marks in one request. At most {MOST_MARKS} are taken; accept "
            "the mask and begin the next one."
        )


def _give(session: Marking, given: list[Mark], marks: Sequence[Mark]) -> None:
    """Bring a session from the marks that it was given to ``marks``."""
    same = 0
    while same < min(len(given), len(marks)) and given[same] == marks[same]:
        same += 1
    while len(given) > same:
        session.undo()
        given.pop()
    for mark in marks[same:]:
        session.add(mark)
        given.append(mark)


def _as_they_came(marks: Sequence[Mark], given: Sequence[Mark]) -> list[Mark]:
    """The marks, those that were given before first and in that order."""
    left = Counter(marks)
    before = []
    for mark in given:
        if not left[mark]:
            break
        left[mark] -= 1
        before.append(mark)
    new = []
    for mark in reversed(marks):
        if left[mark]:
            left[mark] -= 1
            new.append(mark)
    return before + new[::-1]


def _at_edge(mark: Mark, *, width: int, height: int) -> Mark:
    if isinstance(mark, Click):
        x = math.nextafter(width, 0) if mark.x == width else mark.x
        y = math.nextafter(height, 0) if mark.y == height else mark.y
        return replace(mark, x=x, y=y)
    assert isinstance(mark, Box)
    return mark
