"""What any backbone sees of a photo, as a module of torch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import torch
import torch.nn.functional as F
from timm.models.vision_transformer import VisionTransformer
from torch import Tensor, nn

from clickmend.core.errors import ModelError
from clickmend.core.types import RGB
from clickmend.feedback.crop import whole_image
from clickmend.networks import Model
from clickmend.networks.backbones.point_tokens import ROLLOUT_BLOCKS
from clickmend.networks.backbones.vit import attention_weights, is_readable
from clickmend.networks.blocks import IMAGENET_MEAN, IMAGENET_STD, Normalise
from clickmend.networks.features.backbone_pass import forward, own_size, patch_px, still
from clickmend.networks.features.clicked import clicked_features, on_grid
from clickmend.networks.features.tokens import token_features
from clickmend.networks.features.view import PATCH_PX, VIEW_PX, Features
from clickmend.networks.inputs import as_input
from clickmend.networks.models.mae import MaskedAutoencoder

LAST_PX = 32
"""The side of what a pyramid's last stage says one vector of."""

MOST_BEFORE = 32
"""Tokens in front of the patches: CLS and registers. Where there are more, they are others."""


@torch.no_grad()
def features_of_module(
    photo: RGB, points: Sequence[tuple[float, float]], model: Model | nn.Module
) -> Features:
    """What a module sees, see ``extract_features``."""
    if isinstance(model, Model):
        if isinstance(model.network, MaskedAutoencoder):
            return _of_timm(photo, model.network.vit, long_side=model.card.view_px)
        if model.card.task == "instances":
            return Features(*token_features(photo, model=model))
        return Features(clicked_features(photo, points, model))
    with still(model) as module:
        if isinstance(module, VisionTransformer):
            return _of_timm(photo, module)
        return _of_any(photo, module)


def _of_timm(photo: RGB, vit: VisionTransformer, *, long_side: int = VIEW_PX) -> Features:
    size = None if vit.dynamic_img_size else vit.patch_embed.img_size
    side = vit.patch_embed.feat_ratio()
    view = _view(photo, vit, multiple=side, size=size, long_side=long_side)
    attention: list[Tensor] = []

    def keep(block: nn.Module, given: tuple[Tensor, ...]) -> None:
        attention.append(attention_weights(block, given[0]))

    last = vit.blocks[-ROLLOUT_BLOCKS:]
    asked = last if all(is_readable(block) for block in last) else ()
    hooks = [block.register_forward_pre_hook(keep) for block in asked]
    try:
        tokens = vit.forward_features(view)
    finally:
        for hook in hooks:
            hook.remove()
    first = vit.num_prefix_tokens
    grid = (view.shape[2] // side, view.shape[3] // side)
    return Features(_as_map(tokens[0, first:], grid), tuple(attention), first)


def _of_any(photo: RGB, module: nn.Module) -> Features:
    side = patch_px(module) or LAST_PX
    # Patches of a few pixels are those of a pyramid's first stage.
    view, output = _asked(photo, module, side if side >= PATCH_PX else LAST_PX)
    tokens = getattr(output, "last_hidden_state", None)
    if tokens is None or tokens.ndim != 3:
        return _of_maps(getattr(output, "feature_maps", output), view, module)
    grid = _grid(tokens, view, side)
    if grid is None:
        raise _no_map(module, f"tokens {tuple(tokens.shape)} that do not fit its patches")
    count = tokens.shape[1]
    first = count - grid[0] * grid[1]
    given = (getattr(output, "attentions", None) or ())[-ROLLOUT_BLOCKS:]
    # Attention inside windows is among fewer tokens, and no rollout of all.
    fits = all(each is not None and each.shape[::3] == (1, count) for each in given)
    attention = tuple(each.float().mean(dim=1) for each in given) if fits else ()
    return Features(_as_map(tokens[0, first:], grid), attention, first)


def _asked(
    photo: RGB, module: nn.Module, multiple: int, size: tuple[int, int] | None = None
) -> tuple[Tensor, Any]:
    """View and output; the view is as large as usual or, if need be, as the module asks for."""
    view = _view(photo, module, multiple=multiple, size=size)
    try:
        return view, forward(module, view)
    except Exception as error:
        own = own_size(module)
        if own is None or own == tuple(view.shape[2:]):
            message = (str(error).strip() or "nothing more").splitlines()[0].rstrip(".")
            raise ModelError(
                f"{type(module).__name__} cannot be run on a photo {tuple(view.shape)}: "
                f"{type(error).__name__}: {message}. A backbone takes a photo and nothing else. "
                "Give the part that sees, such as the vision_model of a model of pictures and "
                "texts."
            ) from error
    return _asked(photo, module, multiple, own)


def _grid(tokens: Tensor, view: Tensor, side: int) -> tuple[int, int] | None:
    """Of the patches, which come last; in a pyramid they have twice the side after each stage."""
    for stride in (side * 2**stage for stage in range(5)):
        grid = (view.shape[2] // stride, view.shape[3] // stride)
        before = tokens.shape[1] - grid[0] * grid[1]
        if before == 0 or (0 < before <= MOST_BEFORE and stride == side):
            return grid
    return None


def _as_map(patches: Tensor, grid: tuple[int, int]) -> Tensor:
    """``(h·w, C)`` to ``(C, h, w)``."""
    return patches.T.reshape(-1, *grid).float()


def _view(
    photo: RGB,
    module: nn.Module,
    *,
    multiple: int,
    size: tuple[int, int] | None = None,
    long_side: int = VIEW_PX,
) -> Tensor:
    """The photo, normalised, at the size (h, w) that is asked for or at the one we look at."""
    height, width = photo.shape[:2]
    crop = whole_image(width, height, long_side=long_side, multiple=multiple)
    if size is not None:
        crop = replace(crop, out_h=size[0], out_w=size[1])
    settings: Mapping[str, Any] = getattr(module, "pretrained_cfg", None) or {}
    normalise = Normalise(settings.get("mean", IMAGENET_MEAN), settings.get("std", IMAGENET_STD))
    view: Tensor = normalise(as_input(crop.read(photo), torch.device("cpu")))
    return view.to(next(module.parameters(), view))


def _of_maps(output: Any, view: Tensor, module: nn.Module) -> Features:
    """A map ``(1, C, h, w)`` as it is; of several each is made of length 1 on one grid."""
    if isinstance(output, Tensor):
        if output.ndim == 4:
            return Features(output[0].float())
        raise _no_map(module, f"a tensor {tuple(output.shape)}")
    parts = list(output.values()) if isinstance(output, Mapping) else output
    maps = [part[0].float() for part in parts if isinstance(part, Tensor) and part.ndim == 4]
    if not maps:
        raise _no_map(module, f"a {type(output).__name__} without one")
    grid = (view.shape[2] // PATCH_PX, view.shape[3] // PATCH_PX)
    return Features(torch.cat([F.normalize(on_grid(each, grid), dim=0) for each in maps]))


def _no_map(module: nn.Module, output: str) -> ModelError:
    return ModelError(
        f"{type(module).__name__} gives {output}. Objects are found in a map of features "
        "(1, C, h, w). Give a backbone, such as "
        'timm.create_model("resnet50", features_only=True), or a VisionTransformer.'
    )
