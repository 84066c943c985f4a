"""The examples in docstrings run and print what they say."""

import ast
import doctest
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
from skimage import data

import clickmend

LEAST = 70
"""So many objects of the public surface show an example."""

ROOT = Path(clickmend.__file__).parent


def examples():
    """The public classes and functions with an example: module, name and docstring."""
    for path in sorted(ROOT.rglob("*.py")):
        module = ".".join(["clickmend", *path.relative_to(ROOT).with_suffix("").parts])
        for node in ast.parse(path.read_text("utf-8")).body:
            yield from documented(node, module.removesuffix(".__init__"))


def documented(node, place):
    if isinstance(node, ast.ClassDef | ast.FunctionDef) and not node.name.startswith("_"):
        text = ast.get_docstring(node) or ""
        if ">>> " in text:
            yield pytest.param(place, text, id=f"{place}.{node.name}")
        for inner in node.body if isinstance(node, ast.ClassDef) else ():
            yield from documented(inner, place)


EXAMPLES = list(examples())


@pytest.mark.parametrize(("module", "text"), EXAMPLES)
def test_an_example_in_a_docstring_prints_what_it_says(module, text, tmp_path, monkeypatch):
    """Examples may use ``cm``, ``np`` and ``photo``, a picture of a cat ``(300, 451, 3)``."""
    monkeypatch.chdir(tmp_path)
    names = {**vars(import_module(module)), "cm": clickmend, "np": np, "photo": data.chelsea()}
    example = doctest.DocTestParser().get_doctest(text, names, module, None, None)
    printed = []
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    assert runner.run(example, out=printed.append).failed == 0, "".join(printed)


def test_the_public_surface_shows_how_it_is_used():
    assert len(EXAMPLES) >= LEAST
