"""Networks: blocks, architectures by name, weights with their cards.

A name brings in its module when it is first asked for: cards are read without torch.
"""

from typing import TYPE_CHECKING

from clickmend.core.lazy import lazily

if TYPE_CHECKING:
    from clickmend.networks.architectures import ARCHITECTURES as ARCHITECTURES
    from clickmend.networks.architectures import parameter_count as parameter_count
    from clickmend.networks.contracts import DepthNetwork as DepthNetwork
    from clickmend.networks.contracts import InteractiveNetwork as InteractiveNetwork
    from clickmend.networks.contracts import LateFusionNetwork as LateFusionNetwork
    from clickmend.networks.contracts import MattingNetwork as MattingNetwork
    from clickmend.networks.contracts import SemanticNetwork as SemanticNetwork
    from clickmend.networks.online import inferring as inferring
    from clickmend.networks.online import online_places as online_places
    from clickmend.networks.online import set_online as set_online
    from clickmend.networks.online import with_online as with_online
    from clickmend.networks.weights.cards import Card as Card
    from clickmend.networks.weights.cards import OnlineInference as OnlineInference
    from clickmend.networks.weights.cards import cards as cards
    from clickmend.networks.weights.files import save as save
    from clickmend.networks.weights.model import Model as Model
    from clickmend.networks.weights.store import choose_device as choose_device
    from clickmend.networks.weights.store import load as load

__all__, __getattr__ = lazily(
    __name__,
    {
        "clickmend.networks.architectures": "ARCHITECTURES parameter_count",
        "clickmend.networks.contracts": (
            "DepthNetwork InteractiveNetwork LateFusionNetwork MattingNetwork SemanticNetwork"
        ),
        "clickmend.networks.online": "inferring online_places set_online with_online",
        "clickmend.networks.weights.cards": "Card OnlineInference cards",
        "clickmend.networks.weights.files": "save",
        "clickmend.networks.weights.model": "Model",
        "clickmend.networks.weights.store": "choose_device load",
    },
)
