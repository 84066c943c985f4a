"""Makes ``made_work`` importable here and in worker processes, which inherit the path."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture
def photos(tmp_path):
    """A folder of files that stand for photos; each holds its number."""
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(12):
        (folder / f"{number:02}.jpg").write_text(str(number))
    return folder
