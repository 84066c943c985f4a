"""The log-likelihood against scipy's densities, and EM, which never lowers it."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import logsumexp
from scipy.stats import dirichlet, gamma, multivariate_normal

from clickmend.attention import (
    adapt_keys,
    log_likelihood,
    log_prior,
    mixture_of,
    propagate_values,
)


def normal(rng, *shape):
    return torch.from_numpy(rng.normal(size=shape))


def some_tokens(rng, n=7, m=5, width=3, tall=2):
    sizes = (n, width), (m, width), (m, tall), (n, tall)
    return tuple(normal(rng, 1, 2, *size) for size in sizes)


@pytest.mark.parametrize("implementation", ["fast", "plain"])
@pytest.mark.parametrize("per_unit", [False, True])
def test_the_log_likelihood_is_that_of_scipys_densities(rng, per_unit, implementation):
    q, keys, values, v = some_tokens(rng)
    alpha, beta, log_pi = (torch.from_numpy(rng.random((1, 2, 5)) + 0.5) for _ in range(3))
    if not per_unit:
        alpha, beta = 0.7, 0.3
    log_pi = log_pi.log_softmax(-1)
    model = mixture_of(
        keys, values, precision=alpha, value_precision=beta, prior=log_pi[:, :, None] + 3
    )
    new = log_likelihood(q, model, v=v, implementation=implementation)
    by_query = log_likelihood(q, model, implementation=implementation)
    for g in range(2):
        for i in range(7):
            terms = []
            for j in range(5):
                a, b = (float(alpha[0, g, j]), float(beta[0, g, j])) if per_unit else (0.7, 0.3)
                terms.append(
                    [
                        float(log_pi[0, g, j]),
                        multivariate_normal(keys[0, g, j], np.eye(3) / a).logpdf(q[0, g, i]),
                        multivariate_normal(values[0, g, j], np.eye(2) / b).logpdf(v[0, g, i]),
                    ]
                )
            terms = np.array(terms)
            assert float(new[0, g, i]) == pytest.approx(logsumexp(terms.sum(1)))
            assert float(by_query[0, g, i]) == pytest.approx(logsumexp(terms[:, :2].sum(1)))


def test_a_query_that_may_attend_to_nothing_has_no_likelihood(rng):
    q, keys, values, _ = some_tokens(rng)
    mask = torch.ones(7, 5, dtype=torch.bool)
    mask[2] = False
    found = log_likelihood(q, mixture_of(keys, values), mask=mask)
    assert (found[:, :, 2] == -torch.inf).all()
    assert found[:, :, [0, 1, 3, 4, 5, 6]].isfinite().all()


def test_the_log_prior_is_that_of_scipys_densities_up_to_constants(rng):
    q, keys, values, _ = some_tokens(rng)
    start = mixture_of(keys, values, precision=0.5, value_precision=0.5)
    options = {"precision_prior": (2.0, 3.0), "concentration": 1.7, "prior_precision": 0.4}
    ends = [adapt_keys(q, start, iterations=number, **options) for number in (1, 3)]
    ours = [log_prior(model, initial=start, **options).squeeze(0).numpy() for model in ends]
    written = []
    for model in ends:
        moved = (model.keys - keys).square().sum((2, 3)).squeeze(0).numpy()
        by_gamma = gamma(2.0, scale=1 / 3.0).logpdf(model.precision.squeeze(0).numpy()).sum(-1)
        pi = model.prior.pair.exp().squeeze(0).numpy()
        by_dirichlet = [
            sum(dirichlet([1.7] * 5).logpdf(row / row.sum()) for row in head) for head in pi
        ]
        written.append(-0.2 * moved + by_gamma + np.array(by_dirichlet))
    np.testing.assert_allclose(ours[1] - ours[0], written[1] - written[0])


@st.composite
def climbs(draw):
    """Tokens, what makes the first model, the options of EM, a mask, and randomness."""
    rng = np.random.default_rng(draw(st.integers(0, 2**31)))
    tokens = some_tokens(rng, n=draw(st.integers(1, 8)), m=draw(st.integers(1, 6)))
    alpha = float(10 ** rng.uniform(-1, 1))
    start = {
        "precision": alpha
        if draw(st.booleans())
        else torch.from_numpy(rng.random((1, 2, 1)) + 0.1),
        "value_precision": float(10 ** rng.uniform(-1, 0.5)),
        "prior": draw(st.sampled_from(["magnitude", "uniform"])),
    }
    options = {
        "anchor": draw(st.sampled_from(["previous", "initial"])),
        "prior_precision": draw(st.sampled_from([0.0, 0.01, 1.0])),
        "precision_prior": draw(st.sampled_from([None, (1.5, 0.5), (3.0, 2.0)])),
        "concentration": draw(st.sampled_from([None, None, 1.0, 1.5])),
    }
    mask = None
    if draw(st.booleans()):
        mask = torch.from_numpy(rng.random((tokens[0].shape[2], tokens[1].shape[2])) < 0.7)
    return tokens, start, options, mask, rng


def held(options):
    """θ as the objective has it: with ``previous`` the means have no prior."""
    return options["prior_precision"] if options["anchor"] == "initial" else 0.0


def first_prior(options):
    """A Dirichlet prior has a density once π was updated: the climb begins there."""
    return 0 if options["concentration"] is None else 1


@settings(max_examples=60)
@given(climbs())
def test_key_adaptation_never_lowers_the_log_posterior(climb):
    (q, keys, values, _), first, options, mask, _ = climb
    start = mixture_of(keys, values, **first)
    heights = []
    for iterations in range(first_prior(options), 5):
        model = adapt_keys(q, start, iterations=iterations, mask=mask, **options)
        found = log_likelihood(q, model, mask=mask)
        density = log_prior(
            model,
            initial=start,
            prior_precision=held(options),
            precision_prior=options["precision_prior"],
            concentration=options["concentration"],
        )
        heights.append(found.masked_fill(found == -torch.inf, 0).sum(-1) + density)
    rises = torch.stack(heights).diff(dim=0)
    assert (rises >= -1e-9).all()


@settings(max_examples=60)
@given(climbs())
def test_value_propagation_never_lowers_the_log_posterior(climb):
    (q, keys, values, v), first, options, mask, rng = climb
    start = mixture_of(keys, values, **first)
    options["concentration"] = None
    fixed = torch.from_numpy(rng.random((1, q.shape[2])) < 0.6)
    heights = []
    for iterations in range(5):
        model = propagate_values(q, start, v, fixed, iterations=iterations, mask=mask, **options)
        found = log_likelihood(q, model, v=v, mask=mask)
        found = found.masked_fill((found == -torch.inf) | ~fixed[:, None], 0)
        density = log_prior(
            model,
            initial=start,
            value_prior_precision=held(options),
            value_precision_prior=options["precision_prior"] if fixed.any() else None,
        )
        heights.append(found.sum(-1) + density)
    rises = torch.stack(heights).diff(dim=0)
    assert (rises >= -1e-9).all()
