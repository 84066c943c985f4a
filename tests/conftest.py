"""What all tests share: shapes checked as they run, fixed threads and seeds, parts that lack."""

import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import numpy as np
import pytest
from jaxtyping import install_import_hook

sys.path.insert(0, str(Path(__file__).parent))

import environments

# Before torch is loaded: more threads than cores are slow, and sums depend on their number.
os.environ.setdefault("OMP_NUM_THREADS", "2")
os.environ["MPLBACKEND"] = "Agg"

# Real photos are found by the fixture data_root alone: no other test depends on what lies around.
DATA = os.environ.pop("CLICKMEND_DATA", "../shared/data")
os.environ["CLICKMEND_DATA"] = "no/photos/without/data_root"

POSTGRES = "postgres"
"""The user of PostgreSQL, of the system and of the database."""

# What the page keeps goes to a folder of this run alone.
HOME = tempfile.TemporaryDirectory(prefix="clickmend-tests-", ignore_cleanup_errors=True)
os.environ["CLICKMEND_HOME"] = HOME.name

# The rooms of tensors and arrays. The rooms above them check what users give, and say so.
# A Protocol in a signature of these rooms has to be ``runtime_checkable``.
CHECKED = [
    *("attention", "feedback.encoding", "metrics", "parts", "refinement"),
    *(
        f"networks.{room}"
        for room in (
            *("backbones", "blocks", "contracts", "decoders", "encoding", "features", "folding"),
            *("heads", "models", "sizes", "weight_sharing", "weights.state"),
        )
    ),
    *(
        "correction.values",
        "correction.field",
        "correction.mattes",
        "tasks.areas",
        "tasks.energy",
        "tasks.regression",
        "tasks.rules",
    ),
    *("tasks.scalar", "tasks.interactive.energy", "tasks.interactive.reading"),
    *("tasks.semantic.energy", "tasks.semantic.rules", "tasks.matting.rules", "tasks.depth.rules"),
]
install_import_hook(
    [f"clickmend.{room}" for room in CHECKED],
    # An int is a float here, as for every type checker.
    "beartype.beartype(conf=beartype.BeartypeConf(is_pep484_tower=True))",
)

hypothesis.settings.register_profile(
    "clickmend",
    deadline=None,
    derandomize=True,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],  # a busy machine is no failure
)
hypothesis.settings.load_profile("clickmend")


@pytest.fixture(autouse=True)
def _seeds() -> None:
    """Seeds for whoever forgets the generator; the tests themselves take ``rng``."""
    random.seed(0)
    if "torch" in sys.modules:
        sys.modules["torch"].manual_seed(0)


@pytest.fixture
def rng() -> np.random.Generator:
    """A generator with a fixed seed."""
    return np.random.default_rng(0)


@pytest.fixture(scope="session")
def python_of(require: Callable[[object, str], None]) -> Callable[[str], Path]:
    """``python_of(name)``: the Python of an environment of its own, see ``environments.py``."""

    def find(name: str) -> Path:
        python = environments.python_of(name)
        require(python.is_file(), f"there is no environment {name!r}; make environments")
        return python

    return find


@pytest.fixture(scope="session")
def require() -> Callable[[object, str], None]:
    """``require(part, reason)``: skip when the part lacks, fail with CLICKMEND_REQUIRE_ALL=1."""

    def check(part: object, reason: str) -> None:
        if not part:
            absent = pytest.fail if os.environ.get("CLICKMEND_REQUIRE_ALL") == "1" else pytest.skip
            absent(reason)

    return check


def postgres_programs():
    """The folder of PostgreSQL's programs, the newest version."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else on_path and Path(on_path).parent


@pytest.fixture(scope="session")
def postgres_folder():
    """A folder for PostgreSQL, which is another user where root runs the tests.

    It is none of pytest's, for these lie in one that each run of pytest closes to others.
    """
    with tempfile.TemporaryDirectory(prefix="clickmend-postgres-") as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def postgres(require, postgres_folder):
    """The address of a PostgreSQL server of this run alone, on a socket in its folder."""
    bin_folder = postgres_programs()
    require(bin_folder, "there is no PostgreSQL; install the package postgresql to test on it")
    folder = postgres_folder
    as_user: list[str] = []
    if os.getuid() == 0:  # its programs refuse to run as root
        as_user = ["runuser", "-u", POSTGRES, "--"]
        shutil.chown(folder, POSTGRES)
    data = folder / "data"
    options = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off"

    def run(program, *arguments):
        command = [*as_user, str(bin_folder / program), *arguments]
        subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL)

    run("initdb", "-D", str(data), "-U", POSTGRES, "-A", "trust", "-E", "UTF8", "--no-sync")
    log = str(folder / "log")
    run("pg_ctl", "-D", str(data), "-l", log, "-w", "-o", options, "start")
    yield f"postgresql://{POSTGRES}@/postgres?host={folder}"
    run("pg_ctl", "-D", str(data), "-m", "immediate", "stop")


@pytest.fixture
def postgres_url(postgres, request):
    """An empty database."""
    name = f"test_{abs(hash(request.node.nodeid))}"
    from sqlalchemy import create_engine

    admin = create_engine(
        postgres.replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT"
    )
    with admin.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    yield postgres.replace("/postgres?", f"/{name}?")
    with admin.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    admin.dispose()


@pytest.fixture
def data_root(pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of the real photos; without it a test is skipped, in CI too."""
    from clickmend.core.settings import settings

    folder = pytestconfig.rootpath / DATA
    if not (folder / "objects").is_dir():
        pytest.skip(f"no photos in {DATA}; CLICKMEND_DATA says where they are")
    monkeypatch.setenv("CLICKMEND_DATA", str(folder))
    settings.cache_clear()
    yield folder
    settings.cache_clear()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what asks for real photos, so that CI can run just that where there are none."""
    for item in items:
        if "data_root" in getattr(item, "fixturenames", ()):
            item.add_marker("data")
