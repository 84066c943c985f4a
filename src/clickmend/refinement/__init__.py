"""G-BRS: small layers inside any network whose variables are moved until it agrees with clicks."""

from clickmend.refinement.bias_map import Crop, resample_map
from clickmend.refinement.inertia import inertial_energy
from clickmend.refinement.insertion import Insertion, State, insert
from clickmend.refinement.layers import LAYERS, InputBias, Layer
from clickmend.refinement.propose import Place, propose
from clickmend.refinement.replay import Replay
from clickmend.refinement.solver import Report, minimise
from clickmend.refinement.top_k import TopK

__all__ = [
    "LAYERS",
    "Crop",
    "InputBias",
    "Insertion",
    "Layer",
    "Place",
    "Replay",
    "Report",
    "State",
    "TopK",
    "inertial_energy",
    "insert",
    "minimise",
    "propose",
    "resample_map",
]
