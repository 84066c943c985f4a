"""Tests of which photos a training may see."""

from hashlib import sha1
from pathlib import Path

import pytest

from clickmend.core.errors import DataError
from clickmend.data import SHARED_SETS
from clickmend.training import RECIPES, Recipe, open_course
from clickmend.training.instance_recipes import MADE
from clickmend.training.split import names_in, part_of, some_of

STEMS = [f"photo{number}" for number in range(400)]


def number(stem: str) -> int:
    return int(sha1(stem.encode()).hexdigest(), 16)


def test_dev_photos_belong_to_no_part() -> None:
    for name in ("voc99", "davis10", "camvid-val", "alphamatting14-val", "office-dev"):
        assert part_of(name, "anything") is None


@pytest.mark.parametrize("name", RECIPES)
def test_no_source_of_a_recipe_gives_what_is_held_out(name: str) -> None:
    photos = (source for source in RECIPES[name].all_sources if source != MADE)
    for source in photos:
        shared = source if source in SHARED_SETS else source.partition("-")[0]
        assert "dev" not in SHARED_SETS[shared].parts
        assert not shared.endswith("-val")
        shown = names_in(shared, STEMS, "train", "validation")
        if shared in ("pennfudan", "feralcat", "coco100"):
            assert all(number(stem) % 5 for stem in shown)
        train, kept = (set(names_in(shared, STEMS, part)) for part in ("train", "validation"))
        assert not train & kept
        assert 0.02 < len(kept) / len(STEMS) < 0.1


def test_batches_and_validation_read_only_the_photos_of_their_part(
    any_recipe: Recipe, monkeypatch: pytest.MonkeyPatch, dense_data: Path
) -> None:
    read: list[tuple[str, str]] = []

    def watched(source: Path, **options: float) -> object:
        read.append((source.parent.parent.name, source.stem))
        return original(source, **options)

    from clickmend.data import datasets
    from clickmend.training import depth, scenes, semantic

    original = datasets.read_photo
    monkeypatch.setattr(datasets, "read_photo", watched)
    for room in (depth, scenes, semantic):
        room._read.cache_clear()
    course = open_course(any_recipe)
    for step in range(any_recipe.steps):
        course.draw(0, step)
    assert read
    names = {"train": "camvid-train", "kitchen": "kitchen-train", "office": "office-train"}
    assert {part_of(names.get(name, name), stem) for name, stem in read} == {"train"}
    read.clear()
    course.kept_back(0)
    kept = {part_of(names.get(name, name), stem) for name, stem in read}
    assert kept == {"validation"}


def test_a_set_of_which_nothing_may_be_seen_is_refused() -> None:
    with pytest.raises(DataError, match="camvid-val holds no photo for train"):
        names_in("camvid-val", STEMS, "train")


def test_some_photos_are_drawn_in_their_order() -> None:
    assert some_of(STEMS, most=1000, seed=0) == STEMS
    drawn = some_of(STEMS, most=10, seed=1)
    assert len(drawn) == 10
    assert drawn == sorted(drawn, key=STEMS.index)
    assert drawn != some_of(STEMS, most=10, seed=2)
