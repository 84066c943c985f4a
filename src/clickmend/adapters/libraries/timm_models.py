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
            f"timm's {source!r} says one class for a whole picture and has no map that clicks "
            "could mend. Networks with a map on top of timm's are those of "
            "segmentation_models.pytorch (encoder_name='tu-…', smp:FOLDER); a head of your own "
            "goes to cm.wrap."
        )


ADAPTERS.register("timm")(TimmAdapter())
