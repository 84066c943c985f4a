"""Attention rollout: what some tokens of a vision transformer look at, through its last blocks."""

from __future__ import annotations

from collections.abc import Sequence

from clickmend.core.arrays import Array, namespace
from clickmend.core.errors import OptionError
from clickmend.core.shapes import Float, Int

LAST_BLOCKS = 7
"""Blocks that the rollout runs over, from the last one backwards [Liao23, Sec. 3]."""


def rollout(
    attention: Sequence[Float[Array, "G N N"]],
    rows: Int[Array, " K"],
    *,
    last: int = LAST_BLOCKS,
) -> Float[Array, "J K N"]:
    """The rows of R_1 = Ã_L, R_2 = Ã_L·Ã_(L−1), …, one map more per block.

    Ã is the mean over the heads plus the identity, every row divided by its sum. Only the wanted
    rows travel through the product, so that no N × N matrix is made beyond the mean.

    Args:
        attention: Softmax weights of the blocks in the order of the network, of all heads; a mean
            over heads is a block of one head.
        rows: Tokens that are asked about, K of them.
        last: How many blocks to run over; all when there are fewer.

    Returns:
        J = min(last, blocks) maps for each row; the weights of a map add up to 1.

    Raises:
        OptionError: There is no block, or ``last`` is not positive.

    Example:
        >>> attention = [np.full((2, 3, 3), 1 / 3)] * 2
        >>> maps = rollout(attention, np.array([0]))
        >>> maps.shape, maps.sum(axis=2).ravel().round(6).tolist()
        ((2, 1, 3), [1.0, 1.0])
    """
    if last < 1 or not attention:
        raise OptionError(
            f"The rollout runs over the last {last} of {len(attention)} blocks. It takes the "
            "attention of one block or more and last ≥ 1."
        )
    blocks = list(attention)[::-1][:last]
    xp, first = namespace(blocks[0]), blocks[0]
    tokens = xp.arange(first.shape[-1], device=first.device)
    reached = xp.astype(rows[:, None] == tokens, first.dtype)
    maps = []
    for block in blocks:
        mean = xp.mean(block, axis=0)
        shared = reached / (xp.sum(mean, axis=1) + 1)
        reached = shared @ mean + shared
        maps.append(reached)
    return xp.stack(maps)
