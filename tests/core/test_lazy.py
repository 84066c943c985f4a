"""Names that bring in their module when they are asked for."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    ("statement", "unloaded"),
    [
        ("import clickmend.networks as n; n.cards()", ("torch", "timm", "torchvision")),
        ("import clickmend.session", ("timm", "torchvision")),
        (
            "from clickmend.networks import load; load('interactive-s', device='cpu')",
            ("timm", "torchvision"),
        ),
    ],
    ids=["cards", "session", "a network of ours"],
)
def test_what_is_not_needed_is_not_loaded(statement: str, unloaded: tuple[str, ...]) -> None:
    asked = f"import sys; {statement}; print([m for m in {unloaded!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_name_that_a_package_does_not_have_is_refused_as_usual() -> None:
    with pytest.raises(ImportError, match="cannot import name 'nothing'"):
        exec("from clickmend.networks import nothing")


def test_every_name_that_a_package_promises_is_there() -> None:
    import clickmend.data
    import clickmend.networks
    import clickmend.tasks.instances

    for package in (clickmend.data, clickmend.networks, clickmend.tasks.instances):
        assert all(hasattr(package, name) for name in package.__all__)
