"""The interface of a task: everything that is specific to one kind of prediction.

How a correction plugs in: an engine (``tasks/engine.py``) answers a mark in two steps. First the
network runs: with the marks as input, refined to them, or, where it takes no marks, once per photo.
Then the engine's ``correct`` turns a ``Scene`` into a ``Patch``: rows, columns and their new
values. The ``Scene`` holds all that a correction may depend on: the photo, the map displayed before
the mark, the initial map (the prior or the network's own output), the network's current output in
natural space over the view ``scene.crop``, and all marks with their radii, the newest last. The
patch is kept with the answer: nothing changes outside it, undo removes it bit for bit, and no
earlier mark is evaluated again.

This file does not import torch; what runs networks is imported when a session opens.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Literal

from clickmend.core.errors import NotAvailableError, OptionError
from clickmend.core.registry import Registry
from clickmend.feedback.marks import ERASE, Mark
from clickmend.tasks.prediction import P_co, Prediction
from clickmend.tasks.refine import NO_REFINEMENT, REGION, Refine

if TYPE_CHECKING:
    from torch import nn

    from clickmend.core.types import RGB
    from clickmend.data.planes import PixelSource
    from clickmend.networks import Card, Model
    from clickmend.tasks.engine import Engine

RADIUS_SHARE = 0.05
"""Attention radius of a mark that carries none, as a share of the photo's shorter side."""


@dataclass(frozen=True, slots=True)
class Option:
    """An option of a task, beside photo and prior.

    Args:
        name: The keyword of ``Session``; on the command line with hyphens.
        kind: A file (or, in Python, its pixels), a number, or names (on the command line separated
            by commas, or a file with one per line).
        metavar: Its value in the help of the command line.
        help: One line for the help.
    """

    name: str
    kind: Literal["file", "number", "names"]
    metavar: str
    help: str


@dataclass(frozen=True, slots=True)
class Written:
    """A mark as typed on the command line, ``X,Y X,Y …:WHAT@RADIUS``, or with ``=`` for the colon.

    Args:
        points: (x, y), at least one.
        what: The text after the colon; empty without one.
        radius_px: The number after the at sign.
        exact: Whether it was typed with ``=``, for exact painting.
        filled: Whether the points were in brackets, as the corners of an outline.
    """

    points: tuple[tuple[float, float], ...]
    what: str
    radius_px: float | None
    exact: bool = False
    filled: bool = False

    @property
    def paints(self) -> bool:
        """Whether it is a stroke: several points, or one that only a brush can paint."""
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
        name: Its name for ``task=`` and ``--task``.
        weights: Name of the default network.
        prediction: The type of its predictions.
        example: How its marks are typed, for error messages.
        options: Its options beside photo and prior.
        told: Whether marks are an input of the network. If not, a mark sets its region, whatever
            the network predicts.
        radius_share: See ``RADIUS_SHARE``; ``None`` where the radius depends on the place.
        beside: Number of input channels of the network after those of the photo.
        channels: Number of its output channels; ``None`` for any.
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
        """Name of the default network, for a session with or without a prior."""
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
            refine: Options of the refinement.
            prior: A prediction to start from.
            options: The given options, by name.

        Raises:
            ModelError: The network is not one for the task.
            PriorError: The prior, or an option's file, does not fit.
            OptionError: A required option is missing or an option is not valid.
        """

    @abstractmethod
    def mark_of(self, written: Written) -> Mark | None:
        """The mark that was typed; ``None`` if the task has no such mark."""

    def has_option(self, name: str) -> bool:
        """Whether the task declares an option of that name."""
        return name in [option.name for option in self.options]

    def check_options(self, options: Mapping[str, object]) -> None:
        """Check that the task has all given options.

        Raises:
            OptionError: It does not have one; the message names the task that does.
        """
        for name in options:
            if not self.has_option(name):
                others = [other for other in TASKS if TASKS[other].has_option(name)]
                whose = f"the task {others[0]!r}" if others else "no task"
                raise OptionError(
                    f"{name} is an option of {whose}, not of {self.name!r}. Leave it out."
                )

    def check_refine(self, refine: Refine) -> None:
        """Check that a refinement is possible in the task.

        Raises:
            OptionError: It optimises click maps and the networks have none, or it is "region" and
                marks are inputs of the network.
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
        """The default refinement; with a prior nothing is optimised."""
        if prior:
            return NO_REFINEMENT if self.told else REGION
        return card.refinement.default

    @property
    def plain_refinements(self) -> tuple[str, ...]:
        """The refinements that optimise nothing."""
        return (NO_REFINEMENT,) if self.told else (NO_REFINEMENT, REGION)

    def record(
        self, marks: Sequence[Mark], prediction: Prediction, *, output: Path | None
    ) -> dict[str, object]:
        """The JSON record of a photo on the command line, beside its name and size."""
        del prediction
        return {
            "task": self.name,
            "marks": [{k: v for k, v in asdict(m).items() if v is not None} for m in marks],
            "output": str(output) if output else None,
        }

    def contract(self) -> type[nn.Module] | None:
        """The required base class of a wrapped network; ``None`` for any that outputs a map."""
        return None

    def card_fields(self, *, view_px: int, labels: tuple[str, ...]) -> dict[str, object]:
        """Fields of a wrapped network's card that are specific to this task."""
        del view_px, labels
        return {}

    def check_output(self, *, channels: int, low: float, high: float) -> None:
        """Refuse the output of a wrapped network on a test image, or log what is doubtful about it.

        Args:
            channels: Number of its channels.
            low: Its smallest value.
            high: Its largest value.

        Raises:
            ModelError: It cannot be a prediction of this task.
        """
        del channels, low, high


TASKS: Registry[Task[Any]] = Registry(
    "task", error=NotAvailableError, entry_points="clickmend.tasks"
)
"""Every task by name. Another distribution adds its own by an entry point of that group."""
