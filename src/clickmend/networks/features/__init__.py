"""What networks see of a photo: one vector for each patch, and the attention behind them."""

from clickmend.networks.features.seen import Features, extract_features

__all__ = ["Features", "extract_features"]
