#!/usr/bin/env bash
# Object and background cut apart in a row of four pixels by PyMaxflow, with weights between 0 and 1, in its graphs
# of whole numbers (Graph[int], which the examples of its documentation take) and of floats.
#
# Guessed: the same cut, or a graph of whole numbers refuses arrays of floats, as a NumPy array of integers does.
# True:    each weight is cut to a whole number, so all are 0: the cut costs 0 and all pixels are on one side. Times
# 8 it is right, and a weight of 1.9 counts as 1. Nothing is raised, for single edges as for whole grids.
# Matters: probabilities as they come from a network or a histogram give a mask that is full or empty; weights a little
# above 1 give a plausible mask for other weights. Take Graph[float].
# Versions: numpy 2.2.6 PyMaxflow 1.3.2
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.2.6 PyMaxflow==1.3.2
"$place/venv/bin/python" - <<'PYTHON'
import maxflow
import numpy as np

probability = np.array([[0.875, 0.75, 0.25, 0.125]])


def cut(kind, scale):
    """Which pixels are object, and what the cut costs."""
    graph = maxflow.Graph[kind]()
    nodes = graph.add_grid_nodes(probability.shape)
    graph.add_grid_edges(nodes, 0.375 * scale)
    graph.add_grid_tedges(nodes, probability * scale, (1 - probability) * scale)
    cost = graph.maxflow()
    return (~graph.get_grid_segments(nodes)).ravel().tolist(), cost / scale


def edge(weight):
    """What a graph of whole numbers makes of the weight of one edge."""
    graph = maxflow.Graph[int]()
    nodes = graph.add_nodes(2)
    graph.add_edge(nodes[0], nodes[1], weight, weight)
    graph.add_tedge(nodes[0], 100, 0)
    graph.add_tedge(nodes[1], 0, 100)
    return graph.maxflow()


for kind, scale in ((float, 1), (int, 8), (int, 1)):
    print(kind.__name__, "times", scale, *cut(kind, scale))
assert cut(float, 1) == cut(int, 8) == ([True, True, False, False], 0.375 * 3)
objects, cost = cut(int, 1)
assert len(set(objects)) == 1 and cost == 0
assert [edge(weight) for weight in (0.9, 1.9, 2)] == [0, 1, 2]
print("still so")
PYTHON
