"""That the network stands still: evaluation mode, frozen weights, and whether either changed."""

from __future__ import annotations

from torch import Tensor, nn

from clickmend.core.errors import ModelError


def require_evaluation_mode(module: nn.Module) -> None:
    """Refuse a module of which any part is in training mode.

    Raises:
        ModelError: Some part would drop features or update statistics.
    """
    training = [name or "the module itself" for name, m in module.named_modules() if m.training]
    if training:
        raise ModelError(
            f"{len(training)} parts of the network are in training mode ({', '.join(training[:3])}"
            f"{', …' if len(training) > 3 else ''}). Refinement needs a network whose answer does "
            "not change from call to call; call .eval() on it first."
        )


def require_frozen_weights(module: nn.Module) -> None:
    """Refuse a module with weights that collect gradients.

    Raises:
        ModelError: A parameter requires gradients.
    """
    for name, parameter in module.named_parameters():
        if parameter.requires_grad:
            raise ModelError(
                f"The weight {name!r} requires gradients. Only the outputs of frozen weights can "
                "be kept; call .requires_grad_(False) on the network first (insert does)."
            )


class Standing:
    """The parts and weights of a module at one moment.

    Tensors are told apart by identity, version and address, so replacing one, changing one in
    place and loading another state are all noticed.
    """

    def __init__(self, module: nn.Module) -> None:
        self._parts = tuple(module.modules())
        tensors = (*module.parameters(), *module.buffers())
        self._weights = tuple((t, _version(t), t.data_ptr()) for t in tensors)

    def still(self, later: Standing) -> bool:
        """Whether nothing has changed between this moment and ``later``."""
        return (
            len(self._parts) == len(later._parts)
            and len(self._weights) == len(later._weights)
            and all(a is b for a, b in zip(self._parts, later._parts, strict=True))
            and all(
                a is b and rest == later_rest
                for (a, *rest), (b, *later_rest) in zip(self._weights, later._weights, strict=True)
            )
        )


def _version(tensor: Tensor) -> int:
    return -1 if tensor.is_inference() else tensor._version
