"""``smp:NAME``: every decoder of segmentation_models.pytorch, from its hub name or a folder."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from clickmend.adapters.libraries.base import (
    ADAPTERS,
    Adapter,
    Foreign,
    config_of,
    library,
    loaded,
    with_rest,
)
from clickmend.core.errors import ModelError
from clickmend.networks.blocks import IMAGENET_MEAN, IMAGENET_STD
from clickmend.networks.models.adapter import Preprocess, normalised

_log = logging.getLogger("clickmend")

VIEW_PX = 512

LEAST_SIDES = {"PAN": 128}
"""Decoders that pool their coarsest map three times."""

LEAST_PROBABILITY = 1e-6


class SegmentationModelsAdapter(Adapter):
    """Networks as their ``save_pretrained`` writes them."""

    example = "smp:smp-hub/segformer-b0-512x512-ade-160k"
    keys = ("_model_class",)

    def read(self, source: str) -> Foreign:
        """See ``Adapter``."""
        smp = library("segmentation_models_pytorch", extra="smp")
        # The weights of the folder are the encoder's too: none are fetched besides.
        says = "segmentation_models_pytorch cannot load"
        module = loaded(smp.from_pretrained, source, says, encoder_weights=None).eval()
        own = config_of(Path(source)) or dict(module.config)
        return Foreign(
            module=module,
            task="semantic",
            view_px=VIEW_PX,
            labels=("background", "object") if own.get("classes", 1) == 1 else None,
            preprocess=_preprocess(smp, own),
            output=_logits(module),
            sides=LEAST_SIDES.get(type(module).__name__, 1),
        )


def _preprocess(smp: Any, config: dict[str, Any]) -> Preprocess:
    """That of the encoder, ImageNet's where it has none of its own."""
    encoder, weights = config.get("encoder_name", "resnet34"), config.get("encoder_weights")
    try:
        own = smp.encoders.get_preprocessing_params(encoder, pretrained=weights)
    except Exception:  # noqa: BLE001 a ValueError, KeyError or failed download, all mean "none"
        if weights:
            _log.warning(
                "How the encoder %r normalises is not known here; ImageNet's mean and standard "
                "deviation are taken. Give preprocess= if it was trained with others.",
                encoder,
            )
        return normalised(IMAGENET_MEAN, IMAGENET_STD)
    return normalised(
        own["mean"],
        own["std"],
        scale=float(own["input_range"][1]),
        reverse=own["input_space"] == "BGR",
    )


def _logits(module: nn.Module) -> Callable[[Any], Tensor]:
    """What makes logits, at least two channels of them, of what the network answers with."""
    head: Any = module.segmentation_head
    ends = [part for part in head.modules() if type(part).__name__ == "Activation"]
    kind = type(ends[-1].activation).__name__ if ends else "Identity"
    known = {"Identity": _same, "Sigmoid": _logit, "Softmax": _log_of, "LogSoftmax": _same}
    if kind not in known:
        raise ModelError(
            f"The network ends in {kind}, from which logits cannot be recovered. Allowed are "
            f"{', '.join(known)}; create the network with activation=None and load the same "
            "weights."
        )

    def logits(answer: Any) -> Tensor:
        found: Tensor = answer[0] if isinstance(answer, tuple) else answer
        found = known[kind](found)
        return with_rest(found) if found.shape[1] == 1 else found

    return logits


def _same(x: Tensor) -> Tensor:
    return x


def _logit(x: Tensor) -> Tensor:
    return torch.logit(x, eps=LEAST_PROBABILITY)


def _log_of(x: Tensor) -> Tensor:
    return x.clamp(min=LEAST_PROBABILITY).log()


ADAPTERS.register("smp")(SegmentationModelsAdapter())
