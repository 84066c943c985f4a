"""Items in shards: every item once, and few shards that change with one item."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clickmend.jobs.items import LONGEST, Item, in_shards, shard_size


def named(*names, **more):
    return [Item(name, {}, **more) for name in names]


@given(st.sets(st.text(min_size=1), max_size=30), st.integers(1, 9))
def test_every_item_is_in_one_shard_and_the_order_stays(names, size):
    items = named(*sorted(names))
    shards = list(in_shards(items, size))
    assert [item for shard in shards for item in shard.items] == items
    assert all(1 <= len(shard.items) <= LONGEST * size for shard in shards)
    assert len({shard.key for shard in shards}) == len(shards)


def test_an_item_more_changes_at_most_two_shards():
    names = [f"{number:05}.jpg" for number in range(2000)]
    before = {shard.key: shard.items for shard in in_shards(named(*names), 16)}
    for new in range(40):
        more = sorted([*names, f"{new * 50:05}x.jpg"])
        after = {shard.key: shard.items for shard in in_shards(named(*more), 16)}
        same = sum(before.get(key) == items for key, items in after.items())
        assert len(after) - same <= 4 + 1


@pytest.mark.parametrize(("count", "size"), [(1, 1), (512, 1), (2000, 4), (10**6, 512)])
def test_few_items_have_small_shards_and_many_have_bounded_ones(count, size):
    assert shard_size(count) == size


def test_the_digest_is_of_what_is_asked_and_of_no_path():
    item = Item("a", {"photo": "here.jpg"}, {"marks": [1]})
    assert item.digest == Item("a", {"photo": "there.jpg"}, {"marks": [1]}).digest
    assert item.digest != Item("a", {"photo": "here.jpg"}, {"marks": [2]}).digest
    assert item.digest != Item("a", {"photo": "here.jpg", "prior": "p"}, {"marks": [1]}).digest
