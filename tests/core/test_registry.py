"""Tests of the registry."""

import sys
from importlib import import_module
from pathlib import Path

import pytest

from clickmend.core.errors import ModelError, OptionError
from clickmend.core.registry import Registry, nearest


def test_a_missing_name_is_answered_with_what_there_is_and_the_nearest() -> None:
    layers: Registry[int] = Registry("refinement layer")
    layers.register("bmconv")(1)
    layers.register("sb")(2)
    with pytest.raises(
        OptionError, match=r"no refinement layer 'bmcomv'.*bmconv, sb; did you mean 'bmconv'\?"
    ):
        layers["bmcomv"]


def test_a_name_like_nothing_gets_no_guess() -> None:
    layers: Registry[int] = Registry("network", error=ModelError)
    layers.register("unet")(1)
    with pytest.raises(ModelError, match=r"Available: unet\.$"):
        layers["zzzz"]


def test_names_keep_the_order_in_which_they_were_registered() -> None:
    names: Registry[int] = Registry("thing")
    for i, name in enumerate("cab"):
        names.register(name)(i)
    assert list(names) == ["c", "a", "b"]
    assert len(names) == 3
    assert "a" in names
    assert "x" not in names


def test_the_nearest_name_comes_first() -> None:
    assert nearest("decoder.1", ["head", "decoder.10", "stem"])[0] == "decoder.10"


def test_files_of_a_folder_are_imported_when_their_names_are_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "toy_networks"
    folder.mkdir()
    (folder / "__init__.py").write_text("REGISTRY = None\n")
    for stem, name in (("large_unet", "large-unet"), ("tiny_vit", "tiny-vit")):
        line = f"from toy_networks import REGISTRY\nREGISTRY.register({name!r})({stem!r})\n"
        (folder / f"{stem}.py").write_text(line)
    monkeypatch.syspath_prepend(tmp_path)
    networks: Registry[str] = Registry("network", folder="toy_networks")
    monkeypatch.setattr(import_module("toy_networks"), "REGISTRY", networks)
    assert networks["tiny-vit"] == "tiny_vit"
    assert "toy_networks.large_unet" not in sys.modules
    assert sorted(networks) == ["large-unet", "tiny-vit"]
    with pytest.raises(OptionError, match=r"no network 'tiny-vat'.*did you mean 'tiny-vit'\?"):
        networks["tiny-vat"]


def test_all_may_be_asked_for_while_a_file_of_the_folder_is_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As by another thread, which comes to the end of the folder first."""
    folder = tmp_path / "slow_networks"
    folder.mkdir()
    (folder / "__init__.py").write_text("REGISTRY = None\n")
    first = "from slow_networks import REGISTRY\nlist(REGISTRY)\nREGISTRY.register('a')('a')\n"
    (folder / "a.py").write_text(first)
    (folder / "b.py").write_text(
        "from slow_networks import REGISTRY\nREGISTRY.register('b')('b')\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    networks: Registry[str] = Registry("network", folder="slow_networks")
    monkeypatch.setattr(import_module("slow_networks"), "REGISTRY", networks)
    assert sorted(networks) == ["a", "b"]
