"""Random problems: tokens and options of every kind, for the front door and for the oracle."""

from dataclasses import dataclass, field

import attention_oracle
import numpy as np
import torch
from hypothesis import strategies as st

import clickmend.attention as att

GAMMAS = [None, (1.5, 0.5), (3.0, 2.0)]


@dataclass
class Problem:
    """Arguments in float32, options that are tensors too, and positions as arrays."""

    tokens: tuple
    options: dict
    positions: object = None
    r: dict = field(default_factory=dict)
    implementation: str = "auto"

    def solve(self, dtype=torch.float32):
        """What the front door says."""
        q, keys, values = (torch.from_numpy(t).to(dtype) for t in self.tokens)
        return att.probabilistic_attention(
            q,
            keys,
            values,
            positions=self.positions,
            implementation=self.implementation,
            **self.tensors(dtype),
        )

    def tensors(self, dtype=torch.float32):
        """The options, arrays as tensors."""
        return {name: as_tensor(value, dtype) for name, value in self.options.items()}

    def expected(self):
        """What the oracle says, and its largest logit."""
        wide = {
            name: value.astype(np.float64) if is_floating(value) else value
            for name, value in self.options.items()
        }
        tokens = (t.astype(np.float64) for t in self.tokens)
        return attention_oracle.attention(*tokens, **wide, **self.r)


def as_tensor(value, dtype):
    """Arrays as tensors, floats of the given type."""
    if not isinstance(value, np.ndarray):
        return value
    tensor = torch.from_numpy(np.array(value))
    return tensor.to(dtype) if tensor.is_floating_point() else tensor


def is_floating(value):
    return isinstance(value, np.ndarray) and value.dtype.kind == "f"


def distance(a, b):
    """‖a − b‖ relative to ‖b‖."""
    return float(np.linalg.norm(np.asarray(a) - b) / max(np.linalg.norm(b), 1e-30))


@st.composite
def amounts(draw, rng, shape, low, high):
    """A number, or one for each of ``shape``; from 10^low to 10^high."""
    if draw(st.booleans()):
        return float(10 ** rng.uniform(low, high))
    return (10 ** rng.uniform(low, high, shape)).astype(np.float32)


@st.composite
def masks(draw, rng, shape):
    """No mask, one for each pair, or one that is the same for all queries; rows may be empty."""
    kind = draw(st.sampled_from(["none", "pair", "heads alike", "unit"]))
    batch, _, n, m = shape
    sizes = {"pair": shape, "heads alike": (batch, 1, n, m), "unit": (batch, 1, 1, m)}
    return None if kind == "none" else rng.random(sizes[kind]) < draw(st.sampled_from([0.4, 0.8]))


@st.composite
def priors(draw, rng, shape):
    """A word, or log π for each unit or pair, some of it −∞."""
    kind = draw(st.sampled_from(["magnitude", "magnitude", "uniform", "unit", "pair"]))
    if kind in ("magnitude", "uniform"):
        return kind
    _, heads, n, m = shape
    size = (heads, 1, m) if kind == "unit" else (1, heads, n, m)
    log_pi = rng.normal(size=size).astype(np.float32)
    if draw(st.booleans()) and m > 1:
        log_pi[..., 0] = -np.inf
    return log_pi


@st.composite
def positions(draw, rng, heads, width):
    """Full or factored positions of a small map, with r^q and r^k of every pair for the oracle."""
    h, w = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    g = draw(st.sampled_from([1, heads]))

    def table(*size):
        return torch.from_numpy(rng.normal(0, 0.5, (g, *size, width)).astype(np.float32))

    if draw(st.booleans()):
        made = att.FullPositions(table(2 * h - 1, 2 * w - 1), table(2 * h - 1, 2 * w - 1))
        full = made.of_queries, made.of_keys
    else:
        tables = [table(size) for size in (2 * h - 1, 2 * w - 1) * 2]
        made = att.FactoredPositions(*tables)
        wide = [t.double() for t in tables]
        full = [rows[:, :, None] + cols[:, None] for rows, cols in (wide[:2], wide[2:])]
    r = np.zeros((2, g, h * w, h * w, width))
    for i in range(h * w):
        for j in range(h * w):
            at = j // w - i // w + h - 1, j % w - i % w + w - 1
            for number, embedding in enumerate(full):
                r[number, :, i, j] = embedding[:, at[0], at[1]].double().numpy()
    return made, h * w, {"r_q": r[0], "r_k": r[1]}


@st.composite
def problems(draw, *, placed=False):
    """Any problem; ``placed`` ones have positions."""
    rng = np.random.default_rng(draw(st.integers(0, 2**31)))
    batch, heads = draw(st.integers(1, 2)), draw(st.integers(1, 2))
    n, m = draw(st.integers(1, 9)), draw(st.integers(1, 9))
    width, tall = draw(st.sampled_from([(3, 3), (4, 2), (1, 5), (8, 8)]))
    made, r = None, {}
    if placed:
        made, n, r = draw(positions(rng, heads, width))
        m = n
    shape, units = (batch, heads, n, m), (batch, heads, m)
    draws = ((batch, heads, n, width), (batch, heads, m, width), (batch, heads, m, tall))
    tokens = tuple(rng.normal(size=size).astype(np.float32) for size in draws)
    options = {
        "prior": draw(st.sampled_from(["magnitude", "uniform"]) if placed else priors(rng, shape)),
        "mask": draw(masks(rng, shape)),
        "precision": draw(st.one_of(st.none(), amounts(rng, units, -2, 2))),
        "anchor": draw(st.sampled_from(["previous", "initial"])),
    }
    if adapt := draw(st.integers(0, 2)):
        options["adapt_keys"] = adapt
        options["prior_precision"] = draw(
            st.one_of(st.just(0.0), amounts(rng, (batch, 1, m), -3, 1))
        )
        options["adapt_precision"] = None if placed else draw(st.sampled_from(GAMMAS))
    if propagate := draw(st.integers(0, 2)):
        options["propagate"] = propagate
        options["value_prior_precision"] = draw(
            st.one_of(st.just(0.0), amounts(rng, (batch, 1, m), -1, 1))
        )
        options["adapt_value_precision"] = draw(st.sampled_from(GAMMAS))
    if propagate or draw(st.booleans()):
        options["value_precision"] = draw(amounts(rng, units, -2, 0.5))
        options["value_iterations"] = draw(st.integers(1, 2))
        if draw(st.booleans()):
            options["initial_values"] = rng.normal(size=(*shape[:3], tall)).astype(np.float32)
    if draw(st.booleans()):
        options["fixed"] = rng.random((batch, n)) < draw(st.sampled_from([0.0, 0.4, 1.0]))
        options["fixed_values"] = rng.normal(size=(*shape[:3], tall)).astype(np.float32)
        options["clamp"] = draw(st.booleans())
    if adapt + propagate:
        options["adapt_prior"] = draw(st.sampled_from([None, None, 1.0, 1.3]))
    implementation = draw(st.sampled_from(["auto", "plain"]))
    return Problem(tokens, options, made, r, implementation)
