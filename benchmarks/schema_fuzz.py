"""Ask for everything that the OpenAPI document describes, rightly and wrongly, with schemathesis.

    python benchmarks/schema_fuzz.py --seed 0 --examples 100

`clickmend run` serves a project of three made photos with objects to correct. Schemathesis, pinned,
in an environment of its own, makes requests of the document, many on the sessions, images and
objects that are there. None may be answered by 500 or above, take longer than 30 seconds, or leave
a traceback in the log. The stream of changes, which ends when who asks goes away, is left out.
Writes ``benchmarks/results/schema-fuzz.json``; ends with 1 if anything was wrong.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from PIL import Image
from served import serving, write

RESULTS = Path(__file__).parent / "results" / "schema-fuzz.json"
TOOL = "schemathesis==4.32.5"
SIZE = (120, 90)
LONGEST_S = 30
TASKS = ("instances", "instances", "instances", "interactive", "semantic", "depth")
"""Of the sessions that are there, two on each photo."""

HOOKS = '''
import json, os
import schemathesis

KNOWN = json.loads(os.environ["KNOWN"])


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    """Three of four are of what is there; what is closed would not be there for the others."""
    closes = context.operation.method == "delete" and context.operation.path.endswith("/{key}")
    for name, there in KNOWN.items():
        if path_parameters and name in path_parameters and not closes:
            place = hash(str(path_parameters[name]))
            if place % 4:
                path_parameters[name] = there[place // 4 % len(there)]
    return path_parameters
'''


def make(folder: Path, rng: np.random.Generator) -> None:
    """Three photos of noise with two squares each, and their indices as old predictions."""
    for name in ("photos", "old"):
        (folder / name).mkdir()
    for number in range(3):
        photo = rng.integers(0, 90, (*SIZE[::-1], 3)).astype(np.uint8)
        index = np.zeros(SIZE[::-1], np.uint8)
        for key, left in ((1, 10), (2, 70)):
            index[20:60, left : left + 30] = key
        photo[index > 0] += 120
        Image.fromarray(photo).save(folder / "photos" / f"{number}.png")
        Image.fromarray(index).save(folder / "old" / f"{number}.png")


def opened(api: str) -> dict[str, list[Any]]:
    """Sessions of every task that needs nothing more than a photo; what there is to ask about."""
    with httpx.Client(base_url=api, timeout=120) as client:
        (project,) = client.get("/projects").raise_for_status().json()["projects"]
        place = f"/projects/{project['id']}/images"
        images = [one["id"] for one in client.get(place).raise_for_status().json()["images"]]
        keys, objects = [], [1]
        for image, task in zip([*images, *images], TASKS, strict=True):
            answer = client.post(f"{place}/{image}/session", json={"task": task})
            told = answer.raise_for_status().json()
            keys.append(told["id"])
            objects = [one["key"] for one in told["objects"]] or objects
    return {
        "key": keys,
        "project_id": [project["id"]],
        "image_id": images,
        "object_key": objects,
        "number": [1, 2],
        "kind": ["png", "npy", "json"],
    }


def fuzz(folder: Path, api: str, *, seed: int, examples: int) -> str:
    """What schemathesis says."""
    venv.create(folder / "env", with_pip=True)
    python = folder / "env" / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", TOOL], check=True)
    (folder / "hooks_of_clickmend.py").write_text(HOOKS)
    command = [folder / "env" / "bin" / "schemathesis", "run", f"{api}/openapi.json"]
    command += ["--seed", str(seed), "-n", str(examples), "--checks", "not_a_server_error"]
    command += ["--phases", "examples,coverage,fuzzing", "--exclude-path-regex", "changes$"]
    command += ["--max-response-time", str(LONGEST_S), "--continue-on-failure"]
    command += ["--suppress-health-check", "all"]
    told = subprocess.run(
        list(map(str, command)),
        env=os.environ
        | {
            "KNOWN": json.dumps(opened(api)),
            "SCHEMATHESIS_HOOKS": "hooks_of_clickmend",
            "PYTHONPATH": str(folder),
            "PYTHONHASHSEED": "0",
        },
        cwd=folder,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    return told.stdout


def main() -> int:
    """Ask, and keep what was found."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--examples", type=int, default=100)
    parser.add_argument("--out", type=Path, default=RESULTS)
    given = parser.parse_args()
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        make(folder, np.random.default_rng(given.seed))
        words = ("--priors", folder / "old", "--out", folder / "labels", "--task", "instances")
        log = folder / "log"
        with serving(folder / "photos", *words, "--format", "instance-png", log=log) as served:
            told = fuzz(folder, served.api, seed=given.seed, examples=given.examples)
        tracebacks = log.read_text().count("Traceback")
    print(told)
    cases = re.search(r"(\d+) generated, (\d+) passed", told)
    operations = re.search(r"(\d+) selected / (\d+) total", told)
    if cases is None or operations is None:
        raise SystemExit("schemathesis has not told what it asked; see above.")
    asked, passed = map(int, cases.groups())
    write(
        given.out,
        bench="schema-fuzz",
        script="benchmarks/schema_fuzz.py",
        seed=given.seed,
        load=load,
        tool=TOOL,
        operations=int(operations[1]),
        requests=asked,
        failed=asked - passed,
        tracebacks=tracebacks,
    )
    return 1 if asked != passed or tracebacks else 0


if __name__ == "__main__":
    sys.exit(main())
