"""The model and its updates in float64, written from the specification's table one by one.

Everything is computed for one batch item and head at a time, with every weight written out. Weights
are kept as logarithms, so that nothing underflows.
"""

from dataclasses import dataclass

import numpy as np


def log_gaussian(x, means, precision):
    """log N(x_i; mean_j, I/precision_j), ``(n, m)``."""
    squares = ((x[:, None] - means[None]) ** 2).sum(-1)
    return 0.5 * x.shape[1] * np.log(precision / (2 * np.pi)) - 0.5 * precision * squares


def log_normalised(log_weights, axis):
    """Logarithms of weights that sum to one; −∞ everywhere where all weights are 0."""
    peak = log_weights.max(axis, keepdims=True)
    peak = np.where(np.isfinite(peak), peak, 0)
    with np.errstate(divide="ignore"):
        total = np.log(np.exp(log_weights - peak).sum(axis, keepdims=True)) + peak
    return np.where(
        np.isfinite(total), log_weights - np.where(np.isfinite(total), total, 0), -np.inf
    )


@dataclass
class Units:
    """One head's memory units, as they are inferred."""

    keys: np.ndarray
    values: np.ndarray
    alpha: np.ndarray
    beta: np.ndarray
    log_pi: np.ndarray
    r_q: np.ndarray | None = None  # (n, m, d)
    largest: float = 0.0

    def query_log_likelihood(self, q):
        """log N(q; ξ, I/α), with positions log N(q; ξ, I/α)·N(q; r^q, I/α)."""
        terms = self.alpha * (q @ self.keys.T), self.alpha * (self.keys**2).sum(1)
        self.largest = max(self.largest, *(float(np.abs(term).max()) for term in terms))
        likelihood = log_gaussian(q, self.keys, self.alpha)
        if self.r_q is not None:
            squares = ((q[:, None] - self.r_q) ** 2).sum(-1)
            width = q.shape[1]
            likelihood = likelihood - 0.5 * self.alpha * squares
            likelihood = likelihood + 0.5 * width * np.log(self.alpha / (2 * np.pi))
        return likelihood

    def value_log_likelihood(self, v):
        """log N(v; μ, I/β); nothing in the limit β → 0."""
        if (self.beta == 0).all():
            return np.zeros((len(v), len(self.values)))
        terms = self.beta * (v @ self.values.T), self.beta * (self.values**2).sum(1)
        self.largest = max(self.largest, *(float(np.abs(term).max()) for term in terms))
        return log_gaussian(v, self.values, self.beta)


def magnitude_log_prior(n, keys, values, alpha, beta, r_q=None, r_k=None):
    """π ∝ exp(α/2 ‖ξ‖²) exp(β/2 ‖μ‖²), with positions the slides' last formula."""
    by_value = 0.5 * beta * (values**2).sum(1)
    if r_q is None:
        return np.broadcast_to(0.5 * alpha * (keys**2).sum(1) + by_value, (n, len(keys)))
    width = keys.shape[1]
    density = 0.5 * width * np.log(alpha / (2 * np.pi)) - 0.5 * alpha * (
        (keys[None] - r_k) ** 2
    ).sum(-1)
    lengths = 2 * (keys**2).sum(1) + (r_q**2).sum(-1) + (r_k**2).sum(-1)
    return density + 0.5 * alpha * lengths + by_value


def adapted_mean(current, anchor, theta, precision, log_w, x):
    """(θ·anchor + precision Σ w x)/(θ + precision Σ w); unchanged where both terms are 0."""
    new = current.copy()
    for k in range(len(current)):
        weights = log_w[:, k]
        peak = weights.max() if len(weights) else -np.inf
        if not np.isfinite(peak):
            if theta[k] > 0:
                new[k] = anchor[k]
            continue
        share = np.exp(weights - peak)
        hold = theta[k] * np.exp(np.clip(-peak, None, 600)) if theta[k] > 0 else 0.0
        total = hold + precision[k] * share.sum()
        new[k] = (hold * anchor[k] + precision[k] * (share[:, None] * x).sum(0)) / total
    return new


def adapted_precision(means, gamma, log_w, x):
    """(θ_1 + d/2 Σ w − 1)/(θ_2 + ½ Σ w ‖x − mean‖²)."""
    w = np.exp(log_w)
    squares = ((x[:, None] - means[None]) ** 2).sum(-1)
    return (gamma[0] + 0.5 * x.shape[1] * w.sum(0) - 1) / (gamma[1] + 0.5 * (w * squares).sum(0))


def adapted_log_pi(log_w, concentration, allowed):
    """(w + θ_π − 1)/Σ_k (w + θ_π − 1) over the units that are allowed."""
    with np.errstate(divide="ignore"):
        new = np.logaddexp(log_w, np.log(concentration - 1.0))
    return log_normalised(np.where(allowed, new, -np.inf), 1)


def infer(q, units, allowed, fixed_values, fixed, o):
    """All inferences of the front door for one head; ``o`` are its options."""
    first_keys, first_values = units.keys.copy(), units.values.copy()
    for _ in range(o["adapt_keys"]):
        log_joint = units.log_pi + units.query_log_likelihood(q)
        log_w = log_normalised(np.where(allowed, log_joint, -np.inf), 1)
        anchor = units.keys if o["anchor"] == "previous" else first_keys
        units.keys = adapted_mean(units.keys, anchor, o["theta_xi"], units.alpha, log_w, q)
        if o["adapt_precision"] is not None:
            units.alpha = adapted_precision(units.keys, o["adapt_precision"], log_w, q)
        if o["adapt_prior"] is not None:
            units.log_pi = adapted_log_pi(log_w, o["adapt_prior"], allowed)
    if fixed is not None and fixed.any():
        for _ in range(o["propagate"]):
            known = fixed_values[fixed]
            log_joint = units.log_pi + units.query_log_likelihood(q)
            log_joint = log_joint[fixed] + units.value_log_likelihood(known)
            log_w = log_normalised(np.where(allowed[fixed], log_joint, -np.inf), 1)
            anchor = units.values if o["anchor"] == "previous" else first_values
            units.values = adapted_mean(
                units.values, anchor, o["theta_mu"], units.beta, log_w, known
            )
            if o["adapt_value_precision"] is not None:
                units.beta = adapted_precision(
                    units.values, o["adapt_value_precision"], log_w, known
                )
            if o["adapt_prior"] is not None:
                units.log_pi = np.array(units.log_pi)
                units.log_pi[fixed] = adapted_log_pi(log_w, o["adapt_prior"], allowed[fixed])
    v = np.zeros((len(q), units.values.shape[1]))
    if o["initial_values"] is not None:
        v = o["initial_values"]
    for _ in range(o["value_iterations"]):
        log_joint = units.log_pi + units.query_log_likelihood(q) + units.value_log_likelihood(v)
        weights = np.where((units.beta == 0).all(), 1.0, units.beta)
        log_w = log_normalised(np.where(allowed, log_joint, -np.inf), 1)
        w_beta = np.exp(log_normalised(log_w + np.log(weights), 1))
        v = w_beta @ units.values
    if o["clamp"]:
        v = np.where(fixed[:, None], fixed_values, v)
    return v


OPTIONS = {
    "adapt_keys": 0,
    "anchor": "previous",
    "adapt_precision": None,
    "adapt_prior": None,
    "propagate": 0,
    "adapt_value_precision": None,
    "initial_values": None,
    "value_iterations": 1,
    "clamp": False,
}


def attention(
    q,
    keys,
    values,
    *,
    prior_precision=0.0,
    value_prior_precision=1.0,
    precision=None,
    value_precision=0.0,
    prior="magnitude",
    mask=None,
    fixed_values=None,
    fixed=None,
    r_q=None,
    r_k=None,
    initial_values=None,
    **options,
):
    """As the front door, in numpy; positions are given as r^q and r^k, ``(G, n, m, d)``.

    Returns:
        The values, and the largest term of a logit on the way.
    """
    batch, heads, n, d = q.shape
    m = keys.shape[2]
    out, largest = np.zeros((batch, heads, n, values.shape[3])), 0.0
    alpha = d**-0.5 if precision is None else precision
    numbers = [
        np.broadcast_to(np.asarray(number, np.float64), (batch, heads, m))
        for number in (alpha, value_precision, prior_precision, value_prior_precision)
    ]
    allowed = np.broadcast_to(True if mask is None else mask, (batch, heads, n, m))
    for b in range(batch):
        for g in range(heads):
            a, beta, theta_xi, theta_mu = (number[b, g] for number in numbers)
            r = (None, None) if r_q is None else (r_q[g % len(r_q)], r_k[g % len(r_k)])
            if isinstance(prior, str) and prior == "magnitude":
                log_pi = magnitude_log_prior(n, keys[b, g], values[b, g], a, beta, *r)
            elif isinstance(prior, str):
                log_pi = np.zeros((n, m))
            else:
                log_pi = np.broadcast_to(prior, (batch, heads, n, m))[b, g]
            units = Units(keys[b, g], values[b, g], a, beta, log_pi, r[0])
            o = {**OPTIONS, **options, "theta_xi": theta_xi, "theta_mu": theta_mu}
            o["initial_values"] = None if initial_values is None else initial_values[b, g]
            at = (None, None) if fixed is None else (fixed_values[b, g], fixed[b])
            out[b, g] = infer(q[b, g], units, allowed[b, g], *at, o)
            largest = max(largest, units.largest)
    return out, largest
