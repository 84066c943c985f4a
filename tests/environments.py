"""Environments of their own for libraries that do not go with ours, asked in processes by tests.

    make environments

makes them below ``.environments``, and again what has changed here.
"""

import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
HOME = ROOT / ".environments"


@dataclass(frozen=True)
class Environment:
    """What is installed.

    Args:
        packages: As pip takes them.
        alone: Likewise, without what these ask for.
        with_ours: Whether clickmend and all that it needs is seen there as well.
    """

    packages: tuple[str, ...] = ()
    alone: tuple[str, ...] = ()
    with_ours: bool = False


ENVIRONMENTS = {
    # Without torch, which is the one of ours.
    "accelerate": Environment(("psutil==7.2.2",), alone=("accelerate==1.15.0",), with_ours=True),
    "cvat": Environment(("cvat-cli==2.80.0",), with_ours=True),
    "label-studio": Environment(("label-studio-sdk==2.1.2",)),
    # Its client alone; the server asks for gigabytes.
    "monai-label": Environment(
        ("requests>=2.32", "requests-toolbelt>=1", 'legacy-cgi>=2.6; python_version >= "3.13"'),
        alone=("monailabel==0.8.5",),
    ),
    "napari": Environment(("napari==0.9.2", "PySide6-Essentials==6.12.0"), with_ours=True),
    "ray": Environment(("ray==2.60.0",), with_ours=True),
}


def python_of(name: str) -> Path:
    """The Python of an environment, whether it is made or not."""
    return HOME / name / "bin" / "python"


def make(name: str) -> None:
    """Make an environment, unless it is there as it is asked for."""
    wanted, folder = ENVIRONMENTS[name], HOME / name
    stamp, told = folder / ".installed", f"{sys.version_info[:2]} {wanted}"
    if stamp.is_file() and stamp.read_text() == told:
        return
    print(f"{sys.executable} -m venv --clear {folder}")  # noqa: T201
    subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
    pip = [python_of(name), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, *wanted.packages], check=True)
    if wanted.alone:
        subprocess.run([*pip, "--no-deps", *wanted.alone], check=True)
    if wanted.with_ours:
        (there,) = folder.glob("lib/python*/site-packages")
        ours = (str(ROOT / "src"), sysconfig.get_path("purelib"))
        (there / "clickmend.pth").write_text("".join(f"{one}\n" for one in ours))
    stamp.write_text(told)


if __name__ == "__main__":
    for each in sys.argv[1:] or ENVIRONMENTS:
        make(each)
