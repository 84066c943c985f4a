"""The four G-BRS layers and the bias of BRS: pure functions, and modules that hold the variables.

Every layer starts as the identity **bit for bit**, for every input (signed zeros, subnormals,
infinities and NaN too), in float32 and, computed in float32 and cast back, in bfloat16:

- biases start at −0.0, for x + (−0.0) is x for every x, while −0.0 + 0.0 is +0.0;
- ``bmsb-m`` and ``bmconv`` are written as m plus what they change. Printed, as w·m + (1−w)·m and
  as a product with the identity matrix, they would round, and spread an infinity as NaN;
- ``bmconv`` is a ``matmul``, which PyTorch runs without TF32 unless told otherwise (a convolution
  uses it by default). The change it adds is exactly zero at the start even with TF32.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, final

import torch
from jaxtyping import Float
from torch import Tensor, nn

from clickmend.core.errors import ModelError, OptionError
from clickmend.core.registry import Registry
from clickmend.refinement.bias_map import Crop, resample_map

_START = {"s": 1.0, "b": -0.0, "b_m": -0.0, "w_c": 1.0, "w": 0.5, "kernel": 0.0, "z": -0.0}


def sb(
    m: Float[Tensor, "B C H W"], s: Float[Tensor, " C"], b: Float[Tensor, " C"]
) -> Float[Tensor, "B C H W"]:
    """m·s + b, per channel (Eq. 3); this is f-BRS."""
    return m * s[:, None, None] + b[:, None, None]


def bmsb(
    m: Float[Tensor, "B C H W"],
    b_m: Float[Tensor, "H W"],
    w_c: Float[Tensor, " C"],
    s: Float[Tensor, " C"],
    b: Float[Tensor, " C"],
) -> Float[Tensor, "B C H W"]:
    """(m + b_m·w_c)·s + b (Eq. 4): a bias map, weighted per channel, then scale and bias."""
    return sb(m + b_m * w_c[:, None, None], s, b)


def bmsb_m(
    m: Float[Tensor, "B C H W"],
    b_m: Float[Tensor, "H W"],
    w_c: Float[Tensor, " C"],
    s: Float[Tensor, " C"],
    b: Float[Tensor, " C"],
    w: Float[Tensor, ""],
) -> Float[Tensor, "B C H W"]:
    """w·(m·s + b) + (1−w)·(m + b_m·w_c) (Eq. 5), written as m plus the change; w in [0, 1]."""
    everywhere = _finite(m) * (s - 1)[:, None, None] + b[:, None, None]
    locally = b_m * w_c[:, None, None]
    return m + (w * everywhere + (1 - w) * locally)


def bmconv(
    m: Float[Tensor, "B C H W"],
    b_m: Float[Tensor, "H W"],
    w_c: Float[Tensor, " C"],
    kernel: Float[Tensor, "C C"],
    b: Float[Tensor, " C"],
) -> Float[Tensor, "B C H W"]:
    """conv1×1(m + β·b_m·w_c) with β = 10 (Eq. 6), written as its argument plus the change.

    ``kernel`` is what the printed kernel has beyond the identity: w_conv − 1.
    """
    x = m + 10 * b_m * w_c[:, None, None]
    # Subtracted, not added: the product with a zero kernel is a zero of either sign.
    lost = torch.matmul(-kernel, _finite(x).flatten(2)).reshape(x.shape)
    return x - (lost - b[:, None, None])


def delta(m: Float[Tensor, "B C H W"], z: Float[Tensor, "C H W"]) -> Float[Tensor, "B C H W"]:
    """The Δx of BRS (Eq. 1): m + z, where every value may move by itself."""
    return m + z


def _finite(m: Tensor) -> Tensor:
    return torch.nan_to_num(m, nan=0.0, posinf=0.0, neginf=0.0)


class Layer(nn.Module, ABC):
    """A refinement layer: the identity until its variables are moved.

    It builds itself from the first feature map that it meets, ``(1, C, H, W)``, or from a state
    that is loaded. A bias map covers the whole feature map: when it meets one of another height or
    width it is resampled to it.
    """

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
        """Put the variables back into their range (w into [0, 1]); to be called after a step."""

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


LAYERS: Registry[type[Layer]] = Registry("refinement layer")


class _Equation(Layer, ABC):
    """A layer that is one of the functions above, with variables named and started as _START."""

    names: ClassVar[tuple[str, ...]]
    equation: ClassVar[Callable[..., Tensor]]

    def __init__(self) -> None:
        super().__init__()
        for name in self.names:
            self.register_parameter(name, None)

    @property
    def built(self) -> bool:
        return self._parameters[self.names[0]] is not None

    def width(self, m: Tensor) -> int:
        """How many channels of ``m`` have variables."""
        return m.shape[1]

    def build(self, m: Tensor) -> None:
        channels, size = self.width(m), tuple(m.shape[2:])
        shapes = {"b_m": size, "w": (), "kernel": (channels, channels), "z": (channels, *size)}
        dtype = torch.promote_types(m.dtype, torch.float32)
        for name in self.names:
            shape = shapes.get(name, (channels,))
            start = torch.full(shape, _START[name], device=m.device, dtype=dtype)
            setattr(self, name, nn.Parameter(start))

    @torch.no_grad()
    def reset(self) -> None:
        for name, variable in self.named_parameters():
            variable.fill_(_START[name])

    @torch.no_grad()
    def project(self) -> None:
        w = self._parameters.get("w")
        if w is not None:
            w.clamp_(0, 1)

    def resample(self, old: Crop, new: Crop) -> None:
        for spread in self._spread():
            spread.data = resample_map(spread.detach(), old, new)

    def forward(self, m: Float[Tensor, "B C H W"]) -> Float[Tensor, "B C H W"]:
        channelled = self._parameters["b" if "b" in self.names else "z"]
        if channelled is not None and len(channelled) != self.width(m):
            raise ModelError(
                f"The refinement layer has variables for {len(channelled)} channels, the feature "
                f"map has {self.width(m)}. A layer serves one place of one network; insert another."
            )
        size = (m.shape[2], m.shape[3])
        for spread in self._spread():
            if tuple(spread.shape[-2:]) != size:
                whole = (0.0, 0.0, 1.0, 1.0)
                spread.data = resample_map(spread.detach(), whole, whole, size=size)
        return super().forward(m)

    def _spread(self) -> list[nn.Parameter]:
        """The variables that are spread over the feature map."""
        variables = (self._parameters.get(name) for name in ("b_m", "z"))
        return [variable for variable in variables if variable is not None]

    def refine(self, m: Tensor) -> Tensor:
        return type(self).equation(m, **dict(self.named_parameters()))


@final
@LAYERS.register("sb")
class SB(_Equation):
    """Scale and bias, see :func:`sb`."""

    names = ("s", "b")
    equation = staticmethod(sb)


@final
@LAYERS.register("bmsb")
class BMSB(_Equation):
    """Bias map, then scale and bias, see :func:`bmsb`."""

    names = ("b_m", "w_c", "s", "b")
    equation = staticmethod(bmsb)


@final
@LAYERS.register("bmsb-m")
class BMSBM(_Equation):
    """A mixture of scale and bias with a bias map, see :func:`bmsb_m`."""

    names = ("b_m", "w_c", "s", "b", "w")
    equation = staticmethod(bmsb_m)


@final
@LAYERS.register("bmconv")
class BMConv(_Equation):
    """Bias map, then a 1×1 convolution, see :func:`bmconv`."""

    names = ("b_m", "w_c", "kernel", "b")
    equation = staticmethod(bmconv)


@final
@LAYERS.register("delta")
class InputBias(_Equation):
    """A bias for every value of a map, see :func:`delta`; at the network's input this is BRS.

    Args:
        channels: The channels that it may move, the others pass untouched; all when missing. With
            the image as the map this is RGB-BRS, with the channels of the click maps DistMap-BRS.

    Raises:
        OptionError: No channels, or a channel is negative or named twice.
    """

    names = ("z",)
    equation = staticmethod(delta)

    def __init__(self, *, channels: Sequence[int] | None = None) -> None:
        super().__init__()
        if channels is not None and (
            not channels or min(channels) < 0 or len(set(channels)) < len(channels)
        ):
            raise OptionError(
                f"channels is {tuple(channels)}. It names the channels that may move, each once "
                "and counted from 0; leave it out for all of them."
            )
        self.channels = None if channels is None else tuple(channels)

    def width(self, m: Tensor) -> int:
        """How many channels of ``m`` have variables.

        Raises:
            ModelError: The map has fewer channels than were named.
        """
        if self.channels is None:
            return m.shape[1]
        if max(self.channels) >= m.shape[1]:
            raise ModelError(
                f"The refinement layer moves the channels {self.channels}, the map has "
                f"{m.shape[1]}, counted from 0. Name channels that are there."
            )
        return len(self.channels)

    def refine(self, m: Tensor) -> Tensor:
        """The bias on the chosen channels."""
        if self.channels is None:
            return super().refine(m)
        channels = torch.tensor(self.channels, device=m.device)
        return m.index_copy(1, channels, super().refine(m[:, channels]))
