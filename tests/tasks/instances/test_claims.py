"""Tests of what objects claim, and of who has which pixel."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from clickmend.tasks.instances.claims import Claim, Layers
from clickmend.tasks.patches import Patch

SIZE = (9, 12)


def written_out(claims):
    """The index and the logits pixel by pixel."""
    index, surest = np.zeros(SIZE, int), np.zeros(SIZE, np.float32)
    for row, column in np.ndindex(SIZE):
        for claim in claims:
            logit = claim.at((column + 0.5, row + 0.5))
            if logit > surest[row, column]:
                index[row, column], surest[row, column] = claim.number, logit
    for claim in claims:
        x, y = claim.point
        index[int(y), int(x)] = claim.number
    return index, surest


def claim(number, rng):
    """A rectangle of logits, also below 0 and equal to those of others; maybe without the point."""
    top, left = rng.integers(0, SIZE)
    height, width = rng.integers(0, 7, 2)
    rows, columns = slice(int(top), int(top + height)), slice(int(left), int(left + width))
    shape = np.empty(SIZE)[rows, columns].shape
    rows, columns = slice(rows.start, rows.start + shape[0]), slice(left, left + shape[1])
    x, y = rng.integers(0, SIZE[::-1]) + 0.5
    logits = rng.integers(-2, 4, shape).astype(np.float32)
    return Claim(number, (float(x), float(y)), Patch(rows, columns, logits))


@given(st.integers(0, 2**32 - 1))
def test_claims_that_come_change_and_go_are_laid_as_all_anew(seed):
    rng = np.random.default_rng(seed)
    layers, claims = Layers(SIZE), {}
    for _ in range(6):
        for number in rng.integers(1, 6, int(rng.integers(1, 4))).tolist():
            claims[number] = claim(number, rng)
        if rng.random() < 0.4:
            claims.pop(int(rng.choice([*claims])))
        now = [claims[number] for number in sorted(claims)]
        layers.lay(now)
        index, surest = written_out(now)
        np.testing.assert_array_equal(layers.index, index)
        np.testing.assert_array_equal(layers.surest, surest)


def test_a_claim_says_how_sure_it_is_of_a_place():
    claim = Claim(1, (3.5, 2.5), Patch(slice(2, 3), slice(3, 5), np.array([[4, 5]], np.float32)))
    assert claim.at((4.9, 2.1)) == 5
    assert claim.at((5.0, 2.5)) == -np.inf
    assert claim.at((3.5, 1.9)) == -np.inf
