"""What a refinement layer is, how one declares its variables, and where layers register."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import torch
from torch import Tensor, nn

from clickmend.core.errors import ModelError
from clickmend.core.registry import Registry
from clickmend.core.shapes import Float
from clickmend.refinement.bias_map import Crop, resample_map


class Layer(nn.Module, ABC):
    """A refinement layer: the identity until its variables are moved.

    It builds itself from the first feature map that it meets, ``(1, C, H, W)``, or from a state
    that is loaded. A variable over the pixels covers the whole feature map: when it meets one of
    another height or width it is resampled to it.
    """

    at_input: ClassVar[bool] = False
    """Whether it refines the network's input; then it is no choice among those inside."""

    learning_rate: ClassVar[float | None] = None
    """Step size with a network whose card gives none for this layer."""

    @property
    @abstractmethod
    def built(self) -> bool:
        """Whether the variables exist."""

    @abstractmethod
    def build(self, m: Tensor) -> None:
        """Make the variables for feature maps like ``m``."""

    @abstractmethod
    def reset(self) -> None:
        """Put the variables back to the identity."""

    @abstractmethod
    def project(self) -> None:
        """Put the variables back into their range; to be called after a step."""

    @abstractmethod
    def resample(self, old: Crop, new: Crop) -> None:
        """Follow the network's input from the crop ``old`` of the image to the crop ``new``."""

    @abstractmethod
    def refine(self, m: Tensor) -> Tensor:
        """The layer's equation, at the precision of its variables."""

    def forward(self, m: Float[Tensor, "B C H W"]) -> Float[Tensor, "B C H W"]:
        """The refined map, with the type of ``m``; computed in float32 at least."""
        if not self.built:
            with torch.inference_mode(False), torch.no_grad():
                self.build(m)
        with torch.autocast(m.device.type, enabled=False):
            return self.refine(m.to(torch.promote_types(m.dtype, torch.float32))).to(m.dtype)

    def _load_from_state_dict(self, state_dict: dict[str, Any], prefix: str, *rest: Any) -> None:
        """Make room for the state of a layer that met another map than this one, or met the first.

        A variable that the state lacks gets an empty place, so that it is reported as missing.
        """
        names = self._parameters.keys() | self._buffers.keys()
        if any(prefix + name in state_dict for name in names):
            for name in names:
                self._make_room(name, state_dict.get(prefix + name))
        super()._load_from_state_dict(state_dict, prefix, *rest)

    def _make_room(self, name: str, like: Tensor | None) -> None:
        current = getattr(self, name)
        if current is None:
            room = torch.empty(0) if like is None else torch.empty_like(like)
            setattr(self, name, nn.Parameter(room) if name in self._parameters else room)
        elif like is not None and current.shape != like.shape:
            current.data = torch.empty_like(like, device=current.device)


LAYERS: Registry[type[Layer]] = Registry("refinement layer", entry_points="clickmend.layers")
"""Every layer by name. Another distribution adds its own by an entry point of that group."""


def inner_layers() -> tuple[str, ...]:
    """Names of the registered layers that stand inside a network."""
    return tuple(name for name in LAYERS if not LAYERS[name].at_input)


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable of a layer.

    Args:
        shape: Its sizes in the letters of the feature map, ``"C"``, ``"H W"``, ``"C C"``; empty
            for a scalar. What ends in ``"H W"`` lies over the pixels and follows size and crop.
        start: The value that makes the layer the identity.
        least: Lower end of its range.
        most: Upper end of its range.
    """

    shape: str
    start: float
    least: float | None = None
    most: float | None = None

    @property
    def over_pixels(self) -> bool:
        """Whether there is a value for each pixel."""
        return self.shape.endswith("H W")


class EquationLayer(Layer, ABC):
    """A layer that is one equation over variables; a new one declares just these two.

    Attributes:
        variables: The variables by name.
        equation: The refined map from the map and, by name, the variables.
    """

    variables: ClassVar[Mapping[str, Variable]]
    equation: ClassVar[Callable[..., Tensor]]

    def __init__(self) -> None:
        super().__init__()
        for name in self.variables:
            self.register_parameter(name, None)

    @property
    def built(self) -> bool:
        """Whether the variables exist."""
        return all(self._parameters[name] is not None for name in self.variables)

    def width(self, m: Tensor) -> int:
        """How many channels of ``m`` have variables."""
        return m.shape[1]

    def build(self, m: Tensor) -> None:
        """Make the variables, at their start."""
        sizes = {"C": self.width(m), "H": m.shape[2], "W": m.shape[3]}
        dtype = torch.promote_types(m.dtype, torch.float32)
        for name, variable in self.variables.items():
            shape = [sizes[letter] for letter in variable.shape.split()]
            start = torch.full(shape, variable.start, device=m.device, dtype=dtype)
            setattr(self, name, nn.Parameter(start))

    @torch.no_grad()
    def reset(self) -> None:
        """Put the variables back to their start."""
        for name, values in self.named_parameters():
            values.fill_(self.variables[name].start)

    @torch.no_grad()
    def project(self) -> None:
        """Put the variables back into the range that is declared."""
        for name, values in self.named_parameters():
            variable = self.variables[name]
            if (variable.least, variable.most) != (None, None):
                values.clamp_(variable.least, variable.most)

    def resample(self, old: Crop, new: Crop) -> None:
        """What lies over the pixels follows the crop."""
        for values in self._over_pixels():
            values.data = resample_map(values.detach(), old, new)

    def forward(self, m: Float[Tensor, "B C H W"]) -> Float[Tensor, "B C H W"]:
        """The refined map, with the type of ``m``; computed in float32 at least.

        Raises:
            ModelError: The map has another number of channels than the variables.
        """
        channels = self._channels()
        if channels is not None and channels != self.width(m):
            raise ModelError(
                f"The refinement layer has variables for {channels} channels, the feature "
                f"map has {self.width(m)}. A layer serves one place of one network; insert another."
            )
        size = (m.shape[2], m.shape[3])
        for values in self._over_pixels():
            if tuple(values.shape[-2:]) != size:
                whole = (0.0, 0.0, 1.0, 1.0)
                values.data = resample_map(values.detach(), whole, whole, size=size)
        return super().forward(m)

    def _channels(self) -> int | None:
        """How many channels the variables are for; ``None`` when there are none or none depend."""
        for name, values in self.named_parameters():
            letters = self.variables[name].shape.split()
            if "C" in letters:
                return values.shape[letters.index("C")]
        return None

    def _over_pixels(self) -> list[nn.Parameter]:
        return [
            values for name, values in self.named_parameters() if self.variables[name].over_pixels
        ]

    def refine(self, m: Tensor) -> Tensor:
        """The equation with the variables as they stand."""
        return type(self).equation(m, **dict(self.named_parameters()))


def finite(m: Tensor) -> Tensor:
    """``m`` with zeros for infinities and NaN, so that a product with 0 is 0."""
    return torch.nan_to_num(m, nan=0.0, posinf=0.0, neginf=0.0)
