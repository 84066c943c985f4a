import re
import shlex
from pathlib import Path

import pytest
from PIL import Image
from skimage import data
from typer.main import get_command

from clickmend.cli.main import app

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def blocks(page, language):
    return re.findall(
        rf"^```{language}\n(.*?)^```", page.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )


COMMANDS = [
    pytest.param(line, id=f"{page.name}: {line}")
    for page in PAGES
    for block in blocks(page, "bash")
    for line in block.replace("\\\n", " ").splitlines()
    if line.startswith("clickmend ")
]


@pytest.mark.parametrize("line", COMMANDS)
def test_every_documented_command_line_is_understood(line):
    words = shlex.split(line, comments=True)[1:]
    command = get_command(app)
    while hasattr(command, "commands"):
        command = command.commands[words.pop(0)]
    command.make_context("clickmend", words)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_relative_link_leads_to_a_file(page):
    for target in re.findall(r"\]\(([^)#]+)", page.read_text("utf-8")):
        assert target.startswith("https://") or (page.parent / target).is_file(), target


def test_the_documented_options_of_segment_are_those_it_has():
    documented = set(
        re.findall(r"^\| `(--?[a-z]+)", (ROOT / "docs/cli.md").read_text("utf-8"), re.MULTILINE)
    )
    has = get_command(app).commands["segment"].params
    names = {name for parameter in has for name in parameter.opts if name.startswith("-")}
    assert documented <= names
    assert {p.opts[0] for p in has if p.opts[0].startswith("-")} - {"--output"} <= documented


@pytest.mark.parametrize("page", ["README.md", "docs/quickstart.md"])
def test_the_python_example_runs_as_printed(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Image.fromarray(data.astronaut()).save("photo.jpg")
    (example,) = blocks(ROOT / page, "python")
    exec(compile(example, page, "exec"), {})
    with Image.open("mask.png") as mask:
        assert mask.size == (512, 512)
