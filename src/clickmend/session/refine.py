"""How a session refines: where the variables sit, what moves them, how far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from clickmend.core.errors import OptionError
from clickmend.refinement import LAYERS

EnergyKind: TypeAlias = Literal["consistency", "clicks", "brs"]
"""L_r + λ L_c by Adam, L_r alone by Adam, or BRS's corrective and inertial energy by L-BFGS."""

NO_REFINEMENT = "none"

REGION = "region"
"""No variables: what a mark says holds over its region, and that is all."""

INPUTS = {"rgb-brs": 0, "distmap-brs": 1}
"""The baselines whose variables are an input of the network, and which."""

REFINEMENTS = (NO_REFINEMENT, REGION, *(name for name in LAYERS if name != "delta"), *INPUTS)
"""What ``refine`` may name."""

LEARNING_RATE = 0.01
"""The step size of a layer for which the card gives none."""


@dataclass(frozen=True, slots=True)
class Refine:
    """A refinement in full; what is left out is the card's.

    Args:
        layer: "none"; "region", where no variables move and marks hold over their regions; a G-BRS
            layer, "sb" "bmsb" "bmsb-m" "bmconv"; "rgb-brs", the photo as variables; or
            "distmap-brs", the click maps as variables (interactive only).
        at: Parts of the network behind which the layer is inserted.
        learning_rate: Step size.
        energy: What is minimised, see ``EnergyKind``.
        iterations: Steps per click at most.
        top_k: The layer takes only that many channels, those with the highest mean activation.
        spread: Whether, after the variables moved, what a mark says holds over its region too. The
            interactive network is told its clicks, so there it is without effect.

    Raises:
        OptionError: There is no such layer or energy, or a number has no sense.
    """

    layer: str
    at: tuple[str, ...] | None = None
    learning_rate: float | None = None
    energy: EnergyKind = "consistency"
    iterations: int | None = None
    top_k: int | None = None
    spread: bool = True

    def __post_init__(self) -> None:
        if self.layer not in REFINEMENTS:
            raise OptionError(
                f"There is no refinement {self.layer!r}. Available: {', '.join(REFINEMENTS)}."
            )
        if self.energy not in get_args(EnergyKind):
            raise OptionError(
                f"There is no energy {self.energy!r}. Available: {', '.join(get_args(EnergyKind))}."
            )
        if self.at is not None and not self.at:
            raise OptionError(
                "at names no part of the network. Name one or more, or leave it out to take the "
                "places of the model's card."
            )
        for name, number in (
            ("learning_rate", self.learning_rate),
            ("iterations", self.iterations),
            ("top_k", self.top_k),
        ):
            if number is not None and not number > 0:
                raise OptionError(
                    f"{name} is {number}. It is above 0; leave it out for the card's."
                )

    @property
    def active(self) -> bool:
        """Whether variables are moved."""
        return self.layer not in (NO_REFINEMENT, REGION)

    @property
    def spreads(self) -> bool:
        """Whether what a mark says holds over its region."""
        return self.layer == REGION or (self.active and self.spread)
