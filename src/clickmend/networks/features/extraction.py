"""What a network sees of a photo: the features of its patches, and the attention behind them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from clickmend.core.arrays import as_units
from clickmend.core.shapes import Float
from clickmend.core.types import RGB
from clickmend.networks.encoding import MarkEncoding
from clickmend.networks.features.view import PATCH_PX, VIEW_PX, Features, clicked_view
from clickmend.networks.weights.model import GraphModel, Model

if TYPE_CHECKING:
    from torch import nn


def extract_features(
    photo: RGB, points: Sequence[tuple[float, float]], model: Model | nn.Module
) -> Features:
    """What a network sees of a photo.

    An interactive network is given the points, see ``clicked_features``; the others are not. Any
    module is given the photo as ``(1, 3, H, W)``, in the size that it was made for if it takes no
    other, and what it answers is taken: a map ``(1, C, h, w)``, several of them, the maps inside a
    network of timm, or the ``last_hidden_state`` or ``feature_maps`` of a model of transformers. A
    ``VisionTransformer`` of timm and the models of transformers also give what their patches look
    at, where they can. Photos are normalised as timm's configuration of the module says, else
    with the mean and deviation of ImageNet.

    Args:
        photo: ``(H, W, 3)``.
        points: (x, y) in pixels of the photo.
        model: Weights of an interactive network, of AttentionShift or of the pretraining of its
            transformer, or a module.

    Raises:
        ModelError: The weights are of another task, or the module cannot be run on a photo alone,
            or gives no map of features.
    """
    if isinstance(model, GraphModel):
        encoding = model.encoding  # refuses a network that is told of no marks
        if model.gives_maps:
            return Features(_of_graph(photo, points, model, encoding))
    from clickmend.networks.features.modules import features_of_module

    return features_of_module(photo, points, model)


def _of_graph(
    photo: RGB,
    points: Sequence[tuple[float, float]],
    model: GraphModel,
    encoding: MarkEncoding,
) -> Float[NDArray[np.float32], "C h w"]:
    """See ``clicked_features``, which does the same with a module."""
    crop, *inputs = clicked_view(photo, points, encoding, side=VIEW_PX)
    grid = (crop.out_h // PATCH_PX, crop.out_w // PATCH_PX)
    return np.concatenate([as_units(_means(one[0], grid), axis=0) for one in model.maps(*inputs)])


def _means(x: NDArray[np.float32], grid: tuple[int, int]) -> NDArray[np.float32]:
    """A map ``(C, h, w)`` on a grid that its sides are multiples of."""
    down, across = x.shape[1] // grid[0], x.shape[2] // grid[1]
    means: NDArray[np.float32] = x.reshape(-1, grid[0], down, grid[1], across).mean(axis=(2, 4))
    return means
