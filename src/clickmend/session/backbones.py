"""What any backbone sees of a photo: the features of its patches, and the attention behind them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, final

import torch
import torch.nn.functional as F
from jaxtyping import Float
from timm.models.vision_transformer import VisionTransformer
from torch import Tensor, nn

from clickmend.core.errors import ModelError
from clickmend.core.types import RGB
from clickmend.feedback.crop import whole_image
from clickmend.networks import Model
from clickmend.networks.blocks import IMAGENET_MEAN, IMAGENET_STD, Normalise
from clickmend.networks.mae import MaskedAutoencoder
from clickmend.networks.point_tokens import ROLLOUT_BLOCKS
from clickmend.networks.vit import attention_weights
from clickmend.session.detection import looked_at
from clickmend.session.features import PATCH_PX, VIEW_PX, clicked_features, on_grid
from clickmend.session.inference import as_input


@final
@dataclass(frozen=True)
class Look:
    """One photo as a backbone sees it.

    Attributes:
        features: One vector per patch, ``(C, h, w)``.
        attention: Softmax weights of the last blocks of a transformer, means over the heads, each
            ``(1, N, N)``; empty for other backbones.
        first_patch: Where the h·w patches start among the N tokens.
    """

    features: Float[Tensor, "C h w"]
    attention: tuple[Float[Tensor, "1 N N"], ...] = ()
    first_patch: int = 1


@torch.no_grad()
def look(photo: RGB, points: Sequence[tuple[float, float]], model: Model | nn.Module) -> Look:
    """What a network sees of a photo.

    An interactive network is told the points, see ``clicked_features``; the others are not. A
    ``VisionTransformer`` of timm also says what its patches look at. Any other module is given the
    photo as ``(1, 3, H, W)``, and what it says is taken: a map ``(1, C, h, w)``, several of them,
    or the ``last_hidden_state`` of a model of transformers. Photos are normalised as timm's
    configuration of the module says, else with the mean and deviation of ImageNet.

    Args:
        photo: ``(H, W, 3)``.
        points: (x, y) in pixels of the photo.
        model: Weights of an interactive network, of AttentionShift or of the pretraining of its
            transformer, or a module.

    Raises:
        ModelError: The weights are of another task, or the module gives no map of features.
    """
    if isinstance(model, Model):
        if isinstance(model.network, MaskedAutoencoder):
            return _of_timm(photo, model.network.vit, long_side=model.card.view_px)
        if model.card.task == "instances":
            return Look(*looked_at(photo, model=model))
        return Look(clicked_features(photo, points, model))
    with _still(model) as module:
        if isinstance(module, VisionTransformer):
            return _of_timm(photo, module)
        patch_px = _patch_px(module)
        view = _view(photo, module, multiple=patch_px or 32)
        said = module(view)
        tokens = getattr(said, "last_hidden_state", None)
        if tokens is not None and tokens.ndim == 3:
            return _of_tokens(tokens, view, patch_px, module)
        return _of_maps(said, view, module)


def _of_timm(photo: RGB, vit: VisionTransformer, *, long_side: int = VIEW_PX) -> Look:
    size = None if vit.dynamic_img_size else vit.patch_embed.img_size
    patch_px = vit.patch_embed.patch_size[0]
    view = _view(photo, vit, multiple=patch_px, size=size, long_side=long_side)
    attention: list[Tensor] = []

    def keep(block: nn.Module, given: tuple[Tensor, ...]) -> None:
        attention.append(attention_weights(block, given[0]))

    hooks = [block.register_forward_pre_hook(keep) for block in vit.blocks[-ROLLOUT_BLOCKS:]]
    try:
        tokens = vit.forward_features(view)
    finally:
        for hook in hooks:
            hook.remove()
    first = vit.num_prefix_tokens
    grid = (view.shape[2] // patch_px, view.shape[3] // patch_px)
    return Look(_as_map(tokens[0, first:], grid), tuple(attention), first)


def _of_tokens(tokens: Tensor, view: Tensor, patch_px: int | None, module: nn.Module) -> Look:
    """The tokens ``(1, N, C)`` of a transformer whose patches are its last ones."""
    if patch_px is not None:
        grid = (view.shape[2] // patch_px, view.shape[3] // patch_px)
        if grid[0] * grid[1] <= tokens.shape[1]:
            return Look(_as_map(tokens[0, -grid[0] * grid[1] :], grid))
    raise _no_map(module, f"tokens {tuple(tokens.shape)} that do not fit its patches")


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


def _patch_px(module: nn.Module) -> int | None:
    """The side of a patch, where a configuration of transformers says it."""
    patch = getattr(getattr(module, "config", None), "patch_size", None)
    return patch if isinstance(patch, int) else None


def _of_maps(said: Any, view: Tensor, module: nn.Module) -> Look:
    """A map ``(1, C, h, w)`` as it is; of several each is made of length 1 on one grid."""
    if isinstance(said, Tensor):
        if said.ndim == 4:
            return Look(said[0].float())
        raise _no_map(module, f"a tensor {tuple(said.shape)}")
    parts = list(said.values()) if isinstance(said, Mapping) else said
    maps = [part[0].float() for part in parts if isinstance(part, Tensor) and part.ndim == 4]
    if not maps:
        raise _no_map(module, f"a {type(said).__name__} without one")
    grid = (view.shape[2] // PATCH_PX, view.shape[3] // PATCH_PX)
    return Look(torch.cat([F.normalize(on_grid(each, grid), dim=0) for each in maps]))


def _no_map(module: nn.Module, said: str) -> ModelError:
    return ModelError(
        f"{type(module).__name__} gives {said}. Objects are found in a map of features "
        "(1, C, h, w). Give a backbone, such as "
        'timm.create_model("resnet50", features_only=True), or a VisionTransformer.'
    )


@contextmanager
def _still(module: nn.Module) -> Iterator[nn.Module]:
    """The module in evaluation mode, and afterwards as it was."""
    training = [part for part in module.modules() if part.training]
    module.eval()
    try:
        yield module
    finally:
        for part in training:
            part.training = True
