"""G-BRS: small layers inside any network whose variables are moved until it agrees with clicks."""

from clickmend.refinement.bias_map import Crop, resample_map
from clickmend.refinement.insertion import Insertion, State, insert
from clickmend.refinement.layers import LAYERS, Layer
from clickmend.refinement.replay import Replay
from clickmend.refinement.solver import Report, minimise
from clickmend.refinement.top_k import TopK

__all__ = [
    "LAYERS",
    "Crop",
    "Insertion",
    "Layer",
    "Replay",
    "Report",
    "State",
    "TopK",
    "insert",
    "minimise",
    "resample_map",
]
