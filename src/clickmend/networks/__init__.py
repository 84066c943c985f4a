"""Networks: blocks, architectures by name, weights with their cards."""

from clickmend.networks.cards import Card, OnlineInference
from clickmend.networks.contracts import (
    DepthNetwork,
    InteractiveNetwork,
    MattingNetwork,
    SemanticNetwork,
)
from clickmend.networks.online import inferring, online_places, set_online, with_online
from clickmend.networks.registry import ARCHITECTURES, parameter_count
from clickmend.networks.weights import Model, cards, choose_device, load, save

__all__ = [
    "ARCHITECTURES",
    "Card",
    "DepthNetwork",
    "InteractiveNetwork",
    "MattingNetwork",
    "Model",
    "OnlineInference",
    "SemanticNetwork",
    "cards",
    "choose_device",
    "inferring",
    "load",
    "online_places",
    "parameter_count",
    "save",
    "set_online",
    "with_online",
]
