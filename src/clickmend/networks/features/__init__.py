"""What networks see of a photo: one vector for each patch, and the attention behind them."""

from clickmend.networks.features.extraction import extract_features
from clickmend.networks.features.view import Features

__all__ = ["Features", "extract_features"]
