"""Networks of other libraries, one file each: what `wrap` asks of a user is settled by them."""

from clickmend.adapters.libraries import (  # register themselves
    hugging_face as hugging_face,
)
from clickmend.adapters.libraries import (
    segmentation_models as segmentation_models,
)
from clickmend.adapters.libraries import (
    timm_models as timm_models,
)
from clickmend.adapters.libraries import (
    torchvision_models as torchvision_models,
)
from clickmend.adapters.libraries.base import ADAPTERS, Adapter, Foreign

__all__ = ["ADAPTERS", "Adapter", "Foreign"]
