"""Runs work where torch, and what comes with it or with other extras, cannot be imported.

    python no_torch.py FOLDER < work.json

The work is a list: ``["cli", WORDS…]`` is a command line, ``["python", CODE]`` a program. Printed
is a list of what came of each: exit code, stdout, stderr.
"""

from __future__ import annotations

import contextlib
import io
import json
import logging
import os
import sys
import traceback
from typing import Any

ABSENT = {
    *("torch", "torchvision", "timm", "transformers", "segmentation_models_pytorch"),
    *("array_api_compat", "numba", "pymatting", "skimage", "pandas", "matplotlib", "tensorboard"),
}


class Absent:
    """Finds that none of these packages is there."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        if name.partition(".")[0] in ABSENT:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


def done(kind: str, *words: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    told = logging.StreamHandler(err)
    logging.getLogger().addHandler(told)
    code: Any = 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            if kind == "cli":
                from clickmend.cli.main import main

                main(words)
            else:
                exec(words[0], {})  # a program of the test
        except SystemExit as end:
            code = end.code or 0
        except Exception:  # noqa: BLE001  # whatever it is, the test is told
            traceback.print_exc()
            code = 99
    logging.getLogger().removeHandler(told)
    return code, out.getvalue(), err.getvalue()


if __name__ == "__main__":
    sys.meta_path.insert(0, Absent())
    os.chdir(sys.argv[1])
    results = [done(*work) for work in json.load(sys.stdin)]
    assert not ABSENT & set(sys.modules), sorted(ABSENT & set(sys.modules))
    json.dump(results, sys.stdout)
