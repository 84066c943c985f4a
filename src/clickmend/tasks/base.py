"""What a task is: all that is special to one kind of prediction, and nothing else knows.

How a correction plugs in. An engine (``tasks/engine.py``) answers a mark in two steps. First the
network speaks: it is told the marks, or refined to them, or has long spoken. Then
``Engine.correct(scene)`` says what changes of the map that is shown, as a ``Patch``: rows, columns
and the values that stand there from now on. The ``Scene`` holds what a correction may look at:
the photo, the map shown before the mark, the initial map (the prior, or the network's own answer),
the network's answer now, in natural space over the
view ``scene.crop``, and all marks with their radii, the newest last. The patch is kept with the
answer: outside it nothing changes, undo takes it away bit for bit, and no earlier mark is asked
again. So a correction is one function from a scene to a patch, called in one line of ``correct``.

This file loads no torch; what runs networks is imported when a session opens.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Literal, TypeVar

from clickmend.core.errors import NotAvailableError, OptionError
from clickmend.core.files import write_atomically
from clickmend.core.registry import Registry
from clickmend.data.planes import with_suffix
from clickmend.feedback.mark_checks import check_place
from clickmend.feedback.marks import ERASE, Mark

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from torch import nn

    from clickmend.core.types import RGB
    from clickmend.data.levels import GreyPicture
    from clickmend.data.planes import PixelSource
    from clickmend.networks import Card, Model
    from clickmend.tasks.engine import Engine
    from clickmend.tasks.refine import Refine

NO_REFINEMENT = "none"

REGION = "region"
"""No variables: a mark holds over its region, and that is all."""

RADIUS_SHARE = 0.05
"""Attention radius of a mark that carries none, as a share of the photo's shorter side."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown at a place, in the words of a click there; ``None`` where it is unknown."""

    label: str | None = None
    value: float | None = None


class Prediction(ABC):
    """What a session shows.

    Attributes:
        suffixes: The files that it can be written as, the usual one first.
    """

    suffixes: ClassVar[tuple[str, ...]] = (".png", ".npy")

    @property
    @abstractmethod
    def pixels(self) -> NDArray[np.generic]:
        """What each pixel is, ``(H, W)`` of the original image."""

    @abstractmethod
    def encoded(self, suffix: str) -> bytes:
        """The content of a file whose name ends in one of ``suffixes``.

        Raises:
            OutputError: It cannot hold the values.
        """

    def drawn(self) -> bytes:
        """The PNG that a client draws from; that of the file where nothing else is said.

        Raises:
            OutputError: It cannot hold the values.
        """
        return self.encoded(".png")

    def shown(self) -> GreyPicture:
        """What a page shows, which holds whatever is there; that of ``drawn`` unless said."""
        from clickmend.data.levels import GreyPicture

        return GreyPicture.of(self.drawn())

    def coarse(self, every: int) -> GreyPicture | None:
        """What ``every_so_many`` leaves of ``shown``; ``None`` where the whole costs no more."""
        del every
        return None

    @abstractmethod
    def at(self, x: float, y: float) -> Shown:
        """What is shown at (x, y), a place inside the original image.

        Raises:
            ClickError: It lies outside.
        """

    def pixel(self, x: float, y: float) -> tuple[int, int]:
        """The row and the column of (x, y), a place inside the original image.

        Raises:
            ClickError: It lies outside.
        """
        height, width = self.pixels.shape
        check_place("the place", "Places", x, y, width=width, height=height)
        return int(y), int(x)

    def save(self, path: str | Path) -> None:
        """Write a file of the kind that the name ends in, whole or not at all.

        Raises:
            OutputError: The name ends in nothing of ``suffixes``, or it cannot be written there.
        """
        path = with_suffix(path, *self.suffixes)
        write_atomically(path, self.encoded(path.suffix.lower()))


P_co = TypeVar("P_co", bound=Prediction, covariant=True)


@dataclass(frozen=True, slots=True)
class Option:
    """Something a task takes beside photo and prior.

    Args:
        name: The keyword of ``Session``; on the command line with hyphens.
        kind: A file (or, in Python, its pixels), a number, or names (on the command line between
            commas, or a file with one in each line).
        metavar: How the command line calls its value.
        help: What it is, in a line.
    """

    name: str
    kind: Literal["file", "number", "names"]
    metavar: str
    help: str


@dataclass(frozen=True, slots=True)
class Written:
    """A mark as it is typed, ``X,Y X,Y …:WHAT@RADIUS``, or with ``=`` for the colon.

    Args:
        points: (x, y), at least one.
        what: Behind the colon; empty without one.
        radius_px: Behind the at sign.
        exact: Whether it was typed with ``=``, as what is painted exactly.
        filled: Whether the places stood in brackets, as the corners of an outline.
    """

    points: tuple[tuple[float, float], ...]
    what: str
    radius_px: float | None
    exact: bool = False
    filled: bool = False

    @property
    def paints(self) -> bool:
        """Whether it is a stroke: several places, or what only a brush does at one."""
        return self.exact or self.filled or len(self.points) > 1 or self.what == ERASE

    @property
    def label(self) -> str | int:
        """``what`` as a name or an index."""
        return int(self.what) if self.what.isdecimal() else self.what

    @property
    def number(self) -> float | None:
        """``what`` as a number, if it is one."""
        try:
            return float(self.what)
        except ValueError:
            return None


class Task(ABC, Generic[P_co]):
    """One kind of prediction; registered once, see ``tasks/registry.py``.

    Attributes:
        name: What ``task=`` and ``--task`` call it.
        weights: The network when none is named.
        prediction: What its sessions show.
        example: How its marks are typed, for an error.
        options: What it takes beside photo and prior.
        told: Whether the network itself is told the marks. A mark of another task holds over its
            region, whatever the network makes of it.
        radius_share: See ``RADIUS_SHARE``; ``None`` where the radius depends on the place.
        beside: How many channels the network is given behind those of the photo.
        channels: How many it answers with; ``None`` for any number.
    """

    name: ClassVar[str]
    weights: ClassVar[str]
    prediction: ClassVar[type[Prediction]]
    example: ClassVar[str]
    options: ClassVar[tuple[Option, ...]] = ()
    told: ClassVar[bool] = False
    radius_share: ClassVar[float | None] = RADIUS_SHARE
    beside: ClassVar[int] = 0
    channels: ClassVar[int | None] = 1

    def weights_for(self, *, prior: bool) -> str:
        """The network when none is named, for a session with or without a prior."""
        del prior
        return self.weights

    @abstractmethod
    def open(
        self,
        photo: RGB,
        model: Model,
        refine: Refine,
        *,
        prior: PixelSource | None,
        options: Mapping[str, object],
    ) -> Engine[P_co]:
        """The engine of a session.

        Args:
            photo: ``(H, W, 3)``.
            model: Network and card.
            refine: Where variables sit and how they move.
            prior: A prediction to start from.
            options: Those of ``options`` that are given.

        Raises:
            ModelError: The network is not made for the task.
            PriorError: The prior, or an option's file, does not fit.
            OptionError: An option is missing that cannot be done without.
        """

    @abstractmethod
    def mark_of(self, written: Written) -> Mark | None:
        """The mark that was typed; ``None`` where it is none of this task."""

    def check_options(self, options: Mapping[str, object]) -> None:
        """Refuse an option that the task does not have.

        Raises:
            OptionError: With the task whose it is.
        """
        from clickmend.tasks.registry import tasks_with

        for name in options:
            if name not in [option.name for option in self.options]:
                others = tasks_with(name)
                whose = f"the task {others[0]!r}" if others else "no task"
                raise OptionError(
                    f"{name} is an option of {whose}, not of {self.name!r}. Leave it out."
                )

    def check_refine(self, refine: Refine) -> None:
        """Refuse a refinement that has no place in the task.

        Raises:
            OptionError: It moves click maps where there are none, or regions where the network is
                told the marks.
        """
        if refine.needs_click_maps and not self.told:
            raise OptionError(
                f"{refine.layer} optimises click maps, and the networks of the task {self.name!r} "
                "have none. Allowed there is rgb-brs; choose it."
            )
        if refine.region_alone and self.told:
            raise OptionError(
                f"In the task {self.name!r} the clicks are inputs of the network, so there is no "
                "refinement 'region'. Choose 'none' or a layer, or leave refine= out."
            )

    def default_refine(self, card: Card, *, prior: bool) -> str:
        """The refinement when none is named: a prior is mended where marks hold, and no further."""
        if prior:
            return NO_REFINEMENT if self.told else REGION
        return card.refinement.default

    @property
    def plain_refinements(self) -> tuple[str, ...]:
        """The refinements that move no variables."""
        return (NO_REFINEMENT,) if self.told else (NO_REFINEMENT, REGION)

    def record(
        self, marks: Sequence[Mark], prediction: Prediction, *, output: Path | None
    ) -> dict[str, object]:
        """What the command line prints as JSON for a photo, beside the photo and its size."""
        del prediction
        return {
            "task": self.name,
            "marks": [{k: v for k, v in asdict(m).items() if v is not None} for m in marks],
            "output": str(output) if output else None,
        }

    def contract(self) -> type[nn.Module] | None:
        """What a wrapped network has to be; ``None`` for any that answers with a map."""
        return None

    def card_fields(self, *, view_px: int, labels: tuple[str, ...]) -> dict[str, object]:
        """What the card of a wrapped network says for this task alone."""
        del view_px, labels
        return {}


TASKS: Registry[Task[Any]] = Registry(
    "task", error=NotAvailableError, entry_points="clickmend.tasks"
)
"""Every task by name. Another distribution adds its own by an entry point of that group."""
