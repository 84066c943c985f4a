"""Names that bring in their module when they are asked for."""

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize(
    ("statement", "unloaded"),
    [
        ("import clickmend.networks as n; n.cards()", ("torch", "timm", "torchvision")),
        ("import clickmend.session", ("timm", "torchvision")),
        (
            "from clickmend.networks import load; load('interactive-s', device='cpu')",
            ("timm", "torchvision"),
        ),
    ],
    ids=["cards", "session", "a network of ours"],
)
def test_what_is_not_needed_is_not_loaded(statement: str, unloaded: tuple[str, ...]) -> None:
    asked = f"import sys; {statement}; print([m for m in {unloaded!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_name_that_a_package_does_not_have_is_refused_as_usual() -> None:
    with pytest.raises(ImportError, match="cannot import name 'nothing'"):
        exec("from clickmend.networks import nothing")


@pytest.mark.parametrize("package", ["data", "networks", "tasks.instances"])
def test_every_promised_name_is_there_and_known_to_type_checkers(
    package: str,
) -> None:
    module = importlib.import_module(f"clickmend.{package}")
    assert all(hasattr(module, name) for name in module.__all__)
    tree = ast.parse(Path(module.__file__).read_text("utf-8"))
    typed = {
        (alias.asname, node.module)
        for block in tree.body
        if isinstance(block, ast.If)
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert {name for name, _ in typed} == set(module.__all__)
    for name, home in typed:
        assert getattr(importlib.import_module(home), name) is getattr(module, name)
