r"""What an installation without torch takes and gives.

    python benchmarks/without_torch.py size --without ENV/bin/python
    python benchmarks/without_torch.py masks --without ENV/bin/python --data voc99 --photos 0 25
    python benchmarks/without_torch.py processes --without ENV/bin/python --data voc99 \
        --before OLD/src

``size`` is that of the environment ``--without``, by package. ``masks`` are those of photos: a
click in an object, by default and with ``refine="none"``, a click beside it, and a click on a given
mask. They are compared pixel by pixel with those of this environment, which has torch, once as it
answers by itself and once with every answer computed by torch. ``processes`` are whole ones, time
and largest memory, in turn with those of another source tree, which this environment's Python runs.
Each is kept as its part of ``benchmarks/results/without-torch.json``; masks may be compared some
photos at a time.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from clickmend.evaluation.provenance import commit, describe_machine
from clickmend.networks.weights.graph import threads

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results" / "without-torch.json"

ANSWERS = """
import json, logging, sys
import numpy as np
import clickmend as cm
from PIL import Image
logging.disable()
if sys.argv[2] == "torch":
    from clickmend.networks.weights import store
    store.SUFFIX = ".no-graph"  # a network without a graph answers by torch
masks, left_out = {}, []
for name, photo, old, clicks in json.load(sys.stdin):
    for refine in (None, "none"):
        session = cm.Session(photo, refine=refine)
        for number, (x, y, label) in enumerate(clicks[:2]):
            session.click(x, y, label=label)
            key = f"{name} {refine or 'default'} click {number + 1}"
            masks[key] = session.prediction.mask
            if refine is None and session.report and session.report.reason == "left out":
                left_out.append(key)
    session = cm.Session(photo, prior=np.asarray(Image.open(old)) > 0)
    session.click(*clicks[2][:2], label=clicks[2][2])
    masks[f"{name} prior"] = session.prediction.mask
np.savez_compressed(sys.argv[1], **masks)
print(json.dumps({"left_out": left_out, "torch": "torch" in sys.modules}))
"""


COUNTED = ("masks", "pixels", "differ", "differ_from_torch")


def size_by_package(python: Path) -> dict[str, float]:
    """Megabytes on disk of all that pip lists but itself, the largest first, and ``total``."""
    program = (
        "import json, os; from importlib.metadata import distributions\n"
        "print(json.dumps({d.metadata['Name']: sum(os.stat(p).st_blocks * 512"
        " for f in d.files or () if os.path.isfile(p := d.locate_file(f)))"
        " for d in distributions()}))"
    )
    found = json.loads(_output([python, "-c", program], ROOT / "src"))
    mine = {name: count / 1e6 for name, count in found.items() if name not in ("pip", "setuptools")}
    named = dict(sorted(mine.items(), key=lambda one: -one[1]))
    return {"total": sum(mine.values())} | named


def photos_of(folder: Path, *, first: int, end: int, seed: int) -> list[list[Any]]:
    """Some photos with a mask and clicks: in the object, beside it, in what an old mask lacks."""
    import cv2
    from PIL import Image

    rng = np.random.default_rng(seed)
    work = []
    kept = Path(tempfile.mkdtemp(prefix="without-torch-"))
    for photo in sorted((folder / "images").iterdir()):
        truth = np.asarray(Image.open(folder / "masks" / f"{photo.stem}.png")) == 255
        if truth.sum() < 400 or len(work) == end:
            continue
        inside = cv2.distanceTransform(np.pad(truth, 1).astype(np.uint8), cv2.DIST_L2, 5)[
            1:-1, 1:-1
        ]
        row, column = np.unravel_index(int(inside.argmax()), truth.shape)
        beside = np.argwhere(~truth)[int(rng.integers((~truth).sum()))]
        old = truth.copy()
        old[:, column:] = False  # half of the object is missing
        place = kept / f"{photo.stem}.png"
        Image.fromarray(old.astype(np.uint8) * 255).save(place)
        centre = [int(column) + 0.5, int(row) + 0.5, "foreground"]
        outer = [int(beside[1]) + 0.5, int(beside[0]) + 0.5, "background"]
        work.append([photo.stem, str(photo.resolve()), str(place), [centre, outer, centre]])
    return work[first:]


def compared(without: Path, work: list[list[Any]]) -> dict[str, Any]:
    """How many pixels of the masks without torch differ from both kinds of those with it."""
    ways = {"without": without, "with": Path(sys.executable), "torch": Path(sys.executable)}
    found, told = {}, {}
    with tempfile.TemporaryDirectory() as folder:
        for way, python in ways.items():
            place = f"{folder}/{way}.npz"
            words = [python, "-c", ANSWERS, place, way]
            told[way] = json.loads(_output(words, ROOT / "src", given=json.dumps(work)))
            with np.load(place) as masks:
                found[way] = dict(masks)
    assert told["torch"]["torch"]
    assert not told["without"]["torch"]
    rows: dict[str, dict[str, int]] = {}
    left_out = set(told["without"]["left_out"])
    for key, mask in found["without"].items():
        kind = key.partition(" ")[2] + (", left out" if key in left_out else "")
        row = rows.setdefault(kind, dict.fromkeys(COUNTED, 0))
        row["masks"] += 1
        row["pixels"] += mask.size
        row["differ"] += int((mask != found["with"][key]).sum())
        row["differ_from_torch"] += int((mask != found["torch"][key]).sum())
    return {"photos": len(work), "rows": rows}


# A process begins with the memory of the one that it was forked from, which may be its largest.
# So commands are started by a small one.
LAUNCHER = """
import json, os, sys, time
start = time.perf_counter()
pid = os.fork()
if not pid:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    os.execv(sys.argv[1], sys.argv[1:])
_, status, usage = os.wait4(pid, 0)
seconds = time.perf_counter() - start
print(json.dumps([status, seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024]))
"""


def timed(command: list[Any], source: Path) -> tuple[float, float, float]:
    """Seconds by the clock, seconds of CPU and largest memory in MB of a process."""
    told = _output([sys.executable, "-ISc", LAUNCHER, *command], source)
    status, seconds, cpu_seconds, peak_mb = json.loads(told)
    assert status == 0, command
    return seconds, cpu_seconds, peak_mb


def process_rows(without: Path, before: Path, photo: Path, *, runs: int) -> list[dict[str, Any]]:
    """Medians over pairs of runs in turn, with the ratio of each pair."""
    start = "from clickmend.cli.main import main; main()"
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        points = Path(folder) / "points.json"
        points.write_text("[[120, 90], [220, 150]]")
        commands = {
            "models": ["models"],
            "segment": ["segment", photo, "--click", "120,90", "-o", f"{folder}/m.png"],
            "points": ["points", photo, points, "-o", f"{folder}/p.png"],
        }
        for name, words in commands.items():
            pairs = []
            for run in range(runs + 1):  # the first fills the caches and is not counted
                old = timed([sys.executable, "-c", start, *words], before)
                new = timed([without, "-c", start, *words], ROOT / "src")
                if run:
                    pairs.append((new, old))
            kinds = ("seconds", "cpu_seconds", "peak_mb")
            row: dict[str, Any] = {"command": name}
            for at, kind in enumerate(kinds):
                row[kind] = statistics.median(new[at] for new, _ in pairs)
                row[f"before_{kind}"] = statistics.median(old[at] for _, old in pairs)
                row[f"ratio_{kind}"] = statistics.median(new[at] / old[at] for new, old in pairs)
            rows.append(row)
    return rows


def _environment(source: Path) -> dict[str, str]:
    """Bytecode is kept, as that of an installed package is, beside neither source tree."""
    return os.environ | {
        "PYTHONPATH": str(source),
        "PYTHONDONTWRITEBYTECODE": "",
        "PYTHONPYCACHEPREFIX": str(Path(tempfile.gettempdir()) / "without-torch-bytecode"),
        "CUDA_VISIBLE_DEVICES": "",
    }


def _output(command: list[Any], source: Path, *, given: str | None = None) -> str:
    return subprocess.run(
        [str(word) for word in command],
        env=_environment(source),
        input=given,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout


def main() -> None:
    """Measure one part and write it into the file."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("what", choices=("size", "masks", "processes"))
    arguments.add_argument("--without", type=Path, required=True, help="Python without torch.")
    arguments.add_argument("--before", type=Path, help="Another source tree, for processes.")
    arguments.add_argument("--data", type=Path, help="A folder of photos and masks.")
    arguments.add_argument("--photos", type=int, nargs=2, default=(0, 50), metavar=("FIRST", "END"))
    arguments.add_argument("--runs", type=int, default=5)
    arguments.add_argument("--seed", type=int, default=0)
    given = arguments.parse_args()
    load = round(os.getloadavg()[0], 2)
    command = f"python benchmarks/without_torch.py {given.what} --without ENV/bin/python"
    part, (first, end) = given.what, given.photos
    if part == "size":
        found: Any = size_by_package(given.without)
    elif part == "masks":
        command += f" --data {given.data.name} --photos {first} {end}"
        part = f"masks-{first}-{end}"
        work = photos_of(given.data, first=first, end=end, seed=given.seed)
        found = compared(given.without, work)
    else:
        command += f" --before OLD/src --data {given.data.name} --runs {given.runs}"
        photo = Path(photos_of(given.data, first=0, end=1, seed=given.seed)[0][1])
        found = process_rows(given.without, given.before, photo, runs=given.runs)
    kept = json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else {"parts": {}}
    parts = kept["parts"] | {part: {"command": command, "load_before": load, "found": found}}
    result = {
        "bench": "without-torch",
        "command": "; ".join(one["command"] for one in parts.values()),
        "commit": commit(),
        "seed": given.seed,
        "machine": describe_machine(device="cpu", threads=threads()),
        "parts": parts,
    }
    RESULTS.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
