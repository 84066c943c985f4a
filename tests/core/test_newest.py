"""What was made of the same things is not made again."""

import numpy as np

from clickmend.core.newest import Newest


def test_only_the_newest_is_kept_and_things_are_told_apart_by_identity():
    made = []

    def make(one, other):
        made.append((one, other))
        return len(made)

    kept, one, alike, other = Newest[int](), np.ones(3), np.ones(3), np.zeros(3)
    assert [kept.of(one, other, make=make) for _ in range(2)] == [1, 1]
    assert kept.of(alike, other, make=make) == 2
    assert kept.of(one, other, make=make) == 3
