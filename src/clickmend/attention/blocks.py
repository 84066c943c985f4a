"""Averages over softmax weights in memory linear in the tokens, forward and backward.

Scores are written out for a block of queries at a time, by BLAS, and used at once; only the
averages and the log-sum-exps are kept, from which the backward passes find the weights again. An
average alone goes through PyTorch's flash kernel where that applies; one over queries needs each
exponential once where none can be too large or too small. With L_i = log Σ_j exp(s_ij),
w_ij = exp(s_ij − L_i), and d for gradients:

    over units     o_i = Σ_j w_ij v_j                 ds = w·(v_j·do_i − o_i·do_i + dL_i)
    over queries   m_k = Σ_i w_ik x_i / exp(c_k)      g = (w/exp(c_k))·(x_i·dm_k − m_k·dm_k + dc_k)
                   c_k = log Σ_i w_ik                 ds = g − w·Σ_k g

Scores that are written out are times log2(e), for PyTorch's exp2 takes a quarter of the time of its
exp on a processor.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, NamedTuple, TypeAlias

import torch
from torch import Tensor

from clickmend.attention.scores import NEVER, Scores, widest
from clickmend.core.shapes import Bool, Float

_KERNEL = torch.ops.aten._scaled_dot_product_flash_attention_for_cpu
_BLOCK_BYTES = 4 * 2**20  # of one matrix of scores; half of them for each core's cache
_LEAST_ROWS = 16
_COLUMN_BYTES = 2**20  # of one matrix of them in a head; a core's cache
_LOG2_E = math.log2(math.e)
_MODERATE = 25.0  # |scale·q·k|, of which neither exp nor its square leaves what a float holds

Part: TypeAlias = tuple[slice, slice]


def over_units(
    scores: Scores, values: Float[Tensor, "#B #G M V"]
) -> tuple[Float[Tensor, "B G N V"], Float[Tensor, "B G N"]]:
    """Σ_j w_ij values_j with w = softmax_j(s), and log Σ_j exp(s_ij).

    A query that may attend to nothing gets zeros and −∞.
    """
    given = _operands(scores, values.shape[:2])
    values = values.expand(*given.q.shape[:2], -1, -1)
    mean, total = _OverUnits.apply(*given, values)
    return mean, total


def over_queries(
    scores: Scores,
    x: Float[Tensor, "#B #G N X"],
    taking_part: Bool[Tensor, "#B #G N"] | None,
) -> tuple[Float[Tensor, "B G M X"], Float[Tensor, "B G M"]]:
    """Σ_i w_ik x_i / Σ_i w_ik and log Σ_i w_ik over the queries that take part.

    A unit that no query can reach gets zeros and −∞.
    """
    given = _operands(scores, x.shape[:2])
    # Where x are the queries themselves, one gradient holds both.
    itself = len(scores.products) == 1 and scores.products[0].left is x
    others = None if itself else x.expand(*given.q.shape[:2], -1, -1)
    mean, log_count = _OverQueries.apply(*given, others, taking_part)
    return mean, log_count


class _Operands(NamedTuple):
    """s_ij = scale·q_i·k_j + unit_j where the mask is True, all of full batch and heads."""

    q: Tensor
    k: Tensor
    unit: Tensor
    mask: Tensor | None
    scale: float


class _OverUnits(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any,
        q: Tensor,
        k: Tensor,
        unit: Tensor,
        mask: Tensor | None,
        scale: float,
        values: Tensor,
    ) -> tuple[Tensor, Tensor]:
        given = _Operands(q, k, unit, mask, scale)
        mean, total = _attend(given, values)
        _clear(mean, total)
        ctx.save_for_backward(q, k, unit, mask, values, mean, total)
        ctx.scale = scale
        return mean, total

    @staticmethod
    def backward(ctx: Any, d_mean: Tensor, d_total: Tensor) -> tuple[Tensor | None, ...]:
        q, k, unit, mask, values, mean, total = ctx.saved_tensors
        term = _negated(total)
        d_total = d_total.masked_fill(total == -math.inf, 0) - (d_mean * mean).sum(-1)
        d_values = torch.zeros_like(values, memory_format=torch.contiguous_format)
        grads = _Gradients(_Operands(q, k, unit, mask, ctx.scale))
        for part, rows, weights, product in grads.blocks():
            weights.add_(_pick(term, part, rows)[..., None], alpha=_LOG2_E).exp2_()
            d_rows = _pick(d_mean, part, rows)
            _pick(d_values, part).baddbmm_(weights.mT, d_rows)
            torch.bmm(d_rows, _pick(values, part).mT, out=product)
            product.add_(_pick(d_total, part, rows)[..., None]).mul_(weights)
            grads.add(part, rows, product)
        return grads.q, grads.k, grads.unit, None, None, d_values


class _OverQueries(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any,
        q: Tensor,
        k: Tensor,
        unit: Tensor,
        mask: Tensor | None,
        scale: float,
        x: Tensor | None,
        taking_part: Tensor | None,
    ) -> tuple[Tensor, Tensor]:
        given = _Operands(q, k, unit, mask, scale)
        gather = _gather if _is_moderate(given) else _attend_turned
        mean, log_count, term = gather(given, q if x is None else x, taking_part)
        _clear(mean, log_count)
        ctx.save_for_backward(q, k, unit, mask, x, term, mean, log_count)
        ctx.scale = scale
        return mean, log_count

    @staticmethod
    def backward(ctx: Any, d_mean: Tensor, d_log_count: Tensor) -> tuple[Tensor | None, ...]:
        q, k, unit, mask, x, term, mean, log_count = ctx.saved_tensors
        count = log_count.exp()
        d_log_count = d_log_count.masked_fill(count == 0, 0) - (d_mean * mean).sum(-1)
        grads = _Gradients(_Operands(q, k, unit + _negated(log_count), mask, ctx.scale))
        d_x = None if x is None else torch.zeros_like(x, memory_format=torch.contiguous_format)
        for part, rows, weights, product in grads.blocks():
            weights.add_(_pick(term, part, rows)[..., None], alpha=_LOG2_E).exp2_()
            d_units = _pick(d_mean, part)
            d_rows = torch.bmm(weights, d_units)
            torch.bmm(_pick(q if x is None else x, part, rows), d_units.mT, out=product)
            product.add_(_pick(d_log_count, part)[:, None]).mul_(weights)
            d_row = product.sum(-1, keepdim=True)
            product.sub_(weights.mul_(_pick(count, part)[:, None]).mul_(d_row))
            grads.add(part, rows, product)
            _pick(grads.q if d_x is None else d_x, part, rows).add_(d_rows)
        return grads.q, grads.k, grads.unit, None, None, d_x, None


class _Gradients:
    """The gradients of q, k and unit, gathered block by block from those of the scores."""

    def __init__(self, given: _Operands) -> None:
        self.given = given
        q, k, unit = given.q, given.k, given.unit
        self.q = torch.empty_like(q, memory_format=torch.contiguous_format)
        self.k = torch.zeros_like(k, memory_format=torch.contiguous_format)
        self.unit = torch.zeros_like(unit, memory_format=torch.contiguous_format)

    def blocks(self) -> Iterator[tuple[Part, slice, Tensor, Tensor]]:
        """The scores of every block, and room for as many numbers."""
        room = None
        for part, rows, scores in _blocks(self.given):
            if room is None or room.shape[0] != scores.shape[0]:
                room = torch.empty_like(scores, memory_format=torch.contiguous_format)
            yield part, rows, scores, room[:, : scores.shape[1]]

    def add(self, part: Part, rows: slice, d_scores: Tensor) -> None:
        """Pass on the gradient of a block of scores."""
        q, k, scale = self.given.q, self.given.k, self.given.scale
        d_q = torch.bmm(d_scores, _pick(k, part))
        _pick(self.q, part, rows).copy_(d_q.mul_(scale))
        _pick(self.k, part).baddbmm_(d_scores.mT, _pick(q, part, rows), alpha=scale)
        _pick(self.unit, part).add_(d_scores.sum(1))


def _operands(scores: Scores, lead: torch.Size) -> _Operands:
    assert scores.pair is None, "terms of query and unit are for the plain implementation"
    q, k, scale = scores.joined()
    unit = k.new_zeros(1, 1, k.shape[2]) if scores.unit is None else scores.unit.to(k.dtype)
    mask = scores.mask
    given = [t for t in (q, k, unit, mask) if t is not None]
    shape = widest(lead, *(t.shape[:2] for t in given))
    return _Operands(
        q.expand(*shape, -1, -1),
        k.expand(*shape, -1, -1),
        unit.expand(*shape, k.shape[2]),
        None if mask is None else mask.expand(*shape, q.shape[2], k.shape[2]),
        scale,
    )


def _attend(given: _Operands, v: Tensor) -> tuple[Tensor, Tensor]:
    """The averages of v over the units, and the log-sum-exps."""
    q, k, unit, mask, scale = given
    if q.device.type == "cpu" and mask is None and q.shape[-1] == v.shape[-1]:
        q, k, v = (t if t.stride(-1) == 1 else t.contiguous() for t in (q, k, v))
        mean, total = _KERNEL(q, k, v, attn_mask=unit[..., None, :], scale=scale)
        return mean, total
    mean, total = v.new_empty(*q.shape[:3], v.shape[-1]), q.new_empty(q.shape[:3])
    for part, rows, scores in _blocks(given):
        count = _exponentiate(scores, _pick(total, part, rows))
        product = torch.bmm(scores, _pick(v, part))
        _pick(mean, part, rows).copy_(product.div_(count[..., None]))
    return mean, total


def _attend_turned(
    given: _Operands, x: Tensor, taking_part: Tensor | None
) -> tuple[Tensor, Tensor, Tensor]:
    """The averages of x over the queries, log Σ_i w_ik, and −L_i, whatever the scores are.

    log w_ik = s_ik − L_i: attention of the units to the queries, with a term of the latter.
    """
    q, k, unit, mask, scale = given
    term = _negated(_log_sum_exp(given))
    if taking_part is not None:
        term.masked_fill_(~taking_part, NEVER)
    turned = _Operands(k, q, term, None if mask is None else mask.mT, scale)
    mean, log_count = _attend(turned, x)
    return mean, log_count + unit, term


def _gather(
    given: _Operands, x: Tensor, taking_part: Tensor | None
) -> tuple[Tensor, Tensor, Tensor]:
    """The same of moderate scores, in one pass.

    exp(scale·q_i·k_j) is summed over the units, each by its share exp(unit_j), and then over the
    queries, each by its part of the sum.
    """
    q, k, unit, *_ = given
    peak = unit.amax(-1, keepdim=True)
    share = (unit - peak).exp()
    total, count = q.new_empty(q.shape[:3]), k.new_zeros(*k.shape[:3], 1)
    mean = x.new_zeros(*k.shape[:3], x.shape[-1])
    for part, rows, weights in _columns(given):
        weights.exp2_()
        sums = torch.bmm(_pick(share, part)[:, None], weights).mT
        _pick(total, part, rows).copy_(sums[..., 0])
        portion = sums.reciprocal_()
        if taking_part is not None:
            portion = portion * _pick(taking_part.expand(total.shape), part, rows)[..., None]
        _pick(mean, part).baddbmm_(weights, _pick(x, part, rows) * portion)
        _pick(count, part).baddbmm_(weights, portion)
    mean.div_(count.clamp(min=torch.finfo(count.dtype).tiny))
    log_count = count[..., 0].log_().add_(unit - peak)
    term = _negated(total.log_().add_(peak))
    if taking_part is not None:
        term.masked_fill_(~taking_part, NEVER)
    return mean, log_count.masked_fill_(unit < NEVER / 2, -math.inf), term


def _is_moderate(given: _Operands) -> bool:
    """Whether every |scale·q_i·k_j| is, on a processor, for all units alike."""
    q, k, _, mask, scale = given
    if q.device.type != "cpu" or mask is not None or q.dtype not in (torch.float32, torch.float64):
        return False
    longest = [torch.linalg.vector_norm(t, dim=-1).amax(-1) for t in (q, k)]
    return bool((longest[0] * longest[1] * abs(scale) <= _MODERATE).all())


def _log_sum_exp(given: _Operands) -> Tensor:
    """The log-sum-exp, log Σ_j exp(s_ij), about −1e30 for a query that may attend to nothing."""
    total = given.q.new_empty(given.q.shape[:3])
    for part, rows, scores in _blocks(given):
        _exponentiate(scores, _pick(total, part, rows))
    return total


def _exponentiate(scores: Tensor, total: Tensor) -> Tensor:
    """Make of the scores exp(s_ij − max_j s_ij), and of ``total`` log Σ_j exp(s_ij).

    Args:
        scores: Times log2(e), of some heads and queries, overwritten.
        total: Of these heads and queries, overwritten.

    Returns:
        Σ_j exp(s_ij − max_j s_ij).
    """
    peak = scores.amax(-1)
    sums = scores.sub_(peak[..., None]).exp2_().sum(-1)
    total.copy_((peak + sums.log2()) / _LOG2_E)
    return sums


def _blocks(given: _Operands) -> Iterator[tuple[Part, slice, Tensor]]:
    """log2(e)·s_ij for some heads and queries at a time, ``(heads, rows, M)``, overwritten."""
    q, k, unit, mask, scale = given
    batch, heads, queries, units = *q.shape[:3], k.shape[2]
    row_bytes = units * q.element_size()
    together = max(_BLOCK_BYTES // (queries * row_bytes), torch.get_num_threads())
    items, some = max(together // heads, 1), min(together, heads)
    size = max(_BLOCK_BYTES // (min(items, batch) * some * row_bytes), _LEAST_ROWS)
    room = None
    for b in range(0, batch, items):
        for g in range(0, heads, some):
            part = slice(b, b + items), slice(g, g + some)
            tall, wide = _pick(q, part), _pick(k, part).mT
            terms = _pick(unit, part)[:, None] * _LOG2_E
            if room is None or room.shape[0] != tall.shape[0]:
                room = q.new_empty(tall.shape[0], min(size, queries), units)
            for i in range(0, queries, size):
                rows = slice(i, min(i + size, queries))
                scores = room[:, : rows.stop - i]
                torch.baddbmm(terms, tall[:, rows], wide, alpha=scale * _LOG2_E, out=scores)
                if mask is not None:
                    scores.masked_fill_(~_pick(mask, part, rows), NEVER)
                yield part, rows, scores


def _columns(given: _Operands) -> Iterator[tuple[Part, slice, Tensor]]:
    """log2(e)·scale·k_j·q_i for some heads and queries, ``(heads, M, columns)``, overwritten."""
    q, k, _, _, scale = given
    batch, heads, queries, units = *q.shape[:3], k.shape[2]
    size = min(max(_COLUMN_BYTES // (units * q.element_size()), _LEAST_ROWS), queries)
    together = max(_COLUMN_BYTES // (units * size * q.element_size()), torch.get_num_threads())
    items, some = max(together // heads, 1), min(together, heads)
    for b in range(0, batch, items):
        for g in range(0, heads, some):
            part = slice(b, b + items), slice(g, g + some)
            tall, wide = _pick(k, part) * (scale * _LOG2_E), _pick(q, part).mT.contiguous()
            room = q.new_empty(tall.shape[0], units, size)
            for i in range(0, queries, size):
                rows = slice(i, min(i + size, queries))
                scores = room if rows.stop - i == size else room[..., : rows.stop - i].contiguous()
                torch.bmm(tall, wide[..., rows], out=scores)
                yield part, rows, scores


def _pick(tensor: Tensor, part: Part, rows: slice = slice(None)) -> Tensor:
    """Some heads, and of them some tokens, heads of all items in one axis."""
    return tensor[part][:, :, rows].flatten(0, 1)


def _negated(total: Tensor) -> Tensor:
    """−L, by which a weight becomes 0 where L is −∞."""
    return torch.where(total < NEVER / 2, NEVER, -total)


def _clear(mean: Tensor, total: Tensor) -> None:
    """Zeros and −∞ where nothing could be averaged."""
    nothing = total < NEVER / 2
    if nothing.any():
        mean.masked_fill_(nothing[..., None], 0)
        total.masked_fill_(nothing, -math.inf)
