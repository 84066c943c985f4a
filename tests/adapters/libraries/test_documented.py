"""The table of tested classes in the docs is that of the contract's list.

``python tests/adapters/libraries/test_documented.py`` writes it anew.
"""

from __future__ import annotations

import sys
from importlib.metadata import version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from library_models import MODELS

PAGE = Path(__file__).parents[3] / "docs" / "own-network.md"

BEGIN, END = (
    "<!-- tested: written by tests/adapters/libraries/test_documented.py -->\n",
    "<!-- /tested -->",
)


def table() -> str:
    """The rows, in the order of the list."""
    rows = ["| library | version | class | task |", "|---|---|---|---|"]
    for model in MODELS:
        number = ".".join(version(model.library).split("+")[0].split(".")[:2])
        rows.append(f"| {model.library} | {number} | `{model.name}` | {model.task} |")
    return "\n" + "\n".join(rows) + "\n\n"


def parted() -> tuple[str, str, str]:
    before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    found, _, after = rest.partition(END)
    return before, found, after


def test_the_documented_classes_and_versions_are_those_of_the_contract() -> None:
    assert parted()[1] == table()


if __name__ == "__main__":
    before, _, after = parted()
    PAGE.write_text(f"{before}{BEGIN}{table()}{END}{after}", "utf-8")
