"""The provenance of a number: machine, versions, commit and code.

Results are published, so nothing here names the host, the user or folders.
"""

from __future__ import annotations

import ast
import hashlib
import platform
import subprocess
from functools import cache
from importlib.metadata import version
from pathlib import Path

from clickmend.core.machine import cores

PACKAGE = Path(__file__).parents[1]

ROOMS_WITHOUT_SCORES = frozenset(
    {"cli", "evaluation", "interfaces", "jobs", "projects", "server", "training"}
)
"""The rooms on which no score depends, except for the protocol."""

PROTOCOL = tuple(
    f"{name}.py" for name in ("baselines", "boxes", "protocol", "scenes", "sessions", "subjects")
)
"""The files of this room on which scores depend."""


def describe_machine(*, device: str, threads: int) -> dict[str, str | int]:
    """The machine of this process: what timings depend on.

    Args:
        device: The device of the network, as given to the session.
        threads: The threads that one prediction may use.
    """
    return {
        "cpu": _cpu_model(),
        "cores": cores(),
        "threads": threads,
        "device": _device_name(device),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "torch": version("torch"),
    }


def commit() -> str | None:
    """The git commit of this source tree, with the suffix ``-dirty`` if files differ from it.

    Returns:
        None where the package is not part of a git checkout (an installed wheel).
    """
    if _git("ls-files", "--error-unmatch", Path(__file__).name) is None:
        return None
    return _git("describe", "--always", "--dirty", "--abbrev=40", "--exclude", "*")


@cache
def code_fingerprint(package: Path = PACKAGE) -> str:
    """A hash, 12 hexadecimal digits, of the code on which scores depend.

    Comments, docstrings and layout do not change it.
    """
    files = [package / "evaluation" / name for name in PROTOCOL]
    for room in sorted(path for path in package.iterdir() if path.is_dir()):
        if room.name not in ROOMS_WITHOUT_SCORES:
            files += sorted(room.rglob("*.py"))
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.relative_to(package).as_posix().encode() + b"\0")
        digest.update(_what_runs(file.read_text("utf-8")).encode() + b"\0")
    return digest.hexdigest()[:12]


def _what_runs(source: str) -> str:
    """The code without comments, docstrings and other words that stand by themselves."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            kept = [line for line in body if not _is_text(line)]
            node.body = kept or [ast.Pass()]  # type: ignore[attr-defined]
    return ast.dump(tree)


def _is_text(node: ast.AST) -> bool:
    match node:
        case ast.Expr(ast.Constant(str())):
            return True
    return False


def _git(*arguments: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", *arguments],
            cwd=Path(__file__).parent,
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.strip()


def _cpu_model() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        for line in cpuinfo.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _device_name(device: str) -> str:
    if not device.startswith("cuda"):
        return device
    import torch

    return torch.cuda.get_device_name(device)
