"""Networks: blocks, architectures by name, weights with their cards."""

from clickmend.networks import models as models  # registers the architectures
from clickmend.networks.architectures import ARCHITECTURES, parameter_count
from clickmend.networks.contracts import (
    DepthNetwork,
    InteractiveNetwork,
    MattingNetwork,
    SemanticNetwork,
)
from clickmend.networks.online import inferring, online_places, set_online, with_online
from clickmend.networks.weights.cards import Card, OnlineInference
from clickmend.networks.weights.store import Model, cards, choose_device, load, save

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
