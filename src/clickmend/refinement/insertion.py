"""Refinement layers at any place of any network, by its name, without editing its code."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Mapping
from functools import partial
from types import TracebackType
from typing import Any, TypeAlias

from torch import Tensor, nn

from clickmend.core.errors import ModelError, OptionError
from clickmend.core.registry import nearest
from clickmend.refinement.arguments import Argument, Given, find_argument
from clickmend.refinement.bias_map import Crop
from clickmend.refinement.frozen import require_evaluation_mode
from clickmend.refinement.layers import LAYERS, Layer

State: TypeAlias = dict[str, dict[str, Tensor]]
"""A snapshot: per feature map (``"decoder"``, or ``"decoder#1"`` for the second one that is met at
this place in a pass) the layer's tensors by name. Empty is the identity."""


def insert(module: nn.Module, places: Mapping[str, str | Layer]) -> Insertion:
    """Refine the feature maps that parts of a network put out, or what they are given.

    Args:
        module: Any network in evaluation mode. Its weights are frozen until the removal.
        places: Which layer at which place. A place is a name as in ``module.named_modules()``
            (``""`` is the module itself): the layer stands behind that part. With ``@`` and an
            argument of its ``forward``, by position or by name, the layer stands before it:
            ``"@0"`` or ``"@image"`` is the network's own input, ``"head@0"`` that of a part. A
            layer is a name in ``LAYERS`` or one that has met no map yet, such as
            ``TopK("bmsb")``. A part that is called several times in one pass (several scales)
            gets a layer of its own for each call.

    Returns:
        The insertion, also a context manager that removes itself.

    Raises:
        ModelError: No part or argument has that name, or some part is in training mode.
        OptionError: No places, or no layer of that name.
    """
    return Insertion(module, places)


class Insertion:
    """Layers that are inserted into a network; made by :func:`insert`.

    The layers build themselves in the next pass, the identity pass. The feature maps must be
    ``(1, C, H, W)`` tensors. While inserted, a pass in training mode is refused.
    """

    def __init__(self, module: nn.Module, places: Mapping[str, str | Layer]) -> None:
        if not places:
            raise OptionError(
                "No place to insert a layer at. Name one or more parts of the network, for "
                'instance {"decoder": "bmsb"}.'
            )
        parts = dict(module.named_modules(remove_duplicate=False))
        for place in places:
            name = _part(place)
            if name not in parts:
                alike = nearest(name, parts) or [part for part in parts if part][:5]
                raise ModelError(
                    f"The network has no part {name!r}. Nearest: {', '.join(alike)}. "
                    "All of them: module.named_modules()."
                )
        arguments = {
            place: find_argument(parts[_part(place)], place) for place in places if "@" in place
        }
        require_evaluation_mode(module)
        self.places = tuple(places)
        self.layers: dict[str, Layer] = {}
        self._prototypes = {
            place: copy.deepcopy(layer) if isinstance(layer, Layer) else LAYERS[layer]()
            for place, layer in places.items()
        }
        self._module = module
        self._calls: Counter[str] = Counter()
        self._in_pass = False
        self._hooks = [module.register_forward_pre_hook(self._begin_pass)]
        for place in places:
            part = parts[_part(place)]
            if place in arguments:
                hook = partial(self._meet_argument, arguments[place])
                self._hooks.append(part.register_forward_pre_hook(hook, with_kwargs=True))
            else:
                self._hooks.append(part.register_forward_hook(partial(self._meet_output, place)))
        self._hooks.append(module.register_forward_hook(self._end_pass, always_call=True))
        self._thawed = [p for p in module.parameters() if p.requires_grad]
        for parameter in self._thawed:
            parameter.requires_grad_(False)

    def __enter__(self) -> Insertion:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.remove()

    def remove(self) -> None:
        """Take the layers out; weights that required gradients do so again. May be repeated."""
        for hook in self._hooks:
            hook.remove()
        for parameter in self._thawed:
            parameter.requires_grad_(True)
        self._hooks, self._thawed = [], []

    def variables(self) -> list[nn.Parameter]:
        """What a solver may move, in the order of the places.

        The list is good until the next :meth:`reset` or :meth:`load_state`.

        Raises:
            ModelError: A layer has met no feature map yet.
        """
        met = {_place(key) for key in self.layers}
        for place in self.places:
            if place not in met:
                raise ModelError(
                    f"The layer at {place!r} has met no feature map yet, so it has no "
                    "variables. Run the network once after the insertion; if that does not help, "
                    "the network never calls this part: name another."
                )
        ordered = sorted(self.layers, key=lambda key: self.places.index(_place(key)))
        return [variable for key in ordered for variable in self.layers[key].parameters()]

    def state(self) -> State:
        """An exact snapshot, independent of what happens later."""
        return {
            key: {name: tensor.clone() for name, tensor in layer.state_dict().items()}
            for key, layer in self.layers.items()
        }

    def load_state(self, state: State) -> None:
        """Go back to a snapshot, bit for bit.

        Raises:
            ModelError: The snapshot is of other places or other layers; nothing is changed then.
        """
        layers: dict[str, Layer] = {}
        for key, tensors in state.items():
            if _place(key) not in self.places:
                raise ModelError(
                    f"The snapshot has a layer at {_place(key)!r}; layers are inserted at "
                    f"{', '.join(map(repr, self.places))}. Load it where it was taken."
                )
            layers[key] = copy.deepcopy(self._prototypes[_place(key)])
            try:
                layers[key].load_state_dict(tensors)
            except RuntimeError as error:
                raise ModelError(
                    f"The snapshot of the layer at {_place(key)!r} has "
                    f"{', '.join(sorted(tensors))}, which is not what a "
                    f"{type(layers[key]).__name__} has. Load it where it was taken."
                ) from error
        self.layers = layers

    def reset(self) -> None:
        """As just inserted: the next pass is an identity pass and builds the layers anew."""
        self.layers = {}

    def project(self) -> None:
        """Put every variable back into its range; to be called after a solver's step."""
        for layer in self.layers.values():
            layer.project()

    def resample(self, old: Crop, new: Crop) -> None:
        """Follow the network's input from one crop of the image to another.

        Bias maps keep what lies in both crops and are zero elsewhere. The feature maps are taken
        to cover the whole crop.

        Raises:
            OptionError: A crop is empty.
        """
        for layer in self.layers.values():
            layer.resample(old, new)

    def _begin_pass(self, module: nn.Module, _given: Any) -> None:
        require_evaluation_mode(module)
        self._calls.clear()
        self._in_pass = True

    def _end_pass(self, _module: nn.Module, _given: Any, _output: Any) -> None:
        self._in_pass = False

    def _meet_output(self, place: str, _source: nn.Module, _given: Any, output: Any) -> Tensor:
        return self._refine(place, _feature_map(f"The part {place!r} puts out", output))

    def _meet_argument(
        self, argument: Argument, _taker: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Given:
        def refined(value: Any) -> Tensor:
            place = argument.place
            return self._refine(place, _feature_map(f"The argument {place!r} is", value))

        return argument.change((args, kwargs), refined)

    def _refine(self, place: str, m: Tensor) -> Tensor:
        # A part that is called by itself, outside a pass of the whole, is at its first call.
        call = self._calls[place] if self._in_pass else 0
        self._calls[place] += 1
        key = f"{place}#{call}" if call else place
        if key not in self.layers:
            self.layers[key] = copy.deepcopy(self._prototypes[place])
        refined: Tensor = self.layers[key](m)
        return refined


def _part(place: str) -> str:
    return place.partition("@")[0]


def _place(key: str) -> str:
    return key.partition("#")[0]


def _feature_map(fact: str, value: Any) -> Tensor:
    if not isinstance(value, Tensor):
        raise ModelError(
            f"{fact} a {type(value).__name__}. A refinement layer needs one tensor "
            "(1, C, H, W); insert where there is one."
        )
    if value.ndim != 4 or not value.is_floating_point():
        raise ModelError(
            f"{fact} {value.dtype} of shape {tuple(value.shape)}. A refinement layer needs a "
            "feature map (1, C, H, W) of floating-point numbers; insert where there is one."
        )
    if value.shape[0] != 1:
        raise ModelError(
            f"{fact} a batch of {value.shape[0]}. Refinement variables belong to one image; run "
            "the network on one image at a time."
        )
    return value
