"""The room itself: small, typed, and without knowledge of any task."""

import ast
from pathlib import Path

import pytest

import clickmend.session
from clickmend.tasks.registry import TASKS

FILES = sorted(Path(clickmend.session.__file__).parent.rglob("*.py"))

MOST_LINES = 1000


def test_the_room_stays_small():
    assert sum(len(file.read_text("utf-8").splitlines()) for file in FILES) <= MOST_LINES


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_no_text_or_import_in_its_code_names_a_task(file):
    nodes = list(ast.walk(ast.parse(file.read_text("utf-8"))))
    docstrings = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    texts = [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
    texts += [
        node.value
        for node in nodes
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if id(node) not in docstrings
    ]
    words = {word for text in texts for word in text.replace(".", " ").split()}
    assert not words & {*TASKS, "instances"}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_no_public_signature_has_any(file):
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            assert "Any" not in ast.unparse(node.args), node.name
            assert node.returns is None or "Any" not in ast.unparse(node.returns), node.name
