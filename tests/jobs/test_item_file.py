"""The items of a job on disk."""

import pytest

from clickmend.jobs.item_file import ItemFile
from clickmend.jobs.items import Item


@pytest.fixture
def file(tmp_path):
    return ItemFile(tmp_path / "items.jsonl")


def test_items_come_back_as_they_were_written(file):
    items = [Item("ä", {"photo": "in/ä.jpg"}, {"marks": [[1, 2]]}, "out/ä.png"), Item("b", {})]
    assert file.write(iter(items)) == 2
    assert list(file) == list(file) == items
    assert file.write([]) == 0
    assert list(file) == []
