"""``torchvision:NAME`` and ``torchvision:NAME@FILE``: DeepLabV3, FCN and LRASPP."""

from __future__ import annotations

from pathlib import Path

from torch import Tensor

from clickmend.adapters.libraries.base import (
    ADAPTERS,
    Adapter,
    Foreign,
    told_apart,
    whole_views,
    with_rest,
)
from clickmend.core.errors import ModelError
from clickmend.core.registry import nearest
from clickmend.networks.blocks import IMAGENET_MEAN, IMAGENET_STD
from clickmend.networks.models.adapter import normalised
from clickmend.networks.weights.state import load_exactly, read_state

VIEW_PX = 520
"""The shorter side at which torchvision's weights are evaluated."""


class TorchvisionAdapter(Adapter):
    """Segmentation networks with torchvision's own weights, or those of a file.

    Their weights come by torchvision's download; a file is a state dict, as ``torch.save`` or
    safetensors write it.
    """

    example = "torchvision:lraspp_mobilenet_v3_large"

    def read(self, source: str) -> Foreign:
        """See ``Adapter``."""
        from torchvision.models import get_model, get_model_weights, list_models, segmentation

        name, _, file = source.partition("@")
        names = list_models(module=segmentation)
        if name not in names:
            alike = nearest(name, names)
            hint = f" Did you mean {alike[0]!r}?" if alike else ""
            raise ModelError(
                f"torchvision has no segmentation network {name!r}. Available: "
                f"{', '.join(names)}.{hint}"
            )
        if file:
            state = read_state(Path(file))
            module = get_model(
                name,
                weights=None,
                weights_backbone=None,
                num_classes=_classes(state, file),
                aux_loss=any(key.startswith("aux_classifier.") for key in state) or None,
            )
            load_exactly(module, state, file)
            labels = None
        else:
            weights = get_model_weights(name).DEFAULT
            module = get_model(name, weights=weights)
            labels = told_apart(weights.meta["categories"])
        single = file and _classes(state, file) == 1
        return Foreign(
            module=module.eval(),
            task="semantic",
            view_px=whole_views(VIEW_PX),
            labels=labels,
            preprocess=normalised(IMAGENET_MEAN, IMAGENET_STD),
            output=(lambda answer: with_rest(answer["out"])) if single else "out",
        )


def _classes(state: dict[str, Tensor], file: str) -> int:
    for key in ("classifier.4.weight", "classifier.low_classifier.weight"):
        if key in state:
            return len(state[key])
    raise ModelError(
        f"{file} has no classifier weights (classifier.4.weight for DeepLabV3 and FCN, "
        "classifier.low_classifier.weight for LRASPP). Save the state_dict() of the whole network."
    )


ADAPTERS.register("torchvision")(TorchvisionAdapter())
