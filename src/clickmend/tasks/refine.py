"""Options of the refinement: where variables are inserted and how they are optimised."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from clickmend.core.errors import OptionError
from clickmend.core.extras import is_installed
from clickmend.core.numbers import is_finite, is_index
from clickmend.feedback.marks import Mark, Push

NO_REFINEMENT = "none"

REGION = "region"
"""No variables: each mark applies to its region, and nothing is optimised."""

EnergyKind: TypeAlias = Literal["consistency", "clicks", "brs"]
"""L_r + λ L_c by Adam, L_r alone by Adam, or BRS's corrective and inertial energy by L-BFGS."""

PRINTED = ("sb", "bmsb", "bmsb-m", "bmconv")
"""The layers of the paper (Eq. 3 to 6), which are known without importing any."""

LEARNING_RATE = 0.01
"""The step size of a layer for which neither the card nor the layer gives one."""


@dataclass(frozen=True, slots=True)
class InputBaseline:
    """A baseline whose variables are an input of the network.

    Args:
        argument: Position of the input among what the network takes.
        channels: Channels of the input that are optimised; all when missing.
    """

    argument: int
    channels: tuple[int, ...] | None = None


INPUT_BASELINES = {
    "rgb-brs": InputBaseline(argument=0),
    "distmap-brs": InputBaseline(argument=1, channels=(0, 1)),
}
"""The photo, and those input channels of an interactive network that hold the click maps."""


def refinements() -> tuple[str, ...]:
    """The names of all refinements, including the layers registered so far.

    Without torch, which all layers need, those of the paper are listed.
    """
    layers: tuple[str, ...] = PRINTED
    if is_installed("torch"):
        from clickmend.refinement import inner_layers

        layers = inner_layers()
    return (NO_REFINEMENT, REGION, *layers, *INPUT_BASELINES)


@dataclass(frozen=True, slots=True)
class Refine:
    """Options of the refinement; those left out come from the model's card.

    Args:
        layer: The name of a registered layer, such as "sb", "bmsb", "bmsb-m" or "bmconv"; or of
            an input baseline, "rgb-brs", which optimises the photo, or "distmap-brs", which
            optimises the click maps (interactive only); or "region", which optimises nothing and
            applies each mark to its region; or "none".
        at: Name or names of the modules behind which the layer is inserted.
        learning_rate: Step size.
        energy: The energy to minimise, see ``EnergyKind``.
        iterations: Maximum number of steps per click.
        top_k: Number of channels that are refined, those with the highest mean activation.
        spread: Whether a mark is also applied to its region after the optimisation. No effect in
            the interactive task, whose network takes the clicks as input.
        may_lack: Whether to go on without optimisation where it is impossible, because torch is
            not installed (logged) or the network does not predict the user's classes. Otherwise
            that is an error.
        sparing: Whether marks without a radius do not wait for the optimisation: where marks apply
            to their regions it runs afterwards and affects later predictions; elsewhere it is
            skipped for them.

    Raises:
        OptionError: There is no such layer or energy, or a number is not valid.

    Example:
        >>> refine = cm.Refine("bmsb", iterations=5)
        >>> session = cm.Session(photo, task="semantic", refine=refine)
        >>> session.click(40, 30, label="road").labels.shape
        (300, 451)
    """

    layer: str
    at: str | tuple[str, ...] | None = None
    learning_rate: float | None = None
    energy: EnergyKind = "consistency"
    iterations: int | None = None
    top_k: int | None = None
    spread: bool = True
    may_lack: bool = False
    sparing: bool = False

    def __post_init__(self) -> None:
        known = (NO_REFINEMENT, REGION, *PRINTED)
        if self.layer not in known and self.layer not in refinements():
            raise OptionError(
                f"There is no refinement {self.layer!r}. Available: {', '.join(refinements())}."
            )
        if self.energy not in get_args(EnergyKind):
            raise OptionError(
                f"There is no energy {self.energy!r}. Available: {', '.join(get_args(EnergyKind))}."
            )
        if isinstance(self.at, str):
            object.__setattr__(self, "at", (self.at,))
        if self.at is not None and not self.at:
            raise OptionError(
                "at names no module of the network. Name at least one, or leave it out for the "
                "modules in the model's card."
            )
        if self.learning_rate is not None and not (
            is_finite(self.learning_rate) and self.learning_rate > 0
        ):
            raise OptionError(
                f"learning_rate is {self.learning_rate!r}. Allowed are positive numbers; leave it "
                "out for the value in the model's card."
            )
        for name, number in (("iterations", self.iterations), ("top_k", self.top_k)):
            if number is not None and not (is_index(number) and number > 0):
                raise OptionError(
                    f"{name} is {number!r}. Allowed are whole numbers from 1; leave it out for the "
                    "value in the model's card."
                )

    @property
    def inner_layer(self) -> str | None:
        """The registered layer inserted into the network; ``None`` if there is none."""
        plain = self.layer in (NO_REFINEMENT, REGION) or self.layer in INPUT_BASELINES
        return None if plain else self.layer

    @property
    def input_baseline(self) -> InputBaseline | None:
        """The input of the network that is optimised; ``None`` if none is."""
        return INPUT_BASELINES.get(self.layer)

    def waits_for(self, mark: Mark) -> bool:
        """Whether the answer to a mark waits for the optimisation."""
        radius_px = getattr(mark, "radius_px", None)
        return not self.sparing or isinstance(mark, Push) or radius_px is not None

    @property
    def needs_click_maps(self) -> bool:
        """Whether the click maps are optimised, which only interactive networks have."""
        return self.input_baseline is not None and self.input_baseline.argument > 0

    @property
    def active(self) -> bool:
        """Whether anything is optimised."""
        return self.inner_layer is not None or self.input_baseline is not None

    @property
    def region_alone(self) -> bool:
        """Whether marks apply to their regions and nothing is optimised."""
        return self.layer == REGION

    @property
    def spreads(self) -> bool:
        """Whether marks apply to their regions."""
        return self.region_alone or (self.active and self.spread)

    def step_size(self, of_card: Mapping[str, float]) -> float:
        """The learning rate: as given, else the card's, the layer's, or ``LEARNING_RATE``.

        Args:
            of_card: The card's learning rates by name.
        """
        if self.learning_rate is not None:
            return self.learning_rate
        from clickmend.refinement import LAYERS

        own = None if self.inner_layer is None else LAYERS[self.inner_layer].learning_rate
        return of_card.get(self.layer, LEARNING_RATE if own is None else own)
