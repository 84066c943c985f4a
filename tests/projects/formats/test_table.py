"""The tables in the documentation are those of the registry."""

from pathlib import Path

import pytest

from clickmend.projects.formats import ABILITIES, FORMATS

PAGE = Path(__file__).parents[3] / "docs/formats.md"
OBJECTS = {"interactive", "instances"}


def files(form):
    return f"{', '.join(form.suffixes)} {'of all photos' if form.shared else 'each'}"


def object_rows():
    for name in FORMATS:
        form = FORMATS[name]
        if form.tasks & OBJECTS:
            marks = ["✓" if ability in form.holds else "" for ability in TABLE]
            yield f"| `{name}` | {files(form)} | {' | '.join(marks)} |"


def plane_rows():
    for name in FORMATS:
        form = FORMATS[name]
        if tasks := sorted(form.tasks - OBJECTS):
            precision = form.precision or "as they are"
            yield f"| `{name}` | {files(form)} | {', '.join(tasks)} | {precision} |"


TABLE = ["several", "overlaps", "parts", "holes", "empty", "labels", "unlabelled", "crowds",
         "keypoints", "ids", "fields", "makers"]  # fmt: skip


@pytest.mark.parametrize("rows", [object_rows, plane_rows])
def test_the_page_has_the_table_of_the_registry(rows):
    assert "\n".join(rows()) in PAGE.read_text("utf-8")


def test_the_table_has_every_ability():
    assert set(TABLE) == set(ABILITIES)
