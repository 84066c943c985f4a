"""What an installation without torch does, and what it says of the rest."""

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from clickmend.core.errors import NotAvailableError
from clickmend.core.extras import EXTRAS, command_for, lacking, need
from clickmend.data import read_mask

PROGRAMS = {
    "page": """
from fastapi.testclient import TestClient
from clickmend.server.app import create_app

page = TestClient(create_app(), base_url="http://127.0.0.1")
photo = {"photo": ("photo.png", open("photo.png", "rb").read())}
marks = {"interactive": {}, "semantic": {"label": 0}, "depth": {"value": 2.0}}
for task, says in marks.items():
    opened = page.post("/api/v1/sessions", files=photo, data={"task": task}).json()
    mark = {"x": 60, "y": 50} | says
    answer = page.post(f"/api/v1/sessions/{opened['id']}/clicks", json=mark)
    print(task, answer.status_code, opened["layers"], opened["infers"])
opened = page.post("/api/v1/sessions", files=photo, data={"task": "instances"}).json()
points = {"points": [{"x": 60, "y": 50}, {"x": 20, "y": 80}]}
answer = page.post(f"/api/v1/sessions/{opened['id']}/points", json=points)
print("instances", answer.status_code, len(answer.json().get("objects", answer.text)))
print(page.get("/").status_code, page.get("/api/v1/samples").json())
print(page.get("/api/v1/models").status_code)
""",
    "wrap": "import clickmend as cm\ntry: cm.wrap\nexcept cm.ClickmendError as error: print(error)",
    "region": """
import clickmend as cm
session = cm.Session("photo.png", task="semantic")
session.click(60, 50, label=3)
print(session.report.reason, int(session.prediction.labels[50, 60]))
""",
}

WORK = {
    "models": ["cli", "models"],
    "segment": ["cli", "segment", "photo.png", "--click", "60,50", "-o", "mask.png"],
    "prior": [
        "cli",
        "segment",
        "photo.png",
        "--prior",
        "old.png",
        "--click",
        "60,20",
        "-o",
        "new.png",
    ],
    "semantic": [
        "cli",
        "refine",
        "photo.png",
        "--task",
        "semantic",
        "--at",
        "60,50:0",
        "-o",
        "s.png",
    ],
    "own": [
        *("cli", "refine", "photo.png", "--task", "semantic", "--classes", "grass,disk"),
        *("--at", "60,50:disk", "-o", "own.png"),
    ],
    "matting": [
        *("cli", "refine", "photo.png", "--task", "matting", "--trimap", "trimap.png"),
        *("--at", "40,30:up", "-o", "a.png"),
    ],
    "depth": ["cli", "refine", "photo.png", "--task", "depth", "--at", "60,50:2", "-o", "d.npy"],
    "points": ["cli", "points", "photo.png", "points.json", "-o", "points.png"],
    "label": [
        *("cli", "label", "photos", "--task", "interactive", "--priors", "olds"),
        *("-o", "labels", "--marks", "marks.json"),
    ],
    **{name: ["python", code] for name, code in PROGRAMS.items()},
    "layer": ["cli", "segment", "photo.png", "--click", "60,50", "--refine", "bmsb", "-o", "x.png"],
    "adapt": [
        "cli",
        "segment",
        "photo.png",
        "--click",
        "60,50",
        "--adapt-keys",
        "1",
        "-o",
        "x.png",
    ],
    "device": [
        "cli",
        "segment",
        "photo.png",
        "--click",
        "60,50",
        "--device",
        "cuda",
        "-o",
        "x.png",
    ],
    "foreign": [
        "cli",
        "segment",
        "photo.png",
        "--click",
        "60,50",
        "--model",
        "hf:a/b",
        "-o",
        "x.png",
    ],
    "train": ["cli", "train", "interactive"],
    "bench": ["cli", "bench", "interactive"],
}


@pytest.fixture(scope="module")
def photo():
    """A red disk on grass."""
    picture = Image.new("RGB", (128, 96), (60, 120, 50))
    ImageDraw.Draw(picture).ellipse((30, 20, 90, 80), fill=(200, 40, 40))
    return picture


@pytest.fixture(scope="module")
def folder(tmp_path_factory, photo):
    folder = tmp_path_factory.mktemp("without-torch")
    photo.save(folder / "photo.png")
    mask = Image.new("L", photo.size, 0)
    ImageDraw.Draw(mask).ellipse((30, 40, 90, 80), fill=255)
    mask.save(folder / "old.png")
    trimap = Image.new("L", photo.size, 0)
    ImageDraw.Draw(trimap).ellipse((20, 10, 100, 90), fill=128)
    ImageDraw.Draw(trimap).ellipse((45, 35, 75, 65), fill=255)
    trimap.save(folder / "trimap.png")
    for name, picture in (("photos", photo), ("olds", mask)):
        (folder / name).mkdir()
        picture.save(folder / name / "one.png")
    (folder / "points.json").write_text("[[60, 50], [20, 80]]")
    (folder / "marks.json").write_text('{"one.png": [[60, 25]]}')
    return folder


@pytest.fixture(scope="module")
def came(folder):
    """What came of all work, by name: exit code, stdout, stderr."""
    ran = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("no_torch.py")), str(folder)],
        input=json.dumps(list(WORK.values())),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return dict(zip(WORK, json.loads(ran.stdout), strict=True))


@pytest.mark.parametrize(
    "name",
    ["models", "segment", "prior", "semantic", "own", "matting", "depth", "points", "label"],
)
def test_a_command_that_needs_no_gradient_is_done(came, name):
    code, _, err = came[name]
    assert code == 0, err


def test_masks_are_those_of_an_installation_with_torch(came, folder):
    from clickmend.session import Session

    for name, prior, click in (("mask", None, (60, 50)), ("new", folder / "old.png", (60, 20))):
        session = Session(folder / "photo.png", prior=prior, refine="none")
        session.click(*click)
        np.testing.assert_array_equal(read_mask(folder / f"{name}.png"), session.prediction.mask)


def test_the_page_answers_clicks_and_offers_no_layer_and_no_sample(came):
    code, out, err = came["page"]
    assert code == 0, err
    assert out.splitlines() == [
        "interactive 200 ['none'] []",
        "semantic 200 ['none', 'region'] []",
        "depth 200 ['none', 'region'] []",
        "instances 200 2",
        "200 {'samples': []}",
        "200",
    ]


def test_a_refinement_that_is_left_out_by_default_is_told(came):
    code, out, err = came["region"]
    assert (code, out) == (0, "left out 3\n")
    assert "'bmsb' is left out, and marks hold over their regions: it needs torch" in err
    assert 'pip install "clickmend[torch]"' in err


@pytest.mark.parametrize("name", ["layer", "adapt", "device", "foreign", "train"])
def test_what_needs_torch_is_refused_with_the_command_that_brings_it(came, name):
    code, out, err = came[name]
    assert (code, out) == (1, "")
    assert "which is not installed" in err
    assert 'pip install "clickmend[torch]" brings it' in err
    assert len(err.splitlines()) == 1


def test_a_benchmark_is_refused_with_the_extra_of_its_own(came):
    code, _, err = came["bench"]
    assert code == 1
    assert 'pip install "clickmend[bench]" brings it' in err


def test_a_name_of_the_package_that_needs_torch_is_refused_in_the_same_words(came):
    assert 'pip install "clickmend[torch]" brings it' in came["wrap"][1]


def test_every_extra_that_is_named_is_one_of_the_package():
    project = tomllib.loads(Path(__file__).parent.with_name("pyproject.toml").read_text())
    assert set(EXTRAS.values()) <= project["project"]["optional-dependencies"].keys()


def test_a_package_that_is_not_there_is_named_with_what_goes_on_without_it(monkeypatch):
    monkeypatch.setattr("clickmend.core.extras.is_installed", lambda package: False)
    with pytest.raises(
        NotAvailableError, match=r"A cut-out needs pymatting.* goes on\. pip install"
    ):
        need("pymatting", by="A cut-out", without="The rest goes on.")
    assert command_for("pandas") in str(lacking(ModuleNotFoundError(name="pandas.core")))


def test_a_package_of_no_extra_is_not_explained():
    assert lacking(ModuleNotFoundError(name="nothing")) is None
    assert lacking(ModuleNotFoundError()) is None
