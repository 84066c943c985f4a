"""Sources of photos: the catalogue with terms, splits, and draws from several sources."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import sha1
from pathlib import Path
from typing import Any, Generic, Literal, TypeAlias, TypeVar, final

import numpy as np

from clickmend.core.errors import DataError, OptionError
from clickmend.core.registry import Registry
from clickmend.data import (
    LAYOUTS,
    SHARED_SETS,
    Kind,
    ObjectSample,
    PhotoDataset,
    held_out,
    open_object_set,
)
from clickmend.data.own_folders import own_folder

T = TypeVar("T")

Part: TypeAlias = Literal["train", "validation"]


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A set of photos as trainings read it.

    Args:
        kind: Its kind of truth.
        terms: The terms of its photos.
        data: Name of the photos in a card.
        shared: Name of the shared set.
        folder: The user's folder with its layout; ``None`` for the shared sets.
        annotators: Number of annotators of the same photos.
        whole: Whether the ids of a photo number the parts of one object.
        least: Minimum area of an object, as a share of the photo.
        cut_out: Whether its objects are pasted into other photos.
        background: Whether other objects are pasted into its photos.
        validates: Whether its objects are used for validation; not for single parts, microscopy and
            sets without a photo in the validation split.
        commercial: Whether its terms allow commercial use.
        relative: Whether depth is known up to an unknown factor per photo.
    """

    kind: Kind
    data: str
    terms: str
    shared: str = ""
    folder: tuple[str, Path] | None = None
    annotators: int = 1
    whole: bool = False
    least: float = 0.003
    cut_out: bool = False
    background: bool = False
    validates: bool = True
    commercial: bool = False
    relative: bool = False

    def open(self, annotator: Literal[1, 2] = 1) -> PhotoDataset[Any]:
        """Its photos.

        Raises:
            DataError: They are not there.
        """
        layouts, open_shared = LAYOUTS[self.kind]
        if self.folder is not None:
            layout, place = self.folder
            dataset: PhotoDataset[Any] = layouts[layout](place, None)
            return dataset
        if annotator == 2:
            return open_object_set(self.shared, annotator=annotator)
        return open_shared(self.shared)


SOURCES: Registry[Source] = Registry("source of photos")
"""The sources by name; the suffix after a hyphen is a part of a set, or "parts" for single
parts."""


def _read_catalogue() -> None:
    tables = tomllib.loads(Path(__file__).with_name("sources.toml").read_text("utf-8"))
    terms = tables.pop("terms")
    for kind in LAYOUTS:
        for name, facts in tables[kind].items():
            data = name.partition("-")[0]
            shared = name if name in SHARED_SETS else data
            source = Source(kind=kind, data=data, terms=terms[data], shared=shared, **facts)
            SOURCES.register(name)(source)


_read_catalogue()


def own_source(given: str, kind: Kind) -> str:
    """The name of a source given by ``--data``; the user's folders are registered.

    Args:
        given: A name in the catalogue, or a folder, see `clickmend.data.own_folders`.
        kind: Its required kind of truth.

    Raises:
        OptionError: There is no such source or layout, or it has another truth.
    """
    name, found = given, own_folder(given, LAYOUTS[kind][0])
    if found is not None:
        name = found.name
        own = Source(
            kind=kind,
            data=name,
            terms="photos of one's own, terms not stated",
            folder=(found.layout, found.folder.absolute()),
        )
        if name not in SOURCES:
            SOURCES.register(name)(own)
        elif SOURCES[name] != own:
            raise OptionError(
                f"--data {given} gives a name that another source has. Choose another one before "
                "the equals sign."
            )
    if SOURCES[name].kind != kind:
        fitting = ", ".join(each for each in SOURCES if SOURCES[each].kind == kind)
        raise OptionError(
            f"The source {name} has {SOURCES[name].kind}, and this recipe learns from {kind}. "
            f"Allowed are {fitting}, and NAME=FOLDER."
        )
    return name


def part_of(source: str, stem: str) -> Part | None:
    """The split of a photo; ``None`` if it is held out from training.

    A twentieth of the other photos is the validation split. The source may also be a shared set.
    """
    shared = source if source in SHARED_SETS else SOURCES[source].shared
    if shared and held_out(shared, stem):
        return None
    number = int(sha1(stem.encode()).hexdigest(), 16)
    return "validation" if number % 20 == 1 else "train"


def names_in(source: str, names: Sequence[str], *parts: Part) -> list[str]:
    """The photos of ``source`` in any of ``parts``.

    Raises:
        DataError: There is none.
    """
    chosen = [name for name in names if part_of(source, name) in parts]
    own = source in SOURCES and SOURCES[source].folder is not None
    if not chosen and not (own and "train" not in parts):
        raise DataError(
            f"The set {source} holds no photo for {' or '.join(parts)}. It must hold the published "
            "ones, not only those that no training may see; restore them or choose another set."
        )
    return chosen


@lru_cache(maxsize=4096)
def _read(dataset: PhotoDataset[Any], name: str) -> Any:
    sample = dataset.read(name)
    if isinstance(sample, ObjectSample):  # kept small
        return replace(sample, ids=sample.ids.astype(np.uint16), overlapping=None)
    return sample


@final
@dataclass(frozen=True, slots=True)
class Photo:
    """A photo of a source, read on demand; ``number`` is the index of its source."""

    source: str
    dataset: PhotoDataset[Any]
    name: str
    number: int = 0

    def read(self) -> Any:
        """The sample, cached; the ids of objects are 16-bit."""
        return _read(self.dataset, self.name)


def list_photos(sources: Iterable[str], *parts: Part) -> list[list[Photo]]:
    """The photos of each source in any of ``parts``.

    Raises:
        DataError: A set is missing, or holds no such photo.
    """
    opened = [(source, SOURCES[source].open()) for source in sources]
    return [
        [Photo(source, data, name, n) for name in names_in(source, data.names, *parts)]
        for n, (source, data) in enumerate(opened)
    ]


class Pool(Generic[T]):
    """Items of several sources, drawn with the given shares."""

    def __init__(self, things: Sequence[Sequence[T]], shares: Iterable[float]) -> None:
        self.things = things
        given = np.array(list(shares))
        self._shares = given / given.sum() if given.size else given

    def pick(self, rng: np.random.Generator) -> T:
        """One of them."""
        things = self.things[int(rng.choice(len(self.things), p=self._shares))]
        return things[int(rng.integers(len(things)))]


def some_of(things: Sequence[T], *, most: int, seed: int) -> list[T]:
    """At most ``most`` of the items, drawn uniformly, in their order."""
    chosen = np.random.default_rng(seed).permutation(len(things))[:most]
    return [things[i] for i in np.sort(chosen)]
