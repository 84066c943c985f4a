"""Networks of other libraries, one file each: what `wrap` asks of a user is settled by them."""

from clickmend.session.adapters import (  # register themselves
    hugging_face as hugging_face,
)
from clickmend.session.adapters import (
    segmentation_models as segmentation_models,
)
from clickmend.session.adapters import (
    timm_models as timm_models,
)
from clickmend.session.adapters import (
    torchvision_models as torchvision_models,
)
from clickmend.session.adapters.base import ADAPTERS, Adapter, Foreign

__all__ = ["ADAPTERS", "Adapter", "Foreign"]
