"""Networks: blocks, architectures by name, weights with their cards."""

from clickmend.networks.cards import Card
from clickmend.networks.encoding import InteractiveNetwork
from clickmend.networks.registry import ARCHITECTURES, parameter_count
from clickmend.networks.weights import Model, cards, choose_device, load, save

__all__ = [
    "ARCHITECTURES",
    "Card",
    "InteractiveNetwork",
    "Model",
    "cards",
    "choose_device",
    "load",
    "parameter_count",
    "save",
]
