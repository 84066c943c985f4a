"""Protocols, benches, curves and reports: how good a network and its refinement are."""

from clickmend.evaluation.attention import AttentionOptions, run_attention
from clickmend.evaluation.bench import BenchOptions
from clickmend.evaluation.gbrs import GbrsOptions, run_gbrs
from clickmend.evaluation.interactive import run_interactive
from clickmend.evaluation.prior import PriorOptions, run_prior
from clickmend.evaluation.protocol import Setting, Trace, simulate
from clickmend.evaluation.summary import Row, Scores, summarise

__all__ = [
    "AttentionOptions",
    "BenchOptions",
    "GbrsOptions",
    "PriorOptions",
    "Row",
    "Scores",
    "Setting",
    "Trace",
    "run_attention",
    "run_gbrs",
    "run_interactive",
    "run_prior",
    "simulate",
    "summarise",
]
