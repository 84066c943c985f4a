import re
import shlex
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from skimage import data
from torch import nn
from typer import Context
from typer.core import TyperGroup
from typer.main import get_command

import clickmend
from clickmend.cli.main import app
from clickmend.data.objects import DATASETS
from clickmend.networks import ARCHITECTURES
from clickmend.projects.formats import FORMATS
from clickmend.refinement.layers import LAYERS
from clickmend.tasks.registry import TASKS

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
    while isinstance(command, TyperGroup) and words and not words[0].startswith("-"):
        command = command.get_command(Context(command), words.pop(0))
    command.make_context("clickmend", words)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_relative_link_leads_to_a_file(page):
    for target in re.findall(r"\]\(([^)#]+)", page.read_text("utf-8")):
        assert target.startswith("https://") or (page.parent / target).is_file(), target


@pytest.mark.parametrize(
    ("command", "elsewhere"),
    [("segment", set()), ("refine", {"--json", "--model", "--device"})],
)
def test_the_documented_options_are_those_that_a_command_has(command, elsewhere):
    page = (ROOT / "docs/cli.md").read_text("utf-8")
    section = page.partition(f"\n## {command}\n")[2].partition("\n## ")[0]
    documented = set(re.findall(r"^\| `(--?[a-z-]+)", section, re.MULTILINE))
    command = get_command(app).commands[command]
    has = command.get_params(Context(command))
    names = {name for parameter in has for name in parameter.opts if name.startswith("-")}
    assert documented <= names
    needed = {p.opts[0] for p in has if p.opts[0].startswith("-")} - {"--output", "--help"}
    assert needed - elsewhere == documented - {"-o"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_python_example_runs_as_printed(page, tmp_path, monkeypatch):
    """Printed examples may name the files that are made here, and a module and an array."""
    monkeypatch.chdir(tmp_path)
    for registry in (LAYERS, DATASETS, ARCHITECTURES, TASKS, FORMATS):  # examples may add to them
        monkeypatch.setattr(registry, "_entries", {name: registry[name] for name in registry})
    for name in ("photo.jpg", "room.jpg", "cat.jpg", "street.jpg"):
        Image.fromarray(data.astronaut()).save(name)
    for folder in ("frames", "masks"):
        Path(folder).mkdir()
    for name in ("9.jpg", "10.jpg"):
        Image.fromarray(data.astronaut()).save(Path("frames") / name)
    Image.fromarray(np.full((512, 512), 2000, np.uint16)).save("old_depth.png")
    Image.fromarray(np.zeros((512, 512), np.uint8)).save("old_labels.png")
    trimap = np.full((512, 512), 128, np.uint8)
    trimap[:50], trimap[-50:] = 0, 255
    Image.fromarray(trimap).save("trimap.png")
    module = nn.Sequential()
    module.backbone = nn.Conv2d(3, 16, 4, 4)
    module.decode_head = nn.Sequential()
    module.decode_head.linear_fuse = nn.Conv2d(16, 16, 1)
    module.classify = nn.Conv2d(16, 4, 1)
    names = {"any_torch_module": module.eval(), "cm": clickmend}
    for example in blocks(page, "python"):
        exec(compile(example, str(page), "exec"), names)
