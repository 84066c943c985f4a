"""Attention as inference in a mixture of memory units, with what else can be inferred online."""

from clickmend.attention.attention import probabilistic_attention
from clickmend.attention.inference import adapt_keys, infer_values, propagate_values
from clickmend.attention.maps import AxialAttention, LearnedPositions, MapAttention
from clickmend.attention.mixture import Mixture, mixture_of, responsibilities
from clickmend.attention.modules import ProbabilisticAttention, ProbabilisticMultiheadAttention
from clickmend.attention.objective import log_likelihood, log_prior
from clickmend.attention.online import Online
from clickmend.attention.positions import (
    FactoredPositions,
    FullPositions,
    Positions,
    distance_prior,
)
from clickmend.attention.replace import Replaced, replace_attention

__all__ = [
    "AxialAttention",
    "FactoredPositions",
    "FullPositions",
    "LearnedPositions",
    "MapAttention",
    "Mixture",
    "Online",
    "Positions",
    "ProbabilisticAttention",
    "ProbabilisticMultiheadAttention",
    "Replaced",
    "adapt_keys",
    "distance_prior",
    "infer_values",
    "log_likelihood",
    "log_prior",
    "mixture_of",
    "probabilistic_attention",
    "propagate_values",
    "replace_attention",
    "responsibilities",
]
