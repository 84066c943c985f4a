import subprocess
import sys

import pytest

import clickmend as cm
from clickmend.core import errors


def test_the_public_names_are_these():
    assert cm.__all__ == [
        "Box",
        "Click",
        "ClickmendError",
        "Objects",
        "Predictor",
        "Push",
        "Refine",
        "Session",
        "Stroke",
        "Tidy",
        "__version__",
        "detect",
        "errors",
        "from_pretrained",
        "instances",
        "pipeline",
        "propagate",
        "wrap",
    ]
    assert dir(cm) == sorted(cm.__all__)
    for name in cm.__all__:
        assert getattr(cm, name) is not None


def test_errors_is_the_module_of_all_exceptions():
    assert cm.errors is errors
    assert issubclass(cm.errors.NotAvailableError, cm.errors.ClickmendError)


def test_a_name_that_is_not_public_is_refused():
    with pytest.raises(AttributeError, match="module 'clickmend' has no attribute 'nonsense'"):
        _ = cm.nonsense


@pytest.mark.parametrize(
    "line",
    [
        "import clickmend",
        "import clickmend; clickmend.Click(1, 2); clickmend.errors; clickmend.__version__",
        "import clickmend.core",
        "import clickmend.cli.main",
    ],
)
def test_torch_is_not_loaded_by(line):
    program = f"import sys; {line}; sys.exit('torch' in sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
