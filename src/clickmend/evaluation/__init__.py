"""How good a network and its refinement are: protocol, runs, rows, reports, and the benches.

Adding a bench is one file in :mod:`clickmend.evaluation.benches`.
"""
