"""Items in shards: every item once, and few shards that change with one item."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clickmend.core.errors import DataError
from clickmend.jobs.items import LONGEST, Item, ItemFile, in_shards, shard_size


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


@pytest.fixture
def file(tmp_path):
    return ItemFile(tmp_path / "items.jsonl")


def test_items_come_back_as_they_were_written(file):
    items = [Item("ä", {"photo": "in/ä.jpg"}, {"marks": [[1, 2]]}, "out/ä.png"), Item("b", {})]
    assert file.write(iter(items)) == 2
    assert list(file) == list(file) == items
    assert file.write([]) == 0
    assert list(file) == []


def test_two_items_of_one_name_are_refused(file):
    with pytest.raises(DataError, match="'a' is there twice"):
        file.write(named("a", "b", "a"))
    assert not file.path.exists()


def test_two_results_in_one_file_are_refused(file, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    items = [Item("a", {}, output="x.png"), Item("b", {}, output=str(tmp_path / "x.png"))]
    with pytest.raises(DataError, match=r"Two results would be written to .*x\.png"):
        file.write(items)


def test_a_result_in_the_place_of_a_photo_is_refused(file):
    items = [Item("a", {"photo": "in/a.png"}, output="in/b.png"), Item("b", {"photo": "in/b.png"})]
    with pytest.raises(DataError, match=r"in/b\.png would be written over a photo"):
        file.write(items)


def test_the_digest_is_of_what_is_asked_and_of_no_path():
    item = Item("a", {"photo": "here.jpg"}, {"marks": [1]})
    assert item.digest == Item("a", {"photo": "there.jpg"}, {"marks": [1]}).digest
    assert item.digest != Item("a", {"photo": "here.jpg"}, {"marks": [2]}).digest
    assert item.digest != Item("a", {"photo": "here.jpg", "prior": "p"}, {"marks": [1]}).digest
