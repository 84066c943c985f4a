"""G-BRS: small layers inside any network whose variables are moved until it agrees with clicks."""

from clickmend.refinement.bias_map import Crop, resample_map
from clickmend.refinement.inertia import inertial_energy
from clickmend.refinement.insertion import Insertion, State, insert
from clickmend.refinement.layers import LAYERS, EquationLayer, Layer, Variable, inner_layers
from clickmend.refinement.layers.delta import InputBias
from clickmend.refinement.propose import InsertionPlace, propose
from clickmend.refinement.replay import Replay
from clickmend.refinement.solver import SolverReport, minimise
from clickmend.refinement.top_k import TopK

__all__ = [
    "LAYERS",
    "Crop",
    "EquationLayer",
    "InputBias",
    "Insertion",
    "InsertionPlace",
    "Layer",
    "Replay",
    "SolverReport",
    "State",
    "TopK",
    "Variable",
    "inertial_energy",
    "inner_layers",
    "insert",
    "minimise",
    "propose",
    "resample_map",
]
