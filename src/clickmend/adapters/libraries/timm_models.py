"""``timm:NAME``: timm's networks tell pictures apart, so there is no map to mend."""

from __future__ import annotations

from typing import NoReturn

from clickmend.adapters.libraries.base import ADAPTERS, Adapter
from clickmend.core.errors import ModelError


class TimmAdapter(Adapter):
    """Refuses, and says which way leads to a map."""

    example = "timm:resnet18.a1_in1k"
    keys = ("pretrained_cfg",)

    def read(self, source: str) -> NoReturn:
        """See ``Adapter``."""
        raise ModelError(
            f"timm's {source!r} predicts one class for the whole image, not a map that clicks can "
            "correct. segmentation_models.pytorch has dense networks on timm's encoders "
            "(encoder_name='tu-…', smp:FOLDER); pass a network with a head of your own to cm.wrap."
        )


ADAPTERS.register("timm")(TimmAdapter())
