"""Protocols, benches, curves and reports: how good a network and its refinement are."""

from clickmend.evaluation.bench import BenchOptions, run_interactive
from clickmend.evaluation.protocol import Setting, Trace, simulate_clicks
from clickmend.evaluation.summary import Row, Scores, summarise

__all__ = [
    "BenchOptions",
    "Row",
    "Scores",
    "Setting",
    "Trace",
    "run_interactive",
    "simulate_clicks",
    "summarise",
]
