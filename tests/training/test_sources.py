"""Tests of which photos a training may see."""

from hashlib import sha1
from pathlib import Path

import pytest

from clickmend.core.errors import DataError, OptionError
from clickmend.data import SHARED_SETS
from clickmend.training import RECIPES, Recipe
from clickmend.training.instances.trainer import MADE
from clickmend.training.sources import SOURCES, names_in, own_source, part_of, some_of

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
    from clickmend.training import sources

    original = datasets.read_photo
    monkeypatch.setattr(datasets, "read_photo", watched)
    sources._read.cache_clear()
    trainer = any_recipe.trainer()
    for step in range(any_recipe.steps):
        trainer.draw(0, step)
    assert read
    names = {"train": "camvid-train", "kitchen": "kitchen-train", "office": "office-train"}
    assert {part_of(names.get(name, name), stem) for name, stem in read} == {"train"}
    read.clear()
    trainer.validation(0)
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


@pytest.fixture
def own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SOURCES, "_entries", dict(SOURCES._entries))


def test_a_folder_of_ones_own_is_opened_in_the_layout_that_is_named(own: None) -> None:
    given = {"cats=a/b": "folder", "voc=a/b": "voc", "dogs2=coco:a/b": "coco", "x=y:z": "folder"}
    for word, layout in given.items():
        name = own_source(word, "objects")
        assert SOURCES[name].folder is not None
        assert SOURCES[name].folder[0] == layout
    assert SOURCES["x"].folder[1].name == "y:z"
    assert own_source("bsds", "objects") == "bsds"
    assert own_source("cats=a/b", "objects") == "cats"


def test_a_name_that_is_taken_or_has_another_truth_is_refused(own: None) -> None:
    with pytest.raises(OptionError, match="gives a name that another source has"):
        own_source("bsds=a/b", "objects")
    with pytest.raises(OptionError, match=r"bsds has objects, and this recipe learns from depth"):
        own_source("bsds", "depth")
    with pytest.raises(OptionError, match="no source of photos 'nothing'"):
        own_source("nothing", "objects")


def test_every_photo_of_ones_own_is_as_likely_as_any_other(
    recipe: Recipe, made_data: Path, own: None
) -> None:
    names = [own_source(f"mine={made_data / 'objects/train/ccp'}", "objects"), "pennfudan"]
    assert recipe.on(names).sources == {"mine": 40, "pennfudan": 40}
    assert {part_of("mine", f"h{n:02}") for n in range(40)} == {"train", "validation"}


def test_every_source_has_terms_and_a_place(data_root: Path) -> None:
    for name in SOURCES:
        assert SOURCES[name].terms
        assert name == "made" or len(SOURCES[name].open())


def test_every_source_that_validates_has_photos_to_validate_with(data_root: Path) -> None:
    for name in SOURCES:
        if SOURCES[name].kind == "objects" and SOURCES[name].validates and name != MADE:
            assert names_in(name, SOURCES[name].open().names, "validation"), name
