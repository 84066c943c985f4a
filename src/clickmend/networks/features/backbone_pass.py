"""One pass of a backbone of timm, of transformers or of somebody else, and what it asks for."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from clickmend.networks.backbones.transformers_vit import sized

ASKED = {"_attn_implementation": "eager", "mask_ratio": 0.0}
"""What is set in configurations of transformers: attention that gives its weights, and no patch of
a masked autoencoder hidden."""


def forward(module: nn.Module, view: Tensor) -> Any:
    """What a module says of a view ``(1, 3, H, W)``.

    A network of timm gives a map, normed where it norms its last one, or a pyramid of them; a model
    of transformers is asked for its attention as well.
    """
    inside: Any = getattr(module, "forward_intermediates", None)
    if inside is not None:
        output = inside(view, norm=hasattr(module, "norm"), intermediates_only=True)
        maps = list({each.shape[2:]: each for each in output}.values())
        return maps[0] if len(maps) == 1 else maps
    if not hasattr(getattr(module, "config", None), "_attn_implementation"):
        output = module(view)
        # Pyramids of timm from some transformers have their channels last.
        if getattr(module, "output_fmt", None) == "NHWC":
            return [each.permute(0, 3, 1, 2) for each in output]
        return output
    taken = inspect.signature(module.forward).parameters
    options: dict[str, Any] = dict(sized(module.forward))
    side = patch_px(module)
    if "noise" in taken and side is not None:
        # A masked autoencoder sorts its patches by it, which keeps them in their order.
        count = (view.shape[2] // side) * (view.shape[3] // side)
        options["noise"] = torch.arange(count, device=view.device)[None]
    if "output_attentions" in taken or "kwargs" in taken:
        options["output_attentions"] = True
    with _configured(module):
        return module(view, **options)


def patch_px(module: nn.Module) -> int | None:
    """The side of a patch, where a configuration of transformers or a network of timm says it."""
    patch = getattr(getattr(module, "config", None), "patch_size", None)
    if patch is None:
        patch = _of_patches(module, "patch_size")
    side = patch[0] if isinstance(patch, tuple | list) else patch
    return side if isinstance(side, int) else None


def own_size(module: nn.Module) -> tuple[int, int] | None:
    """The height and width of the pictures that it was made for, where that is known."""
    size = getattr(getattr(module, "config", None), "image_size", None)
    if size is None:
        shape: Any = (getattr(module, "pretrained_cfg", None) or {}).get("input_size") or ()
        size = _of_patches(module, "img_size") or shape[1:]
    if isinstance(size, int):
        return size, size
    return (size[0], size[1]) if len(size) == 2 else None


def _of_patches(module: nn.Module, name: str) -> Any:
    """What the first layer of a network of timm says that cuts pictures of one size in patches."""
    cuts = (part for part in module.modules() if hasattr(part, "img_size"))
    return next((getattr(part, name, None) for part in cuts), None)


@contextmanager
def still(module: nn.Module) -> Iterator[nn.Module]:
    """The module in evaluation mode, and afterwards as it was."""
    training = [part for part in module.modules() if part.training]
    module.eval()
    try:
        yield module
    finally:
        for part in training:
            part.training = True


@contextmanager
def _configured(module: nn.Module) -> Iterator[None]:
    """A model of transformers configured as in ``ASKED``, and afterwards as it was."""
    parts = (getattr(part, "config", None) for part in module.modules())
    configs = {id(config): config for config in parts if hasattr(config, "_attn_implementation")}
    before = [
        (config, name, getattr(config, name))
        for config in configs.values()
        for name in ASKED
        if hasattr(config, name)
    ]
    try:
        for config, name, _ in before:
            setattr(config, name, ASKED[name])
        yield
    finally:
        for config, name, value in before:
            setattr(config, name, value)
