"""The scripts of ``benchmarks/``, loaded from their files."""

import importlib.util
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture
def script(request, monkeypatch):
    """The script that the test module is named after: ``test_latency.py`` → ``latency.py``."""
    monkeypatch.syspath_prepend(FOLDER)  # as of a script that is run, for what lies beside it
    name = request.path.stem.removeprefix("test_")
    spec = importlib.util.spec_from_file_location(f"benchmarks_{name}", FOLDER / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, module)  # dataclasses look it up there
    spec.loader.exec_module(module)
    return module
