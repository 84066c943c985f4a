"""The front door against the equations written out, and against the library's attention."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from attention_problems import distance, problems
from hypothesis import given, settings

from clickmend.attention import adapt_keys, mixture_of, probabilistic_attention


def tokens(batch=2, heads=2, n=6, m=5, width=4, tall=3, dtype=torch.float32):
    generator = torch.Generator().manual_seed(1)
    return tuple(
        torch.randn(batch, heads, *size, generator=generator, dtype=dtype)
        for size in ((n, width), (m, width), (m, tall))
    )


@settings(max_examples=80)
@given(problems())
def test_in_float64_it_is_the_equations_written_out(problem):
    expected, largest = problem.expected()
    assert distance(problem.solve(torch.float64), expected) < 1e-9 * max(1, largest)


@settings(max_examples=40)
@given(problems(placed=True))
def test_in_float64_with_positions_it_is_the_equations_written_out(problem):
    expected, largest = problem.expected()
    assert distance(problem.solve(torch.float64), expected) < 1e-9 * max(1, largest)


@settings(max_examples=80)
@given(problems())
def test_in_float32_it_is_the_equations_to_rounding(problem):
    expected, largest = problem.expected()
    assert distance(problem.solve(), expected) <= 1e-5 * max(1, largest / 30)


@pytest.mark.parametrize(
    ("theta", "masked", "share"),
    [(1.0, False, 0.0), (1.3, False, 0.3 / 1.6), (1.3, True, 0.0)],
)
def test_the_dirichlet_prior_revives_what_the_prior_rules_out_but_not_what_a_mask_does(
    theta, masked, share
):
    q, keys, values = tokens(batch=1, heads=1, n=3, m=2)
    prior = torch.tensor([[-torch.inf, -0.5]])
    model = adapt_keys(
        q,
        mixture_of(keys, values, prior=prior),
        concentration=theta,
        mask=torch.tensor([[False, True]]) if masked else None,
    )
    assert model.prior.pair is not None
    torch.testing.assert_close(model.prior.pair.exp()[..., 0], torch.full((1, 1, 3), share))


@pytest.mark.parametrize("implementation", ["fast", "plain"])
def test_with_no_option_it_is_the_librarys_attention(implementation):
    q, keys, values = tokens(n=70, m=90, width=16, tall=16)
    new = probabilistic_attention(q, keys, values, implementation=implementation)
    torch.testing.assert_close(
        new, F.scaled_dot_product_attention(q, keys, values), rtol=0, atol=1e-6
    )


@pytest.mark.parametrize("implementation", ["fast", "plain"])
def test_by_explicit_precisions_and_prior_it_is_the_librarys_attention(implementation):
    q, keys, values = tokens(n=70, m=90, width=16, tall=16)
    alpha = torch.full((2, 2, 90), 0.25)
    new = probabilistic_attention(
        q,
        keys,
        values,
        precision=alpha,
        value_precision=0.0,
        prior=0.5 * (alpha * keys.square().sum(-1))[:, :, None],
        implementation=implementation,
    )
    torch.testing.assert_close(
        new, F.scaled_dot_product_attention(q, keys, values), rtol=0, atol=1e-6
    )


@settings(max_examples=40)
@given(problems())
def test_gradients_are_those_of_every_weight_written_out(problem):
    def gradients(dtype, implementation):
        inputs = [torch.from_numpy(t).to(dtype).requires_grad_() for t in problem.tokens]
        options = problem.tensors(dtype)
        out = probabilistic_attention(*inputs, implementation=implementation, **options)
        towards = torch.from_numpy(np.random.default_rng(0).normal(size=out.shape)).to(dtype)
        return [g.double().numpy() for g in torch.autograd.grad((out * towards).sum(), inputs)]

    _, largest = problem.expected()
    exact = gradients(torch.float64, "plain")
    sizes = [np.linalg.norm(e) for e in exact]
    for dtype, bar in ((torch.float64, 1e-8), (torch.float32, 1e-4)):
        for new, old in zip(gradients(dtype, "auto"), exact, strict=True):
            error = np.linalg.norm(new - old) / max(*sizes, 1e-3)
            assert error <= bar * max(1, largest / 30)


@pytest.mark.parametrize("implementation", ["fast", "plain"])
@pytest.mark.parametrize("anchor", ["previous", "initial"])
def test_gradcheck_through_every_inference(implementation, anchor):
    q, keys, values = tokens(batch=1, heads=1, n=4, m=3, width=2, tall=2, dtype=torch.float64)
    fixed_values = torch.randn(1, 1, 4, 2, dtype=torch.float64)
    alpha = torch.rand(1, 1, 3, dtype=torch.float64) + 0.5
    mask = torch.tensor([[True, True, False], [True, True, True]] * 2)
    inputs = [t.requires_grad_() for t in (q, keys, values, fixed_values, alpha)]

    def infer(q, keys, values, fixed_values, alpha):
        return probabilistic_attention(
            q,
            keys,
            values,
            adapt_keys=2,
            prior_precision=0.3,
            adapt_precision=(2.0, 1.0),
            fixed_values=fixed_values,
            fixed=torch.tensor([[True, False, True, False]]),
            propagate=2,
            adapt_value_precision=(1.5, 0.5),
            value_precision=0.4,
            value_iterations=2,
            precision=alpha,
            mask=mask,
            anchor=anchor,
            implementation=implementation,
        )

    assert torch.autograd.gradcheck(infer, inputs)


@pytest.mark.parametrize("alpha", [1e-4, 1.0, 1e4])
@pytest.mark.parametrize("implementation", ["fast", "plain"])
def test_nothing_is_ever_not_a_number(alpha, implementation):
    q, keys, values = (t.requires_grad_() for t in tokens())
    fixed_values = torch.full((2, 2, 6, 3), torch.nan)
    fixed_values[0, :, 2] = 5.0
    fixed = torch.zeros(2, 6, dtype=torch.bool)
    fixed[0, 2] = True
    mask = torch.ones(2, 1, 6, 5, dtype=torch.bool)
    mask[0, :, 3], mask[1, :, :, 1], mask[1, :, 2:] = False, False, False
    for prior_precision in (0.0, 1e-3):
        for anchor in ("previous", "initial"):
            out = probabilistic_attention(
                q,
                keys,
                values,
                adapt_keys=3,
                prior_precision=prior_precision,
                precision=alpha,
                value_precision=alpha,
                value_prior_precision=prior_precision,
                fixed_values=fixed_values,
                fixed=fixed,
                propagate=3,
                value_iterations=2,
                mask=mask,
                anchor=anchor,
                implementation=implementation,
            )
            assert out.isfinite().all()
            assert (out[0, :, 3] == 0).all()
            assert (out[1, :, 2:] == 0).all()
            grads = torch.autograd.grad(out.square().sum(), (q, keys, values))
            assert all(g.isfinite().all() for g in grads)


@pytest.mark.parametrize("implementation", ["fast", "plain"])
def test_one_token_gets_its_value(implementation):
    q, keys, values = tokens(batch=1, heads=1, n=1, m=1)
    out = probabilistic_attention(q, keys, values, adapt_keys=2, implementation=implementation)
    torch.testing.assert_close(out, values)


def test_without_clicks_propagation_leaves_attention_as_it_is():
    q, keys, values = tokens()
    out = probabilistic_attention(
        q,
        keys,
        values,
        propagate=5,
        fixed=torch.zeros(2, 6, dtype=torch.bool),
        fixed_values=torch.zeros(2, 2, 6, 3),
    )
    torch.testing.assert_close(out, F.scaled_dot_product_attention(q, keys, values))


def test_a_click_pulls_the_values_of_tokens_like_it_and_of_no_other_item():
    q, keys, values = tokens(tall=2)
    fixed = torch.zeros(2, 6, dtype=torch.bool)
    fixed[1, 4] = True
    options = {"fixed": fixed, "fixed_values": torch.full((2, 2, 6, 2), 3.0)}
    before = probabilistic_attention(q, keys, values)
    after = probabilistic_attention(q, keys, values, propagate=1, **options)
    torch.testing.assert_close(after[0], before[0])
    assert (after[1] > before[1]).all()


def test_clamped_tokens_keep_their_fixed_values():
    q, keys, values = tokens()
    fixed = torch.tensor([[True, False, True, False, False, False]] * 2)
    fixed_values = torch.randn(2, 2, 6, 3)
    out = probabilistic_attention(
        q, keys, values, propagate=1, fixed=fixed, fixed_values=fixed_values, clamp=True
    )
    assert torch.equal(out[:, :, [0, 2]], fixed_values[:, :, [0, 2]])
    assert not torch.isclose(out[:, :, 1], fixed_values[:, :, 1]).any()


@settings(max_examples=30)
@given(problems())
def test_bfloat16_is_calculated_in_float32(problem):
    problem.tokens = tuple(torch.from_numpy(t).bfloat16().float().numpy() for t in problem.tokens)
    for name in ("fixed_values", "initial_values", "prior", "precision", "value_precision"):
        value = problem.options.get(name)
        if isinstance(value, np.ndarray):
            problem.options[name] = torch.from_numpy(value).bfloat16().float().numpy()
    for name in ("prior_precision", "value_prior_precision"):
        if name in problem.options:
            problem.options[name] = 0.5
    new = problem.solve(torch.bfloat16)
    assert new.dtype == torch.bfloat16
    assert distance(new.float(), problem.expected()[0]) <= 2e-2


def test_autocast_does_not_round_inside():
    q, keys, values = tokens()
    with torch.autocast("cpu", torch.bfloat16):
        rounded = probabilistic_attention(q, keys, values, adapt_keys=1)
    assert torch.equal(rounded, probabilistic_attention(q, keys, values, adapt_keys=1))


def test_the_order_of_units_does_not_matter_and_that_of_queries_is_kept():
    q, keys, values = tokens()
    units, queries = torch.randperm(5), torch.randperm(6)
    out = probabilistic_attention(q, keys, values, adapt_keys=2)
    turned = probabilistic_attention(
        q[:, :, queries], keys[:, :, units], values[:, :, units], adapt_keys=2
    )
    torch.testing.assert_close(turned, out[:, :, queries])
