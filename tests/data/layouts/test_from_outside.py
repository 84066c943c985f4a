"""Dataset layouts of another distribution."""

import os
import subprocess
import sys

LAYOUTS = """
from clickmend.data import DATASETS, DEPTH_DATASETS, LABEL_DATASETS, MATTE_DATASETS

for registry in (DATASETS, DEPTH_DATASETS, LABEL_DATASETS, MATTE_DATASETS):
    registry.register("theirs")(lambda root, split=None: (registry.kind, root, split))
"""

ASKED = """
from clickmend import data

layouts = [of for of, _ in data.LAYOUTS.values()]
print([("theirs" in of, of["theirs"]("FOLDER")[1], "theirs" in list(of)) for of in layouts])
"""


def test_layouts_of_another_distribution_are_found_by_name(tmp_path):
    (tmp_path / "their_layouts.py").write_text(LAYOUTS)
    record = tmp_path / "theirs-1.0.dist-info"
    record.mkdir()
    (record / "METADATA").write_text("Metadata-Version: 2.1\nName: theirs\nVersion: 1.0\n")
    (record / "entry_points.txt").write_text("[clickmend.datasets]\ntheirs = their_layouts\n")
    paths = [str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])]
    done = subprocess.run(
        [sys.executable, "-c", ASKED],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str([(True, "FOLDER", True)] * 4)
